import { basename } from 'node:path';
import type { Area, Period } from '@sillage/contracts';
import { isoDay, readableInstant, type FieldValues, type RegularGrid } from '@sillage/science';
import { dailyMeanDays, dayOfTime, daysOfPeriod, fileDays, listDays } from '@sillage/checking';
import {
  areaCrop,
  nominalNodes,
  openMaps,
  requireArea,
  requireScorable,
  sentinelQuirk,
} from './daily-maps.js';
import { ImportError } from '../import-error.js';
import type { Quirk } from '../import-report.js';
import { fileAttributes, tell, writeHeights, type Provenance } from './map-steps.js';
import type { ImportStep } from '../run-import.js';

/** One file a day of 24 hourly means, as in the 2020a challenge's `dc_ref`. */
export type HourlyFile = { path: string; day: number };

const FILE_NAME = /y(\d{4})m(\d{2})d(\d{2})\.1h_SSH\.nc$/;
const HOURS_PER_DAY = 24;
/** Sentinels are single values; maps are held for one day. */
const TIME_UNITS = 'seconds since 1958-01-01';

/** The daily files among some paths, by the day in their name. */
export function hourlyFiles(paths: readonly string[]): HourlyFile[] {
  return paths.flatMap((path) => {
    const match = FILE_NAME.exec(path);
    if (!match) return [];
    const day = Date.parse(`${match[1]}-${match[2]}-${match[3]}T00:00:00Z`) / 86_400_000 + 7305;
    return Number.isFinite(day) ? [{ path, day }] : [];
  });
}

/**
 * The files of a period, one for each day.
 *
 * @throws ImportError 'missing-day' or 'duplicate-day', which names both files.
 */
export function filesOfPeriod(files: readonly HourlyFile[], period: Period): HourlyFile[] {
  const byDay = new Map<number, HourlyFile>();
  for (const file of files) {
    const other = byDay.get(file.day);
    if (other) {
      throw new ImportError({
        code: 'duplicate-day',
        where: `the daily files of ${isoDay(file.day)}`,
        found: `two of them: ${other.path} and ${file.path}`,
        expected: 'one file a day',
        fix: 'Remove the one that does not belong to the challenge.',
      });
    }
    byDay.set(file.day, file);
  }
  const days = daysOfPeriod(period);
  const missing = days.filter((day) => !byDay.has(day));
  if (missing.length > 0) {
    throw new ImportError({
      code: 'missing-day',
      where: 'the daily files of the truth (…y2012m10d22.1h_SSH.nc)',
      found: `${missing.length} of ${days.length} are not there: ${listDays(missing)}`,
      expected: `a file for every day from ${period.start} to ${period.end}`,
      fix: 'Unpack the archive again, or name its folder by --truth.',
    });
  }
  return days.map((day) => byDay.get(day)!);
}

/**
 * Hourly fields to daily means, stamped 00:00 of their day as the notebooks of the challenge do it
 * (`resample(time='1D').mean()`), although the mean is centred on noon.
 */
export function hourlyTruthStep(options: {
  area: Area;
  files: readonly HourlyFile[];
  variable: string;
  period: Period;
  stepsPerDeg: number;
  provenance: Provenance;
  estimatedBytes: number;
}): ImportStep {
  const { area, period } = options;
  return {
    path: `truth-${area.id}.nc`,
    files: [
      {
        role: 'truth',
        area: area.id,
        variable: 'ssh',
        description: 'Daily means of the hourly sea surface height, m, each stamped 00:00 of its day.',
      },
    ],
    inputPaths: filesOfPeriod(options.files, period).map((file) => file.path),
    estimatedBytes: options.estimatedBytes,
    write: async (target, context) => {
      const files = filesOfPeriod(options.files, period);
      const first = await readDay(files[0]!, options);
      requireScorable(first.grid, basename(files[0]!.path), area.scoredBox);
      const quirks: Quirk[] = [...first.quirks];
      const grid: RegularGrid = { ...first.grid, timeDays: Float64Array.from(files, (file) => file.day) };
      const result = await writeHeights(
        target,
        {
          grid,
          readDay: async (index) => {
            if (index === 0) return first.mean;
            const day = await readDay(files[index]!, options);
            requireSameNodes(day.grid, grid, basename(files[index]!.path));
            quirks.push(...day.quirks);
            return day.mean;
          },
        },
        context,
        {
          name: 'ssh',
          longName: 'daily mean sea surface height of NATL60-CJM165',
          attributes: fileAttributes(
            options.provenance,
            `Truth of ${area.name}`,
            `daily means of '${options.variable}' of ${files.length} files, ${basename(files[0]!.path)} to ${basename(files.at(-1)!.path)}`,
          ),
          isTruth: true,
        },
      );
      tell(context, quirks);
      return result;
    },
  };
}

