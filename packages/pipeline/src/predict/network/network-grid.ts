import type { Period } from '@sillage/contracts';
import {
  coveringPatches,
  reconstructionWeights,
  stridedAxis,
  type CoveringAxis,
  type LatticeOrigin,
  type Patching,
  type PatchAxis,
  type PatchPlan,
  type ReconstructionWeights,
} from '@sillage/fourdvarnet';
import { isoDay, type RegularGrid } from '@sillage/science';
import { croppedGrid, daysOfPeriod, type GridCrop, listDays, RejectionError } from '@sillage/checking';
import { rejectionFromNetworkError } from './rejection-from-network-error.js';
import type { NetworkTask } from '../network-types.js';

/** The grid that a network works on, and the part of it that is wanted. */
export type NetworkGrid = {
  /** All patches together; reaches beyond the scored box as far as patches and crops demand. */
  grid: RegularGrid;
  plan: PatchPlan;
  weights: ReconstructionWeights;
  /** The nodes and days that are written. */
  scored: GridCrop;
};

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
  const { patch, reconstruction_weight: recipe, spacing_deg: spacingDeg } = patching;
  try {
    const weights = reconstructionWeights(recipe, patch);
    const { lat, lon } = coveringPatches(patching, task.scoredBox, options.origin);
    const time = timeWindows(patching, weights, task.period, options.observed);
    const grid = {
      timeDays: time.timeDays,
      latDeg: lattice(lat.firstDeg, spacingDeg, lat.axis),
      lonDeg: lattice(lon.firstDeg, spacingDeg, lon.axis),
    };
    requireOnEarth(grid, task);
    return {
      grid,
      plan: { time: time.axis, lat: lat.axis, lon: lon.axis },
      weights,
      scored: {
        time: time.scored,
        lat: { start: lat.axis.coveredStart, count: lat.count },
        lon: { start: lon.axis.coveredStart, count: lon.count },
      },
    };
  } catch (error) {
    throw rejectionFromNetworkError(error, { subject: 'the manifest' });
  }
}

export function scoredGrid({ grid, scored }: NetworkGrid): RegularGrid {
  return croppedGrid(grid, scored);
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
