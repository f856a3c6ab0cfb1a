import type { NetworkManifest, Period } from '@sillage/contracts';
import {
  coveringAxis,
  reconstructionWeights,
  stridedAxis,
  type CoveringAxis,
  type PatchAxis,
  type PatchPlan,
  type ReconstructionWeights,
} from '@sillage/fourdvarnet';
import { isoDay, type RegularGrid } from '@sillage/science';
import { croppedGrid, daysOfPeriod, type GridCrop, listDays, RejectionError } from '@sillage/validation';
import { rejectionFromNetworkError } from './rejection-from-network-error.js';
import type { NetworkTask } from './network-types.js';

/** The keys of a manifest that lay patches. */
export type Patching = Pick<NetworkManifest, 'patch' | 'strides' | 'reconstruction_weight' | 'spacing_deg'>;

/** The grid that a network works on, and the part of it that is wanted. */
export type NetworkGrid = {
  /** All patches together; reaches beyond the scored box as far as patches and crops demand. */
  grid: RegularGrid;
  plan: PatchPlan;
  weights: ReconstructionWeights;
  /** The nodes and days that are written. */
  scored: GridCrop;
};

/** A node of the lattice that the network's nodes belong to, degrees. */
export type LatticeOrigin = {
  latDeg: number;
  lonDeg: number;
  /** Nodes of the dataset's grid in one step of the network, along an axis; 1: the network's nodes are the dataset's. */
  datasetNodes: number;
};

/**
 * Nodes by which the crop may give way at the outer edge of the grid. A box of 10° at 1/20° has 201 nodes, and the usual
 * patch of 240 with a crop of 20 leaves 200: without it four times the patches would be solved for one row and one column.
 */
const EDGE_RELIEF_NODES = 2;
/** Share of a step within which a node counts as lying on the edge of a box. */
const ON_EDGE = 1e-4;

/**
 * Lays patches so that every node of the scored box and every scored day gets a value.
 *
 * Along latitude and longitude the grid grows beyond the box until strides and patches tile it, centred on the box: where
 * the original drops a remainder, this reads more sea. Along time only windows that weigh on a scored day are laid, and only on
 * days that were observed (`observed`, days since 1950): nothing is invented before the first or after the last.
 *
 * @throws RejectionError `manifest-mismatch` where crop and strides leave gaps, `days-missing` where a scored day has no
 *   window.
 */
export function planNetworkGrid(
  patching: Patching,
  task: NetworkTask,
  options: { origin: LatticeOrigin | null; observed: { firstDays: number; lastDays: number } },
): NetworkGrid {
  const { patch, strides, reconstruction_weight: recipe, spacing_deg: spacingDeg } = patching;
  try {
    const weights = reconstructionWeights(recipe, patch);
    const { south, north, west, east } = task.scoredBox;
    const { origin } = options;
    // Nodes of the dataset are those that are scored; others must reach the edges of the box, to be interpolated between.
    const nodes = origin?.datasetNodes === 1 ? nodesWithin : nodesAround;
    const rows = nodes(south, north, origin?.latDeg ?? south, spacingDeg);
    const columns = nodes(west, east, origin?.lonDeg ?? west, spacingDeg);
    const axis = (name: 'lat' | 'lon', covered: number): CoveringAxis =>
      coveringAxis({
        covered,
        patch: patch[name],
        stride: strides[name],
        crop: recipe.crop[name],
        relief: Math.min(EDGE_RELIEF_NODES, recipe.crop[name]),
      });
    const lat = axis('lat', rows.count);
    const lon = axis('lon', columns.count);
    const time = timeWindows(patching, weights, task.period, options.observed);
    const grid = {
      timeDays: time.timeDays,
      latDeg: lattice(rows.firstDeg, spacingDeg, lat),
      lonDeg: lattice(columns.firstDeg, spacingDeg, lon),
    };
    requireOnEarth(grid, task);
    return {
      grid,
      plan: { time: time.axis, lat, lon },
      weights,
      scored: {
        time: time.scored,
        lat: { start: lat.coveredStart, count: rows.count },
        lon: { start: lon.coveredStart, count: columns.count },
      },
    };
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject: 'the manifest' });
  }
}

export function scoredGrid({ grid, scored }: NetworkGrid): RegularGrid {
  return croppedGrid(grid, scored);
}

