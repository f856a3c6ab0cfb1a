import { closeSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CheckWarning, TaskExtent, TaskReference } from '@sillage/contracts';
import { writeGriddedField, type GriddedField } from '@sillage/netcdf';
import {
  canonicalCrop,
  coverageOfTasks,
  croppedGrid,
  DayAudit,
  fileDays,
  isReadByDay,
  refuseAnomaly,
  rejectionFromError,
  uncoveredWarning,
  type DaySource,
  type GridCrop,
} from '@sillage/checking';
import { CANONICAL_VARIABLE, canonicalOrigin } from '../files/canonical-file.js';
import { requireDiskRoom } from '../files/disk-room.js';
import { openField } from '../files/open-field.js';
import { rawDays } from './raw-days.js';
import type { ProgressListener } from '../files/progress.js';
import { croppedBytes, spillField } from '../files/stage-field.js';

export { CANONICAL_VARIABLE, originOfCanonical } from '../files/canonical-file.js';

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
