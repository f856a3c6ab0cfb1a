import { hasErrors, type ErrorSwitches } from './error-switches.js';
import {
  createTrackPropagator,
  groundSpeedKmPerS,
  groundTrack,
  sampleNumber,
  type TrackBox,
} from './ground-track.js';
import { createMapSampler, type FieldMaps, type MapSampler } from './map-sampler.js';
import {
  createBinning,
  createNodeMeans,
  type BinningRule,
  type ObservedNodes,
} from './observation-binning.js';
import {
  createNadirErrors,
  createSwathErrors,
  createWetField,
  type SwathErrorLine,
} from './observation-errors.js';
import type { Satellite } from './satellite.js';
import { acrossTrackKm, swathLines, swathSatellite } from './swath-geometry.js';

/** What is flown over the field, and what is kept of it. Plain values: it travels to threads. */
export type ObservationPlan = {
  nadirs: readonly Satellite[];
  /** Satellite of the two swaths; null for none. */
  swath: Satellite | null;
  errors: ErrorSwitches;
  /** Of all errors; the same seed gives a satellite the same errors at the same time in every file. */
  seed: number;
  /** Distance between lines and cells of the swaths, km. */
  postingKm: number;
  /** Keep the observations of the nadirs. */
  keepAlongTrack: boolean;
  /** Keep the swaths: heights only, or every error as well. */
  keepSwath: 'nothing' | 'heights' | 'errors';
  /** Average all observations on nodes. */
  nodes: { latDeg: Float64Array; lonDeg: Float64Array; rule: BinningRule } | null;
};

/** Nadir observations in order of time, then satellite; one entry each. Heights and errors in m. */
export type ObservedTracks = {
  timeDays: Float64Array<ArrayBuffer>;
  latDeg: Float64Array<ArrayBuffer>;
  lonDeg: Float64Array<ArrayBuffer>;
  sshM: Float64Array<ArrayBuffer>;
  errorM: Float64Array<ArrayBuffer>;
  satelliteIndex: Uint8Array<ArrayBuffer>;
  cycle: Int32Array<ArrayBuffer>;
  pass: Int32Array<ArrayBuffer>;
  /** km from the start of the pass. */
  alongTrackKm: Float64Array<ArrayBuffer>;
  mapIndex: Float64Array<ArrayBuffer>;
};

/** Lines with at least one observation; cells [line, cell], NaN where there is none. Heights and errors in m. */
export type ObservedSwath = {
  timeDays: Float64Array<ArrayBuffer>;
  nadirLatDeg: Float64Array<ArrayBuffer>;
  nadirLonDeg: Float64Array<ArrayBuffer>;
  alongTrackKm: Float64Array<ArrayBuffer>;
  mapIndex: Float64Array<ArrayBuffer>;
  latDeg: Float64Array<ArrayBuffer>;
  lonDeg: Float64Array<ArrayBuffer>;
  sshM: Float64Array<ArrayBuffer>;
  sshObservedM: Float64Array<ArrayBuffer>;
  errorsM: Record<keyof SwathErrorLine, Float64Array<ArrayBuffer>> | null;
};

export type ObservedDay = {
  tracks: ObservedTracks | null;
  swath: ObservedSwath | null;
  nodes: ObservedNodes | null;
  nadirCount: number;
  swathCellCount: number;
};

export type ObservedPeriod = {
  maps: FieldMaps;
  /** Index of the first of these maps in the whole field. */
  firstMapIndex: number;
  /** Days since 1950-01-01 UTC; the first instant that may be observed. */
  startDays: number;
  /** The first instant that may not: adjoining periods share no observation. */
  endDays: number;
  /** The date that lags count from. */
  dateDays: number;
};

/**
 * Prepares the observation of a field, period by period, by the satellites of a plan: their tracks and swaths, heights
 * interpolated in time, latitude and longitude, errors, and means on nodes. Places with a missing node among the eight around
 * them are left out.
 *
 * @returns a function that observes one period; periods may come in any order.
 * @throws RangeError for an impossible seed or posting.
 */
