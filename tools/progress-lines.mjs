// One line when a step begins, one when it ends, and a sign of life every ten seconds in between.

/**
 * @typedef {object} Progress
 * @property {(line: string) => void} say
 * @property {<T>(name: string, work: () => Promise<T>) => Promise<T>} step
 */

const SIGN_OF_LIFE_MS = 10_000;

/**
 * @param {(line: string) => void} [write]
 * @returns {Progress}
 */
export function progressLines(write = (line) => process.stdout.write(`${line}\n`)) {
  return {
    say: (line) => write(`  ${line}`),
    async step(name, work) {
      const start = Date.now();
      const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
      write(`· ${name} …`);
      const timer = setInterval(
        () => write(`  still ${name}, ${Math.round((Date.now() - start) / 1000)} s`),
        SIGN_OF_LIFE_MS,
      );
      timer.unref();
      try {
        const result = await work();
        write(`✓ ${name} (${seconds()})`);
        return result;
      } catch (error) {
        write(`✗ ${name} (${seconds()})`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/**
 * How long ago that was, as people say it: '45 s', '12 min 3 s'.
 * @param {number} startMs of Date.now()
 */
export function elapsed(startMs) {
  const seconds = Math.round((Date.now() - startMs) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** @returns {Progress} */
export function silentProgress() {
  return { say: () => {}, step: (_name, work) => work() };
}
