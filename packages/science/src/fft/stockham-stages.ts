/**
 * One Stockham pass of radix r: reads `x`, writes `y`, both interleaved complex (re, im, re, im …).
 *
 * With `n = r·m` points left per transform and `s` transforms side by side, for p < m and q < s:
 * `y[q + s(rp + j)] = w_n^(pj) · Σ_k x[q + s(p + mk)] · w_r^(jk)`, `w_n = exp(−2πi/n)`.
 * The passes sort as they go, so no bit reversal is needed.
 *
 * Source: Stockham's autosort transform in the decimation-in-frequency form of T. Okahisa, "OTFFT" (2015).
 */
export type StockhamStage = {
  readonly radix: number;
  /** Points left per transform divided by the radix. */
  readonly m: number;
  /** Transforms side by side, counted in complex numbers. */
  readonly s: number;
  /** `w_n^(pj)` for p < m and 1 ≤ j < r, interleaved complex, ordered `[p][j − 1]`. */
  readonly twiddles: Float64Array;
  /**
   * Only for radices without code of their own: `cos` and `sin` of 2π(j + 1)(k + 1)/r for j, k < h = (r − 1)/2, in groups
   * of four rows, `[⌈h/4⌉][k][4]`, zero beyond row h.
   */
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
};

/** Rows of a cosine or sine matrix that are multiplied together. */
export const ROW_GROUP = 4;

/** Largest prime that `oddPrimeStage` has room for; longer primes go through Bluestein. */
export const MAX_STAGE_PRIME = 127;

const COS_60 = 0.5;
const SIN_60 = Math.sqrt(3) / 2;
const COS_72 = Math.cos((2 * Math.PI) / 5);
const COS_144 = Math.cos((4 * Math.PI) / 5);
const SIN_72 = Math.sin((2 * Math.PI) / 5);
const SIN_144 = Math.sin((4 * Math.PI) / 5);
const COS_1_7 = Math.cos((2 * Math.PI) / 7);
const COS_2_7 = Math.cos((4 * Math.PI) / 7);
const COS_3_7 = Math.cos((6 * Math.PI) / 7);
const SIN_1_7 = Math.sin((2 * Math.PI) / 7);
const SIN_2_7 = Math.sin((4 * Math.PI) / 7);
const SIN_3_7 = Math.sin((6 * Math.PI) / 7);

/** Runs one pass; offsets are in doubles. */
export function runStage(
  stage: StockhamStage,
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
): void {
  switch (stage.radix) {
    case 2:
      return radix2(x, xOffset, y, yOffset, stage.m, stage.s, stage.twiddles);
    case 3:
      return radix3(x, xOffset, y, yOffset, stage.m, stage.s, stage.twiddles);
    case 4:
      return radix4(x, xOffset, y, yOffset, stage.m, stage.s, stage.twiddles);
    case 5:
      return radix5(x, xOffset, y, yOffset, stage.m, stage.s, stage.twiddles);
    case 7:
      return radix7(x, xOffset, y, yOffset, stage.m, stage.s, stage.twiddles);
    default:
      return oddPrimeStage(stage, x, xOffset, y, yOffset);
  }
}

function radix2(
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
  m: number,
  s: number,
  twiddles: Float64Array,
): void {
  const width = 2 * s;
  const half = width * m;
  for (let p = 0; p < m; p++) {
    const wr = twiddles[2 * p]!;
    const wi = twiddles[2 * p + 1]!;
    const from = xOffset + width * p;
    const to = yOffset + 2 * width * p;
    for (let q = 0; q < width; q += 2) {
      const a = from + q;
      const b = a + half;
      const ar = x[a]!;
      const ai = x[a + 1]!;
      const br = x[b]!;
      const bi = x[b + 1]!;
      const dr = ar - br;
      const di = ai - bi;
      const out = to + q;
      y[out] = ar + br;
      y[out + 1] = ai + bi;
      y[out + width] = dr * wr - di * wi;
      y[out + width + 1] = dr * wi + di * wr;
    }
  }
}

