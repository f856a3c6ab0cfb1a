/** Largest |a − b|; NaN where either is. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} values beside ${b.length}`);
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

export function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((found, value) => Math.max(found, Math.abs(value)), 0);
}
