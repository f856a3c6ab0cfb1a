import type { CheckWarning, TaskExtent, TaskReference } from '@sillage/contracts';
import type { GriddedField } from '@sillage/netcdf/portable';
import { refuseAnomaly } from './anomaly.js';
import { DayAudit } from './day-audit.js';
import { croppedGrid, type GridCrop } from './grid-alignment.js';
import { rejectionFromError } from './rejection-from-error.js';
import { canonicalCrop, coverageOfTasks, uncoveredWarning } from './task-coverage.js';
import { walkField } from './walk-field.js';

export type CheckMapOptions = {
  /** Name to use in messages: what the participant called the file. */
  fileName: string;
  tasks: readonly TaskExtent[];
  /** Tasks that the map does not cover are left out instead of warned about, as long as one is left. */
  onlyCovered?: boolean;
  /** 0…1 of the maps have been read. */
  onProgress?: (fraction: number) => void;
};

export type MapVerdict = {
  warnings: CheckWarning[];
  covered: TaskReference[];
  /** Tasks whose area or days the map does not cover. */
  uncovered: TaskReference[];
  /** The part of the map that its tasks need. */
  crop: GridCrop;
};

/**
 * What the check of the platform says of a map, without writing the canonical file: the same rules in the same order, each
 * needed value looked at once. Memory is bounded: the map passes through in the pieces that it is stored in.
 *
 * @throws RejectionError for a map that the platform would reject.
 */
export async function checkMap(field: GriddedField, options: CheckMapOptions): Promise<MapVerdict> {
  const { fileName, tasks, onProgress } = options;
  try {
    refuseAnomaly(field, fileName);
    const { covered, refusals } = coverageOfTasks(field, tasks, fileName);
    const crop = canonicalCrop(field, covered);
    const { timeDays } = croppedGrid(field.grid, crop);
    const audit = new DayAudit(fileName, field.variableName, covered);
    const total = crop.time.count * crop.lat.count * crop.lon.count;
    let done = 0;
    await walkField(field, crop, ({ time, lat, values }) => {
      const mapLength = lat.count * crop.lon.count;
      for (let index = 0; index < time.count; index++) {
        const map = values.subarray(index * mapLength, (index + 1) * mapLength);
        audit.look(map, timeDays[time.start + index] ?? Number.NaN);
      }
      done += values.length;
      onProgress?.(done / total);
    });
    audit.finish();
    const isOnlyCovered = options.onlyCovered === true;
    return {
      warnings: [...field.warnings, ...(isOnlyCovered ? [] : refusals.map(uncoveredWarning))],
      covered: covered.map(referenceOf),
      uncovered: refusals.map(({ task }) => referenceOf(task)),
      crop,
    };
  } catch (error) {
    throw rejectionFromError(error, { subject: fileName });
  }
}

function referenceOf({ area, scenario }: TaskExtent): TaskReference {
  return { area, scenario };
}
