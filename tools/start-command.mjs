import fs from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { CLONE_STATE_FOLDER, lastLines, makeFolder, PlainError, ROOT, STATE_FOLDER } from './clone.mjs';
import { ensureInstalled } from './installation.mjs';
import { AlreadyRunningError, lockFolder, lockState } from './instance-lock.mjs';
import { readableLine } from './rotate-logs.mjs';
import { progressLines } from './progress-lines.mjs';

const DEFAULT_PORT = 3000;

/** Installs, builds, starts, prints the URL, and stays until it is told to stop. */
export async function start() {
  const startedAt = Date.now();
  const progress = progressLines();
  // A reader that goes away (npm start | head) must not end the platform.
  process.stdout.on('error', () => {});

  /** @type {import('./platform.mjs').Platform | null} */
  let platform = null;
  const interrupted = new AbortController();
  let signalCount = 0;
  const onSignal = (/** @type {NodeJS.Signals} */ signal) => {
    signalCount += 1;
    if (signalCount === 1) {
      progress.say(`${signal}: stopping; once more ends it at once`);
      interrupted.abort();
      if (platform !== null) void stop(platform);
    } else if (signalCount === 2) {
      Object.values(platform?.processes ?? {}).forEach((supervised) => supervised.kill());
    }
  };
  const stop = async (/** @type {import('./platform.mjs').Platform} */ running) => {
    const stopping = Date.now();
    await running.stop();
    progress.say(
      `stopped in ${((Date.now() - stopping) / 1000).toFixed(1)} s. Everything is kept in ${STATE_FOLDER}`,
    );
    process.exit(0);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, onSignal);

  stopWithParent(() => onSignal('SIGTERM'));

  try {
    const port = wantedPort();
    const lock = await lockState(STATE_FOLDER);
    await prepareClone(progress, interrupted.signal);
    // Only now: it imports packages that the installation brings.
    const { startPlatform } = await import('./platform.mjs');
    const running = await startPlatform({
      stateFolder: STATE_FOLDER,
      port,
      host: process.env.SILLAGE_HOST || '127.0.0.1',
      databaseUrl: process.env.DATABASE_URL || undefined,
      publicUrl: process.env.SILLAGE_PUBLIC_URL || undefined,
      progress,
      lock,
    });
    platform = running;
    if (interrupted.signal.aborted) return await stop(running);
    process.stdout.write(
      `\n  Sillage is ready (${((Date.now() - startedAt) / 1000).toFixed(1)} s):  ${running.url}\n\n`,
    );
    process.stdout.write(`  Ctrl-C stops it. Logs: ${running.logsFolder}\n`);
  } catch (error) {
    if (interrupted.signal.aborted) {
      progress.say('stopped before it was ready');
      process.exit(130);
    }
    explain(error);
    // It runs, which is what was asked for; unless it does not yet.
    process.exit(error instanceof AlreadyRunningError && error.holder?.url ? 0 : 1);
  }
}

/**
 * Two starts of one clone, even with different state folders, must not install or build at the same time.
 * @param {import('./progress-lines.mjs').Progress} progress
 * @param {AbortSignal} [signal]
 */
export async function prepareClone(progress, signal) {
  makeFolder(CLONE_STATE_FOLDER, 0o755);
  for (let waitedS = 0; ; waitedS += 1) {
    const lock = await lockFolder(CLONE_STATE_FOLDER, 'installation and build');
    if (lock.acquired) {
      try {
        await ensureInstalled(progress, { signal });
        await ensureBuilt(progress, { signal });
        return;
      } finally {
        lock.release();
      }
    }
    if (signal?.aborted) throw new PlainError('interrupted');
    if (waitedS === 0)
      progress.say(
        `process ${lock.holder?.pid ?? 'unknown'} is installing or building this clone: waiting for it`,
      );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

const PARENT_WATCH_MS = 1_000;

/**
 * Under `npm start`, a kill of npm does not reach us: its shell dies, and we would go on with nobody knowing.
 * @param {() => void} stop
 */
export function stopWithParent(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, PARENT_WATCH_MS);
  watch.unref();
}

/** @returns {number} */
function wantedPort() {
  const flag = process.argv.indexOf('--port');
  const text = flag >= 0 ? process.argv[flag + 1] : process.env.SILLAGE_PORT || process.env.PORT;
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new PlainError(`'${text}' is not a port: give a number from 1 to 65535`);
  return port;
}

/** @param {unknown} error */
export function explain(error) {
  const message = error instanceof Error ? error.message : String(error);
  const isPlain =
    error instanceof PlainError || (error instanceof Error && error.name === 'EmbeddedPostgresError');
  console.error(`\n✗ ${isPlain || !(error instanceof Error) ? message : (error.stack ?? message)}`);
  const logFile = error instanceof PlainError ? error.logFile : undefined;
  if (logFile !== undefined && fs.existsSync(logFile)) {
    console.error(
      `  The last lines of ${path.relative(ROOT, logFile).startsWith('..') ? logFile : path.relative(process.cwd(), logFile)}:`,
    );
    for (const line of lastLines(logFile, 15)) console.error(`    ${readableLine(line)}`);
  }
}