type LatticeNodes = { firstDeg: number; count: number };

/** The nodes of a lattice in a closed interval; those that lie next to its ends by less than a thousandth of a step too. */
function nodesWithin(firstDeg: number, lastDeg: number, originDeg: number, spacingDeg: number): LatticeNodes {
  const from = Math.ceil((firstDeg - originDeg) / spacingDeg - ON_EDGE);
  const to = Math.floor((lastDeg - originDeg) / spacingDeg + ON_EDGE);
  return { firstDeg: originDeg + from * spacingDeg, count: Math.max(1, to - from + 1) };
}

/** The fewest nodes of a lattice that have a closed interval between them. */
function nodesAround(firstDeg: number, lastDeg: number, originDeg: number, spacingDeg: number): LatticeNodes {
  const from = Math.floor((firstDeg - originDeg) / spacingDeg + ON_EDGE);
  const to = Math.ceil((lastDeg - originDeg) / spacingDeg - ON_EDGE);
  return { firstDeg: originDeg + from * spacingDeg, count: Math.max(1, to - from + 1) };
}

function lattice(firstDeg: number, spacingDeg: number, axis: CoveringAxis): Float64Array {
  return Float64Array.from(
    { length: axis.length },
    (_, index) => Math.round((firstDeg + (index - axis.coveredStart) * spacingDeg) * 1e9) / 1e9,
  );
}

function timeWindows(
  { patch, strides }: Patching,
  weights: ReconstructionWeights,
  period: Period,
  observed: { firstDays: number; lastDays: number },
): { axis: PatchAxis; timeDays: Float64Array; scored: { start: number; count: number } } {
  const days = daysOfPeriod(period);
  const [firstScored, lastScored] = [days[0]!, days.at(-1)!];
  const firstWeight = weights.time.findIndex((weight) => weight > 0);
  const lastWeight = weights.time.findLastIndex((weight) => weight > 0);
  const first = Math.max(Math.floor(observed.firstDays), firstScored - lastWeight);
  const last = Math.min(Math.floor(observed.lastDays), lastScored - firstWeight + patch.time - 1);
  const length = last - first + 1;
  if (length < patch.time) {
    throw uncovered(
      days,
      `the observations reach from ${isoDay(observed.firstDays)} to ${isoDay(observed.lastDays)}, a window has ${patch.time} days`,
    );
  }
  const strided = stridedAxis({ length, patch: patch.time, stride: strides.time });
  const atEnd = length - patch.time;
  // A remainder at the end gets a window of its own: the last scored days are as good as the first.
  const starts = strided.starts.at(-1) === atEnd ? strided.starts : [...strided.starts, atEnd];
  const weighed = new Set(
    starts.flatMap((start) =>
      Array.from(weights.time.keys())
        .filter((day) => weights.time[day]! > 0)
        .map((day) => first + start + day),
    ),
  );
  const missing = days.filter((day) => !weighed.has(day));
  if (missing.length > 0)
    throw uncovered(
      missing,
      `windows of ${patch.time} days on observations from ${isoDay(observed.firstDays)} to ${isoDay(observed.lastDays)} ` +
        `do not reach ${listDays(missing)}`,
    );
  return {
    axis: { length, patch: patch.time, starts },
    timeDays: Float64Array.from({ length }, (_, index) => first + index),
    scored: { start: firstScored - first, count: days.length },
  };
}

function uncovered(days: readonly number[], found: string): RejectionError {
  return new RejectionError({
    code: 'days-missing',
    where: 'the windows of the network',
    found,
    expected: `a window with a weight on every scored day; none has ${listDays(days)}`,
    fix: 'Give reconstruction_weight another window in time, a smaller crop.time, or a stride of one day.',
  });
}

function requireOnEarth({ latDeg }: RegularGrid, task: NetworkTask): void {
  const [south, north] = [latDeg[0]!, latDeg.at(-1)!];
  if (south >= -90 && north <= 90) return;
  throw new RejectionError({
    code: 'manifest-mismatch',
    where: "the manifest, keys 'patch' and 'spacing_deg'",
    found: `patches from latitude ${south.toFixed(2)} to ${north.toFixed(2)} are needed to cover ${task.area}`,
    expected: 'latitudes from −90 to 90',
    fix: 'Give smaller patches.',
  });
}
