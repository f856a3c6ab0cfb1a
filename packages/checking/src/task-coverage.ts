import type { CheckWarning, RejectionReason, TaskExtent } from '@sillage/contracts';
import { daysSince1950, type RegularGrid } from '@sillage/science';
import { areaReason, areaShortfalls, nodeTolerance, periodReason } from './coverage.js';
import type { GridCrop, IndexRange } from './grid-alignment.js';
import { RejectionError } from './rejection-error.js';

/** Grid nodes kept around the boxes, beyond what interpolation needs. */
const MARGIN_NODES = 2;

/** A task that a map does not cover, and what is missing. */
export type TaskRefusal = { task: TaskExtent; reason: RejectionReason };

/**
 * The tasks that a map covers and those that it does not.
 *
 * @throws RejectionError where it covers none, with the reason of the task that it comes nearest to.
 */
export function coverageOfTasks(
  field: { grid: RegularGrid },
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

/** What is said of a task that alone is not covered. */
export function uncoveredWarning({ task, reason }: TaskRefusal): CheckWarning {
  return {
    code: reason.code,
    message: `The task ${task.area} × ${task.scenario} cannot be scored: ${reason.found}; needed: ${reason.expected}.`,
  };
}

function taskReason(field: { grid: RegularGrid }, task: TaskExtent, where: string): RejectionReason | null {
  const { grid } = field;
  const shortfalls = areaShortfalls(grid, task.scoredBox, nodeTolerance(grid));
  if (shortfalls.length > 0) return areaReason(where, shortfalls, axesHint(field));
  return periodReason(where, grid.timeDays, task.period);
}

/** Latitudes where longitudes should be is the usual reason for an area that is far off. */
function axesHint(field: { grid: RegularGrid }): string {
  const { latDeg, lonDeg } = field.grid;
  return `the grid has ${latDeg.length} latitudes and ${lonDeg.length} longitudes`;
}

/** The part of a map that its tasks need, with what interpolation at the edges reads. */
export function canonicalCrop(field: { grid: RegularGrid }, tasks: readonly TaskExtent[]): GridCrop {
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
