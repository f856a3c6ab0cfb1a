import type { Box, Period } from '@sillage/contracts';
import type { GriddedField } from '@sillage/netcdf/portable';
import { MistakeFinder, type FieldValues, type Mistake } from '@sillage/science';
import { dailyMeanDays, fileDays, isSubDaily } from './day-source.js';
import { cropOf, enclosingCrop, type GridCrop } from './grid-alignment.js';

export type MistakeSearch = {
  /** Degrees, closed; null takes the whole reference. */
  scoredBox: Box | null;
  /** UTC days, both included; null takes every day of the reference. */
  period: Period | null;
  /** 0…1 of the days have been read. */
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
};

/** Days that are compared, at most: a mistake shows in each of them. */
const MOST_DAYS = 60;
/** Days before and after the period that a shift may bring in. */
const MARGIN_DAYS = 2;

/**
 * Looks for the usual mistakes in a map, by comparing it with a reference: the truth, or a good map of it. Whole maps of the
 * first 60 days are read, one after the other; neither field has to be complete.
 *
 * @returns the mistakes, the most telling first; none for a good map.
 */
export async function findMistakesInField(
  reconstruction: GriddedField,
  reference: GriddedField,
  { scoredBox, period, onProgress, signal }: MistakeSearch,
): Promise<Mistake[]> {
  const crop = cropOf(reference.grid, scoredBox, period);
  if (crop.time.count === 0 || crop.lat.count === 0 || crop.lon.count === 0) return [];
  const cropped = fileDays(reference, crop);
  const referenceDays = isSubDaily(cropped.grid.timeDays) ? dailyMeanDays(cropped) : cropped;
  const timeDays = referenceDays.grid.timeDays.subarray(0, MOST_DAYS);
  const finder = new MistakeFinder({
    reconstruction: reconstruction.grid,
    reference: referenceDays.grid,
  });
  const maps = mapsInTime(reconstruction, timeDays);
  for (let index = 0; index < timeDays.length; index++) {
    signal?.throwIfAborted();
    const map = await maps(timeDays[index]!);
    if (map) finder.addDay(Math.floor(timeDays[index]! + 1e-6), map, await referenceDays.readDay(index));
    onProgress?.((index + 1) / timeDays.length);
  }
  return finder.findings();
}

/** Whole maps at instants between those of the file, linear in time; null where the file does not reach. */
function mapsInTime(
  field: GriddedField,
  wantedDays: Float64Array,
): (timeDays: number) => Promise<FieldValues | null> {
  const { grid } = field;
  const time = enclosingCrop(grid, { ...grid, timeDays: wantedDays }, MARGIN_DAYS).time;
  const whole = cropOf(grid, null, null);
  const crop: GridCrop = { ...whole, time };
  const days = fileDays(field, crop);
  const times = days.grid.timeDays;
  let latest: { index: number; map: FieldValues } | null = null;
  const mapAt = async (index: number): Promise<FieldValues> => {
    if (latest?.index !== index) latest = { index, map: Float32Array.from(await days.readDay(index)) };
    return latest.map;
  };
  return async (timeDays) => {
    const after = times.findIndex((value) => value >= timeDays - 1e-6);
    if (after < 0) return null;
    const next = times[after]!;
    if (Math.abs(next - timeDays) <= 1e-6) return mapAt(after);
    if (after === 0 || next - times[after - 1]! > 1.001) return null;
    const part = (timeDays - times[after - 1]!) / (next - times[after - 1]!);
    const before = await mapAt(after - 1);
    const upper = await mapAt(after);
    return before.map((value, node) => value + part * (upper[node]! - value));
  };
}