export function createObservationSampler(plan: ObservationPlan): (period: ObservedPeriod) => ObservedDay {
  const model = { seed: plan.seed, switches: plan.errors };
  const isNoisy = hasErrors(plan.errors);
  // The nadir altimeter and the swaths of one satellite share what is around its track.
  const wetField = plan.swath && plan.errors.wetTroposphere ? createWetField(plan.swath, plan.seed) : null;
  const wetFieldOf = (satellite: Satellite) => (satellite.id === plan.swath?.id ? wetField : null);
  const nadirs = plan.nadirs.map((satellite) => ({
    satellite,
    errorAt: isNoisy ? createNadirErrors(satellite, { ...model, wetField: wetFieldOf(satellite) }) : null,
    kmInPass: passDistance(satellite),
  }));
  const across = acrossTrackKm(plan.postingKm);
  const swath = plan.swath && {
    satellite: plan.swath,
    lines: swathSatellite(plan.swath, plan.postingKm),
    errors: isNoisy
      ? createSwathErrors(plan.swath, across, {
          ...model,
          postingKm: plan.postingKm,
          wetField: wetFieldOf(plan.swath),
        })
      : null,
    kmInPass: passDistance(plan.swath),
  };
  const line = swath?.errors?.createLine() ?? null;
  const nodes = plan.nodes && createNodes(plan.nodes);

  const observeNadirs = (period: ObservedPeriod, sampler: MapSampler, box: TrackBox) => {
    const tracks = nadirs.map(({ satellite }) => groundTrack(satellite, { ...period, box }));
    const total = tracks.reduce((sum, track) => sum + track.timeDays.length, 0);
    const samples = plan.keepAlongTrack ? emptyTracks(total) : null;
    let count = 0;
    tracks.forEach((track, satelliteIndex) => {
      const { satellite, errorAt, kmInPass } = nadirs[satelliteIndex]!;
      for (let point = 0; point < track.timeDays.length; point++) {
        const timeDays = track.timeDays[point]!;
        if (!sampler.setTime(timeDays)) continue;
        const sshM = sampler.heightAt(track.latDeg[point]!, track.lonDeg[point]!);
        if (Number.isNaN(sshM)) continue;
        const errorM = errorAt ? errorAt(sampleNumber(satellite, timeDays)) : 0;
        nodes?.add(
          track.latDeg[point]!,
          track.lonDeg[point]!,
          sshM,
          sshM + errorM,
          timeDays - period.dateDays,
          0,
        );
        if (samples) {
          samples.timeDays[count] = timeDays;
          samples.latDeg[count] = track.latDeg[point]!;
          samples.lonDeg[count] = track.lonDeg[point]!;
          samples.sshM[count] = sshM;
          samples.errorM[count] = errorM;
          samples.satelliteIndex[count] = satelliteIndex;
          samples.cycle[count] = track.cycle[point]!;
          samples.pass[count] = track.pass[point]!;
          samples.alongTrackKm[count] = kmInPass(timeDays);
          samples.mapIndex[count] = period.firstMapIndex + sampler.mapIndex;
        }
        count++;
      }
    });
    return { count, samples: samples && inTimeOrder(samples, count) };
  };

  const observeSwath = (period: ObservedPeriod, sampler: MapSampler, box: TrackBox) => {
    if (!swath) return { cellCount: 0, swath: null };
    const lines = swathLines(swath.satellite, { ...period, box, postingKm: plan.postingKm });
    const lineCount = lines.track.timeDays.length;
    const cells = across.length;
    const kept =
      plan.keepSwath === 'nothing' ? null : emptySwath(lineCount, cells, plan.keepSwath === 'errors');
    const heights = new Float64Array(cells);
    const observed = new Float64Array(cells);
    let cellCount = 0;
    let keptLines = 0;
    for (let index = 0; index < lineCount; index++) {
      const timeDays = lines.track.timeDays[index]!;
      if (!sampler.setTime(timeDays)) continue;
      const first = index * cells;
      let seen = 0;
      for (let cell = 0; cell < cells; cell++) {
        const height = sampler.heightAt(lines.latDeg[first + cell]!, lines.lonDeg[first + cell]!);
        heights[cell] = height;
        if (!Number.isNaN(height)) seen++;
      }
      if (seen === 0) continue;
      cellCount += seen;
      observed.set(heights);
      if (swath.errors && line) {
        swath.errors.fill(sampleNumber(swath.lines, timeDays), line);
        addErrors(observed, line);
      }
      if (nodes) {
        const lagDays = timeDays - period.dateDays;
        for (let cell = 0; cell < cells; cell++) {
          if (Number.isNaN(heights[cell]!)) continue;
          const lat = lines.latDeg[first + cell]!;
          nodes.add(lat, lines.lonDeg[first + cell]!, heights[cell]!, observed[cell]!, lagDays, 1);
        }
      }
      if (!kept) continue;
      const at = keptLines * cells;
      kept.timeDays[keptLines] = timeDays;
      kept.nadirLatDeg[keptLines] = lines.track.latDeg[index]!;
      kept.nadirLonDeg[keptLines] = lines.track.lonDeg[index]!;
      kept.alongTrackKm[keptLines] = swath.kmInPass(timeDays);
      kept.mapIndex[keptLines] = period.firstMapIndex + sampler.mapIndex;
      kept.latDeg.set(lines.latDeg.subarray(first, first + cells), at);
      kept.lonDeg.set(lines.lonDeg.subarray(first, first + cells), at);
      kept.sshM.set(heights, at);
      kept.sshObservedM.set(observed, at);
      if (kept.errorsM && line) {
        for (const name of SWATH_ERRORS) kept.errorsM[name].set(line[name], at);
      }
      keptLines++;
    }
    return { cellCount, swath: kept && firstLines(kept, keptLines, cells) };
  };

  return (period) => {
    const sampler = createMapSampler(period.maps);
    const { latDeg, lonDeg } = period.maps;
    const box = {
      west: lonDeg[0]!,
      east: lonDeg[lonDeg.length - 1]!,
      south: latDeg[0]!,
      north: latDeg[latDeg.length - 1]!,
    };
    const alongTrack = observeNadirs(period, sampler, box);
    const { cellCount, swath: observedSwath } = observeSwath(period, sampler, box);
    return {
      tracks: alongTrack.samples,
      swath: observedSwath,
      nodes: nodes?.take() ?? null,
      nadirCount: alongTrack.count,
      swathCellCount: cellCount,
    };
  };
}

