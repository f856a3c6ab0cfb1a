const BLOCK = 128; // numpy sums blocks of at most 128 numbers with eight accumulators

/**
 * Sum of float32 numbers in float32, in numpy's order, so that row means equal those of the challenge's code bit by bit.
 *
 * @param values - shape `[≥ start + count]`.
 * Source: numpy/core/src/umath/loops_utils.h.src, `pairwise_sum`.
 */
export function pairwiseSumFloat32(values: Float32Array, start: number, count: number): number {
  if (count < 8) {
    let sum = Math.fround(0);
    for (let index = start; index < start + count; index++) sum = Math.fround(sum + values[index]!);
    return sum;
  }
  if (count <= BLOCK) return blockSumFloat32(values, start, count);
  let half = count >> 1;
  half -= half % 8;
  return Math.fround(
    pairwiseSumFloat32(values, start, half) + pairwiseSumFloat32(values, start + half, count - half),
  );
}

function blockSumFloat32(values: Float32Array, start: number, count: number): number {
  const end = start + count - (count % 8);
  let s0 = values[start]!;
  let s1 = values[start + 1]!;
  let s2 = values[start + 2]!;
  let s3 = values[start + 3]!;
  let s4 = values[start + 4]!;
  let s5 = values[start + 5]!;
  let s6 = values[start + 6]!;
  let s7 = values[start + 7]!;
  for (let index = start + 8; index < end; index += 8) {
    s0 = Math.fround(s0 + values[index]!);
    s1 = Math.fround(s1 + values[index + 1]!);
    s2 = Math.fround(s2 + values[index + 2]!);
    s3 = Math.fround(s3 + values[index + 3]!);
    s4 = Math.fround(s4 + values[index + 4]!);
    s5 = Math.fround(s5 + values[index + 5]!);
    s6 = Math.fround(s6 + values[index + 6]!);
    s7 = Math.fround(s7 + values[index + 7]!);
  }
  let sum = Math.fround(
    Math.fround(Math.fround(s0 + s1) + Math.fround(s2 + s3)) +
      Math.fround(Math.fround(s4 + s5) + Math.fround(s6 + s7)),
  );
  for (let index = end; index < start + count; index++) sum = Math.fround(sum + values[index]!);
  return sum;
}
