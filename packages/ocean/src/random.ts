/** Uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * Seeded generator of uniform numbers in [0, 1), 32 bits each: sfc32 (Doty-Humphrey, PractRand), started from the seed
 * and 12 discarded numbers. Only 32-bit integer operations: the same numbers on every machine.
 */
export function seededRandom(seed: number): Random {
  let a = 0;
  let b = seed >>> 0;
  let c = Math.floor(seed / 0x1_0000_0000) >>> 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let discarded = 0; discarded < 12; discarded++) next();
  return next;
}

/** Normal numbers of mean 0 and standard deviation 1 from uniform ones (Box–Muller, one of each pair). */
export function normalNumber(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}
