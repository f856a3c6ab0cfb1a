import type { RegularGrid } from '@sillage/science';
import { dayOfTime, RejectionError } from '@sillage/checking';
import { openObservationDays, type KnownInput } from '../observations/index.js';

/** What the public observations of a task measured on each day, on the scored grid. */
export type ObservedDays = {
  /** Mean of the day's heights nearest to each node, m, NaN where nothing was measured, shape `[Y, X]`. */
  readDay(timeDays: number): Promise<Float32Array>;
  close(): void;
};

/**
 * Opens the observations of a task for the maps and for the share of the area that they reach. Each measurement belongs to
 * the nearest node and to its UTC day, as networks read them.
 *
 * @returns null where there are none, or none that can be read: maps of a map do not depend on its inputs.
 */
export async function openObservedDays(
  inputs: readonly KnownInput[],
  grid: RegularGrid,
): Promise<ObservedDays | null> {
  if (inputs.length === 0) return null;
  const firstDay = dayOfTime(grid.timeDays[0]!);
  const dayCount = dayOfTime(grid.timeDays.at(-1)!) - firstDay + 1;
  const days = Float64Array.from({ length: dayCount }, (_, index) => firstDay + index);
  try {
    const observations = await openObservationDays(inputs, { ...grid, timeDays: days });
    return {
      readDay: async (timeDays) => (await observations.readDay(dayOfTime(timeDays) - firstDay)).heightsM,
      close: () => observations.close(),
    };
  } catch (error) {
    if (error instanceof RejectionError) return null;
    throw error;
  }
}
