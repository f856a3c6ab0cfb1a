import { defineConfig } from 'vitest/config';
import { Sequencer } from './e2e/testing/sequencer.ts';

/**
 * `sillage-source` makes workspace imports resolve to `src/`, so a test never runs against a stale build. No `import` or
 * `module` here: vitest hands these conditions to Node, whose require() would then load ES modules into CommonJS.
 */
const resolve = { conditions: ['sillage-source', 'node'] };
const ssr = { resolve: { conditions: ['sillage-source', 'node'] } };
const ignored = ['**/node_modules/**', '**/dist/**', '**/.next/**'];

export default defineConfig({
  resolve,
  ssr,
  test: {
    sequence: { sequencer: Sequencer },
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
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'medium',
          include: ['{packages,backend,evaluator,frontend,tools,datasets}/**/*.medium.test.ts'],
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file has its own database, folders and ports.
          maxWorkers: 2,
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
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['e2e/global-setup.ts'],
          exclude: ignored,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // A journey through a browser, a queue and three processes: who needs it is named at the end of `npm test`.
          retry: 1,
          maxWorkers: 3,
        },
      },
    ],
  },
});
