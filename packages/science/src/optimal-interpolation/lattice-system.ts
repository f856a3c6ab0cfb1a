import { requireLength } from '../grid.js';
import { InvalidOptionError } from '../errors.js';
import { latticeAxis, latticeWeights, NODES_PER_POINT, type LatticeAxis } from './gaussian-lattice.js';
import {
  requireValidCovariance,
  type AlongTrackObservations,
  type CovarianceOptions,
} from './optimal-interpolation.js';

/**
 * Days: observations this close in time share their weights in time. In three minutes a satellite flies 1100 km, and
 * the sea surface moves by some hundredths of a millimetre.
 */
const SAME_TIME_DAYS = 0.002;
/** Parts that the observations are cut into; fixed, so that sums do not depend on the number of threads. */
export const LATTICE_PARTS = 8;

/** When and where something was observed, one entry per observation, in any order. */
export type ObservationPlaces = Pick<AlongTrackObservations, 'timeDays' | 'latDeg' | 'lonDeg'>;

/** Where memory comes from: `SharedArrayBuffer` lets several threads work on one system. */
export type Allocate = (byteLength: number) => ArrayBuffer | SharedArrayBuffer;

/** A box in space and time that observations and maps lie in; degrees and days since 1950-01-01 UTC. */
export type LatticeExtent = {
  readonly firstTimeDays: number;
  readonly lastTimeDays: number;
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
};

/**
 * The linear system of an optimal interpolation on a lattice in space and time: plain data that threads can share.
 * Nodes are in C order [lat, lon, time], so that what an observation needs of a place lies together. Observations are sorted by time and come in groups of the same time.
 */
export type LatticeSystem = {
  readonly covariance: Pick<CovarianceOptions, 'lengthLonDeg' | 'lengthLatDeg' | 'lengthTimeDays' | 'noise'>;
  readonly time: LatticeAxis;
  readonly lat: LatticeAxis;
  readonly lon: LatticeAxis;
  readonly observationCount: number;
  /** Position in the input of each observation, shape `[N]`. */
  readonly order: Int32Array;
  /** Node (latIndex·lonCount + lonIndex) of the first weights of each observation, shape `[N]`. */
  readonly firstNode: Int32Array;
  /** Weights, shape `[N, 10]`. */
  readonly latWeights: Float64Array;
  readonly lonWeights: Float64Array;
  /** First observation of each group, and the end; shape `[G + 1]`. */
  readonly groupStart: Int32Array;
  /** First time level of each group, shape `[G]`, and its weights, shape `[G, 10]`. */
  readonly groupLevel: Int32Array;
  readonly groupWeights: Float64Array;
  /** First run of each group, and the end; shape `[G + 1]`. */
  readonly runStart: Int32Array;
  /** Runs of neighbouring nodes that a group touches: first node and end, shape `[R, 2]`. */
  readonly runs: Int32Array;
  /** First group of each part, and the end; shape `[LATTICE_PARTS + 1]`. */
  readonly partStart: Int32Array;
};

/**
 * Sets up the optimal interpolation of all observations at once.
 *
 * exp(−d²) is the convolution of exp(−2d²) with itself, so the covariance of two observations is, to 1e-6, the sum of
 * the products of their weights on a lattice with nodes every 0.4 length scales: K = G·Gᵀ. `LatticeSolver` finds the
 * values on the nodes, whose cost is linear in the number of observations; `latticeMap` interpolates them.
 *
 * @param options.extent - holds the observations and all maps that will be asked for.
 * @throws ShapeMismatchError if the observation arrays differ in length; InvalidOptionError for lengths or a noise that
 *   are not positive and observations outside the extent.
 */
export function createLatticeSystem(
  options: CovarianceOptions & {
    observations: ObservationPlaces;
    extent: LatticeExtent;
    allocate?: Allocate;
  },
): LatticeSystem {
  requireValidCovariance(options);
  if (!(options.noise > 0)) throw new InvalidOptionError('noise', options.noise, 'a number above 0');
  const { observations, extent, lengthTimeDays, lengthLatDeg, lengthLonDeg, noise } = options;
  requireObservationsInside(observations, extent);
  const allocate = options.allocate ?? ((byteLength: number) => new ArrayBuffer(byteLength));
  const doubles = (count: number): Float64Array => new Float64Array(allocate(count * 8));
  const integers = (values: Int32Array | number): Int32Array => {
    const count = typeof values === 'number' ? values : values.length;
    const shared = new Int32Array(allocate(count * 4));
    if (typeof values !== 'number') shared.set(values);
    return shared;
  };
  const time = latticeAxis(extent.firstTimeDays / lengthTimeDays, extent.lastTimeDays / lengthTimeDays);
  const lat = latticeAxis(extent.south / lengthLatDeg, extent.north / lengthLatDeg);
  const lon = latticeAxis(extent.west / lengthLonDeg, extent.east / lengthLonDeg);
  const count = observations.timeDays.length;
  const { order, groupStart } = groupsOfSameTime(observations.timeDays);
  const groupCount = groupStart.length - 1;
  const firstNode = integers(count);
  const latWeights = doubles(count * NODES_PER_POINT);
  const lonWeights = doubles(count * NODES_PER_POINT);
  for (let index = 0; index < count; index++) {
    const from = order[index]!;
    const offset = index * NODES_PER_POINT;
    const row = latticeWeights(lat, observations.latDeg[from]! / lengthLatDeg, latWeights, offset);
    const column = latticeWeights(lon, observations.lonDeg[from]! / lengthLonDeg, lonWeights, offset);
    firstNode[index] = row * lon.count + column;
  }
  const groupLevel = integers(groupCount);
  const groupWeights = doubles(groupCount * NODES_PER_POINT);
  for (let group = 0; group < groupCount; group++) {
    const members = order.subarray(groupStart[group], groupStart[group + 1]);
    const meanTimeDays =
      members.reduce((sum, index) => sum + observations.timeDays[index]!, 0) / members.length;
    groupLevel[group] = latticeWeights(
      time,
      meanTimeDays / lengthTimeDays,
      groupWeights,
      group * NODES_PER_POINT,
    );
  }
  const { runStart, runs } = touchedRuns(firstNode, groupStart, lat, lon);
  return {
    covariance: { lengthLonDeg, lengthLatDeg, lengthTimeDays, noise },
    time,
    lat,
    lon,
    observationCount: count,
    order: integers(order),
    firstNode,
    latWeights,
    lonWeights,
    groupStart: integers(groupStart),
    groupLevel,
    groupWeights,
    runStart: integers(runStart),
    runs: integers(runs),
    partStart: integers(partsOfEqualWork(groupStart, runStart, runs)),
  };
}

