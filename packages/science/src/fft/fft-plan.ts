import { InvalidOptionError } from '../errors.js';
import { primitiveRootPowers, runRaderStage, type RaderStage } from './rader-stage.js';
import { MAX_STAGE_PRIME, ROW_GROUP, runStage } from './stockham-stages.js';

/**
 * A discrete Fourier transform of one length, prepared once and used many times.
 *
 * Data are interleaved complex numbers (re, im, …) of `batch` transforms side by side, shape `[length][batch][2]`:
 * number k of transform b starts at double `2·(k·batch + b)`. A plan owns scratch memory: one plan per thread.
 */
export type FftPlan = {
  readonly length: number;
  readonly batch: number;
  /** In place: `X[k] = Σ_n x[n]·exp(−2πi·kn/length)`, numpy's sign. `offset` in doubles. */
  forward(data: Float64Array, offset?: number): void;
  /** In place: `x[n] = (1/length)·Σ_k X[k]·exp(+2πi·kn/length)`. `offset` in doubles. */
  inverse(data: Float64Array, offset?: number): void;
};

/**
 * Prepares Fourier transforms of any length ≥ 1, in float64: Stockham passes of radix 4, 2, 3, 5, 7 and larger primes,
 * those as the defining sum or as Rader's convolution; Bluestein's convolution where it is cheaper.
 *
 * The error against the defining sum stays below 1e-11 of the largest output for the lengths the tests cover (up to 1721).
 *
 * @param length - points per transform.
 * @param batch - transforms side by side.
 * @throws InvalidOptionError unless both are integers ≥ 1.
 * Source: L. I. Bluestein, "A linear filtering approach to the computation of the discrete Fourier transform", 1970.
 */
export function createFftPlan(length: number, batch = 1): FftPlan {
  requirePositiveInteger('length', length);
  requirePositiveInteger('batch', batch);
  return stockhamCost(length) > bluesteinCost(length)
    ? createBluesteinPlan(length, batch)
    : createStockhamPlan(length, batch);
}

/** Radices of the passes, largest odd primes last: the last pass has no twiddles. */
export function stockhamRadices(length: number): number[] {
  const radices: number[] = [];
  let rest = length;
  for (const radix of [4, 2, 3, 5, 7]) {
    while (rest % radix === 0) {
      radices.push(radix);
      rest /= radix;
    }
  }
  for (let prime = 11; rest > 1; prime += 2) {
    if (prime * prime > rest) prime = rest;
    while (rest % prime === 0) {
      radices.push(prime);
      rest /= prime;
    }
  }
  return radices;
}

/** Floating-point operations of one transform, roughly; like the others only used to choose between ways. */
function transformCost(length: number): number {
  return Math.min(stockhamCost(length), bluesteinCost(length));
}

function stockhamCost(length: number): number {
  const operationsPerPoint = stockhamRadices(length).reduce((sum, radix) => {
    if (radix <= 7) return sum + 5 * Math.log2(radix);
    return sum + Math.min(directCost(radix), raderCost(radix)) / radix;
  }, 0);
  return length * operationsPerPoint;
}

/** The passes do four products at a time without a stall: fewer operations than a sum over all pairs has. */
function directCost(prime: number): number {
  return prime > MAX_STAGE_PRIME ? Infinity : 2 * prime * prime;
}

/** Two transforms, a pointwise product, and the way there and back. */
function raderCost(prime: number): number {
  return 2 * transformCost(prime - 1) + 18 * prime;
}

/** Whether a prime above 7 is cheaper as a convolution than as the defining sum. */
export function isRaderPrime(prime: number): boolean {
  return raderCost(prime) < directCost(prime);
}

/** Two transforms of the padded length and three pointwise products. */
function bluesteinCost(length: number): number {
  const padded = bluesteinLength(length);
  return 2 * 5 * padded * Math.log2(padded) + 18 * padded;
}

/** Smallest 2^a·3^b·5^c that holds the linear convolution of a chirp with itself. */
function bluesteinLength(length: number): number {
  const needed = 2 * length - 1;
  let best = Infinity;
  for (let fives = 1; fives < 2 * needed; fives *= 5) {
    for (let threes = fives; threes < 2 * needed; threes *= 3) {
      const twos = 2 ** Math.max(0, Math.ceil(Math.log2(needed / threes)));
      best = Math.min(best, threes * twos);
    }
  }
  return best;
}

function createStockhamPlan(length: number, batch: number): FftPlan {
  const stages = stockhamStages(length, batch);
  const scratch = new Float64Array(2 * length * batch);
  const forward = (data: Float64Array, offset = 0): void => {
    let inScratch = false;
    for (const stage of stages) {
      if (inScratch) stage(scratch, 0, data, offset);
      else stage(data, offset, scratch, 0);
      inScratch = !inScratch;
    }
    if (inScratch) data.set(scratch, offset);
  };
  return { length, batch, forward, inverse: inverseOf(forward, length, batch) };
}

/** A pass from one array to another; offsets in doubles. */
type Pass = (x: Float64Array, xOffset: number, y: Float64Array, yOffset: number) => void;

function stockhamStages(length: number, batch: number): Pass[] {
  const passes: Pass[] = [];
  let n = length;
  let s = batch;
  for (const radix of stockhamRadices(length)) {
    const m = n / radix;
    passes.push(radix > 7 && isRaderPrime(radix) ? raderPass(radix, m, s) : directPass(radix, m, s));
    n = m;
    s *= radix;
  }
  return passes;
}

