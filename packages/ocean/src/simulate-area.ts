import { fourierSum } from './observing/fourier-sum.js';
import { frontAt, liveliness, meanSeaLevelM } from './flow/north-atlantic.js';
import {
  GULF_STREAM_OCEAN,
  NATL_DETAIL,
  NATL_FLOW,
  OSMOSIS_OCEAN,
  type DetailDefinition,
  type FlowDefinition,
  type OceanDefinition,
} from './ocean-definition.js';
import {
  flowDays,
  heightPerStream,
  originSpectrum,
  spinUpDays,
  type SimulationProgress,
} from './flow/ocean-flow.js';
import { oceanMask } from './flow/ocean-mask.js';
import { projectGrid } from './flow/ocean-projection.js';
import { seaTemperature } from './flow/sea-temperature.js';
import { shortWaves } from './flow/short-waves.js';
import { simulateOcean, type OceanDay } from './simulate-ocean.js';
import type { TwoLayerFlow } from './flow/two-layer-flow.js';

export type SimulatedAreaId = 'gf' | 'osmosis' | 'natl';

/** Degrees. */
export type AreaBox = { west: number; east: number; south: number; north: number };

/** An area of the synthetic ocean: its flow, the seed of its one trajectory, and where it may be asked for. */
export type SimulatedArea = {
  id: SimulatedAreaId;
  name: string;
  seed: number;
  scoredBox: AreaBox;
  /** The scored box and the margin that observations, training and nesting use. */
  box: AreaBox;
} & (
  | { kind: 'region'; ocean: OceanDefinition }
  | {
      kind: 'basin';
      ocean: FlowDefinition;
      /** The short waves, and the seed of their one trajectory. */
      detail: DetailDefinition & { seed: number };
      nests: readonly RegionId[];
    }
);

type RegionId = Exclude<SimulatedAreaId, 'natl'>;
export type SimulatedRegion = SimulatedArea & { kind: 'region' };
export type SimulatedBasin = SimulatedArea & { kind: 'basin' };
export type SimulatedAreas = Record<RegionId, SimulatedRegion> & { natl: SimulatedBasin };

/** The regional simulations around their scored boxes are inside the basin; they fade into it over this margin, degrees. */
const NEST_MARGIN_DEG = 1;

/** Day 0 of every trajectory: 2012-10-01 00:00 UTC, in days since 1950-01-01. What came before is spin-up. */
export const FIRST_SIMULATED_DAY = 22_919;

/** The three areas of the demo challenge. */
export const OCEANS: SimulatedAreas = {
  gf: {
    kind: 'region',
    id: 'gf',
    name: 'Gulf Stream (GF)',
    ocean: GULF_STREAM_OCEAN,
    seed: 20_121_001,
    scoredBox: { west: -65, east: -55, south: 33, north: 43 },
    box: { west: -66, east: -54, south: 32, north: 44 },
  },
  osmosis: {
    kind: 'region',
    id: 'osmosis',
    name: 'OSMOSIS',
    ocean: OSMOSIS_OCEAN,
    seed: 20_121_002,
    scoredBox: { west: -19.5, east: -11.5, south: 45, north: 55 },
    box: { west: -20.5, east: -10.5, south: 44, north: 56 },
  },
  natl: {
    kind: 'basin',
    id: 'natl',
    name: 'North Atlantic (NATL)',
    ocean: NATL_FLOW,
    detail: { ...NATL_DETAIL, seed: 20_121_004 },
    nests: ['gf', 'osmosis'],
    seed: 20_121_003,
    scoredBox: { west: -79, east: 7, south: 27, north: 65 },
    box: { west: -79, east: 7, south: 27, north: 65 },
  },
};

export type SimulateAreaOptions = {
  area: SimulatedAreaId;
  /** Ascending, degrees, any spacing, inside the area's `box`. */
  latDeg: Float64Array;
  lonDeg: Float64Array;
  /** Days since 1950-01-01 UTC of the first field: a whole day, `FIRST_SIMULATED_DAY` or later. */
  startDays: number;
  dayCount: number;
  /** Also yield sea surface temperature; the heights keep every bit. */
  withSst?: boolean;
  /** Counts model days: of the spin-ups, then of the trajectory from its first day on. */
  onProgress?: (progress: SimulationProgress) => void;
};

