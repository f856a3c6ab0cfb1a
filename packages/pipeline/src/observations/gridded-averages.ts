import type { GriddedObservations } from '@sillage/netcdf';
import { ObservationCollector, type Observations } from './observations.js';

/** Degrees: nodes this close together on one day and at one time become one observation, 4 × 4 of a 1/20° grid. */
const BLOCK_DEG = 0.2;
/** Days: steps of the lag in the files. */
const LAG_STEP_DAYS = 0.1;
/** Without a lag an observation counts as made at noon. */
const USUAL_LAG_DAYS = 0.5;

/**
 * Averages daily pseudo-observations on a grid over blocks of nodes seen at the same time, up to 0.2° wide.
 *
 * In 4DVarNet's files a node stands for the cell to its south-west: a point goes to the first node that is not below its
 * latitude and longitude, so half a cell is taken off both. A file with the attribute `binning = "nearest"` puts it on the
 * nearest node instead.
 *
 * @param period - days since 1950; dates outside are not read.
 */
export async function averagedGridded(
  gridded: GriddedObservations,
  period: { firstDays: number; lastDays: number },
  onDay?: (fraction: number) => void | Promise<void>,
): Promise<Observations> {
  const { timeDays, latDeg, lonDeg } = gridded.grid;
  const latStepDeg = stepOf(latDeg);
  const lonStepDeg = stepOf(lonDeg);
  const blockRows = Math.max(1, Math.round(BLOCK_DEG / latStepDeg));
  const blockColumns = Math.max(1, Math.round(BLOCK_DEG / lonStepDeg));
  const cellOffset = gridded.attributes['binning'] === 'nearest' ? 0 : -0.5;
  let means: ObservationCollector | null = null;
  for (let day = 0; day < timeDays.length; day++) {
    if (timeDays[day]! + 1 < period.firstDays || timeDays[day]! > period.lastDays) continue;
    const { sshM, sshObservedM, lagDays, timeDays: date } = await gridded.readDay(day);
    means ??= new ObservationCollector(sshObservedM !== null);
    for (let top = 0; top < latDeg.length; top += blockRows) {
      for (let left = 0; left < lonDeg.length; left += blockColumns) {
        const seen: { index: number; row: number; column: number; lagDays: number }[] = [];
        for (let row = top; row < Math.min(latDeg.length, top + blockRows); row++) {
          for (let column = left; column < Math.min(lonDeg.length, left + blockColumns); column++) {
            const index = row * lonDeg.length + column;
            if (!Number.isFinite(sshM[index])) continue;
            const lag = lagDays?.[index] ?? Number.NaN;
            seen.push({ index, row, column, lagDays: Number.isFinite(lag) ? lag : USUAL_LAG_DAYS });
          }
        }
        if (seen.length === 0) continue;
        seen.sort((a, b) => a.lagDays - b.lagDays || a.index - b.index);
        let firstLagDays = seen[0]!.lagDays;
        for (const { index, row, column, lagDays: lag } of seen) {
          if (lag - firstLagDays > 0.5 * LAG_STEP_DAYS) {
            means.endGroup();
            firstLagDays = lag;
          }
          const lat = latDeg[row]! + cellOffset * latStepDeg;
          const lon = lonDeg[column]! + cellOffset * lonStepDeg;
          means.add(date + lag, lat, lon, sshM[index]!, sshObservedM?.[index] ?? Number.NaN);
        }
        means.endGroup();
      }
    }
    await onDay?.((day + 1) / timeDays.length);
  }
  return (means ?? new ObservationCollector(true)).observations();
}

function stepOf(axis: Float64Array): number {
  return axis.length < 2 ? BLOCK_DEG : (axis.at(-1)! - axis[0]!) / (axis.length - 1);
}
