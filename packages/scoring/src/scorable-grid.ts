import type { Box, Period } from '@sillage/contracts';
import { requireEvenGrid, type RegularGrid } from '@sillage/science';
import {
  areaReason,
  areaShortfalls,
  nodeTolerance,
  periodReason,
  dayRuns,
  isSubDaily,
  croppedGrid,
  RejectionError,
  rejectionFromError,
  type GridCrop,
} from '@sillage/checking';

export type ScorableGrid = {
  /** The nodes and times of the reference in box and period. */
  cropped: RegularGrid;
  /** It has several times a day, which are averaged. */
  isSubDaily: boolean;
  /** What is scored: daily. */
  grid: RegularGrid;
};

/**
 * The part of the reference that is scored.
 *
 * @throws RejectionError where it does not span box and period, or its axes are uneven: fewer points or days would be
 *   scored than the task says, and nobody would see it.
 */
export function scorableGrid(
  reference: { grid: RegularGrid },
  crop: GridCrop,
  subject: string,
  { scoredBox: box, period }: { scoredBox?: Box | null; period?: Period | null },
): ScorableGrid {
  const { grid } = reference;
  const where = `${subject} (the reference)`;
  if (box) {
    const shortfalls = areaShortfalls(grid, box, nodeTolerance(grid));
    if (shortfalls.length > 0) throw new RejectionError(areaReason(where, shortfalls));
  }
  const missing = period && periodReason(where, grid.timeDays, period);
  if (missing) throw new RejectionError(missing);
  const cropped = croppedGrid(grid, crop);
  const isAveraged = (period ?? null) !== null && isSubDaily(cropped.timeDays);
  const timeDays = isAveraged
    ? Float64Array.from(dayRuns(cropped.timeDays), (run) => run.day)
    : cropped.timeDays;
  const scored = { ...cropped, timeDays };
  try {
    requireEvenGrid(scored);
  } catch (error) {
    throw rejectionFromError(error, { subject: where });
  }
  return { cropped, isSubDaily: isAveraged, grid: scored };
}