function radix3(
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
  m: number,
  s: number,
  twiddles: Float64Array,
): void {
  const width = 2 * s;
  const third = width * m;
  for (let p = 0; p < m; p++) {
    const w1r = twiddles[4 * p]!;
    const w1i = twiddles[4 * p + 1]!;
    const w2r = twiddles[4 * p + 2]!;
    const w2i = twiddles[4 * p + 3]!;
    const from = xOffset + width * p;
    const to = yOffset + 3 * width * p;
    for (let q = 0; q < width; q += 2) {
      const a = from + q;
      const b = a + third;
      const c = b + third;
      const ar = x[a]!;
      const ai = x[a + 1]!;
      const sumR = x[b]! + x[c]!;
      const sumI = x[b + 1]! + x[c + 1]!;
      const turnR = SIN_60 * (x[b + 1]! - x[c + 1]!);
      const turnI = SIN_60 * (x[c]! - x[b]!);
      const midR = ar - COS_60 * sumR;
      const midI = ai - COS_60 * sumI;
      const out1 = to + q + width;
      const out2 = out1 + width;
      const r1 = midR + turnR;
      const i1 = midI + turnI;
      const r2 = midR - turnR;
      const i2 = midI - turnI;
      y[to + q] = ar + sumR;
      y[to + q + 1] = ai + sumI;
      y[out1] = r1 * w1r - i1 * w1i;
      y[out1 + 1] = r1 * w1i + i1 * w1r;
      y[out2] = r2 * w2r - i2 * w2i;
      y[out2 + 1] = r2 * w2i + i2 * w2r;
    }
  }
}

function radix4(
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
  m: number,
  s: number,
  twiddles: Float64Array,
): void {
  const width = 2 * s;
  const quarter = width * m;
  for (let p = 0; p < m; p++) {
    const w1r = twiddles[6 * p]!;
    const w1i = twiddles[6 * p + 1]!;
    const w2r = twiddles[6 * p + 2]!;
    const w2i = twiddles[6 * p + 3]!;
    const w3r = twiddles[6 * p + 4]!;
    const w3i = twiddles[6 * p + 5]!;
    const from = xOffset + width * p;
    const to = yOffset + 4 * width * p;
    for (let q = 0; q < width; q += 2) {
      const a = from + q;
      const b = a + quarter;
      const c = b + quarter;
      const d = c + quarter;
      const sumAcR = x[a]! + x[c]!;
      const sumAcI = x[a + 1]! + x[c + 1]!;
      const difAcR = x[a]! - x[c]!;
      const difAcI = x[a + 1]! - x[c + 1]!;
      const sumBdR = x[b]! + x[d]!;
      const sumBdI = x[b + 1]! + x[d + 1]!;
      const difBdR = x[b]! - x[d]!;
      const difBdI = x[b + 1]! - x[d + 1]!;
      const out = to + q;
      y[out] = sumAcR + sumBdR;
      y[out + 1] = sumAcI + sumBdI;
      const r1 = difAcR + difBdI;
      const i1 = difAcI - difBdR;
      const out1 = out + width;
      y[out1] = r1 * w1r - i1 * w1i;
      y[out1 + 1] = r1 * w1i + i1 * w1r;
      const r2 = sumAcR - sumBdR;
      const i2 = sumAcI - sumBdI;
      const out2 = out1 + width;
      y[out2] = r2 * w2r - i2 * w2i;
      y[out2 + 1] = r2 * w2i + i2 * w2r;
      const r3 = difAcR - difBdI;
      const i3 = difAcI + difBdR;
      const out3 = out2 + width;
      y[out3] = r3 * w3r - i3 * w3i;
      y[out3 + 1] = r3 * w3i + i3 * w3r;
    }
  }
}

function radix5(
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
  m: number,
  s: number,
  twiddles: Float64Array,
): void {
  const width = 2 * s;
  const fifth = width * m;
  for (let p = 0; p < m; p++) {
    const t = 8 * p;
    const from = xOffset + width * p;
    const to = yOffset + 5 * width * p;
    for (let q = 0; q < width; q += 2) {
      const a = from + q;
      const b = a + fifth;
      const c = b + fifth;
      const d = c + fifth;
      const e = d + fifth;
      const ar = x[a]!;
      const ai = x[a + 1]!;
      const sum1R = x[b]! + x[e]!;
      const sum1I = x[b + 1]! + x[e + 1]!;
      const dif1R = x[b]! - x[e]!;
      const dif1I = x[b + 1]! - x[e + 1]!;
      const sum2R = x[c]! + x[d]!;
      const sum2I = x[c + 1]! + x[d + 1]!;
      const dif2R = x[c]! - x[d]!;
      const dif2I = x[c + 1]! - x[d + 1]!;
      const mid1R = ar + COS_72 * sum1R + COS_144 * sum2R;
      const mid1I = ai + COS_72 * sum1I + COS_144 * sum2I;
      const mid2R = ar + COS_144 * sum1R + COS_72 * sum2R;
      const mid2I = ai + COS_144 * sum1I + COS_72 * sum2I;
      const turn1R = SIN_72 * dif1I + SIN_144 * dif2I;
      const turn1I = SIN_72 * dif1R + SIN_144 * dif2R;
      const turn2R = SIN_144 * dif1I - SIN_72 * dif2I;
      const turn2I = SIN_144 * dif1R - SIN_72 * dif2R;
      const out = to + q;
      y[out] = ar + sum1R + sum2R;
      y[out + 1] = ai + sum1I + sum2I;
      storeTwiddled(y, out + width, mid1R + turn1R, mid1I - turn1I, twiddles[t]!, twiddles[t + 1]!);
      storeTwiddled(y, out + 2 * width, mid2R + turn2R, mid2I - turn2I, twiddles[t + 2]!, twiddles[t + 3]!);
      storeTwiddled(y, out + 3 * width, mid2R - turn2R, mid2I + turn2I, twiddles[t + 4]!, twiddles[t + 5]!);
      storeTwiddled(y, out + 4 * width, mid1R - turn1R, mid1I + turn1I, twiddles[t + 6]!, twiddles[t + 7]!);
    }
  }
}

