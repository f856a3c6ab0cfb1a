// The evaluator as a process of its own, with the test child in the sandbox: for killing it.
// Arguments: API address, token, cache folder, child entry.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog } from '../dist/log.js';
import { codeFolders, probeIsolation } from '../dist/sandbox/isolation.js';
import { WarmChildren } from '../dist/sandbox/warm-children.js';
import { runClaimLoop } from '../dist/worker/claim-loop.js';
import { HttpBackend } from '../dist/worker/http-backend.js';
import { ObjectCache } from '../dist/worker/object-cache.js';
import { claimWorkFolder, freeBytesIn } from '../dist/worker/work-folder.js';

const [apiUrl, token, cacheFolder, entryFile] = process.argv.slice(2);
const backend = new HttpBackend(apiUrl, token);
const workFolder = await claimWorkFolder(cacheFolder);
const cache = await ObjectCache.open({
  folder: join(cacheFolder, 'objects'),
  incomingFolder: join(workFolder, 'incoming'),
  maxBytes: 1e9,
  backend,
});
const limits = { memoryBytes: 512 * 2 ** 20, outputBytes: 2 ** 26, wallClockMs: 60_000 };
const children = new WarmChildren({
  folder: join(workFolder, 'children'),
  entryFile,
  codeFolders: [
    ...codeFolders(fileURLToPath(new URL('../../', import.meta.url))),
    fileURLToPath(new URL('./children/', import.meta.url)),
  ],
  limits: { check: limits, score: limits, map: limits, predict: limits },
  isolation: probeIsolation(),
});
await runClaimLoop({
  slot: 0,
  workerName: 'test',
  evaluatorVersion: 'test',
  capabilities: ['check'],
  scoreThreads: 1,
  backend,
  cache,
  children,
  log: createLog((line) => console.log(line)),
  freeBytes: () => freeBytesIn(workFolder),
  minFreeBytes: 0,
  signal: new AbortController().signal,
});
