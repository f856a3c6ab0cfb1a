import net from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.mjs';

let server: net.Server;
let proxy: TcpProxy;
const portOf = (listener: net.Server) => (listener.address() as net.AddressInfo).port;

beforeEach(async () => {
  server = net.createServer((socket) => socket.on('error', () => {}).on('data', () => socket.write('I')));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  proxy = await startTcpProxy();
  proxy.setTarget(portOf(server));
});
afterEach(async () => {
  await proxy.close();
  server.close();
});

function connect(): net.Socket {
  return net.connect(proxy.port, '127.0.0.1').on('error', () => {});
}
async function answer(): Promise<string> {
  const socket = connect();
  socket.write('who?');
  const [bytes] = await once(socket, 'data');
  socket.destroy();
  return String(bytes);
}

test('ends a connection to a target that is down', async () => {
  expect(await answer()).toBe('I');
  server.close();
  await once(connect().resume(), 'close');
});

test('ends connections when it refuses, and lets new ones in afterwards', async () => {
  const socket = connect();
  socket.write('who?');
  await once(socket, 'data');
  proxy.set('refused');
  await once(socket, 'close');
  await once(connect().resume(), 'close');
  proxy.set('open');
  expect(await answer()).toBe('I');
});

test('cuts in the middle of what is sent, once', async () => {
  const cut = proxy.cutAfter(1_000);
  const socket = connect();
  socket.write(Buffer.alloc(2_000));
  await cut;
  await once(socket.resume(), 'close');
  expect(await answer()).toBe('I');
});

test('holds back what comes while it is silent, and delivers it afterwards', async () => {
  const socket = connect();
  socket.write('who?');
  await once(socket, 'data');
  proxy.set('silent');
  let heard = '';
  socket.on('data', (bytes) => (heard += bytes));
  socket.write('and now?');
  // Whatever could have come has come once another connection has been made and answered, past the proxy.
  const direct = net.connect(portOf(server), '127.0.0.1');
  direct.write('who?');
  await once(direct, 'data');
  direct.destroy();
  expect(heard).toBe('');
  proxy.set('open');
  await expect.poll(() => heard).not.toBe('');
  socket.destroy();
});