function radix7(
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
  m: number,
  s: number,
  twiddles: Float64Array,
): void {
  const width = 2 * s;
  const seventh = width * m;
  for (let p = 0; p < m; p++) {
    const t = 12 * p;
    const from = xOffset + width * p;
    const to = yOffset + 7 * width * p;
    for (let q = 0; q < width; q += 2) {
      const a = from + q;
      const b = a + seventh;
      const c = b + seventh;
      const d = c + seventh;
      const e = d + seventh;
      const f = e + seventh;
      const g = f + seventh;
      const ar = x[a]!;
      const ai = x[a + 1]!;
      const sum1R = x[b]! + x[g]!;
      const sum1I = x[b + 1]! + x[g + 1]!;
      const dif1R = x[b]! - x[g]!;
      const dif1I = x[b + 1]! - x[g + 1]!;
      const sum2R = x[c]! + x[f]!;
      const sum2I = x[c + 1]! + x[f + 1]!;
      const dif2R = x[c]! - x[f]!;
      const dif2I = x[c + 1]! - x[f + 1]!;
      const sum3R = x[d]! + x[e]!;
      const sum3I = x[d + 1]! + x[e + 1]!;
      const dif3R = x[d]! - x[e]!;
      const dif3I = x[d + 1]! - x[e + 1]!;
      const out = to + q;
      y[out] = ar + sum1R + sum2R + sum3R;
      y[out + 1] = ai + sum1I + sum2I + sum3I;
      const mid1R = ar + COS_1_7 * sum1R + COS_2_7 * sum2R + COS_3_7 * sum3R;
      const mid1I = ai + COS_1_7 * sum1I + COS_2_7 * sum2I + COS_3_7 * sum3I;
      const turn1R = SIN_1_7 * dif1I + SIN_2_7 * dif2I + SIN_3_7 * dif3I;
      const turn1I = SIN_1_7 * dif1R + SIN_2_7 * dif2R + SIN_3_7 * dif3R;
      storeTwiddled(y, out + width, mid1R + turn1R, mid1I - turn1I, twiddles[t]!, twiddles[t + 1]!);
      storeTwiddled(y, out + 6 * width, mid1R - turn1R, mid1I + turn1I, twiddles[t + 10]!, twiddles[t + 11]!);
      const mid2R = ar + COS_2_7 * sum1R + COS_3_7 * sum2R + COS_1_7 * sum3R;
      const mid2I = ai + COS_2_7 * sum1I + COS_3_7 * sum2I + COS_1_7 * sum3I;
      const turn2R = SIN_2_7 * dif1I - SIN_3_7 * dif2I - SIN_1_7 * dif3I;
      const turn2I = SIN_2_7 * dif1R - SIN_3_7 * dif2R - SIN_1_7 * dif3R;
      storeTwiddled(y, out + 2 * width, mid2R + turn2R, mid2I - turn2I, twiddles[t + 2]!, twiddles[t + 3]!);
      storeTwiddled(y, out + 5 * width, mid2R - turn2R, mid2I + turn2I, twiddles[t + 8]!, twiddles[t + 9]!);
      const mid3R = ar + COS_3_7 * sum1R + COS_1_7 * sum2R + COS_2_7 * sum3R;
      const mid3I = ai + COS_3_7 * sum1I + COS_1_7 * sum2I + COS_2_7 * sum3I;
      const turn3R = SIN_3_7 * dif1I - SIN_1_7 * dif2I + SIN_2_7 * dif3I;
      const turn3I = SIN_3_7 * dif1R - SIN_1_7 * dif2R + SIN_2_7 * dif3R;
      storeTwiddled(y, out + 3 * width, mid3R + turn3R, mid3I - turn3I, twiddles[t + 4]!, twiddles[t + 5]!);
      storeTwiddled(y, out + 4 * width, mid3R - turn3R, mid3I + turn3I, twiddles[t + 6]!, twiddles[t + 7]!);
    }
  }
}