function directPass(radix: number, m: number, s: number): Pass {
  const half = radix > 7 ? (radix - 1) / 2 : 0;
  const cosines = groupedMatrix(half, (j, k) => Math.cos((2 * Math.PI * ((j * k) % radix)) / radix));
  const sines = groupedMatrix(half, (j, k) => Math.sin((2 * Math.PI * ((j * k) % radix)) / radix));
  const stage = { radix, m, s, twiddles: stageTwiddles(radix, m), cosines, sines };
  return (x, xOffset, y, yOffset) => runStage(stage, x, xOffset, y, yOffset);
}

function raderPass(radix: number, m: number, s: number): Pass {
  const count = radix - 1;
  const powers = primitiveRootPowers(radix);
  const filter = new Float64Array(2 * count);
  powers.forEach((_, q) => {
    const angle = (-2 * Math.PI * powers[(count - q) % count]!) / radix;
    filter[2 * q] = Math.cos(angle) / count;
    filter[2 * q + 1] = Math.sin(angle) / count;
  });
  createFftPlan(count).forward(filter);
  const stage: RaderStage = {
    radix,
    m,
    s,
    twiddles: stageTwiddles(radix, m),
    inner: createFftPlan(count, s),
    powers,
    filter,
    work: new Float64Array(2 * count * s),
  };
  return (x, xOffset, y, yOffset) => runRaderStage(stage, x, xOffset, y, yOffset);
}

/** The entries for j, k = 1 … size in the order that `StockhamStage` describes. */
function groupedMatrix(size: number, entry: (j: number, k: number) => number): Float64Array {
  const groups = Math.ceil(size / ROW_GROUP);
  const matrix = new Float64Array(groups * size * ROW_GROUP);
  for (let j = 0; j < size; j++) {
    const group = Math.floor(j / ROW_GROUP);
    for (let k = 0; k < size; k++)
      matrix[(group * size + k) * ROW_GROUP + (j % ROW_GROUP)] = entry(j + 1, k + 1);
  }
  return matrix;
}

/** `w_n^(pj)` of a pass: see `StockhamStage`. */
export function stageTwiddles(radix: number, m: number): Float64Array {
  const twiddles = new Float64Array(2 * (radix - 1) * m);
  let at = 0;
  for (let p = 0; p < m; p++) {
    for (let j = 1; j < radix; j++) {
      const angle = (-2 * Math.PI * ((p * j) % (radix * m))) / (radix * m);
      twiddles[at++] = Math.cos(angle);
      twiddles[at++] = Math.sin(angle);
    }
  }
  return twiddles;
}

/** A transform of any length as a convolution with a chirp: kn = (k² + n² − (k − n)²)/2. */
function createBluesteinPlan(length: number, batch: number): FftPlan {
  const padded = bluesteinLength(length);
  const inner = createFftPlan(padded, batch);
  const chirp = bluesteinChirp(length);
  const filter = bluesteinFilter(chirp, length, padded);
  const work = new Float64Array(2 * padded * batch);
  const width = 2 * batch;
  const forward = (data: Float64Array, offset = 0): void => {
    work.fill(0, width * length);
    for (let k = 0; k < length; k++) {
      multiplyRow(data, offset + k * width, work, k * width, width, chirp[2 * k]!, chirp[2 * k + 1]!);
    }
    inner.forward(work);
    for (let k = 0; k < padded; k++) {
      multiplyRow(work, k * width, work, k * width, width, filter[2 * k]!, filter[2 * k + 1]!);
    }
    inner.inverse(work);
    for (let k = 0; k < length; k++) {
      multiplyRow(work, k * width, data, offset + k * width, width, chirp[2 * k]!, chirp[2 * k + 1]!);
    }
  };
  return { length, batch, forward, inverse: inverseOf(forward, length, batch) };
}

/** exp(−πi·k²/length), with k² reduced modulo 2·length before it becomes an angle. */
function bluesteinChirp(length: number): Float64Array {
  const chirp = new Float64Array(2 * length);
  for (let k = 0; k < length; k++) {
    const angle = (-Math.PI * ((k * k) % (2 * length))) / length;
    chirp[2 * k] = Math.cos(angle);
    chirp[2 * k + 1] = Math.sin(angle);
  }
  return chirp;
}

function bluesteinFilter(chirp: Float64Array, length: number, padded: number): Float64Array {
  const filter = new Float64Array(2 * padded);
  for (let k = 0; k < length; k++) {
    for (const at of k === 0 ? [0] : [k, padded - k]) {
      filter[2 * at] = chirp[2 * k]!;
      filter[2 * at + 1] = -chirp[2 * k + 1]!;
    }
  }
  createFftPlan(padded).forward(filter);
  return filter;
}

function multiplyRow(
  source: Float64Array,
  from: number,
  target: Float64Array,
  to: number,
  width: number,
  wr: number,
  wi: number,
): void {
  for (let index = 0; index < width; index += 2) {
    const re = source[from + index]!;
    const im = source[from + index + 1]!;
    target[to + index] = re * wr - im * wi;
    target[to + index + 1] = re * wi + im * wr;
  }
}

/** inverse(x) = conj(forward(conj(x)))/length. */
function inverseOf(
  forward: (data: Float64Array, offset: number) => void,
  length: number,
  batch: number,
): (data: Float64Array, offset?: number) => void {
  const doubles = 2 * length * batch;
  const scale = 1 / length;
  return (data, offset = 0) => {
    const end = offset + doubles;
    for (let index = offset + 1; index < end; index += 2) data[index] = -data[index]!;
    forward(data, offset);
    for (let index = offset; index < end; index += 2) {
      data[index] = data[index]! * scale;
      data[index + 1] = -data[index + 1]! * scale;
    }
  };
}

function requirePositiveInteger(option: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidOptionError(option, value, 'an integer ≥ 1');
}
