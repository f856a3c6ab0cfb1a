import type { Box, Period } from '@sillage/contracts';
import { openGriddedField, type GriddedField, type StructureLimits } from '@sillage/netcdf';
import { readableInstant, type FieldValues, type RegularGrid } from '@sillage/science';
import {
  areaReason,
  areaShortfalls,
  cropOf,
  dayOfTime,
  daysOfPeriod,
  fileDays,
  type GridCrop,
  listDays,
  nodeTolerance,
} from '@sillage/checking';
import { ImportError, importErrorFrom } from '../import-error.js';
import type { Quirk } from '../import-report.js';

/** An organiser's own files may be large and sparse; that they cannot reach other files is checked all the same. */
export const ORGANISER_LIMITS: Partial<StructureLimits> = {
  maxExpansionRatio: Number.POSITIVE_INFINITY,
  maxFileBytes: Number.POSITIVE_INFINITY,
  maxDeclaredBytes: Number.POSITIVE_INFINITY,
};

/** m: 4DVarNet's OI has other numbers where it has no value; no sea surface height comes near. */
const SENTINEL_ABOVE = 10;
/**
 * Coordinates within this of a node of the nominal grid are that node: additions leave 5e-12° in these files, single precision
 * or five decimals 5e-6°. A metre on the ground.
 */
const ROUND_OFF_DEG = 1e-5;

export type OpenedMaps = {
  field: GriddedField;
  file: string;
  quirks: Quirk[];
};

/** Opens maps that may lack time units and units, or have their times as text; heights keep their sentinels, which `sentinelFree` takes out and counts. */
export async function openMaps(
  path: string,
  variable: string,
  quantity: 'height' | 'other',
  assumedTimeUnits: string,
): Promise<OpenedMaps> {
  const file = path.split('/').at(-1) ?? path;
  const quirks: Quirk[] = [];
  try {
    const field = await openGriddedField(path, {
      variable,
      quantity: 'other',
      assumedTimeUnits,
      acceptsTextTimes: true,
      spacing: 'any',
      limits: ORGANISER_LIMITS,
    });
    if (quantity === 'height' && !/^(m|meters?|metres?)?$/i.test(field.sourceUnits)) {
      field.close();
      throw new ImportError({
        code: 'implausible-values',
        where: `${file}, variable '${variable}'`,
        found: `its units are '${field.sourceUnits}'`,
        expected: 'heights in metres',
        fix: 'Give the file as its authors made it, or convert the variable to metres.',
      });
    }
    for (const { code, message } of field.warnings) {
      if (code === 'time-units-assumed')
        quirks.push({
          file,
          found: 'the time axis has no units',
          handled: `read as ${assumedTimeUnits}: ${readableInstant(field.grid.timeDays[0] ?? NaN)} to ${readableInstant(field.grid.timeDays.at(-1) ?? NaN)}`,
        });
      else if (code === 'text-times')
        quirks.push({
          file,
          found: message,
          handled: `read as UTC: ${readableInstant(field.grid.timeDays[0] ?? NaN)} to ${readableInstant(field.grid.timeDays.at(-1) ?? NaN)}`,
        });
      else if (code !== 'units-assumed') quirks.push({ file, found: message, handled: 'as it says' });
    }
    if (field.sourceUnits === '' && quantity === 'height')
      quirks.push({ file, found: `'${variable}' has no units`, handled: 'taken as metres' });
    return { field, file, quirks };
  } catch (error) {
    throw importErrorFrom(error, file);
  }
}

/** A part of daily maps: whole UTC days, each of which has one map. */
export type DailyMaps = {
  /** Times are the days at 00:00, whatever hour the file gives them. */
  grid: RegularGrid;
  /** NaN where missing; shape [Y, X]. */
  readDay: (index: number) => Promise<FieldValues>;
  /** Values beyond ±10 that were taken for missing, so far, and the largest of them. */
  sentinels: () => { count: number; largest: number };
};

/**
 * The days of a period and the nodes of a box.
 *
 * @param stepsPerDeg - nodes per degree of the nominal grid, on whose nodes coordinates with round-off are put; null: as stored.
 * @throws ImportError 'missing-day', 'duplicate-day' or 'wrong-grid'.
 */