/** Nodes of the whole lattice. */
export function latticeNodeCount(system: Pick<LatticeSystem, 'time' | 'lat' | 'lon'>): number {
  return system.time.count * system.lat.count * system.lon.count;
}

function requireObservationsInside(observations: ObservationPlaces, extent: LatticeExtent): void {
  const { timeDays, latDeg, lonDeg } = observations;
  requireLength('observations.latDeg', latDeg, timeDays.length);
  requireLength('observations.lonDeg', lonDeg, timeDays.length);
  const requireWithin = (name: string, values: Float64Array, first: number, last: number): void => {
    const index = values.findIndex((value) => !(value >= first && value <= last));
    if (index < 0) return;
    throw new InvalidOptionError(`observations.${name}[${index}]`, values[index], `${first} to ${last}`);
  };
  requireWithin('timeDays', timeDays, extent.firstTimeDays, extent.lastTimeDays);
  requireWithin('latDeg', latDeg, extent.south, extent.north);
  requireWithin('lonDeg', lonDeg, extent.west, extent.east);
}

/** Observations by time, and where each group of (nearly) the same time starts. */
function groupsOfSameTime(timeDays: Float64Array): { order: Int32Array; groupStart: Int32Array } {
  const order = Int32Array.from(timeDays.keys()).sort((a, b) => timeDays[a]! - timeDays[b]! || a - b);
  const groupStart: number[] = [];
  let firstTimeDays = Number.NEGATIVE_INFINITY;
  order.forEach((index, position) => {
    if (timeDays[index]! - firstTimeDays <= SAME_TIME_DAYS) return;
    firstTimeDays = timeDays[index]!;
    groupStart.push(position);
  });
  groupStart.push(order.length);
  return { order, groupStart: Int32Array.from(groupStart) };
}

/** The nodes that each group touches, as runs of neighbours, ascending and apart from each other. */
function touchedRuns(
  firstNode: Int32Array,
  groupStart: Int32Array,
  lat: LatticeAxis,
  lon: LatticeAxis,
): { runStart: Int32Array; runs: Int32Array } {
  const mark = new Int32Array(lat.count * lon.count).fill(-1);
  const runStart = new Int32Array(groupStart.length);
  const runs: number[] = [];
  for (let group = 0; group + 1 < groupStart.length; group++) {
    let first = mark.length;
    let end = 0;
    for (let index = groupStart[group]!; index < groupStart[group + 1]!; index++) {
      for (let row = 0; row < NODES_PER_POINT; row++) {
        const node = firstNode[index]! + row * lon.count;
        mark.fill(group, node, node + NODES_PER_POINT);
        first = Math.min(first, node);
        end = Math.max(end, node + NODES_PER_POINT);
      }
    }
    for (let node = first; node < end; node++) {
      if (mark[node] !== group) continue;
      const start = node;
      while (node < end && mark[node] === group) node++;
      runs.push(start, node);
    }
    runStart[group + 1] = runs.length / 2;
  }
  return { runStart, runs: Int32Array.from(runs) };
}

/** Cuts the groups, which are in order of time, into parts that cost about the same. */
function partsOfEqualWork(groupStart: Int32Array, runStart: Int32Array, runs: Int32Array): Int32Array {
  const groupCount = groupStart.length - 1;
  const workUpTo = new Float64Array(groupCount + 1);
  for (let group = 0; group < groupCount; group++) {
    let nodes = 0;
    for (let run = runStart[group]!; run < runStart[group + 1]!; run++) {
      nodes += runs[2 * run + 1]! - runs[2 * run]!;
    }
    const observations = groupStart[group + 1]! - groupStart[group]!;
    workUpTo[group + 1] = workUpTo[group]! + NODES_PER_POINT * (NODES_PER_POINT * observations + nodes);
  }
  const total = workUpTo[groupCount]!;
  return Int32Array.from({ length: LATTICE_PARTS + 1 }, (_, part) => {
    if (part === LATTICE_PARTS) return groupCount;
    return workUpTo.findIndex((work) => work >= (part / LATTICE_PARTS) * total);
  });
}
