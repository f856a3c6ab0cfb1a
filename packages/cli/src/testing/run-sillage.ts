import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/sillage.mjs', import.meta.url));

export type Run = { status: number | null; stdout: string; stderr: string };

/** Runs the real command line as a process of its own, built, with nothing of our environment but the path. */
export async function runSillage(
  parameters: string[],
  options: { env?: Record<string, string>; input?: string; cwd?: string; killOn?: AbortSignal } = {},
): Promise<Run> {
  const child = spawn(process.execPath, [bin, ...parameters], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const run: Run = { status: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    run.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    run.stderr += text;
  });
  options.killOn?.addEventListener('abort', () => child.kill('SIGKILL'));
  child.stdin.end(options.input ?? '');
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ ...run, status }));
  });
}
