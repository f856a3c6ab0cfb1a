// One origin for the browser: /api goes to the backend, everything else to the pages. Bodies stream through unbounded.
import http from 'node:http';
import { createProxyServer } from 'httpxy';
import { backendPool } from './backend-pool.mjs';

const RETRY_AFTER_S = 2;
/** A kept connection that the other side closed at the very moment we used it again. */
const STALE_CONNECTION = new Set(['ECONNRESET', 'EPIPE']);

/**
 * @param {{ port: number, hosts: string[], backendUrls: readonly string[], frontendUrl: string, isInner?: boolean }} options
 *   `hosts`: addresses to listen on; the first one must succeed, the others may be absent on this machine. `isInner`: for our own
 *   services alone, who tell themselves for whom they ask.
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export async function startGateway({ port, hosts, backendUrls, frontendUrl, isInner = false }) {
  const proxy = createProxyServer({});
  const backends = backendPool(backendUrls);
  /** Where it was sent, and how often. @type {WeakMap<http.IncomingMessage, { target: string, count: number }>} */
  const sent = new WeakMap();
  const forward = (
    /** @type {http.IncomingMessage} */ request,
    /** @type {http.ServerResponse} */ response,
    /** @type {{ agent?: false }} */ connection = {},
  ) => {
    const target = isApiPath(request.url ?? '/') ? backends.choose() : frontendUrl;
    sent.set(request, { target, count: (sent.get(request)?.count ?? 0) + 1 });
    return proxy.web(request, response, { target, ...connection });
  };

  proxy.on('error', (error, request, response) => {
    if (request === undefined || !(response instanceof http.ServerResponse)) return;
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    const isRepeatable = request.method === 'GET' || request.method === 'HEAD';
    const { target = '', count = 0 } = sent.get(request) ?? {};
    if (code === 'ECONNREFUSED') backends.avoid(target);
    const mayHelp =
      STALE_CONNECTION.has(code ?? '') ||
      (code === 'ECONNREFUSED' && backendUrls.length > 1 && target !== frontendUrl);
    if (!response.headersSent && isRepeatable && mayHelp && count === 1) {
      // Over a connection of its own: after a pause all that were kept may be closed.
      void forward(request, response, { agent: false });
      return;
    }
    answerUnavailable(request, response);
  });

  const handle = (
    /** @type {http.IncomingMessage} */ request,
    /** @type {http.ServerResponse} */ response,
  ) => {
    if (!isInner) tellWhoAsks(request);
    request.on('error', () => {});
    response.on('error', () => {});
    void forward(request, response);
  };

  /** @type {http.Server[]} */
  const servers = [];
  for (const [index, host] of hosts.entries()) {
    const server = http.createServer(
      { keepAliveTimeout: 65_000, headersTimeout: 70_000, requestTimeout: 0 },
      handle,
    );
    try {
      await listen(server, servers.length === 0 ? port : boundPort(servers[0]), host);
      servers.push(server);
    } catch (error) {
      if (index === 0) throw error;
    }
  }
  return {
    port: boundPort(servers[0]),
    close: async () => {
      backends.close();
      await Promise.all(
        servers.map(
          (server) =>
            new Promise((resolve) => {
              server.close(resolve);
              server.closeAllConnections();
            }),
        ),
      );
    },
  };
}

/**
 * What the client claims about itself is replaced by what we see: rate limits count by this address.
 * @param {http.IncomingMessage} request
 */
function tellWhoAsks(request) {
  request.headers['x-forwarded-for'] = request.socket.remoteAddress ?? '';
  request.headers['x-forwarded-proto'] = 'http';
  request.headers['x-forwarded-host'] = request.headers.host ?? '';
}

/**
 * @param {http.Server} server
 * @param {number} port
 * @param {string} host
 * @returns {Promise<void>}
 */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * @param {http.Server | undefined} server
 * @returns {number}
 */
function boundPort(server) {
  return /** @type {import('node:net').AddressInfo} */ (server?.address()).port;
}

/**
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 */
function answerUnavailable(request, response) {
  if (response.headersSent) {
    // Half an answer must look like half an answer.
    response.destroy();
    return;
  }
  request.resume();
  const isApi = isApiPath(request.url ?? '/');
  response.writeHead(502, {
    'content-type': isApi ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': String(RETRY_AFTER_S),
  });
  response.end(isApi ? JSON.stringify(UNAVAILABLE_BODY) : UNAVAILABLE_PAGE);
}

/** @param {string} url */
function isApiPath(url) {
  return /^\/api(\/|\?|$)/.test(url);
}

/** The error shape of packages/contracts. */
const UNAVAILABLE_BODY = {
  error: {
    code: 'backend-unavailable',
    message: 'The platform does not answer at the moment: it is starting, or starting again.',
    fix: 'Try again in a few seconds. Nothing that was accepted is lost.',
  },
};

const UNAVAILABLE_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${RETRY_AFTER_S}">
<title>Sillage is starting</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1.0625rem/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center }
  main { max-width: 32rem; padding: 2rem }
</style>
</head>
<body><main>
<h1>Sillage is starting</h1>
<p>The pages do not answer yet. This page tries again every ${RETRY_AFTER_S} seconds; nothing that was accepted is lost.</p>
</main></body>
</html>
`;