/** The grid reaches beyond the area. */
export class GridOutsideAreaError extends Error {
  readonly tag = 'grid-outside-area';
  constructor(
    readonly area: SimulatedAreaId,
    readonly axis: 'latitude' | 'longitude',
    found: string,
    allowed: string,
  ) {
    super(`the ${axis} axis spans ${found}, but the area '${area}' only ${allowed}`);
    this.name = 'GridOutsideAreaError';
  }
}

/**
 * Simulates an area of the synthetic ocean on any grid inside it, and yields it day by day.
 *
 * Each area has one trajectory, which begins on `FIRST_SIMULATED_DAY` and goes on for ever: the same day has the same bytes
 * at a node whichever days and whichever other nodes are asked for. A later start costs the days before it, which run unseen.
 *
 * `natl` is a background flow over the whole basin and the short waves of a finer one that repeats over it, with the
 * simulations of `gf` and `osmosis` nested in it: exactly they inside their scored boxes, fading over a margin of one degree.
 * On land (`oceanMask`) it is NaN. The flow does not feel the coast: the mask is cut out of a sea that has none.
 *
 * @throws GridOutsideAreaError if a node lies outside the area's box.
 * @throws RangeError if the first day lies before the trajectory or is not a whole day.
 */
export function simulateArea(options: SimulateAreaOptions): Generator<OceanDay> {
  return simulateAreaOf(OCEANS, options);
}

/** `simulateArea` with other oceans than those of the demo. */
export function simulateAreaOf(oceans: SimulatedAreas, options: SimulateAreaOptions): Generator<OceanDay> {
  const { area: areaId, startDays } = options;
  const area = oceans[areaId];
  requireInsideBox(areaId, 'latitude', options.latDeg, [area.box.south, area.box.north]);
  requireInsideBox(areaId, 'longitude', options.lonDeg, [area.box.west, area.box.east]);
  if (!Number.isInteger(startDays) || startDays < FIRST_SIMULATED_DAY) {
    throw new RangeError(
      `the simulation begins at day ${FIRST_SIMULATED_DAY} (2012-10-01) and has whole days, asked for ${startDays}`,
    );
  }
  return area.kind === 'region'
    ? simulateRegion(area, options, options.onProgress)
    : simulateBasin(oceans, area, options);
}

function requireInsideBox(
  area: SimulatedAreaId,
  axis: 'latitude' | 'longitude',
  degrees: Float64Array,
  [least, most]: [number, number],
): void {
  if (degrees.every((value) => value >= least && value <= most)) return;
  const found = `${degrees[0]} … ${degrees[degrees.length - 1]}`;
  throw new GridOutsideAreaError(area, axis, found, `${least} … ${most}`);
}

