import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { vi } from 'vitest';

const PYTHON = '/usr/bin/python3';

function hasMoto(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import moto.server'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const isMotoThere = hasMoto();
if (!isMotoThere)
  console.warn('the S3 store is not tested: install python3-moto (apt-get install python3-moto)');

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export type S3Server = { endpoint: string; stop: () => void };

/** An S3 server without a bucket. This process may use it. */
export async function startS3Server(): Promise<S3Server> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(PYTHON, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  await vi.waitFor(() => fetch(endpoint), { timeout: 120_000, interval: 100 });
  return { endpoint, stop: () => void server.kill() };
}