export function dailyMaps(
  { field, file, quirks }: OpenedMaps,
  options: {
    box: Box;
    period: Period;
    stepsPerDeg: number | null;
    isHeight: boolean;
    marginDeg?: number;
    /** Keep the hours of the file, and a day more on either side where there is one, for interpolation in time. */
    keepsStamps?: boolean;
  },
): DailyMaps {
  const { box, period } = options;
  const margin = options.marginDeg ?? 0;
  const stepDeg = options.stepsPerDeg === null ? 0.5 : 1 / options.stepsPerDeg;
  requireArea(field, file, box, stepDeg);
  const wide = {
    west: box.west - margin,
    east: box.east + margin,
    south: box.south - margin,
    north: box.north + margin,
  };
  const crop: GridCrop = {
    ...areaCrop(field.grid, wide, options.stepsPerDeg),
    time: { start: 0, count: field.grid.timeDays.length },
  };
  const keepsStamps = options.keepsStamps === true;
  const indices = dayIndices(field.grid.timeDays, daysOfPeriod(period), file, keepsStamps ? null : quirks);
  if (keepsStamps) {
    const [first = 0, last = 0] = [indices[0], indices.at(-1)];
    if (first > 0) indices.unshift(first - 1);
    if (last + 1 < field.grid.timeDays.length) indices.push(last + 1);
  }
  const source = fileDays(field, crop);
  const axis = (values: Float64Array, name: 'latitude' | 'longitude'): Float64Array =>
    options.stepsPerDeg === null ? values : nominalNodes(values, options.stepsPerDeg, name, file, quirks);
  let count = 0;
  let largest = 0;
  return {
    grid: {
      timeDays: Float64Array.from(indices, (index) =>
        keepsStamps ? field.grid.timeDays[index]! : dayOfTime(field.grid.timeDays[index]!),
      ),
      latDeg: axis(source.grid.latDeg, 'latitude'),
      lonDeg: axis(source.grid.lonDeg, 'longitude'),
    },
    readDay: async (index) => {
      const stored = await source.readDay(indices[index]!);
      if (!options.isHeight) return stored;
      return stored.map((value) => {
        if (!(Math.abs(value) > SENTINEL_ABOVE)) return value;
        count++;
        largest = Math.max(largest, Math.abs(value));
        return NaN;
      });
    },
    sentinels: () => ({ count, largest }),
  };
}

/** The nodes of a box; of a nominal grid also those on its edges that round-off has put beside it. */
export function areaCrop(grid: RegularGrid, box: Box, stepsPerDeg: number | null): GridCrop {
  const slack = stepsPerDeg === null ? 0 : ROUND_OFF_DEG;
  const { west, east, south, north } = box;
  return cropOf(
    grid,
    { west: west - slack, east: east + slack, south: south - slack, north: north + slack },
    null,
  );
}

/**
 * Asks of a truth what every scoring will ask of it, before it is written: its nodes reach the edges of the box.
 *
 * @throws ImportError 'wrong-grid'.
 */
export function requireScorable(grid: RegularGrid, file: string, box: Box): void {
  const shortfalls = areaShortfalls(grid, box, nodeTolerance(grid));
  if (shortfalls.length === 0) return;
  const { found, expected } = areaReason(file, shortfalls);
  throw new ImportError({
    code: 'wrong-grid',
    where: `${file}, its nodes in the area`,
    found,
    expected: `${expected}, or nodes less than a step inside: nothing could be scored on these`,
    fix: 'Give the file on the grid of the challenge.',
  });
}

/** @throws ImportError 'wrong-grid' unless the grid reaches the edges of a box to within a step. */
export function requireArea(
  field: Pick<GriddedField, 'grid' | 'variableName'>,
  file: string,
  box: Box,
  stepDeg: number,
): void {
  const tolerance = stepDeg + 1e-4;
  const shortfalls = areaShortfalls(field.grid, box, { lat: tolerance, lon: tolerance });
  if (shortfalls.length === 0) return;
  const { found, expected } = areaReason(file, shortfalls);
  throw new ImportError({
    code: 'wrong-grid',
    where: `${file}, variable '${field.variableName}'`,
    found,
    expected,
    fix: 'Check that this is the file of the challenge; --areas imports a part of the areas.',
  });
}

