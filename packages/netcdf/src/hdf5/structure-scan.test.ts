import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NetcdfError } from '../netcdf-error.js';
import { fixturePath } from '../testing/fixtures.js';
import { memoryByteSource } from '../testing/memory-files.js';
import type { StructureLimits } from '../structure-limits.js';
import { scanHdf5Structure, type Hdf5Structure } from './structure-scan.js';

const scan = (name: string, limits?: Partial<StructureLimits>): Hdf5Structure =>
  scanHdf5Structure(memoryByteSource(readFileSync(fixturePath(name))), limits);

describe('scanHdf5Structure', () => {
  it.each([
    ['external-storage.h5', 'external-storage'],
    ['virtual-dataset.h5', 'virtual-dataset'],
    ['external-link.h5', 'external-link'],
    ['external-link-dense.h5', 'external-link'],
    ['soft-link.h5', 'soft-link'],
    ['soft-link-new.h5', 'soft-link'],
    ['hard-link-cycle.h5', 'too-many-objects'],
    ['declares-200-gib.h5', 'declared-size-too-large'],
    ['filter-lzf.h5', 'unsupported-filter'],
    ['filter-scaleoffset.h5', 'unsupported-filter'],
    ['type-compound.h5', 'unsupported-type'],
    ['type-vlen.h5', 'unsupported-type'],
    ['type-reference.h5', 'unsupported-type'],
    ['type-array.h5', 'unsupported-type'],
  ])('refuses %s as %s', (name, code) => {
    expect(() => scan(name)).toThrow(expect.objectContaining({ tag: 'NetcdfError', code }));
  });

  it.each(['many-variables-old.h5', 'many-variables-new.h5'])('lists every variable of %s once', (name) => {
    const paths = scan(name).datasets.map((dataset) => dataset.path);
    const expected = Array.from(
      { length: paths.length },
      (_, i) => `a_variable_with_a_longer_name_${String(i).padStart(3, '0')}`,
    );
    expect(paths.toSorted()).toEqual(expected);
    expect(paths).toHaveLength(name.includes('new') ? 50 : 20);
  });

  it('describes types, shapes, chunks and filters as they were written', () => {
    const byPath = new Map(scan('netcdf4-zoo.nc').datasets.map((dataset) => [dataset.path, dataset]));
    expect(byPath.get('products/ssh')).toMatchObject({
      type: 'float32',
      shape: [3, 4, 5],
      filters: [3, 2, 1],
      layout: { kind: 'chunked' },
    });
    expect(byPath.get('big_endian')).toMatchObject({ type: 'float64', isLittleEndian: false });
    expect(byPath.get('label')).toMatchObject({ type: 'string' });
    expect(byPath.get('letters')).toMatchObject({ type: 'char' });
    expect(byPath.get('mask')).toMatchObject({ type: 'int8', shape: [4, 5] });
    expect(byPath.get('count')).toMatchObject({ type: 'int64' });
  });

  it('bounds the number of objects, the depth of groups, chunks and sizes', () => {
    expect(() => scan('many-variables-new.h5', { maxObjects: 49 })).toThrow(
      expect.objectContaining({ code: 'too-many-objects' }),
    );
    expect(() => scan('many-variables-old.h5', { maxObjects: 19 })).toThrow(
      expect.objectContaining({ code: 'too-many-objects' }),
    );
    expect(() => scan('netcdf4-zoo.nc', { maxGroupDepth: 0 })).toThrow(
      expect.objectContaining({ code: 'too-many-objects' }),
    );
    expect(() => scan('chunk-indexes.h5', { maxChunkBytes: 200 })).toThrow(
      expect.objectContaining({ code: 'declared-size-too-large' }),
    );
    expect(() => scan('declares-200-gib.h5', { maxDeclaredBytes: 2 ** 40 })).toThrow(
      expect.objectContaining({ code: 'compression-ratio-too-large' }),
    );
  });

  it('refuses every truncation of a file', () => {
    const bytes = readFileSync(fixturePath('external-link-dense.h5'));
    for (let length = 0; length < bytes.length; length += 37) {
      expect(() => scanHdf5Structure(memoryByteSource(bytes.subarray(0, length)))).toThrow(NetcdfError);
    }
  });

  it.each(['netcdf4-zoo.nc', 'many-variables-new.h5', 'chunk-indexes.h5', 'many-variables-old.h5'])(
    'answers every damaged copy of %s with a NetcdfError or a structure inside the file',
    (name) => {
      const bytes = readFileSync(fixturePath(name));
      const random = generator(20_121_022);
      for (let run = 0; run < 150; run++) {
        const damaged = Uint8Array.from(bytes);
        for (let i = 0; i <= run % 8; i++) damaged[random(bytes.length)] = random(256);
        try {
          for (const { layout } of scanHdf5Structure(memoryByteSource(damaged)).datasets) {
            if (layout.kind !== 'contiguous' || layout.offset === null) continue;
            expect(layout.offset + layout.sizeBytes).toBeLessThanOrEqual(bytes.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(NetcdfError);
        }
      }
    },
  );
});

/** Park–Miller: reproducible damage. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}