const SWATH_ERRORS: readonly (keyof SwathErrorLine)[] = [
  'karin',
  'roll',
  'phase',
  'baselineDilation',
  'timing',
  'wetTroposphere',
];

function addErrors(observed: Float64Array, line: SwathErrorLine): void {
  const { karin, roll, phase, baselineDilation, timing, wetTroposphere } = line;
  for (let cell = 0; cell < observed.length; cell++) {
    observed[cell]! +=
      karin[cell]! +
      roll[cell]! +
      phase[cell]! +
      baselineDilation[cell]! +
      timing[cell]! +
      wetTroposphere[cell]!;
  }
}

/** Means on the nodes of a grid, by coordinates. */
function createNodes({ latDeg, lonDeg, rule }: NonNullable<ObservationPlan['nodes']>) {
  const rowOf = createBinning(latDeg, rule);
  const columnOf = createBinning(lonDeg, rule);
  const means = createNodeMeans(latDeg.length * lonDeg.length);
  return {
    add(lat: number, lon: number, sshM: number, sshObservedM: number, lagDays: number, flag: number): void {
      const row = rowOf(lat);
      const column = columnOf(lon);
      if (row >= 0 && column >= 0) means.add(row * lonDeg.length + column, sshM, sshObservedM, lagDays, flag);
    },
    take: () => means.take(),
  };
}

