import { basename } from 'node:path';
import {
  openAlongTrack,
  openGriddedObservations,
  openSwath,
  type GriddedObservations,
} from '@sillage/netcdf';
import { isoDay, type RegularGrid } from '@sillage/science';
import { dayOfTime, degreesText, extentOf, RejectionError, rejectionFromError } from '@sillage/checking';
import type { KnownInput } from './observation-inputs.js';
import { GridSamples, type HeightAbove, type NodeSums } from './day-samples.js';
import { createNodeLocator, type NodeLocator } from './node-locator.js';

/** What was measured on a day, on the grid of a network; NaN where nothing was. Both of shape [Y, X]. */
export type ObservedNodes = {
  /** Mean of the heights nearest to each node, m; of what they are above a first guess, where there is one. */
  heightsM: Float32Array;
  /** Mean time of these measurements: days from the time of the day's map (00:00 UTC), 0…1. */
  lagDays: Float32Array;
};

/** Observations as a network reads them: on its grid, one map a day. */
export type ObservationDays = {
  readDay(dayIndex: number): Promise<ObservedNodes>;
  close(): void;
};

/** Cells of a swath that are read at once. */
const CELLS_PER_READ = 1_000_000;
/** Share of a step by which nodes of two grids may differ and be the same. */
const SAME_NODE = 0.01;

/**
 * Puts observations on the grid of a network: each measurement goes to the nearest node of its UTC day, and a node gets
 * the mean of its measurements. Tracks and swaths are kept in memory as they are (24 bytes a measurement); gridded
 * observations are read day by day.
 *
 * Gridded observations whose nodes are nodes of the grid are taken over node for node, as networks are trained on them. Others
 * count at the place that a node stands for: its own with `binning = "nearest"`, else the middle of the cell to its south-west.
 *
 * @param firstGuess - what each height of a day is compared with at its own place and time, before the mean; default: nothing.
 * @throws RejectionError for files that cannot be read.
 */
export async function openObservationDays(
  inputs: readonly KnownInput[],
  grid: RegularGrid,
  {
    firstGuess = () => Promise.resolve(heightItself),
    onProgress,
  }: {
    firstGuess?: (dayIndex: number) => Promise<HeightAbove>;
    onProgress?: (fraction: number, activity: string) => void | Promise<void>;
  } = {},
): Promise<ObservationDays> {
  const target = targetOf(grid);
  const samples = new GridSamples();
  const griddedFiles: GriddedDays[] = [];
  const close = () => griddedFiles.forEach(({ file }) => file.close());
  try {
    for (const [index, input] of inputs.entries()) {
      const subject = basename(input.path);
      const report = (fraction: number): void | Promise<void> =>
        onProgress?.((index + fraction) / inputs.length, `reading ${subject}`);
      await report(0);
      try {
        if (input.role === 'gridded-observations') griddedFiles.push(await openGridded(input, target));
        else if (input.role === 'swath-observations') await readSwath(input, target, samples, report);
        else await readTrack(input, target, samples);
      } catch (error) {
        throw rejectionFromError(error, { subject });
      }
    }
    if (samples.isEmpty && !griddedFiles.some(reachesGrid)) throw nothingNear(inputs, grid);
  } catch (error) {
    close();
    throw error;
  }
  return {
    readDay: async (dayIndex) => {
      const sums: NodeSums = {
        heights: new Float64Array(target.nodeCount),
        lags: new Float64Array(target.nodeCount),
        counts: new Uint32Array(target.nodeCount),
      };
      const day = target.firstDay + dayIndex;
      const heightAbove = await firstGuess(dayIndex);
      samples.addTo(day, sums, heightAbove);
      for (const gridded of griddedFiles) {
        try {
          await addGridded(gridded, day, { sums, heightAbove });
        } catch (error) {
          throw rejectionFromError(error, { subject: gridded.subject });
        }
      }
      return { heightsM: meansOf(sums.heights, sums.counts), lagDays: meansOf(sums.lags, sums.counts) };
    },
    close,
  };
}

