import {
  IncompleteCoverageError,
  requireCompleteCoverage,
  type RegularGrid,
  type ScoreStatistics,
} from '@sillage/science';
import { areaReason, areaShortfalls, extentOf, RejectionError, holesReason } from '@sillage/checking';

/** Holes are counted with their first place; where the grid ends too early, that is what the message says. */
export function refuseHoles(statistics: ScoreStatistics, reconstruction: RegularGrid, subject: string): void {
  try {
    requireCompleteCoverage(statistics);
  } catch (error) {
    if (!(error instanceof IncompleteCoverageError)) throw error;
    const { latDeg, lonDeg } = statistics.grid;
    const box = extentOf({ latDeg: Float64Array.from(latDeg), lonDeg: Float64Array.from(lonDeg) });
    const shortfalls = areaShortfalls(reconstruction, box);
    const detail = `${error.missing} of ${error.required} scored points have no value`;
    const reason =
      shortfalls.length > 0 ? areaReason(subject, shortfalls, detail) : holesReason(subject, error);
    throw new RejectionError(reason, { cause: error });
  }
}
