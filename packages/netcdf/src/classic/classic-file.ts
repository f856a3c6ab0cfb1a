import type { ByteSource } from '../byte-source.js';
import type { NetcdfFile, NetcdfVariable, SlabValues } from '../netcdf-file.js';
import {
  allocateValues,
  bytesOf,
  checkSlab,
  elementBytesOf,
  forEachRun,
  swapBytes,
} from '../decoding/slab.js';
import type { StructureLimits } from '../structure-limits.js';
import { readClassicHeader, type ClassicHeader, type ClassicVariable } from './classic-header.js';

/** Opens a classic file (CDF-1, CDF-2, CDF-5) over its bytes. */
export function openClassicFile(source: ByteSource, limits?: Partial<StructureLimits>): NetcdfFile {
  const header = readClassicHeader(source, limits);
  const byName = new Map(header.variables.map((variable) => [variable.name, variable]));
  const variables = header.variables.map((variable): NetcdfVariable => ({
    name: variable.name,
    type: variable.type,
    dimensions: variable.dimensionIndexes.map((index) => header.dimensions[index]!.name),
    shape: variable.shape,
    attributes: variable.attributes,
    chunkShape: null,
    isCompressed: false,
  }));
  return {
    format: header.format,
    dimensions: header.dimensions,
    variables,
    attributes: header.attributes,
    async readSlab(name, start, count) {
      const variable = byName.get(name);
      if (!variable) throw new RangeError(`no variable '${name}'`);
      return readClassicSlab(source, header, variable, start, count);
    },
    close: () => source.close(),
  };
}

function readClassicSlab(
  source: ByteSource,
  header: ClassicHeader,
  variable: ClassicVariable,
  start: readonly number[],
  count: readonly number[],
): SlabValues {
  checkSlab(variable.name, variable.shape, start, count);
  const values = allocateValues(
    variable.type,
    count.reduce((total, size) => total * size, 1),
  );
  const bytes = bytesOf(values);
  const elementBytes = elementBytesOf(variable.type)!;
  const readRuns = (
    shape: readonly number[],
    from: readonly number[],
    lengths: readonly number[],
    begin: number,
    at: number,
  ): void =>
    forEachRun(shape, from, lengths, (sourceIndex, length, slabIndex) => {
      const target = bytes.subarray(
        (at + slabIndex) * elementBytes,
        (at + slabIndex + length) * elementBytes,
      );
      source.readInto(target, begin + sourceIndex * elementBytes);
    });
  if (!variable.isRecord) readRuns(variable.shape, start, count, variable.begin, 0);
  else {
    const perRecord = values.length / count[0]!;
    for (let i = 0; i < count[0]!; i++) {
      const begin = variable.begin + (start[0]! + i) * header.recordBytes;
      readRuns(variable.shape.slice(1), start.slice(1), count.slice(1), begin, i * perRecord);
    }
  }
  swapBytes(values); // classic files are big-endian
  return values;
}
