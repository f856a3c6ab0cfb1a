import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetcdfError } from '../netcdf-error.js';
import { classicFileBytes, type ClassicContent } from '../testing/classic-writer.js';
import { fixturePath } from '../testing/fixtures.js';
import { memoryByteSource, numbersOf } from '../testing/memory-files.js';
import { openClassicFile } from './classic-file.js';

const counting = (length: number): number[] => Array.from({ length }, (_, i) => i + 1);

const content: ClassicContent = {
  version: 1,
  dimensions: [
    { name: 'time', size: null },
    { name: 'lat', size: 2 },
    { name: 'lon', size: 3 },
  ],
  variables: [
    {
      name: 'lat',
      type: 'float64',
      dimensions: [1],
      values: [33, 34],
      attributes: { units: 'degrees_north' },
    },
    { name: 'ssh', type: 'float32', dimensions: [0, 1, 2], values: counting(24), attributes: { units: 'm' } },
    { name: 'flag', type: 'int8', dimensions: [0, 2], values: counting(12) },
  ],
  recordCount: 4,
};

describe('openClassicFile', () => {
  it.each([1, 2, 5] as const)('reads slabs across the records of CDF-%d', async (version) => {
    const file = openClassicFile(memoryByteSource(classicFileBytes({ ...content, version })));
    expect(file.format).toBe(`cdf${version}`);
    expect(file.variables.map((variable) => variable.shape)).toEqual([[2], [4, 2, 3], [4, 3]]);
    expect(numbersOf(await file.readSlab('ssh', [1, 1, 0], [2, 1, 2]))).toEqual([10, 11, 16, 17]);
    expect(numbersOf(await file.readSlab('flag', [2, 1], [2, 2]))).toEqual([8, 9, 11, 12]);
    expect(numbersOf(await file.readSlab('lat', [0], [2]))).toEqual([33, 34]);
    expect(file.variables[1]!.attributes).toEqual({ units: 'm' });
  });

  it('does not pad the records of a single record variable', async () => {
    const single = { ...content, variables: [content.variables[2]!] };
    const file = openClassicFile(memoryByteSource(classicFileBytes(single)));
    expect(numbersOf(await file.readSlab('flag', [0, 0], [4, 3]))).toEqual(counting(12));
  });

  it('counts the records of a file that was written as a stream', async () => {
    for (const version of [1, 5] as const) {
      const file = openClassicFile(
        memoryByteSource(classicFileBytes({ ...content, version, isStreaming: true })),
      );
      expect(file.variables[1]!.shape).toEqual([4, 2, 3]);
    }
  });

  it.each(['cdf1.nc', 'cdf2.nc', 'cdf5.nc'])('reads %s as the netCDF library wrote it', async (name) => {
    const file = openClassicFile(memoryByteSource(readFileSync(fixturePath(name))));
    expect(file.attributes).toEqual({ title: 'classic é' });
    const ssh = await file.readSlab('ssh', [0, 0, 0], [3, 4, 5]);
    expect(numbersOf(ssh)).toEqual(Array.from({ length: 60 }, (_, i) => Math.fround(i / 100)));
    expect(numbersOf(await file.readSlab('flag', [2, 0], [1, 5]))).toEqual([10, 11, 12, 13, 14]);
  });

  it('reads the single byte record variable that the netCDF library wrote', async () => {
    const file = openClassicFile(memoryByteSource(readFileSync(fixturePath('single-record-variable.nc'))));
    expect(numbersOf(await file.readSlab('flag', [0, 0], [5, 3]))).toEqual(
      Array.from({ length: 15 }, (_, i) => i),
    );
  });

  it('refuses a truncated file at every length', () => {
    const bytes = classicFileBytes(content);
    for (let length = 4; length < bytes.length - 1; length++) {
      expect(() => openClassicFile(memoryByteSource(bytes.subarray(0, length)))).toThrow(NetcdfError);
    }
  });

  it('refuses counts that the file cannot hold before reserving memory for them', () => {
    const bytes = classicFileBytes(content);
    const withCount = bytes.slice();
    new DataView(withCount.buffer).setUint32(12, 0x7fffffff); // number of dimensions
    expect(() => openClassicFile(memoryByteSource(withCount))).toThrow(
      expect.objectContaining({ code: 'too-many-objects' }),
    );
    const withSize = bytes.slice();
    new DataView(withSize.buffer).setUint32(4, 0x7fffffff); // number of records
    expect(() => openClassicFile(memoryByteSource(withSize))).toThrow(
      expect.objectContaining({ code: 'unreadable-file' }),
    );
  });

  it('answers every damaged header with a NetcdfError or with values inside the file', async () => {
    const bytes = classicFileBytes(content);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const damaged = bytes.slice();
          for (const [at, value] of changes) damaged[at] = value;
          try {
            const file = openClassicFile(memoryByteSource(damaged));
            for (const variable of file.variables) {
              if (variable.shape.includes(0)) continue;
              await file.readSlab(
                variable.name,
                variable.shape.map(() => 0),
                variable.shape,
              );
            }
          } catch (error) {
            expect(error).toBeInstanceOf(NetcdfError);
          }
        },
      ),
      { numRuns: 300, seed: 20_121_022 },
    );
  });
});
