import type { CheckWarning } from '@sillage/contracts';
import type { AlongTrackStatistics, TrackComparison } from '@sillage/science';
import { suspicions } from './score-warnings.js';

/** Doubts about maps that were scored as they are: the same as for gridded scores, with boxes of 1° as places. */
export function alongTrackSuspicions(
  statistics: AlongTrackStatistics,
  comparison: TrackComparison,
): CheckWarning[] {
  const squaredErrorSum = statistics.daily.reduce((sum, day) => sum + day.squaredErrorSum, 0);
  const squaredTrackSum = statistics.daily.reduce((sum, day) => sum + day.squaredTrackSum, 0);
  if (squaredErrorSum === 0) return [];
  return suspicions(
    {
      daily: statistics.daily.map((day) => ({
        pairedCount: day.pointCount,
        squaredErrorSum: day.squaredErrorSum,
        errorSum: day.errorSum,
        pairedReferenceSum: day.trackSum,
        pairedSquaredReferenceSum: day.squaredTrackSum,
        errorReferenceSum: day.errorTrackSum,
        referenceCount: day.pointCount,
        squaredReferenceSum: day.squaredTrackSum,
      })),
    },
    // Over all points, as what it is compared with; µ itself is a mean of days, and the message must not name that.
    { mu: 1 - Math.sqrt(squaredErrorSum / squaredTrackSum) },
    squaredErrorWithoutMean(comparison),
    '1 − RMSE / RMS over all points of the track',
  );
}

/** Squared error that is left when each 1° × 1° box loses its mean error, m². */
function squaredErrorWithoutMean(comparison: TrackComparison): number {
  const boxes = new Map<string, { count: number; sum: number; squares: number }>();
  comparison.mapM.forEach((height, index) => {
    const error = height - comparison.trackM[index]!;
    if (!Number.isFinite(error)) return;
    const key = `${Math.floor(comparison.latDeg[index]!)} ${Math.floor(comparison.lonDeg[index]!)}`;
    const box = boxes.get(key) ?? { count: 0, sum: 0, squares: 0 };
    boxes.set(key, { count: box.count + 1, sum: box.sum + error, squares: box.squares + error * error });
  });
  return [...boxes.values()].reduce(
    (total, { count, sum, squares }) => total + squares - sum ** 2 / count,
    0,
  );
}
