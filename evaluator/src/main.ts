import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Step } from '@sillage/contracts';
import { entryOfBundle } from '@sillage/pipeline/installed-bundle';
import { readConfig, type EvaluatorConfig } from './config.js';
import { createLog, type Log } from './log.js';
import { RUNTIME_CHOICES, type RuntimeChoice } from './runtime-choice.js';
import { codeFolders, probeIsolation } from './sandbox/isolation.js';
import { WarmChildren } from './sandbox/warm-children.js';
import { kindsFor } from './steps/index.js';
import { probeRuntime } from './steps/probe-runtime.js';
import type { PredictSettings } from './steps/step.js';
import { evaluatorVersion, installationFolder } from './version.js';
import { runClaimLoop } from './worker/claim-loop.js';
import { findRuntime } from './worker/find-runtime.js';
import { HttpBackend } from './worker/http-backend.js';
import { ObjectCache } from './worker/object-cache.js';
import { claimWorkFolder, freeBytesIn } from './worker/work-folder.js';

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
  const bundled = entryOfBundle(installationFolder, 'evaluator/dist/bundle', 'child-main.js');
  const children = new WarmChildren({
    folder: join(workFolder, 'children'),
    preloadUrl: import.meta.resolve('@sillage/netcdf/sandbox-shim'), // HDF5 needs it under the permission model
    entryFile: bundled ?? fileURLToPath(new URL('./sandbox/child-main.js', import.meta.url)),
    codeFolders: codeFolders(installationFolder),
    limits: {
      check: config.checkLimits,
      score: config.scoreLimits,
      map: config.mapLimits,
      predict: config.predictLimits,
      inspect: config.inspectLimits,
    },
    isolation,
  });
  log('evaluator-started', {
    name: config.workerName,
    version,
    node: process.version,
    slots: config.slotCount,
    api: config.apiUrl,
    cachedBytes: cache.sizeBytes,
    bundledSteps: bundled !== null,
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
      slot === 0 && config.slotCount > 1 ? kindsFor('urgent') : kindsFor('urgent', 'patient'),
    ),
    ...kindsFor('own').map((kind) => [kind]),
  ];
  const runSlot = (slot: number, capabilities: Step[], predict?: PredictSettings): Promise<void> =>
    runClaimLoop({
      slot,
      ...(predict === undefined ? {} : { predict }),
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
    });
  const slots = capabilitiesOfSlots.map((capabilities, slot) => runSlot(slot, capabilities));
  // A slot of its own, so that one network runs at a time; the others do not wait until a device has been found.
  slots.push(
    findPredictSettings(config, children, log).then((predict) =>
      predict === null ? undefined : runSlot(capabilitiesOfSlots.length, kindsFor('network'), predict),
    ),
  );
  await Promise.all(slots);
  await children.close();
  await rm(workFolder, { recursive: true, force: true });
  log('evaluator-stopped');
}

/** Null where no network can be run, or none shall be. */
async function findPredictSettings(
  config: EvaluatorConfig,
  children: WarmChildren,
  log: Log,
): Promise<PredictSettings | null> {
  const choice = config.runtime;
  if (choice === null) return null;
  const child = children.take(probeRuntime);
  const found = await findRuntime({
    choice,
    child,
    memoryBytes: config.predictLimits.memoryBytes,
    deviceMemoryBytes: config.deviceMemoryBytes,
  }).finally(() => children.giveBack(child));
  if ('unavailable' in found) {
    log('no-runtime', { runtime: choice, reason: found.unavailable });
    return null;
  }
  log('runtime', { ...found.runtime, version: found.version });
  return {
    // The one that was found: a later one must not be another, or scores of one evaluator would not be comparable.
    choice: choiceOf(found.runtime.name, choice),
    worker: found.runtime,
    // The child stops by itself, with a reason for the participant, before it is stopped.
    maxWallSeconds: Math.max(1, 0.95 * (config.predictLimits.wallClockMs / 1000)),
  };
}

function choiceOf(name: string, fallback: RuntimeChoice): RuntimeChoice {
  return RUNTIME_CHOICES.find((choice) => choice === name) ?? fallback;
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
