import { closeSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CheckWarning, RejectionReason, TaskExtent, TaskReference } from '@sillage/contracts';
import { writeGriddedField, type GriddedField } from '@sillage/netcdf';
import { daysSince1950, isoDay } from '@sillage/science';
import { CANONICAL_VARIABLE, canonicalOrigin } from './canonical-file.js';
import { dayOfTime, daysOfPeriod } from './calendar-days.js';
import { areaReason, areaShortfalls, nodeTolerance, periodReason } from './coverage.js';
import { croppedGrid, type GridCrop, type IndexRange } from './grid-alignment.js';
import { fileDays, rawDays, type DaySource } from './day-source.js';
import { requireDiskRoom } from './disk-room.js';
import { openField, refuseAnomaly } from './open-field.js';
import type { ProgressListener } from './progress.js';
import { RejectionError } from './rejection-error.js';
import { rejectionFromError } from './rejection-from-error.js';
import { croppedBytes, spillField } from './stage-field.js';
import { isReadByDay } from './walk-field.js';

export { CANONICAL_VARIABLE, originOfCanonical } from './canonical-file.js';

export type CheckOptions = {
  inputPath: string;
  /** Name to use in messages: what the participant called the file. */
  fileName: string;
  variable?: string | null;
  tasks: readonly TaskExtent[];
  /** Tasks that the map does not cover are left out instead of warned about, as long as one is left; default false. */
  onlyCovered?: boolean;
  /** Where the canonical NetCDF goes; overwritten. */
  canonicalPath: string;
  /** Bytes that one read may bring into memory; default 64 MiB. */
  readBudgetBytes?: number;
  onProgress?: ProgressListener;
};

export type CheckResult = {
  warnings: CheckWarning[];
  /** With `onlyCovered`: the tasks whose area or days the map does not cover. */
  uncovered: TaskReference[];
  variable: string;
  dayCount: number;
  latCount: number;
  lonCount: number;
};

/** Grid nodes kept around the boxes, beyond what interpolation needs. */
const MARGIN_NODES = 2;

/**
 * Structure gate, decoding and coverage of an upload; writes its canonical NetCDF: variable `ssh` in metres,
 * uncompressed, float32 (float64 where the source is), cut to the boxes and periods of the tasks with some cells and
 * one map of margin, so that every later regridding finds its neighbours.
 *
 * The edges of a box are taken with a tolerance of one grid step here, because only the scoring knows where the
 * outermost nodes of the reference lie; it judges exactly.
 *
 * One basin map may serve tasks of several areas: the canonical file then holds the box around those that it covers,
 * once, and each scoring takes its part.
 *
 * @throws RejectionError for a bad file, and for one that covers none of its tasks. A task that alone is not covered
 *   is a warning, and its scoring rejects it; with `onlyCovered` it is left out.
 */
export async function checkReconstruction(options: CheckOptions): Promise<CheckResult> {
  const { fileName, onProgress } = options;
  onProgress?.(0, `reading the structure of ${fileName}`);
  const field = await openField({ path: options.inputPath, variable: options.variable, subject: fileName });
  try {
    refuseAnomaly(field, fileName);
    const { covered, refusals } = coverageOfTasks(field, options.tasks, fileName);
    const crop = canonicalCrop(field, covered);
    await withDays(field, crop, options, (days) => writeCanonical(field, days, covered, options));
    return {
      warnings: [...field.warnings, ...(options.onlyCovered === true ? [] : refusals.map(uncoveredWarning))],
      uncovered:
        options.onlyCovered === true
          ? refusals.map(({ task }) => ({ area: task.area, scenario: task.scenario }))
          : [],
      variable: field.variableName,
      dayCount: crop.time.count,
      latCount: crop.lat.count,
      lonCount: crop.lon.count,
    };
  } catch (error) {
    throw rejectionFromError(error, { subject: fileName });
  } finally {
    field.close();
  }
}

type TaskRefusal = { task: TaskExtent; reason: RejectionReason };

function coverageOfTasks(
  field: GriddedField,
  tasks: readonly TaskExtent[],
  fileName: string,
): { covered: TaskExtent[]; refusals: TaskRefusal[] } {
  const covered: TaskExtent[] = [];
  const refusals: TaskRefusal[] = [];
  for (const task of tasks) {
    const reason = taskReason(field, task, `${fileName}, area '${task.area}'`);
    if (reason) refusals.push({ task, reason });
    else covered.push(task);
  }
  // Of several areas the one that the map lies in says what is wrong with it.
  const telling = refusals.find(({ reason }) => reason.code !== 'area-not-covered') ?? refusals[0];
  if (covered.length === 0 && telling) throw new RejectionError(telling.reason);
  return { covered, refusals };
}

function uncoveredWarning({ task, reason }: TaskRefusal): CheckWarning {
  return {
    code: reason.code,
    message: `The task ${task.area} × ${task.scenario} cannot be scored: ${reason.found}; needed: ${reason.expected}.`,
  };
}

function taskReason(field: GriddedField, task: TaskExtent, where: string): RejectionReason | null {
  const { grid } = field;
  const shortfalls = areaShortfalls(grid, task.scoredBox, nodeTolerance(grid));
  if (shortfalls.length > 0) return areaReason(where, shortfalls, axesHint(field));
  return periodReason(where, grid.timeDays, task.period);
}