const heightItself: HeightAbove = ({ heightM }) => heightM;

function meansOf(sums: Float64Array, counts: Uint32Array): Float32Array {
  const means = new Float32Array(sums.length);
  for (let node = 0; node < sums.length; node++) means[node] = sums[node]! / counts[node]!; // 0/0 is NaN: no observation
  return means;
}

type Target = {
  firstDay: number;
  dayCount: number;
  nodeCount: number;
  lonCount: number;
  lat: NodeLocator;
  lon: NodeLocator;
  grid: RegularGrid;
};

function targetOf(grid: RegularGrid): Target {
  return {
    firstDay: grid.timeDays[0]!,
    dayCount: grid.timeDays.length,
    nodeCount: grid.latDeg.length * grid.lonDeg.length,
    lonCount: grid.lonDeg.length,
    lat: createNodeLocator(grid.latDeg),
    lon: createNodeLocator(grid.lonDeg),
    grid,
  };
}

function addSample(
  target: Target,
  samples: GridSamples,
  timeDays: number,
  latDeg: number,
  lonDeg: number,
  sshM: number,
): void {
  if (!Number.isFinite(sshM)) return;
  const day = dayOfTime(timeDays);
  if (!(day >= target.firstDay && day < target.firstDay + target.dayCount)) return;
  const row = target.lat.nearest(latDeg);
  const column = target.lon.nearest(lonDeg);
  if (row < 0 || column < 0) return;
  samples.add(day, row * target.lonCount + column, {
    heightM: sshM,
    latDeg,
    lonDeg,
    lagDays: timeDays - day,
  });
}

async function readTrack(input: KnownInput, target: Target, samples: GridSamples): Promise<void> {
  const { timeDays, latDeg, lonDeg, sshM } = await openAlongTrack(input.path, variableOf(input));
  for (let index = 0; index < timeDays.length; index++)
    addSample(target, samples, timeDays[index]!, latDeg[index]!, lonDeg[index]!, sshM[index]!);
}

async function readSwath(
  input: KnownInput,
  target: Target,
  samples: GridSamples,
  onProgress: (fraction: number) => void | Promise<void>,
): Promise<void> {
  const swath = await openSwath(input.path, variableOf(input));
  try {
    const { timeDays, lineCount, cellCount } = swath;
    const linesPerRead = Math.max(1, Math.floor(CELLS_PER_READ / Math.max(1, cellCount)));
    const isWanted = (time: number) =>
      dayOfTime(time) >= target.firstDay && dayOfTime(time) < target.firstDay + target.dayCount;
    const first = timeDays.findIndex(isWanted);
    const end = timeDays.findLastIndex(isWanted) + 1;
    for (let start = first; first >= 0 && start < end; start += linesPerRead) {
      const lines = await swath.readLines(start, Math.min(linesPerRead, end - start));
      for (let line = 0; line < lines.lineCount; line++) {
        for (let cell = line * cellCount; cell < (line + 1) * cellCount; cell++)
          addSample(
            target,
            samples,
            lines.timeDays[line]!,
            lines.latDeg[cell]!,
            lines.lonDeg[cell]!,
            lines.sshM[cell]!,
          );
      }
      await onProgress((start + lines.lineCount) / lineCount);
    }
  } finally {
    swath.close();
  }
}

/** The place that a row or a column of a file stands for, degrees, and its node of the network's grid; −1 for none. */
type Placed = { nodes: Int32Array; placesDeg: Float64Array };

/** A file of gridded observations on the network's grid. */
type GriddedDays = {
  file: GriddedObservations;
  subject: string;
  rows: Placed;
  columns: Placed;
  lonCount: number;
};

