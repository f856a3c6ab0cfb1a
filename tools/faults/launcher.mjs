// The process that `npm start` is, with a second evaluator as on another machine. Argument: its settings as JSON.
import fs from 'node:fs';
import path from 'node:path';
import { ROOT, serviceNode } from '../clone.mjs';
import { startPlatform } from '../platform.mjs';
import { SupervisedProcess } from '../supervised-process.mjs';

/**
 * @typedef {object} LauncherSettings
 * @property {string} stateFolder
 * @property {string} datasetsFolder
 * @property {number} port of the gateway
 * @property {number} linkPort over which the second evaluator reaches the API
 * @property {string} readyFile
 * @property {Record<string, string>} env of every service
 *
 * @typedef {Pick<import('../platform.mjs').Platform, 'url' | 'port' | 'apiUrl' | 'backendUrls' | 'databaseUrl' | 'secrets'>} Ready
 *   what the launcher tells once everything answers
 */

/** @type {LauncherSettings} */
const { stateFolder, datasetsFolder, port, linkPort, readyFile, env } = JSON.parse(process.argv[2] ?? '');
const say = (/** @type {string} */ line) => console.log(`${new Date().toISOString()} ${line}`);
const nodeOptions = ['--import', path.join(import.meta.dirname, 'shifted-clock.mjs')];
const serviceEnv = { ...process.env, ...env };
/** @type {(() => Promise<void>)[]} */
const stops = [];
let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  for (const action of stops.reverse()) await action();
  process.exit(0);
};
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => void stop());

const platform = await startPlatform({
  stateFolder,
  port,
  datasetsFolder,
  env: serviceEnv,
  nodeOptions,
  progress: { say, step: (_name, work) => work() },
});
stops.push(platform.stop);

const evaluator = new SupervisedProcess({
  name: 'evaluator-2',
  command: serviceNode(),
  args: [...nodeOptions, '--enable-source-maps', path.join(ROOT, 'evaluator', 'dist', 'main.js')],
  cwd: path.join(ROOT, 'evaluator', 'dist'),
  env: {
    ...serviceEnv,
    NODE_ENV: 'production',
    TZ: 'UTC',
    SILLAGE_API_URL: `http://127.0.0.1:${linkPort}`,
    SILLAGE_WORKER_TOKEN: platform.secrets.workerToken,
    SILLAGE_CACHE_DIR: path.join(stateFolder, 'cache-2'),
    SILLAGE_WORKER_NAME: 'second',
  },
  logFile: path.join(stateFolder, 'logs', 'evaluator-2.log'),
  runFile: path.join(stateFolder, 'run', 'evaluator-2.json'),
  isReady: async () => true,
  readyTimeoutMs: 10_000,
  say,
});
stops.push(() => evaluator.stop());
await evaluator.start();

const { url, apiUrl, backendUrls, databaseUrl, secrets } = platform;
/** @type {Ready} */
const ready = { url, port: platform.port, apiUrl, backendUrls, databaseUrl, secrets };
fs.writeFileSync(`${readyFile}.half`, JSON.stringify(ready), { mode: 0o600 });
fs.renameSync(`${readyFile}.half`, readyFile);