function simulateRegion(
  region: SimulatedRegion,
  options: SimulateAreaOptions,
  onProgress: ((progress: SimulationProgress) => void) | undefined,
): Generator<OceanDay> {
  return simulateOcean({
    ocean: region.ocean,
    seed: region.seed,
    latDeg: options.latDeg,
    lonDeg: options.lonDeg,
    startDays: options.startDays,
    dayCount: options.dayCount,
    skippedDays: options.startDays - FIRST_SIMULATED_DAY,
    withSst: options.withSst ?? false,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

function* simulateBasin(
  oceans: SimulatedAreas,
  basin: SimulatedBasin,
  options: SimulateAreaOptions,
): Generator<OceanDay> {
  const { latDeg, lonDeg, startDays, withSst = false, onProgress } = options;
  const nests = basin.nests
    .map((id) => nestWeights(oceans[id], latDeg, lonDeg))
    .filter((nest) => nest.weights.length > 0);
  const { detail } = basin;
  const spinUps = [...nests.map((nest) => nest.region.ocean), detail.flow, basin.ocean].map(spinUpDays);
  const spinUpTotal = spinUps.reduce((sum, days) => sum + days, 0);
  // The flows spin up one after the other, each when its first day is asked for; then they run side by side.
  const progressFrom = (index: number) => (progress: SimulationProgress) => {
    const before = spinUps.slice(0, index).reduce((sum, days) => sum + days, 0);
    if (progress.stage === 'spin-up')
      onProgress?.({ stage: 'spin-up', done: before + progress.done, total: spinUpTotal });
    else if (index === spinUps.length - 1) onProgress?.(progress);
  };
  const nestDays = nests.map((nest, index) =>
    simulateRegion(
      nest.region,
      { ...options, latDeg: nest.latDeg, lonDeg: nest.lonDeg },
      progressFrom(index),
    ),
  );
  const mask = oceanMask({ latDeg, lonDeg });
  const field = basinField(basin, latDeg, lonDeg);
  const surface = basinSurface(basin.ocean, latDeg, lonDeg);
  const temperature = withSst
    ? seaTemperature(basin.ocean, latDeg, lonDeg, livelinessOnGrid(latDeg, lonDeg))
    : null;
  let timeDays = startDays;
  const first = nestDays.map(next);
  const basinDays = (flow: FlowDefinition, seed: number, index: number): Generator<TwoLayerFlow> =>
    flowDays({
      flow,
      seed,
      skippedDays: startDays - FIRST_SIMULATED_DAY,
      dayCount: options.dayCount,
      withTracer: withSst,
      onProgress: progressFrom(index),
    });
  const fineFlows = basinDays(detail.flow, detail.seed, nests.length);
  let fine = next(fineFlows);
  for (const flow of basinDays(basin.ocean, basin.seed, nests.length + 1)) {
    if (timeDays > startDays) fine = next(fineFlows);
    if (fine === undefined) throw new Error(`the simulation of '${detail.flow.id}' ended early`);
    const regional = timeDays === startDays ? first : nestDays.map(next);
    const sshM = surface(field(flow.upperStreamSpectrum(), fine.upperStreamSpectrum()));
    const sstC = temperature?.(field(originSpectrum(flow), originSpectrum(fine)), timeDays);
    nests.forEach((nest, index) => {
      const day = regional[index];
      if (day === undefined) throw new Error(`the simulation of '${nest.region.id}' ended early`);
      blendInto(sshM, day.sshM, nest);
      if (sstC !== undefined && day.sstC !== undefined) blendInto(sstC, day.sstC, nest);
    });
    maskLand(sshM, mask);
    if (sstC !== undefined) maskLand(sstC, mask);
    yield sstC === undefined ? { timeDays, sshM } : { timeDays, sshM, sstC };
    timeDays++;
  }
}

function next<Value>(values: Generator<Value>): Value | undefined {
  const result = values.next();
  return result.done === true ? undefined : result.value;
}

type Nest = {
  region: SimulatedRegion;
  /** Nodes of the nest, and where the first of them and each row of them lie in the basin's grid. */
  latDeg: Float64Array;
  lonDeg: Float64Array;
  firstIndex: number;
  basinColumns: number;
  /** Share of the region at each of its nodes: 1 in the scored box, 0 a margin away from it. */
  weights: Float64Array;
};

function nestWeights(region: SimulatedRegion, latDeg: Float64Array, lonDeg: Float64Array): Nest {
  const { scoredBox } = region;
  const rows = indicesWithin(latDeg, scoredBox.south - NEST_MARGIN_DEG, scoredBox.north + NEST_MARGIN_DEG);
  const columns = indicesWithin(lonDeg, scoredBox.west - NEST_MARGIN_DEG, scoredBox.east + NEST_MARGIN_DEG);
  const nestLat = latDeg.slice(rows.first, rows.end);
  const nestLon = lonDeg.slice(columns.first, columns.end);
  const weights = new Float64Array(nestLat.length * nestLon.length);
  nestLat.forEach((lat, row) => {
    const northward = shareAt(Math.max(scoredBox.south - lat, lat - scoredBox.north));
    nestLon.forEach((lon, column) => {
      const eastward = shareAt(Math.max(scoredBox.west - lon, lon - scoredBox.east));
      weights[row * nestLon.length + column] = northward * eastward;
    });
  });
  return {
    region,
    latDeg: nestLat,
    lonDeg: nestLon,
    firstIndex: rows.first * lonDeg.length + columns.first,
    basinColumns: lonDeg.length,
    weights,
  };
}

function indicesWithin(
  degrees: Float64Array,
  aboveDeg: number,
  belowDeg: number,
): { first: number; end: number } {
  const first = degrees.findIndex((value) => value > aboveDeg);
  if (first < 0) return { first: 0, end: 0 };
  const after = degrees.findIndex((value) => value >= belowDeg);
  return { first, end: Math.max(first, after < 0 ? degrees.length : after) };
}

/** 1 inside, 0 a margin outside, smooth between (no jump in value, slope or curvature). */
function shareAt(outsideDeg: number): number {
  if (outsideDeg <= 0) return 1;
  const t = 1 - Math.min(1, outsideDeg / NEST_MARGIN_DEG);
  return t * t * t * (10 - 15 * t + 6 * t * t);
}

function blendInto(basin: Float64Array, region: Float64Array, nest: Nest): void {
  const columns = nest.lonDeg.length;
  region.forEach((value, index) => {
    const row = Math.floor(index / columns);
    const target = nest.firstIndex + row * nest.basinColumns + (index - row * columns);
    const weight = nest.weights[index]!;
    basin[target] = weight === 1 ? value : weight * value + (1 - weight) * basin[target]!;
  });
}

function maskLand(field: Float64Array, mask: Uint8Array): void {
  mask.forEach((isOcean, index) => {
    if (isOcean === 0) field[index] = NaN;
  });
}

/**
 * Prepares the sum of both flows of the basin at the given points, as a function of their spectra: the short waves of the
 * finer one repeat with its period.
 */
function basinField(
  { ocean, detail }: SimulatedBasin,
  latDeg: Float64Array,
  lonDeg: Float64Array,
): (spectrum: Float64Array, fineSpectrum: Float64Array) => Float64Array {
  const { eastM, northM } = projectGrid(ocean, latDeg, lonDeg);
  const evaluate = fourierSum(ocean, eastM, northM);
  const evaluateFine = fourierSum(detail.flow, eastM, northM);
  const keepShortWaves = shortWaves(detail.flow, detail);
  return (spectrum, fineSpectrum) => {
    const sum = evaluate(spectrum);
    evaluateFine(keepShortWaves(fineSpectrum)).forEach((value, index) => {
      sum[index]! += value;
    });
    return sum;
  };
}

/**
 * Prepares the basin's sea level, m, out of its streamfunction, m²/s, which it overwrites: its eddies by place, and the mean
 * front that they shift.
 */
function basinSurface(
  definition: FlowDefinition,
  latDeg: Float64Array,
  lonDeg: Float64Array,
): (stream: Float64Array) => Float64Array {
  const metresPerStream = heightPerStream(definition);
  const amplitude = livelinessOnGrid(latDeg, lonDeg);
  const fronts = Array.from(lonDeg, frontAt);
  return (height) => {
    for (let row = 0; row < latDeg.length; row++) {
      for (let column = 0; column < lonDeg.length; column++) {
        const index = row * lonDeg.length + column;
        const eddyHeightM = metresPerStream * amplitude[index]! * height[index]!;
        height[index] = eddyHeightM + meanSeaLevelM(latDeg[row]!, fronts[column]!, eddyHeightM);
      }
    }
    return height;
  };
}

function livelinessOnGrid(latDeg: Float64Array, lonDeg: Float64Array): Float64Array {
  const fronts = Array.from(lonDeg, frontAt);
  return Float64Array.from({ length: latDeg.length * lonDeg.length }, (_, index) => {
    const column = index % lonDeg.length;
    const lat = latDeg[Math.floor(index / lonDeg.length)]!;
    return liveliness(lat, lonDeg[column]!, fronts[column]!);
  });
}