/** Distance that a satellite has come over the ground since the start of its pass, km. */
function passDistance(satellite: Satellite): (timeDays: number) => number {
  const propagator = createTrackPropagator(satellite);
  const passSeconds = (satellite.repeatDays * 86_400) / satellite.revolutionsPerRepeat / 2;
  const passKm = passSeconds * groundSpeedKmPerS(satellite);
  return (timeDays) => {
    const phase = propagator.passPhase(timeDays - satellite.nodeTimeDays);
    return (phase - Math.floor(phase)) * passKm;
  };
}

function emptyTracks(count: number): ObservedTracks {
  return {
    timeDays: new Float64Array(count),
    latDeg: new Float64Array(count),
    lonDeg: new Float64Array(count),
    sshM: new Float64Array(count),
    errorM: new Float64Array(count),
    satelliteIndex: new Uint8Array(count),
    cycle: new Int32Array(count),
    pass: new Int32Array(count),
    alongTrackKm: new Float64Array(count),
    mapIndex: new Float64Array(count),
  };
}

function emptySwath(lines: number, cells: number, withErrors: boolean): ObservedSwath {
  const perCell = () => new Float64Array(lines * cells);
  return {
    timeDays: new Float64Array(lines),
    nadirLatDeg: new Float64Array(lines),
    nadirLonDeg: new Float64Array(lines),
    alongTrackKm: new Float64Array(lines),
    mapIndex: new Float64Array(lines),
    latDeg: perCell(),
    lonDeg: perCell(),
    sshM: perCell(),
    sshObservedM: perCell(),
    errorsM: withErrors
      ? {
          karin: perCell(),
          roll: perCell(),
          phase: perCell(),
          baselineDilation: perCell(),
          timing: perCell(),
          wetTroposphere: perCell(),
        }
      : null,
  };
}

function firstLines(swath: ObservedSwath, lines: number, cells: number): ObservedSwath {
  const { errorsM } = swath;
  const cut = (values: Float64Array<ArrayBuffer>, length: number) =>
    values.length === length ? values : values.slice(0, length);
  return {
    timeDays: cut(swath.timeDays, lines),
    nadirLatDeg: cut(swath.nadirLatDeg, lines),
    nadirLonDeg: cut(swath.nadirLonDeg, lines),
    alongTrackKm: cut(swath.alongTrackKm, lines),
    mapIndex: cut(swath.mapIndex, lines),
    latDeg: cut(swath.latDeg, lines * cells),
    lonDeg: cut(swath.lonDeg, lines * cells),
    sshM: cut(swath.sshM, lines * cells),
    sshObservedM: cut(swath.sshObservedM, lines * cells),
    errorsM: errorsM && {
      karin: cut(errorsM.karin, lines * cells),
      roll: cut(errorsM.roll, lines * cells),
      phase: cut(errorsM.phase, lines * cells),
      baselineDilation: cut(errorsM.baselineDilation, lines * cells),
      timing: cut(errorsM.timing, lines * cells),
      wetTroposphere: cut(errorsM.wetTroposphere, lines * cells),
    },
  };
}

/** The first `count` observations, sorted by time, then satellite. */
function inTimeOrder(samples: ObservedTracks, count: number): ObservedTracks {
  const order = Uint32Array.from({ length: count }, (_, index) => index).sort(
    (a, b) =>
      samples.timeDays[a]! - samples.timeDays[b]! || samples.satelliteIndex[a]! - samples.satelliteIndex[b]!,
  );
  const sorted = emptyTracks(count);
  const names = Object.keys(sorted) as (keyof ObservedTracks)[];
  for (const name of names) {
    const from = samples[name];
    const to = sorted[name];
    for (let index = 0; index < count; index++) to[index] = from[order[index]!]!;
  }
  return sorted;
}
