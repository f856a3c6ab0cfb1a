/**
 * Random numbers that are looked up instead of drawn in order: the same key gives the same number, whichever others were asked
 * for. Errors of an observation so depend on seed, satellite and sample alone, not on where a file starts.
 */

const GOLDEN = 0x9e3779b9;

/** Mixes 32 bits so that every bit of the input changes half of the output's. Source: MurmurHash3 (A. Appleby), fmix32. */
export function mixBits(value: number): number {
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

/** A number for `seededRandom` out of two keys. */
export function seedOf(first: number, second: number): number {
  return (first >>> 0) + ((second >>> 0) % 0x20_0000) * 0x1_0000_0000;
}

const TO_UNIT = 1 / 0x1_0000_0000;

/**
 * Fills `target[offset …]` with independent standard normal numbers of the key: Box–Muller on two 32-bit numbers per pair.
 */
export function fillNormal(key: number, target: Float64Array, offset: number, count: number): void {
  for (let index = 0; index < count; index += 2) {
    const first = mixBits(key + Math.imul(index + 1, GOLDEN));
    const second = mixBits(first ^ Math.imul(index + 2, 0x27d4eb2f));
    const radius = Math.sqrt(-2 * Math.log(((first >>> 0) + 0.5) * TO_UNIT));
    const angle = 2 * Math.PI * TO_UNIT * (second >>> 0);
    target[offset + index] = radius * Math.cos(angle);
    if (index + 1 < count) target[offset + index + 1] = radius * Math.sin(angle);
  }
}