/** `y[at] = (re + i·im) · w`; small enough for the compiler to inline. */
function storeTwiddled(y: Float64Array, at: number, re: number, im: number, wr: number, wi: number): void {
  y[at] = re * wr - im * wi;
  y[at + 1] = re * wi + im * wr;
}

const sums = new Float64Array(MAX_STAGE_PRIME + 1);
const differences = new Float64Array(MAX_STAGE_PRIME + 1);
/** Room for whole groups of `ROW_GROUP` rows. */
const evenParts = new Float64Array(MAX_STAGE_PRIME + 1 + 2 * ROW_GROUP);
const oddParts = new Float64Array(MAX_STAGE_PRIME + 1 + 2 * ROW_GROUP);

/**
 * Butterfly of an odd prime r in (r − 1)²/2 complex multiplications by real numbers: x[k] and x[r − k] meet the same
 * cosine and opposite sines, so outputs j and r − j share all products.
 */
function oddPrimeStage(
  stage: StockhamStage,
  x: Float64Array,
  xOffset: number,
  y: Float64Array,
  yOffset: number,
): void {
  const { radix, m, s, twiddles, cosines, sines } = stage;
  const half = (radix - 1) / 2;
  const width = 2 * s;
  const step = width * m;
  for (let p = 0; p < m; p++) {
    const t = 2 * (radix - 1) * p;
    for (let q = 0; q < width; q += 2) {
      const from = xOffset + width * p + q;
      const to = yOffset + radix * width * p + q;
      const ar = x[from]!;
      const ai = x[from + 1]!;
      let totalR = ar;
      let totalI = ai;
      for (let k = 0; k < half; k++) {
        const low = from + step * (k + 1);
        const high = from + step * (radix - 1 - k);
        const sumR = x[low]! + x[high]!;
        const sumI = x[low + 1]! + x[high + 1]!;
        sums[2 * k] = sumR;
        sums[2 * k + 1] = sumI;
        differences[2 * k] = x[low]! - x[high]!;
        differences[2 * k + 1] = x[low + 1]! - x[high + 1]!;
        totalR += sumR;
        totalI += sumI;
      }
      y[to] = totalR;
      y[to + 1] = totalI;
      multiplyGroups(cosines, half, sums, ar, ai, evenParts);
      multiplyGroups(sines, half, differences, 0, 0, oddParts);
      for (let j = 0; j < half; j++) {
        const evenR = evenParts[2 * j]!;
        const evenI = evenParts[2 * j + 1]!;
        const oddR = oddParts[2 * j]!;
        const oddI = oddParts[2 * j + 1]!;
        const low = t + 2 * j;
        const high = t + 2 * (radix - 2 - j);
        storeTwiddled(
          y,
          to + width * (j + 1),
          evenR + oddI,
          evenI - oddR,
          twiddles[low]!,
          twiddles[low + 1]!,
        );
        const mirrored = to + width * (radix - 1 - j);
        storeTwiddled(y, mirrored, evenR - oddI, evenI + oddR, twiddles[high]!, twiddles[high + 1]!);
      }
    }
  }
}

/** `out[j] = (startR, startI) + Σ_k matrix[j][k]·vector[k]` for complex vectors; four rows at a time stay in registers. */
function multiplyGroups(
  matrix: Float64Array,
  size: number,
  vector: Float64Array,
  startR: number,
  startI: number,
  out: Float64Array,
): void {
  let at = 0;
  for (let j = 0; j < size; j += ROW_GROUP) {
    let r0 = startR;
    let i0 = startI;
    let r1 = startR;
    let i1 = startI;
    let r2 = startR;
    let i2 = startI;
    let r3 = startR;
    let i3 = startI;
    for (let k = 0; k < 2 * size; k += 2) {
      const re = vector[k]!;
      const im = vector[k + 1]!;
      const c0 = matrix[at]!;
      const c1 = matrix[at + 1]!;
      const c2 = matrix[at + 2]!;
      const c3 = matrix[at + 3]!;
      r0 += c0 * re;
      i0 += c0 * im;
      r1 += c1 * re;
      i1 += c1 * im;
      r2 += c2 * re;
      i2 += c2 * im;
      r3 += c3 * re;
      i3 += c3 * im;
      at += ROW_GROUP;
    }
    const to = 2 * j;
    out[to] = r0;
    out[to + 1] = i0;
    out[to + 2] = r1;
    out[to + 3] = i1;
    out[to + 4] = r2;
    out[to + 5] = i2;
    out[to + 6] = r3;
    out[to + 7] = i3;
  }
}
