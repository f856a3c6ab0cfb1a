import { rmSync } from 'node:fs';
import { isoDay, type RegularGrid } from '@sillage/science';
import { extentOf } from '@sillage/checking';
import { mapObservations } from '../../oi/index.js';
import type { KnownInput, HeightAbove } from '../../observations/index.js';
import { openOiDays, type FieldDays } from './input-days.js';

/** Optimal interpolation as a first guess. */
export type Background = {
  /** On the nodes of the network, m, shape [Y, X]. */
  readDay(dayIndex: number): Promise<ArrayLike<number>>;
  /** What heights of a day are above it, at their own place and time. */
  readGuess(dayIndex: number): Promise<HeightAbove>;
  close(): void;
};

export type ComputedOiOptions = {
  observations: readonly KnownInput[];
  grid: RegularGrid;
  spacingDeg: number;
  /** May be written; removed at the end. */
  temporaryPath: string;
  now: Date;
  onProgress: (fraction: number, activity: string) => Promise<void>;
  signal: AbortSignal | undefined;
};

/**
 * Maps the observations by the baseline's optimal interpolation and reads the maps on the grid.
 *
 * All days and nodes at once, on a lattice: a tenth of the time of the direct solution, from which it differs by what the latter
 * forgets after two time scales, 0.002 in µ.
 */
export async function computedOi(options: ComputedOiOptions): Promise<FieldDays> {
  const { grid, temporaryPath, onProgress } = options;
  const { west, east, south, north } = extentOf(grid);
  await mapObservations({
    observations: options.observations,
    grid: { kind: 'box', box: { west, east, south, north }, spacingDeg: options.spacingDeg },
    period: { start: isoDay(grid.timeDays[0]!), end: isoDay(grid.timeDays.at(-1)!) },
    method: 'lattice',
    outputPath: temporaryPath,
    now: options.now,
    onProgress: (fraction) => void onProgress(fraction, 'mapping the observations by optimal interpolation'),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const days = await openOiDays({ path: temporaryPath, variable: 'gssh' }, grid);
  return {
    ...days,
    close: () => {
      days.close();
      rmSync(temporaryPath, { force: true });
    },
  };
}

/**
 * The background of a network whose state is an anomaly from OI: always computed from the observations that the network reads, on
 * its own nodes, so that a map needs no file that the training did not have.
 */
export async function openBackground(options: ComputedOiOptions): Promise<Background> {
  const { timeDays } = options.grid;
  // what is measured late on the last day lies between its map and the next one
  const grid = { ...options.grid, timeDays: Float64Array.of(...timeDays, timeDays.at(-1)! + 1) };
  const oi = await computedOi({ ...options, grid });
  return {
    readDay: (dayIndex) => oi.readDay(dayIndex),
    readGuess: async (dayIndex) =>
      heightAboveMaps({ of: await oi.readDay(dayIndex), next: await oi.readDay(dayIndex + 1) }, grid),
    close: () => oi.close(),
  };
}

/**
 * Heights minus the maps of a day and the next one, interpolated to their places and times: linear along each axis, and continued
 * beyond the outermost nodes.
 */
export function heightAboveMaps(
  { of, next }: { of: ArrayLike<number>; next: ArrayLike<number> },
  { latDeg, lonDeg }: Pick<RegularGrid, 'latDeg' | 'lonDeg'>,
): HeightAbove {
  const columns = lonDeg.length;
  return (measurement) => {
    const [row, north] = betweenNodes(latDeg, measurement.latDeg);
    const [column, east] = betweenNodes(lonDeg, measurement.lonDeg);
    const at = (map: ArrayLike<number>): number => {
      const alongRow = (index: number) =>
        (1 - east) * map[index * columns + column]! + east * map[index * columns + column + 1]!;
      return (1 - north) * alongRow(row) + north * alongRow(row + 1);
    };
    const { lagDays } = measurement;
    return measurement.heightM - ((1 - lagDays) * at(of) + lagDays * at(next));
  };
}

/** The node before a place, and the share of the step from there: beyond 0…1 where the place lies outside. */
function betweenNodes(axisDeg: Float64Array, placeDeg: number): [index: number, share: number] {
  const last = axisDeg.length - 1;
  const position = ((placeDeg - axisDeg[0]!) / (axisDeg[last]! - axisDeg[0]!)) * last;
  const index = Math.min(Math.max(Math.floor(position), 0), last - 1);
  return [index, position - index];
}