async function openGridded(input: KnownInput, target: Target): Promise<GriddedDays> {
  const file = await openGriddedObservations(input.path, variableOf(input));
  const { latDeg, lonDeg } = file.grid;
  const isSame = isSameLattice(latDeg, target.grid.latDeg) && isSameLattice(lonDeg, target.grid.lonDeg);
  const isNearest = isSame || file.attributes['binning'] === 'nearest';
  const placed = (axis: Float64Array, locator: NodeLocator): Placed => {
    const offset = isNearest || axis.length < 2 ? 0 : 0.5 * stepOf(axis);
    const placesDeg = axis.map((coordinate) => coordinate - offset);
    return { nodes: Int32Array.from(placesDeg, (place) => locator.nearest(place)), placesDeg };
  };
  return {
    file,
    subject: basename(input.path),
    rows: placed(latDeg, target.lat),
    columns: placed(lonDeg, target.lon),
    lonCount: target.lonCount,
  };
}

function reachesGrid({ rows, columns }: GriddedDays): boolean {
  return rows.nodes.some((row) => row >= 0) && columns.nodes.some((column) => column >= 0);
}

/** A map without a single observation would look like one. */
function nothingNear(inputs: readonly KnownInput[], grid: RegularGrid): RejectionError {
  const { west, east, south, north } = extentOf(grid);
  const days = `${isoDay(grid.timeDays[0]!)} to ${isoDay(grid.timeDays.at(-1)!)}`;
  return new RejectionError({
    code: 'area-not-covered',
    where: inputs.map(({ path }) => basename(path)).join(', '),
    found: 'no observation on the grid of the network',
    expected: `observations between longitudes ${degreesText(west)} and ${degreesText(east)}, latitudes ${degreesText(south)} and ${degreesText(north)}, from ${days}`,
    fix: 'Check that observations and area belong together, and the units of the time axis.',
  });
}

async function addGridded(
  { file, rows, columns, lonCount }: GriddedDays,
  day: number,
  { sums, heightAbove }: { sums: NodeSums; heightAbove: HeightAbove },
): Promise<void> {
  const { heights, lags, counts } = sums;
  const columnCount = columns.nodes.length;
  for (const [index, date] of file.grid.timeDays.entries()) {
    if (dayOfTime(date) !== day) continue;
    const sshM = await file.readHeights(index);
    const lagDays = await file.readLags?.(index);
    for (let row = 0; row < rows.nodes.length; row++) {
      if (rows.nodes[row]! < 0) continue;
      for (let column = 0; column < columnCount; column++) {
        const cell = row * columnCount + column;
        const heightM = sshM[cell]!;
        if (columns.nodes[column]! < 0 || !Number.isFinite(heightM)) continue;
        const node = rows.nodes[row]! * lonCount + columns.nodes[column]!;
        const lag = date - day + (lagDays?.[cell] ?? Number.NaN);
        const [latDeg, lonDeg] = [rows.placesDeg[row]!, columns.placesDeg[column]!];
        heights[node] = heights[node]! + heightAbove({ heightM, latDeg, lonDeg, lagDays: lag });
        lags[node] = lags[node]! + lag;
        counts[node] = counts[node]! + 1;
      }
    }
  }
}

/** Whether the nodes of one even axis, continued to both sides, are those of another. */
export function isSameLattice(a: Float64Array, b: Float64Array): boolean {
  if (a.length < 2 || b.length < 2) return false;
  const step = stepOf(b);
  if (Math.abs(stepOf(a) - step) * Math.max(a.length, b.length) > SAME_NODE * step) return false;
  const shift = (a[0]! - b[0]!) / step;
  return Math.abs(shift - Math.round(shift)) <= SAME_NODE;
}

function stepOf(axis: Float64Array): number {
  return (axis.at(-1)! - axis[0]!) / (axis.length - 1);
}

function variableOf(input: KnownInput): { variable?: string } {
  return input.variable ? { variable: input.variable } : {};
}