/** Latitudes where longitudes should be is the usual reason for an area that is far off. */
function axesHint(field: GriddedField): string {
  const { latDeg, lonDeg } = field.grid;
  return `the grid has ${latDeg.length} latitudes and ${lonDeg.length} longitudes`;
}

function canonicalCrop(field: GriddedField, tasks: readonly TaskExtent[]): GridCrop {
  const { grid } = field;
  const south = Math.min(...tasks.map((task) => task.scoredBox.south));
  const north = Math.max(...tasks.map((task) => task.scoredBox.north));
  const west = Math.min(...tasks.map((task) => task.scoredBox.west));
  const east = Math.max(...tasks.map((task) => task.scoredBox.east));
  const firstDay = Math.min(...tasks.map((task) => daysSince1950(task.period.start)));
  const lastDay = Math.max(...tasks.map((task) => daysSince1950(task.period.end)));
  return {
    // A reference stamped at the end of the last day needs the first map after it.
    time: enclosing(grid.timeDays, firstDay, lastDay + 1, 0),
    lat: enclosing(grid.latDeg, south, north, MARGIN_NODES),
    lon: enclosing(grid.lonDeg, west, east, MARGIN_NODES),
  };
}

function enclosing(axis: Float64Array, first: number, last: number, marginNodes: number): IndexRange {
  const before = axis.findLastIndex((value) => value <= first);
  const after = axis.findIndex((value) => value >= last);
  const start = Math.max(0, (before < 0 ? 0 : before) - marginNodes);
  const end = Math.min(axis.length - 1, (after < 0 ? axis.length - 1 : after) + marginNodes);
  return { start, count: end - start + 1 };
}

/**
 * Hands over the maps one after the other. A file whose chunks are long in time would be decompressed again for each of
 * them: it is decoded once into a raw file beside the canonical one, and removed afterwards.
 */
async function withDays(
  field: GriddedField,
  crop: GridCrop,
  options: CheckOptions,
  use: (days: DaySource) => Promise<void>,
): Promise<void> {
  const folder = dirname(options.canonicalPath);
  const isDirect = isReadByDay(field, options.readBudgetBytes);
  const neededBytes = (isDirect ? 1 : 2) * croppedBytes(field, crop);
  requireDiskRoom(folder, `decoding ${options.fileName}`, neededBytes);
  if (isDirect) return use(fileDays(field, crop));
  const rawPath = await spillField(field, {
    crop,
    temporaryFolder: folder,
    onProgress: (fraction) => options.onProgress?.(fraction / 2, `decoding ${options.fileName}`),
  });
  const descriptor = openSync(rawPath, 'r');
  try {
    await use(rawDays(descriptor, croppedGrid(field.grid, crop), field.valueType));
  } finally {
    closeSync(descriptor);
    rmSync(dirname(rawPath), { recursive: true });
  }
}

async function writeCanonical(
  field: GriddedField,
  days: DaySource,
  tasks: readonly TaskExtent[],
  options: CheckOptions,
): Promise<void> {
  const { grid } = days;
  const dayCount = grid.timeDays.length;
  const audit = new DayAudit(options.fileName, field.variableName, tasks);
  await writeGriddedField(options.canonicalPath, {
    grid,
    variables: [
      {
        name: CANONICAL_VARIABLE,
        type: field.valueType,
        attributes: {
          units: 'm',
          standard_name: 'sea_surface_height_above_geoid',
          long_name: 'sea surface height',
        },
        readDay: async (index) => {
          const map = await days.readDay(index);
          audit.look(map, grid.timeDays[index] ?? Number.NaN);
          options.onProgress?.((index + 1) / dayCount, `reading map ${index + 1} of ${dayCount}`);
          return map;
        },
      },
    ],
    attributes: {
      title: 'Sea surface height reconstruction in canonical form',
      ...canonicalOrigin(options.fileName, field.variableName),
    },
    storage: { kind: 'contiguous' },
  });
  audit.finish();
}

/** Watches the values as they pass for days without a single one. Netcdf refuses heights that cannot be metres. */
class DayAudit {
  readonly #fileName: string;
  readonly #variableName: string;
  readonly #neededDays: Set<number>;
  readonly #seenDays = new Set<number>();
  readonly #filledDays = new Set<number>();

  constructor(fileName: string, variableName: string, tasks: readonly TaskExtent[]) {
    this.#fileName = fileName;
    this.#variableName = variableName;
    this.#neededDays = new Set(tasks.flatMap((task) => daysOfPeriod(task.period)));
  }

  look(map: Float32Array | Float64Array, timeDays: number): void {
    const day = dayOfTime(timeDays);
    this.#seenDays.add(day);
    if (map.some((height) => !Number.isNaN(height))) this.#filledDays.add(day);
  }

  /** @throws RejectionError if a day that is needed has maps but not one value. */
  finish(): void {
    const empty = [...this.#seenDays].filter(
      (day) => this.#neededDays.has(day) && !this.#filledDays.has(day),
    );
    const first = empty.sort((a, b) => a - b)[0];
    if (first === undefined) return;
    throw new RejectionError({
      code: 'empty-field',
      where: `${this.#fileName}, variable '${this.#variableName}'`,
      found: `every value is missing on ${empty.length === 1 ? isoDay(first) : `${empty.length} days, first on ${isoDay(first)}`}`,
      expected: 'values inside the area on every day of the period',
      fix: 'Check that the map was written for these days, and that _FillValue is not a value of the map.',
    });
  }
}
