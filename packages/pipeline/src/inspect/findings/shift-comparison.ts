/** Shifts of the time of observations that are tried, days; 0 is among them. */
export const TRIED_SHIFTS_DAYS = [-1, -0.5, 0, 0.5, 1] as const;
const NO_SHIFT = TRIED_SHIFTS_DAYS.indexOf(0);

/** Fewer points that can be compared say nothing. */
export const FEWEST_COMPARED_POINTS = 100;
/**
 * Below this mean square difference between the truth and the truth a shift later (m²) the sea is too still to tell a shift:
 * it is the rounding of heights that are stored in steps of 0.1 mm.
 */
const STILL_WATER_M2 = 1e-8;
/** A variance below this, in any unit, is the rounding of sums: the values are one value. */
const LEAST_VARIANCE = 1e-20;

/** Consecutive parts of the points, and in how many of them a shift has to be the better one. */
const PARTS = 10;
const AGREEING_PARTS = 8;

/** Values of a file against the truth at the same places. */
export type ShiftComparison = {
  pointCount: number;
  /** Mean and root mean square of value − truth, metres. */
  bias: number;
  rmse: number;
  /** Pearson's; null where one side does not vary. */
  correlation: number | null;
  /** The largest |correlation| at any of the tried shifts. */
  largestCorrelation: number;
  /** Metres of the file per metre of the truth: least squares of value on truth. */
  slope: number | null;
  /** Standard deviation of the truth at the points, metres. */
  truthStd: number;
  /** The tried shift with the smallest mean square difference of anomalies, days. */
  bestShiftDays: number;
  /**
   * How far the best shift explains the difference: (mse(0) − mse(best)) / mse(truth(t), truth(t + best)). About −1 where
   * there is no shift and 1 where it is exactly that one, whatever the noise of the observations. 0 for the shift 0.
   */
  shiftEvidence: number;
};

/**
 * Compares values with the truth interpolated at their places and at their times plus each of {@link TRIED_SHIFTS_DAYS}. Points
 * where any of these is missing are left out, so that all shifts see the same points; where too few are left, only the shift 0
 * is looked at.
 *
 * @param truthAtShifts - metres, one array for each tried shift, shape `[N]` like `values`; NaN where there is no truth.
 * @returns null where fewer than {@link FEWEST_COMPARED_POINTS} points can be compared.
 */
export function compareAtShifts(
  values: ArrayLike<number>,
  truthAtShifts: readonly ArrayLike<number>[],
): ShiftComparison | null {
  const unshifted = truthAtShifts[NO_SHIFT]!;
  const all = pointsWhere(values, [unshifted]);
  if (all.length < FEWEST_COMPARED_POINTS) return null;
  const plain = pairSums(values, unshifted, all);
  const base = {
    pointCount: all.length,
    bias: plain.meanA - plain.meanB,
    rmse: Math.sqrt(plain.meanSquareDifference),
    correlation: plain.correlation,
    largestCorrelation: Math.abs(plain.correlation ?? 0),
    slope: plain.slope,
    truthStd: Math.sqrt(plain.varianceB),
    bestShiftDays: 0,
    shiftEvidence: 0,
  };
  const common = pointsWhere(values, truthAtShifts);
  if (common.length < FEWEST_COMPARED_POINTS) return base;
  const bySums = truthAtShifts.map((truth) => pairSums(values, truth, common));
  const anomalyErrors = bySums.map((sums) => sums.anomalyMeanSquare);
  const best = anomalyErrors.reduce(
    (least, error, index) => (error < anomalyErrors[least]! ? index : least),
    NO_SHIFT,
  );
  const largestCorrelation = Math.max(
    base.largestCorrelation,
    ...bySums.map(({ correlation }) => Math.abs(correlation ?? 0)),
  );
  if (best === NO_SHIFT) return { ...base, largestCorrelation };
  const motion = pairSums(truthAtShifts[best]!, unshifted, common).anomalyMeanSquare;
  if (motion < STILL_WATER_M2 || !isBetterThroughout(values, unshifted, truthAtShifts[best]!, common))
    return { ...base, largestCorrelation };
  return {
    ...base,
    largestCorrelation,
    bestShiftDays: TRIED_SHIFTS_DAYS[best]!,
    shiftEvidence: (anomalyErrors[NO_SHIFT]! - anomalyErrors[best]!) / motion,
  };
}

/** Whether the shifted truth is nearer in most of the consecutive parts of the points: not because of a few odd days alone. */
function isBetterThroughout(
  values: ArrayLike<number>,
  unshifted: ArrayLike<number>,
  shifted: ArrayLike<number>,
  points: readonly number[],
): boolean {
  const length = points.length / PARTS;
  const parts = Array.from({ length: PARTS }, (_value, part) =>
    points.slice(Math.round(part * length), Math.round((part + 1) * length)),
  );
  const better = parts.filter(
    (part) =>
      pairSums(values, shifted, part).anomalyMeanSquare < pairSums(values, unshifted, part).anomalyMeanSquare,
  );
  return better.length >= AGREEING_PARTS;
}

function pointsWhere(values: ArrayLike<number>, others: readonly ArrayLike<number>[]): number[] {
  const points: number[] = [];
  for (let index = 0; index < values.length; index++) {
    if (Number.isFinite(values[index]) && others.every((other) => Number.isFinite(other[index])))
      points.push(index);
  }
  return points;
}

type PairSums = {
  meanA: number;
  meanB: number;
  varianceB: number;
  meanSquareDifference: number;
  /** Mean square of the difference of the anomalies: without the bias. */
  anomalyMeanSquare: number;
  correlation: number | null;
  /** Of a on b. */
  slope: number | null;
};

function pairSums(a: ArrayLike<number>, b: ArrayLike<number>, points: readonly number[]): PairSums {
  const count = points.length;
  let sumA = 0;
  let sumB = 0;
  for (const point of points) {
    sumA += a[point]!;
    sumB += b[point]!;
  }
  const meanA = sumA / count;
  const meanB = sumB / count;
  let squareA = 0;
  let squareB = 0;
  let product = 0;
  let squareDifference = 0;
  for (const point of points) {
    const anomalyA = a[point]! - meanA;
    const anomalyB = b[point]! - meanB;
    squareA += anomalyA * anomalyA;
    squareB += anomalyB * anomalyB;
    product += anomalyA * anomalyB;
    squareDifference += (anomalyA - anomalyB) ** 2;
  }
  const anomalyMeanSquare = squareDifference / count;
  const bias = meanA - meanB;
  return {
    meanA,
    meanB,
    varianceB: squareB / count,
    meanSquareDifference: anomalyMeanSquare + bias * bias,
    anomalyMeanSquare,
    correlation:
      squareA / count > LEAST_VARIANCE && squareB / count > LEAST_VARIANCE
        ? Math.max(-1, Math.min(1, product / Math.sqrt(squareA * squareB)))
        : null,
    slope: squareB / count > LEAST_VARIANCE ? product / squareB : null,
  };
}