/** Where each day is on the time axis. */
function dayIndices(timeDays: Float64Array, days: number[], file: string, quirks: Quirk[] | null): number[] {
  const indexByDay = new Map<number, number>();
  timeDays.forEach((time, index) => {
    const day = dayOfTime(time);
    const first = indexByDay.get(day);
    if (first !== undefined) {
      throw new ImportError({
        code: 'duplicate-day',
        where: `${file}, times ${first + 1} and ${index + 1} of ${timeDays.length}`,
        found: `${readableInstant(timeDays[first]!)} and ${readableInstant(time)} are of one day`,
        expected: 'every day once',
        fix: 'Remove the repeated day; which of the two is right, only its author knows.',
      });
    }
    indexByDay.set(day, index);
  });
  const missing = days.filter((day) => !indexByDay.has(day));
  if (missing.length > 0) {
    throw new ImportError({
      code: 'missing-day',
      where: `${file}, the time axis`,
      found: `no map on ${missing.length} of ${days.length} days: ${listDays(missing)}; the file has ${timeDays.length} times from ${readableInstant(timeDays[0] ?? NaN)} to ${readableInstant(timeDays.at(-1) ?? NaN)}`,
      expected: 'a map on every day that the challenge needs',
      fix: 'Get the complete file.',
    });
  }
  const indices = days.map((day) => indexByDay.get(day)!);
  const hours = new Set(
    indices.map((index) => Math.round(24 * (timeDays[index]! - dayOfTime(timeDays[index]!)))),
  );
  if (quirks && !(hours.size === 1 && hours.has(0))) {
    const stamp = [...hours].map((hour) => `${String(hour).padStart(2, '0')}:00`).join(', ');
    quirks.push({
      file,
      found: `maps are stamped ${stamp}, not 00:00`,
      handled:
        'stamped 00:00 of the same day, like the observations and the OI of the same authors: day is compared with day',
    });
  }
  return indices;
}

/** The nodes of a grid of 1/n degree that the coordinates mean. */
export function nominalNodes(
  values: Float64Array,
  stepsPerDeg: number,
  axis: 'latitude' | 'longitude',
  file: string,
  quirks: Quirk[],
): Float64Array {
  const first = Math.round((values[0] ?? NaN) * stepsPerDeg);
  let worst = 0;
  const nodes = values.map((value, index) => {
    const node = (first + index) / stepsPerDeg;
    worst = Math.max(worst, Math.abs(value - node));
    if (!(Math.abs(value - node) <= 0.01 / stepsPerDeg)) {
      throw new ImportError({
        code: 'wrong-grid',
        where: `${file}, ${axis} ${index + 1} of ${values.length} in the area`,
        found: `${value}`,
        expected: `${node}: nodes at multiples of 1/${stepsPerDeg}°`,
        fix: 'Give the file on the grid of the challenge.',
      });
    }
    return node;
  });
  if (worst > ROUND_OFF_DEG) {
    quirks.push({
      file,
      found: `${axis}s lie up to ${worst.toExponential(1)}° beside multiples of 1/${stepsPerDeg}°`,
      handled: 'kept as stored',
    });
    return values;
  }
  if (worst > 0) {
    quirks.push({
      file,
      found: `${axis}s have round-off of up to ${worst.toExponential(1)}°`,
      handled: `matched within 1e-5° and written as multiples of 1/${stepsPerDeg}°`,
    });
  }
  return nodes;
}

export function sentinelQuirk(file: string, { count, largest }: { count: number; largest: number }): Quirk[] {
  if (count === 0) return [];
  return [
    {
      file,
      found: `${count} values beyond ±${SENTINEL_ABOVE}, up to ${largest.toPrecision(3)}`,
      handled: 'missing: no sea surface height comes near',
    },
  ];
}
