import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Step } from '@sillage/contracts';
import { readConfig } from './config.js';
import { createLog } from './log.js';
import { codeFolders, probeIsolation } from './sandbox/isolation.js';
import { WarmChildren } from './sandbox/warm-children.js';
import { evaluatorVersion, installationFolder } from './version.js';
import { runClaimLoop } from './worker/claim-loop.js';
import { HttpBackend } from './worker/http-backend.js';
import { ObjectCache } from './worker/object-cache.js';
import { claimWorkFolder, freeBytesIn } from './worker/work-folder.js';

const SUBMISSION_STEPS: Step[] = ['check', 'score', 'products'];
const URGENT_STEPS: Step[] = ['check', 'score'];

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog((line) => process.stdout.write(`${line}\n`));
  const version = evaluatorVersion();
  const isolation = probeIsolation();
  const workFolder = await claimWorkFolder(config.cacheFolder);
  const backend = new HttpBackend(config.apiUrl, config.workerToken);
  const cache = await ObjectCache.open({
    folder: join(config.cacheFolder, 'objects'),
    incomingFolder: join(workFolder, 'incoming'),
    maxBytes: config.cacheBytes,
    backend,
  });
  const children = new WarmChildren({
    folder: join(workFolder, 'children'),
    preloadUrl: import.meta.resolve('@sillage/netcdf/sandbox-shim'), // HDF5 needs it under the permission model
    entryFile: fileURLToPath(new URL('./sandbox/child-main.js', import.meta.url)),
    codeFolders: codeFolders(installationFolder),
    limits: { check: config.checkLimits, score: config.scoreLimits, map: config.mapLimits },
    isolation,
  });
  log('evaluator-started', {
    name: config.workerName,
    version,
    node: process.version,
    slots: config.slotCount,
    api: config.apiUrl,
    cachedBytes: cache.sizeBytes,
  });
  log('isolation', {
    permissionModel: true,
    network: isolation.network,
    parentDeathSignal: isolation.hasSetpriv,
    memoryLimit: isolation.hasPrlimit ? 'kernel' : 'polled',
  });

  const stopper = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      log('evaluator-stopping', { signal: name });
      stopper.abort();
    });
  }
  const capabilitiesOfSlots: Step[][] = [
    // Where there are several slots, the first never makes products: a score does not wait behind maps.
    ...Array.from({ length: config.slotCount }, (_, slot) =>
      slot === 0 && config.slotCount > 1 ? URGENT_STEPS : SUBMISSION_STEPS,
    ),
    // A slot of its own, at low priority: mapping a basin takes minutes, and no participant waits behind it.
    ['map'],
  ];
  const slots = capabilitiesOfSlots.map((capabilities, slot) =>
    runClaimLoop({
      slot,
      workerName: config.workerName,
      evaluatorVersion: version,
      capabilities,
      scoreThreads: config.scoreThreads,
      backend,
      cache,
      children,
      log,
      freeBytes: () => freeBytesIn(workFolder),
      minFreeBytes: config.minFreeBytes,
      signal: stopper.signal,
    }),
  );
  await Promise.all(slots);
  await children.close();
  await rm(workFolder, { recursive: true, force: true });
  log('evaluator-stopped');
}

try {
  await main();
  process.exit(0);
} catch (error) {
  const isExpected = error instanceof Error && error.message.startsWith('the evaluator cannot start');
  process.stderr.write(
    `${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
}
