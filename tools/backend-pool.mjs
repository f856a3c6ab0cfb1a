// Which API process gets the next request.

const CHECK_EVERY_MS = 1_000;
const CHECK_WITHIN_MS = 5_000;

/**
 * @typedef {object} BackendPool
 * @property {() => string} choose in turns among those that are ready; when none is, whoever's turn it is says why
 * @property {(url: string) => void} avoid until it says again that it is ready
 * @property {() => void} close
 *
 * @param {readonly string[]} urls
 * @returns {BackendPool}
 */
export function backendPool(urls) {
  /** @type {Set<string>} */
  const notReady = new Set();
  let turn = 0;
  const check = async (/** @type {string} */ url) => {
    if (await isReady(url)) notReady.delete(url);
    else notReady.add(url);
  };
  // Alone it gets every request anyway.
  const timer =
    urls.length > 1 ? setInterval(() => urls.forEach((url) => void check(url)), CHECK_EVERY_MS) : undefined;
  timer?.unref();
  return {
    choose: () => {
      const ready = urls.filter((url) => !notReady.has(url));
      const among = ready.length > 0 ? ready : urls;
      turn += 1;
      return /** @type {string} */ (among[turn % among.length]);
    },
    avoid: (url) => {
      if (urls.length > 1) notReady.add(url);
    },
    close: () => clearInterval(timer),
  };
}

/** @param {string} url */
async function isReady(url) {
  try {
    const reply = await fetch(`${url}/api/health/ready`, { signal: AbortSignal.timeout(CHECK_WITHIN_MS) });
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
}
