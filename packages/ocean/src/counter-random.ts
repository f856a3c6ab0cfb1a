/**
 * Random numbers that are looked up instead of drawn in order: the same key gives the same number, whichever others were asked
 * for. Errors of an observation so depend on seed, satellite and sample alone, not on where a file starts.
 */

const GOLDEN = 0x9e3779b9;

/** Mixes 32 bits so that every bit of the input changes half of the output's. Source: MurmurHash3 (A. Appleby), fmix32. */
function mixBits(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** 32 bits from a text: FNV-1a, mixed. */
export function keyOf(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  }
  return mixBits(bits);
}

/** 32 bits from a key and a whole number of up to 53 bits. */
export function combineKeys(key: number, value: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  return mixBits(mixBits((key + GOLDEN) ^ (value >>> 0)) + Math.imul(high | 0, 0x85157af5));
}

const LEVELS = 0x1_0000;

let levels: Float64Array | undefined;

/**
 * Fills `target[offset …]` with independent standard normal numbers of the key: two of 16 bits each out of every 32 bits. They
 * have mean 0 and variance 1 and stay within ±4.3.
 */
export function fillNormal(key: number, target: Float64Array, offset: number, count: number): void {
  levels ??= normalLevels();
  for (let index = 0; index < count; index += 2) {
    const bits = mixBits(key + Math.imul(index + 1, GOLDEN));
    target[offset + index] = levels[bits >>> 16]!;
    if (index + 1 < count) target[offset + index + 1] = levels[bits & 0xffff]!;
  }
}

/** The middle value of each of 65 536 equally probable parts of the standard normal distribution, scaled to variance 1. */
function normalLevels(): Float64Array {
  const values = new Float64Array(LEVELS);
  let squares = 0;
  for (let level = LEVELS / 2; level < LEVELS; level++) {
    const value = normalQuantile((level + 0.5) / LEVELS);
    values[level] = value;
    values[LEVELS - 1 - level] = -value;
    squares += 2 * value * value;
  }
  const scale = Math.sqrt(LEVELS / squares);
  return values.map((value) => value * scale);
}

/**
 * The value below which a standard normal number falls with probability p from ½ to 1; relative error below 1.2e-9.
 * Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function", 2003.
 */
function normalQuantile(probability: number): number {
  if (probability > 0.97575) {
    const q = Math.sqrt(-2 * Math.log(1 - probability));
    const numerator = polynomial(TAIL_NUMERATOR, q);
    return -numerator / (polynomial(TAIL_DENOMINATOR, q) * q + 1);
  }
  const q = probability - 0.5;
  const r = q * q;
  return (polynomial(MIDDLE_NUMERATOR, r) * q) / (polynomial(MIDDLE_DENOMINATOR, r) * r + 1);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

const MIDDLE_NUMERATOR = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const MIDDLE_DENOMINATOR = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
];
const TAIL_NUMERATOR = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_DENOMINATOR = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
