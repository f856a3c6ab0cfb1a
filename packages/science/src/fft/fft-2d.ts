import { createVectorMemory } from '../webassembly/assembler.js';
import { createFftPlan, stockhamRadices, stageTwiddles } from './fft-plan.js';
import { createVectorPasses, SIDE_BY_SIDE, TWIDDLE_DOUBLES, type VectorPasses } from './vector-passes.js';

/** Two-dimensional transforms of interleaved complex numbers, shape [row, column, 2], in place. */
export type Fft2d = {
  /** Arrays that are transformed without a copy, as many as were asked for. */
  readonly arrays: readonly Float64Array[];
  /** Unscaled, exponent −i. */
  forward(data: Float64Array): void;
  /** Scaled by 1 / (rows · columns), exponent +i. */
  inverse(data: Float64Array): void;
};

const PAGE_BYTES = 65_536;
const COMPLEX_BYTES = 16;

/**
 * Prepares the transform of a `rowCount` × `columnCount` grid. The bits of the result are those of `createFftPlan` along each
 * row, then along each column; where the numbers of rows and columns are products of 2, 3 and 5 and multiples of 4, it takes a
 * quarter of the time, by the vector instructions of WebAssembly.
 *
 * @param arrayCount - arrays of the grid's size to make room for, see `Fft2d.arrays`.
 */
export function createFft2d(rowCount: number, columnCount: number, arrayCount = 0): Fft2d {
  const isVectorLength = (length: number): boolean =>
    length % SIDE_BY_SIDE === 0 && stockhamRadices(length).every((radix) => radix <= 5);
  return isVectorLength(rowCount) && isVectorLength(columnCount)
    ? createVectorFft2d(rowCount, columnCount, arrayCount)
    : createPlainFft2d(rowCount, columnCount, arrayCount);
}

function createPlainFft2d(rowCount: number, columnCount: number, arrayCount: number): Fft2d {
  const alongRow = createFftPlan(columnCount);
  const alongColumn = createFftPlan(rowCount, columnCount);
  return {
    arrays: Array.from({ length: arrayCount }, () => new Float64Array(2 * rowCount * columnCount)),
    forward(data) {
      for (let row = 0; row < rowCount; row++) alongRow.forward(data, 2 * row * columnCount);
      alongColumn.forward(data);
    },
    inverse(data) {
      for (let row = 0; row < rowCount; row++) alongRow.inverse(data, 2 * row * columnCount);
      alongColumn.inverse(data);
    },
  };
}

/** The transforms along one axis, a few at a time: gathered, passed to and fro between two buffers, scattered back. */
type Axis = {
  length: number;
  passes: { radix: number; m: number; s: number; twiddles: number }[];
  /** Bytes between two points of a transform, and between two transforms. */
  pointBytes: number;
  transformBytes: number;
  transformCount: number;
  /** Addresses of the factors of re and im that an inverse transform ends with. */
  inverseFactors: number;
};

function createVectorFft2d(rowCount: number, columnCount: number, arrayCount: number): Fft2d {
  const dataDoubles = 2 * rowCount * columnCount;
  const bufferDoubles = 2 * SIDE_BY_SIDE * Math.max(rowCount, columnCount);
  const constants: number[] = [];
  const constantsAt = 8 * (dataDoubles * (arrayCount + 1) + 2 * bufferDoubles);
  const keep = (values: readonly number[]): number => {
    const address = constantsAt + 8 * constants.length;
    constants.push(...values);
    return address;
  };
  const unchanged = keep([1, 1]);
  const conjugate = keep([1, -1]);
  const axisOf = (
    length: number,
    rest: Pick<Axis, 'pointBytes' | 'transformBytes' | 'transformCount'>,
  ): Axis => {
    let m = length;
    let s = SIDE_BY_SIDE;
    const passes = stockhamRadices(length).map((radix) => {
      m /= radix;
      const pass = { radix, m, s, twiddles: keep(vectorTwiddles(radix, m)) };
      s *= radix;
      return pass;
    });
    return { length, passes, ...rest, inverseFactors: keep([1 / length, -1 / length]) };
  };
  const rowBytes = COMPLEX_BYTES * columnCount;
  const alongRow = axisOf(columnCount, {
    pointBytes: COMPLEX_BYTES,
    transformBytes: rowBytes,
    transformCount: rowCount,
  });
  const alongColumn = axisOf(rowCount, {
    pointBytes: rowBytes,
    transformBytes: COMPLEX_BYTES,
    transformCount: columnCount,
  });

  const memory = createVectorMemory(Math.ceil((constantsAt + 8 * constants.length) / PAGE_BYTES));
  new Float64Array(memory.buffer, constantsAt, constants.length).set(constants);
  const vector = createVectorPasses(memory);
  const arrayAt = (index: number): Float64Array =>
    new Float64Array(memory.buffer, 8 * dataDoubles * index, dataDoubles);
  const arrays = Array.from({ length: arrayCount }, (_, index) => arrayAt(index));
  const copied = arrayAt(arrayCount);
  const buffersAt = 8 * dataDoubles * (arrayCount + 1);
  const buffers: [number, number] = [buffersAt, buffersAt + 8 * bufferDoubles];

  /** Transforms what lies at an address of the memory. */
  const inPlace = (data: Float64Array, work: (address: number) => void): void => {
    if (data.buffer === memory.buffer) return work(data.byteOffset);
    copied.set(data);
    work(copied.byteOffset);
    data.set(copied);
  };
  return {
    arrays,
    forward: (data) =>
      inPlace(data, (address) => {
        transformAxis(vector, alongRow, address, buffers, unchanged, unchanged);
        transformAxis(vector, alongColumn, address, buffers, unchanged, unchanged);
      }),
    // inverse(x) = conj(forward(conj(x)))/length.
    inverse: (data) =>
      inPlace(data, (address) => {
        transformAxis(vector, alongRow, address, buffers, conjugate, alongRow.inverseFactors);
        transformAxis(vector, alongColumn, address, buffers, conjugate, alongColumn.inverseFactors);
      }),
  };
}

function transformAxis(
  { gather, scatter, passes: passOf }: VectorPasses,
  { length, passes, pointBytes, transformBytes, transformCount }: Axis,
  address: number,
  buffers: readonly [number, number],
  factorsBefore: number,
  factorsAfter: number,
): void {
  for (let first = 0; first < transformCount; first += SIDE_BY_SIDE) {
    const place = address + first * transformBytes;
    let [from, to] = buffers;
    gather(place, from, length, pointBytes, transformBytes, factorsBefore);
    for (const { radix, m, s, twiddles } of passes) {
      passOf.get(radix)!(from, to, twiddles, m, s);
      [from, to] = [to, from];
    }
    scatter(from, place, length, pointBytes, transformBytes, factorsAfter);
  }
}

/** The twiddles of a pass as its vector code reads them. */
function vectorTwiddles(radix: number, m: number): number[] {
  const twiddles = stageTwiddles(radix, m);
  return Array.from({ length: TWIDDLE_DOUBLES * (radix - 1) * m }, (_, index) => {
    const [re, im] = [2 * Math.floor(index / TWIDDLE_DOUBLES), 2 * Math.floor(index / TWIDDLE_DOUBLES) + 1];
    return [twiddles[re]!, twiddles[re]!, -twiddles[im]!, twiddles[im]!][index % TWIDDLE_DOUBLES]!;
  });
}
