// The network between two processes, to be cut.
import net from 'node:net';

/** @typedef {'open' | 'refused' | 'silent'} ProxyState `silent`: nothing arrives, and nobody is told */

/**
 * @typedef {object} TcpProxy
 * @property {number} port
 * @property {(port: number) => void} setTarget
 * @property {(state: ProxyState) => void} set `refused` ends the open connections
 * @property {(bytes: number) => Promise<void>} cutAfter ends the open connections in the middle of what clients send
 * @property {() => Promise<void>} close
 */

/**
 * @param {number} port 0: any
 * @returns {Promise<TcpProxy>}
 */
export async function startTcpProxy(port = 0) {
  let target = 0;
  /** @type {ProxyState} */
  let state = 'open';
  /** @type {Set<net.Socket>} */
  const sockets = new Set();

  const dropAll = () => sockets.forEach((socket) => socket.destroy());
  let bytesLeft = Infinity;
  let onCut = () => {};
  const count = (/** @type {number} */ bytes) => {
    bytesLeft -= bytes;
    if (bytesLeft > 0) return;
    bytesLeft = Infinity;
    dropAll();
    onCut();
  };

  const keep = (/** @type {net.Socket} */ socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    if (state === 'silent') socket.pause();
  };
  const join = (/** @type {net.Socket} */ client, /** @type {net.Socket} */ server) => {
    for (const [from, to] of /** @type {const} */ ([
      [client, server],
      [server, client],
    ])) {
      from.on('data', (bytes) => {
        if (from === client) count(bytes.length);
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => {
        if (state !== 'silent') from.resume();
      });
      from.on('end', () => to.end());
      from.on('close', () => to.destroy());
    }
    if (state === 'silent') [client, server].forEach((socket) => socket.pause());
  };
  const listener = net.createServer({ allowHalfOpen: true }, (client) => {
    keep(client);
    if (state === 'refused') return void client.destroy();
    const server = net.connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    keep(server);
    join(client, server);
  });
  await new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  return {
    port: /** @type {net.AddressInfo} */ (listener.address()).port,
    setTarget: (wanted) => {
      target = wanted;
    },
    set: (wanted) => {
      state = wanted;
      if (state === 'refused') dropAll();
      sockets.forEach((socket) => (state === 'silent' ? socket.pause() : socket.resume()));
    },
    cutAfter: (bytes) => {
      bytesLeft = bytes;
      return new Promise((resolve) => {
        onCut = resolve;
      });
    },
    close: () => {
      dropAll();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}
