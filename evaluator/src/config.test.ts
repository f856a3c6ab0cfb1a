import { describe, expect, test } from 'vitest';
import { readConfig } from './config.js';

const complete = {
  SILLAGE_API_URL: 'http://127.0.0.1:4000/',
  SILLAGE_WORKER_TOKEN: 'token',
  SILLAGE_CACHE_DIR: '/tmp/cache',
};

describe('readConfig', () => {
  test('needs the address, the token and the cache folder only', () => {
    const config = readConfig(complete);
    expect(config.apiUrl).toBe('http://127.0.0.1:4000');
    expect(config.slotCount).toBe(2);
    expect(config.checkLimits).toEqual({ memoryBytes: 2 ** 30, outputBytes: 2 ** 33, wallClockMs: 300_000 });
    expect(config.mapLimits).toEqual({ memoryBytes: 2 ** 30, outputBytes: 2 ** 33, wallClockMs: 1_800_000 });
  });

  test('runs networks wherever it can, unless it is told where or not to', () => {
    expect(readConfig(complete)).toMatchObject({
      runtime: 'auto',
      deviceMemoryBytes: null,
      predictLimits: { wallClockMs: 3_600_000 },
      inspectLimits: { wallClockMs: 3_600_000, memoryBytes: 1024 * 2 ** 20 },
    });
    expect(
      readConfig({ ...complete, SILLAGE_RUNTIME: 'onnxruntime-cpu', SILLAGE_DEVICE_MEMORY_MIB: '1024' }),
    ).toMatchObject({ runtime: 'onnxruntime-cpu', deviceMemoryBytes: 2 ** 30 });
    expect(readConfig({ ...complete, SILLAGE_RUNTIME: 'none' }).runtime).toBeNull();
  });

  test('takes an empty variable for an absent one', () => {
    expect(readConfig({ ...complete, SILLAGE_WORKER_SLOTS: '' }).slotCount).toBe(2);
  });

  test.each([
    {
      name: 'no token',
      environment: { ...complete, SILLAGE_WORKER_TOKEN: undefined },
      variable: 'SILLAGE_WORKER_TOKEN',
    },
    {
      name: 'an address that is none',
      environment: { ...complete, SILLAGE_API_URL: 'backend' },
      variable: 'SILLAGE_API_URL',
    },
    {
      name: 'no slot',
      environment: { ...complete, SILLAGE_WORKER_SLOTS: '0' },
      variable: 'SILLAGE_WORKER_SLOTS',
    },
    {
      name: 'a runtime that nobody has heard of',
      environment: { ...complete, SILLAGE_RUNTIME: 'abacus' },
      variable: 'SILLAGE_RUNTIME',
    },
    {
      name: 'a child too small to start',
      environment: { ...complete, SILLAGE_CHECK_MEMORY_MIB: '1' },
      variable: 'SILLAGE_CHECK_MEMORY_MIB',
    },
  ])('names the variable for $name', ({ environment, variable }) => {
    expect(() => readConfig(environment)).toThrow(
      new RegExp(`the evaluator cannot start.*\\n  ${variable}: `),
    );
  });
});
