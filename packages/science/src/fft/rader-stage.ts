/**
 * One Stockham pass whose radix is a prime r, as a cyclic convolution of length r − 1: with g a primitive root,
 * `X[g^−q] = x[0] + Σ_p x[g^p]·w_r^(g^(p − q))`.
 *
 * Source: C. M. Rader, "Discrete Fourier transforms when the number of data samples is prime", 1968.
 */
export type RaderStage = {
  readonly radix: number;
  /** Points left per transform divided by the radix. */
  readonly m: number;
  /** Transforms side by side, counted in complex numbers. */
  readonly s: number;
  /** As in `StockhamStage`. */
  readonly twiddles: Float64Array;
  /** Transforms of length r − 1, s side by side, in place. */
  readonly inner: { forward(data: Float64Array): void };
  /** `g^q mod r` for q < r − 1. */
  readonly powers: Int32Array;
  /** The transform of `w_r^(g^−q)` divided by r − 1, interleaved complex. */
  readonly filter: Float64Array;
  readonly work: Float64Array;
};

/** Smallest primitive root of a prime and its powers, shape `[prime − 1]`. */
export function primitiveRootPowers(prime: number): Int32Array {
  const powers = new Int32Array(prime - 1);
  for (let root = 1; root < prime; root++) {
    let power = 1;
    let order = 0;
    do {
      powers[order++] = power;
      power = (power * root) % prime;
    } while (power !== 1);
    if (order === prime - 1) return powers;
  }
  throw new RangeError(`${prime} has no primitive root: it is no prime`);
}

/** Runs one pass; offsets are in doubles. */
export function runRaderStage(
  stage: RaderStage,
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
): void {
  const { radix, m, s, powers, inner, work, filter } = stage;
  const count = radix - 1;
  const width = 2 * s;
  for (let p = 0; p < m; p++) {
    const from = xOffset + width * p;
    const to = yOffset + radix * width * p;
    for (let q = 0; q < count; q++) copyRow(x, from + width * m * powers[q]!, work, q * width, width);
    inner.forward(work);
    for (let index = 0; index < width; index++) y[to + index] = x[from + index]! + work[index]!;
    convolve(work, width, filter);
    for (let index = 0; index < width; index++) work[index]! += x[from + index]!; // reaches every output
    inner.forward(work);
    const twiddles = 2 * count * p;
    for (let q = 0; q < count; q++) {
      // The second transform stands in for an inverse one: its rows come in reverse, and so do the powers of 1/g.
      const j = powers[q]!;
      const row = to + j * width;
      if (m === 1) {
        copyRow(work, q * width, y, row, width);
        continue;
      }
      const wr = stage.twiddles[twiddles + 2 * (j - 1)]!;
      const wi = stage.twiddles[twiddles + 2 * (j - 1) + 1]!;
      for (let index = 0; index < width; index += 2) {
        const re = work[q * width + index]!;
        const im = work[q * width + index + 1]!;
        y[row + index] = re * wr - im * wi;
        y[row + index + 1] = re * wi + im * wr;
      }
    }
  }
}

function copyRow(x: Float64Array, from: number, y: Float64Array, to: number, width: number): void {
  for (let index = 0; index < width; index++) y[to + index] = x[from + index]!;
}

function convolve(work: Float64Array, width: number, filter: Float64Array): void {
  for (let at = 0, q = 0; at < work.length; q += 2) {
    const wr = filter[q]!;
    const wi = filter[q + 1]!;
    for (const end = at + width; at < end; at += 2) {
      const re = work[at]!;
      const im = work[at + 1]!;
      work[at] = re * wr - im * wi;
      work[at + 1] = re * wi + im * wr;
    }
  }
}
