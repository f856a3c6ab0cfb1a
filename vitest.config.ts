import { defineConfig } from 'vitest/config';
import { Sequencer } from './e2e/testing/sequencer.ts';
import { ROOM_FOR_YOUNG_OBJECTS } from './tools/clone.mjs';

/**
 * `sillage-source` makes workspace imports resolve to `src/`, so a test never runs against a stale build. No `import` or
 * `module` here: vitest hands these conditions to Node, whose require() would then load ES modules into CommonJS.
 */
const resolve = { conditions: ['sillage-source', 'node'] };
const ssr = { resolve: { conditions: ['sillage-source', 'node'] } };
const ignored = ['**/node_modules/**', '**/dist/**', '**/.next/**'];
/** These measure the memory of the process that they run in: it must not hold what other tests left. */
const measuringMemory = [
  'packages/runtime/src/onnxruntime/memory.medium.test.ts',
  'packages/pipeline/src/import/import-true-size.medium.test.ts',
];

/**
 * How long a test may take says nothing about the code: on a machine that does other work too, one that takes a second has
 * taken a minute. Only what hangs is to be ended, and what is waited for is looked at until it has come.
 */
const UNIT_LIMIT_MS = 60_000;
const MEDIUM_LIMIT_MS = 300_000;
const POLL_LIMIT_MS = 90_000;

export default defineConfig({
  resolve,
  ssr,
  test: {
    sequence: { sequencer: Sequencer },
    // Two platforms are stopped at the end of the browser tests: vitest leaves everything as it is after that long.
    teardownTimeout: 120_000,
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['{packages,backend,evaluator,frontend,migrations,datasets,tools}/**/*.test.{ts,tsx}'],
          exclude: [...ignored, '**/*.medium.test.ts', '**/*.gpu.test.ts'],
          // Nothing here touches a process or a module of another file: starting afresh for each took most of the time.
          pool: 'threads',
          isolate: false,
          testTimeout: UNIT_LIMIT_MS,
          hookTimeout: UNIT_LIMIT_MS,
          expect: { poll: { timeout: UNIT_LIMIT_MS / 2 } },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'medium',
          execArgv: ROOM_FOR_YOUNG_OBJECTS,
          include: ['{packages,backend,evaluator,frontend,tools,datasets}/**/*.medium.test.ts'],
          exclude: [...ignored, ...measuringMemory],
          testTimeout: MEDIUM_LIMIT_MS,
          hookTimeout: MEDIUM_LIMIT_MS,
          expect: { poll: { timeout: POLL_LIMIT_MS } },
          // Each file has its own database, folders and ports, and leaves nothing in its process: importing NestJS, TypeORM and
          // the rest afresh for each of them would take longer than many of them do.
          isolate: false,
          unstubEnvs: true,
          restoreMocks: true,
          // Files wait for leases, processes and databases: four keep two cores busy (330 s; three: 376 s).
          maxWorkers: 4,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'medium-alone',
          include: measuringMemory,
          testTimeout: MEDIUM_LIMIT_MS,
          hookTimeout: MEDIUM_LIMIT_MS,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Not part of `npm test`: npx vitest run --project gpu, on a machine with a device.
        resolve,
        ssr,
        test: {
          name: 'gpu',
          include: ['packages/**/*.gpu.test.ts'],
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          execArgv: ROOM_FOR_YOUNG_OBJECTS,
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['e2e/global-setup.ts'],
          // Loading playwright and the rest afresh, and a browser, for each file would cost a second and more of a processor.
          isolate: false,
          exclude: ignored,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Twenty looks at a page in a second took a good part of the time of what they waited for; a second is too
          // short for a page that saves and is answered, on a busy machine.
          expect: { poll: { interval: 250, timeout: POLL_LIMIT_MS } },
          // A journey through a browser, a queue and three processes: who needs it is named at the end of `npm test`.
          retry: 1,
          maxWorkers: 4,
        },
      },
    ],
  },
});
