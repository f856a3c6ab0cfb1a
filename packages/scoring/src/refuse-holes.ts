import {
  IncompleteCoverageError,
  requireCompleteCoverage,
  type RegularGrid,
  type MapStatistics,
} from '@sillage/science';
import { areaReason, areaShortfalls, extentOf, RejectionError, holesReason } from '@sillage/checking';

/** Holes are counted with their first place; where the grid ends too early, that is what the message says. */
export function refuseHoles(
  statistics: MapStatistics<'daily' | 'holes'>,
  reconstruction: RegularGrid,
  subject: string,
): void {
  try {
    requireCompleteCoverage(statistics);
  } catch (error) {
    if (!(error instanceof IncompleteCoverageError)) throw error;
    const shortfalls = areaShortfalls(reconstruction, extentOf(statistics.grid));
    const detail = `${error.missing} of ${error.required} scored points have no value`;
    const reason =
      shortfalls.length > 0 ? areaReason(subject, shortfalls, detail) : holesReason(subject, error);
    throw new RejectionError(reason, { cause: error });
  }
}
