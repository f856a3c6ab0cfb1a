import type { ByteSource } from '../byte-source.js';
import { NetcdfError } from '../netcdf-error.js';
import type { NetcdfAttributes, NetcdfFile, NetcdfType, SlabValues } from '../netcdf-file.js';
import { allocateValues, checkSlab, forEachRun } from '../decoding/slab.js';

/** A file made of bytes in memory that fails like a truncated one beyond its end. */
export function memoryByteSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    readInto(target, offset) {
      if (offset < 0 || offset + target.length > bytes.length) {
        throw new NetcdfError({
          code: 'unreadable-file',
          where: 'the bytes',
          found: 'they end',
          expected: 'more',
          fix: 'Add some.',
        });
      }
      target.set(bytes.subarray(offset, offset + target.length));
    },
    close() {},
  };
}

export type MemoryVariable = {
  name: string;
  type: NetcdfType;
  dimensions: string[];
  shape: number[];
  attributes?: NetcdfAttributes;
  values?: ArrayLike<number>;
  /** Of a variable of strings. */
  texts?: string[];
  chunkShape?: number[];
};

/** An open file whose variables are arrays, for tests of the decoding. */
export function memoryNetcdfFile(variables: MemoryVariable[], attributes: NetcdfAttributes = {}): NetcdfFile {
  const dimensions = new Map(
    variables.flatMap((variable) =>
      variable.dimensions.map((name, i) => [name, variable.shape[i]!] as const),
    ),
  );
  return {
    format: 'netcdf4',
    attributes,
    dimensions: Array.from(dimensions, ([name, size]) => ({ name, size })),
    variables: variables.map((variable) => ({
      name: variable.name,
      type: variable.type,
      dimensions: variable.dimensions,
      shape: variable.shape,
      attributes: variable.attributes ?? {},
      chunkShape: variable.chunkShape ?? null,
      isCompressed: variable.chunkShape !== undefined,
    })),
    async readSlab(name, start, count): Promise<SlabValues> {
      const variable = variables.find((candidate) => candidate.name === name)!;
      checkSlab(name, variable.shape, start, count);
      const slab = allocateValues(
        variable.type,
        count.reduce((total, size) => total * size, 1),
      ) as Float64Array<ArrayBuffer>;
      forEachRun(variable.shape, start, count, (sourceIndex, length, slabIndex) => {
        for (let i = 0; i < length; i++) slab[slabIndex + i] = variable.values![sourceIndex + i]!;
      });
      return slab;
    },
    readTexts: async (name) => variables.find((candidate) => candidate.name === name)!.texts!,
    close() {},
  };
}

/** Slab values as plain numbers, to compare with. */
export function numbersOf(values: SlabValues): number[] {
  const numbers: number[] = [];
  for (const value of values) numbers.push(Number(value));
  return numbers;
}