async function readDay(
  { path, day }: HourlyFile,
  options: { area: Area; variable: string; stepsPerDeg: number },
): Promise<{ grid: RegularGrid; mean: FieldValues; quirks: Quirk[] }> {
  const { field, file, quirks } = await openMaps(path, options.variable, 'height', TIME_UNITS);
  try {
    const { timeDays } = field.grid;
    const strange = timeDays.findIndex((time) => dayOfTime(time) !== day);
    if (strange >= 0) {
      throw new ImportError({
        code: 'wrong-day',
        where: `${file}, time ${strange + 1} of ${timeDays.length}`,
        found: readableInstant(timeDays[strange]!),
        expected: `hours of ${isoDay(day)}, the day in the name of the file`,
        fix: 'Get this file again; it holds another day than its name says.',
      });
    }
    if (timeDays.length !== HOURS_PER_DAY) {
      throw new ImportError({
        code: 'missing-day',
        where: `${file}, the time axis`,
        found: `${timeDays.length} times`,
        expected: `${HOURS_PER_DAY} hourly means`,
        fix: 'Get this file again: a mean over a part of the day is no daily mean.',
      });
    }
    requireArea(field, file, options.area.scoredBox, 1 / options.stepsPerDeg);
    const minutes = (timeDays[0]! - day) * 1440;
    quirks.push({
      file,
      found: `${HOURS_PER_DAY} hourly means, the first at ${Math.round(minutes)} minutes past midnight`,
      handled: 'averaged over the day and stamped 00:00, as the notebooks of the challenge do it',
    });
    const crop = areaCrop(field.grid, options.area.scoredBox, options.stepsPerDeg);
    const days = dailyMeanDays(fileDays(field, crop));
    let count = 0;
    let largest = 0;
    const mean = (await days.readDay(0)).map((value) => {
      if (!(Math.abs(value) > 10)) return value;
      count++;
      largest = Math.max(largest, Math.abs(value));
      return NaN;
    });
    quirks.push(...sentinelQuirk(file, { count, largest }));
    return {
      grid: {
        timeDays: days.grid.timeDays,
        latDeg: nominalNodes(days.grid.latDeg, options.stepsPerDeg, 'latitude', file, quirks),
        lonDeg: nominalNodes(days.grid.lonDeg, options.stepsPerDeg, 'longitude', file, quirks),
      },
      mean,
      quirks,
    };
  } finally {
    field.close();
  }
}

function requireSameNodes(grid: RegularGrid, wanted: RegularGrid, file: string): void {
  for (const axis of ['latDeg', 'lonDeg'] as const) {
    const isSame =
      grid[axis].length === wanted[axis].length &&
      grid[axis].every((value, index) => Math.abs(value - wanted[axis][index]!) <= 1e-6);
    if (isSame) continue;
    throw new ImportError({
      code: 'wrong-grid',
      where: `${file}, its ${axis === 'latDeg' ? 'latitudes' : 'longitudes'}`,
      found: `${grid[axis].length} in the area, from ${grid[axis][0]}`,
      expected: `${wanted[axis].length} from ${wanted[axis][0]}, as on the first day`,
      fix: 'Get this file again.',
    });
  }
}
