import type { GriddedField } from '@sillage/netcdf/portable';
import type { FieldValues, RegularGrid } from '@sillage/science';
import { dayOfTime } from './calendar-days.js';
import { croppedGrid, type GridCrop } from './grid-alignment.js';
import { cutValues } from './walk-field.js';

/** Maps of a field, one time after the other: what writing products walks through. */
export type DaySource = {
  readonly grid: RegularGrid;
  /** Heights in metres, NaN where missing, shape [Y, X]; not to be written to. */
  readDay(timeIndex: number): Promise<FieldValues>;
};

/** Maps straight from a file, in the blocks of days that it is stored in, so that no chunk is decompressed twice. */
export function fileDays(field: GriddedField, crop: GridCrop): DaySource {
  const latTotal = field.grid.latDeg.length;
  const lonTotal = field.grid.lonDeg.length;
  const mapLength = latTotal * lonTotal;
  const { preferredDayCount: blockLength } = field;
  let block: { start: number; values: FieldValues } | null = null;
  return {
    grid: croppedGrid(field.grid, crop),
    readDay: async (timeIndex) => {
      const index = crop.time.start + timeIndex;
      const start = index - (index % blockLength);
      if (block?.start !== start) {
        const count = Math.min(blockLength, field.grid.timeDays.length - start);
        block = { start, values: await field.readDays(start, count) };
      }
      const map = block.values.subarray((index - start) * mapLength, (index - start + 1) * mapLength);
      return cutValues(map, { latTotal, lonTotal }, crop.lat, crop.lon);
    },
  };
}

/** Runs of time indices that fall on the same UTC day, in order. */
export function dayRuns(timeDays: Float64Array): { day: number; start: number; count: number }[] {
  const runs: { day: number; start: number; count: number }[] = [];
  timeDays.forEach((time, index) => {
    const day = dayOfTime(time);
    const run = runs.at(-1);
    if (run?.day === day) run.count++;
    else runs.push({ day, start: index, count: 1 });
  });
  return runs;
}

/** Whether an axis has several times on one day, so that the protocol's daily mean changes the field. */
export function isSubDaily(timeDays: Float64Array): boolean {
  return dayRuns(timeDays).length < timeDays.length;
}

/**
 * Daily means over the times that have a value, stamped 00:00: what `resample(time='1D').mean()` of the challenge does.
 */
export function dailyMeanDays(source: DaySource): DaySource {
  const runs = dayRuns(source.grid.timeDays);
  return {
    grid: { ...source.grid, timeDays: Float64Array.from(runs, (run) => run.day) },
    readDay: async (timeIndex) => {
      const run = runs[timeIndex];
      if (!run) throw new RangeError(`no day ${timeIndex}: the field has ${runs.length}`);
      const first = await source.readDay(run.start);
      const mean = dailyMeanAccumulator(first);
      for (let index = 1; index < run.count; index++) mean.add(await source.readDay(run.start + index));
      return mean.result();
    },
  };
}

/** Means of the values that are there, summed in double precision; the result has the type of the first values. */
export function dailyMeanAccumulator(first: FieldValues): {
  add: (values: FieldValues) => void;
  result: () => FieldValues;
} {
  const sums = new Float64Array(first.length);
  const counts = new Uint32Array(first.length);
  const add = (values: FieldValues): void => {
    for (let index = 0; index < sums.length; index++) {
      const value = values[index] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sums[index] = (sums[index] ?? 0) + value;
      counts[index] = (counts[index] ?? 0) + 1;
    }
  };
  add(first);
  return {
    add,
    result: () => {
      const means = sums.map((sum, index) => (counts[index] ? sum / counts[index] : Number.NaN));
      return first instanceof Float64Array ? means : Float32Array.from(means);
    },
  };
}
