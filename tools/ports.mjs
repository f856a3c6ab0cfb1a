import net from 'node:net';

/**
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<boolean>}
 */
export function isPortFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Below the ports that systems give to outgoing connections, which would take one between now and its use. */
const FIRST_PORT = 20_000;
const PORT_COUNT = 12_000;
const ATTEMPTS = 50;

/**
 * @param {string} [host]
 * @returns {Promise<number>} a port that nobody listened on a moment ago
 */
export async function freePort(host = '127.0.0.1') {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORT_COUNT);
    if (await isPortFree(port, host)) return port;
  }
  throw new Error(`no free port among ${ATTEMPTS} between ${FIRST_PORT} and ${FIRST_PORT + PORT_COUNT - 1}`);
}

/**
 * The wanted port if it is free, else the next free one above it, else any.
 * @param {number} wanted
 * @param {string} [host]
 */
export async function freePortFrom(wanted, host = '127.0.0.1') {
  for (let port = wanted; port < wanted + 20 && port < 65_536; port += 1) {
    if (await isPortFree(port, host)) return port;
  }
  return freePort(host);
}
