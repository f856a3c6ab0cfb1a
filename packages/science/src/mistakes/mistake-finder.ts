import type { FieldValues } from '../grid.js';
import { mapPoints, type MapAxes, type MapPoints, type NodeOrder } from './map-points.js';
import { PairedSums, pairedStatistics, type PairedStatistics } from './paired-statistics.js';

/** A usual mistake, with the numbers that betray it. Correlations are dimensionless, heights in metres. */
export type Mistake =
  | { kind: 'sign-flipped'; correlation: number }
  /** The heights are `ratio` times those of the reference: near a power of ten that a unit stands for. */
  | { kind: 'wrong-unit'; ratio: number; unit: 'cm' | 'mm' | 'hundredfold-small' | 'thousandfold-small' }
  | {
      kind: 'latitudes-reversed' | 'longitudes-reversed' | 'axes-swapped';
      correlation: number;
      correlationAsIs: number;
    }
  | { kind: 'rolled'; columns: number; shiftDeg: number; correlation: number; correlationAsIs: number }
  /** Correlations of the departures from the time mean, over the same days. */
  | { kind: 'shifted-in-time'; days: number; correlation: number; correlationAsIs: number }
  /** What the map has to be moved by: nodes of its own grid, to the north and to the east. */
  | {
      kind: 'shifted-in-space';
      rows: number;
      columns: number;
      rmsM: number;
      rmsAsIsM: number;
    }
  | { kind: 'constant-offset'; offsetM: number; rmsM: number; rmsAsIsM: number }
  /** The map has no time mean (an anomaly), or another one than the reference (`wrong-mean`). */
  | { kind: 'mean-missing' | 'wrong-mean'; rmsM: number; rmsAsIsM: number; correlation: number };

/** Points of the reference that are looked at, at most: enough for sharp statistics, few enough for a moment's work. */
const MAX_POINTS = 2_500;
/** Fewer days do not tell a time mean from the eddies of the moment. */
const MIN_DAYS = 8;
const TIME_SHIFTS = [-2, -1, 1, 2];
const MOVES: readonly (readonly [number, number])[] = [
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
];
const REORDERINGS: readonly NodeOrder[] = [
  { kind: 'latitudes-reversed' },
  { kind: 'longitudes-reversed' },
  { kind: 'axes-swapped' },
];

/** Rearranged, a map must lose this much of its disagreement (1 − r): a good map has nothing to gain. */
const REORDERED_GAIN = 0.5;
const REORDERED_CORRELATION = 0.6;
/** Share of the disagreement that a shift in time has to take away, and of the days on which it must be better. */
const TIME_GAIN = 0.985;
const SPACE_GAIN = 0.97;
const AGREEING_DAYS = 0.8;
/** Share of the mean square error that an offset or a pattern constant in time has to explain. */
const CONSTANT_SHARE = 0.6;
const LEAST_OFFSET_M = 0.03;

export type MistakeFinderOptions = {
  /** Axes of the map under test, whole: rearrangements concern all of it. */
  reconstruction: MapAxes;
  /** Axes of the reference. */
  reference: MapAxes;
};

/**
 * Compares a map with a reference and looks for the mistakes that experts make: a day too late, an anomaly instead of a
 * height, centimetres, a reversed axis. It adds nothing to a score; it says what a bad score may come from.
 *
 * The reference may be the truth or a good map of it (OI); days and points where one of both is missing are left out.
 */
export class MistakeFinder {
  readonly #referenceNodes: Int32Array;
  readonly #points: MapPoints;
  readonly #orders: NodeOrder[];
  readonly #days: { day: number; reference: Float64Array; samples: Map<string, Float64Array> }[] = [];
  readonly #sum: Float64Array;
  readonly #meanReference: Float64Array;
  readonly #lonDeg: Float64Array;

  constructor({ reconstruction, reference }: MistakeFinderOptions) {
    const thinned = thinnedNodes(reconstruction, reference);
    this.#referenceNodes = thinned.nodes;
    this.#points = mapPoints(reconstruction, thinned);
    this.#orders = [
      { kind: 'as-is' },
      ...REORDERINGS,
      ...MOVES.map(([rows, columns]): NodeOrder => ({ kind: 'moved', rows, columns })),
    ];
    this.#sum = new Float64Array(reconstruction.latDeg.length * reconstruction.lonDeg.length);
    this.#meanReference = new Float64Array(thinned.nodes.length);
    this.#lonDeg = reconstruction.lonDeg;
  }

  /** Points that are compared on each day; 0 where the two maps have nothing in common. */
  get pointCount(): number {
    return this.#points.count;
  }

  /**
   * Adds one day.
   *
   * @param day - whole days since 1950-01-01.
   * @param reconstruction - m, shape `[Y, X]` of its axes, for the instant of the reference.
   * @param reference - m, shape `[Y, X]` of its axes.
   */
  addDay(day: number, reconstruction: FieldValues, reference: FieldValues): void {
    const at = Float64Array.from(this.#referenceNodes, (node) => reference[node]!);
    const samples = new Map<string, Float64Array>();
    for (const order of this.#orders) samples.set(keyOf(order), this.#points.sample(reconstruction, order));
    this.#days.push({ day, reference: at, samples });
    const sum = this.#sum;
    for (let node = 0; node < sum.length; node++) sum[node]! += reconstruction[node]!;
    const mean = this.#meanReference;
    for (let point = 0; point < at.length; point++) mean[point]! += at[point]!;
  }

  /** The mistakes that the map shows, the most telling first; none for a good map. */
  findings(): Mistake[] {
    if (this.#days.length === 0 || this.#points.count < 3) return [];
    const asIs = this.#heights({ kind: 'as-is' });
    if (!(asIs.count > 2)) return [];
    const reordered = this.#reordered(asIs);
    // Another order of the nodes explains everything else: what follows would only repeat it in other words.
    if (reordered) return [reordered];
    const found: Mistake[] = [];
    if (asIs.correlation < -0.5) found.push({ kind: 'sign-flipped', correlation: asIs.correlation });
    const unit = unitMistake(asIs);
    if (unit) found.push(unit);
    const factor = (unit ? 1 / unitFactor(unit.unit) : 1) * (found[0]?.kind === 'sign-flipped' ? -1 : 1);
    const inTime = this.#shiftedInTime();
    if (inTime) found.push(inTime);
    const constant = this.#constantError(factor, inTime?.days ?? 0);
    if (constant) found.push(constant);
    if (!inTime) {
      const inSpace = this.#shiftedInSpace(factor);
      if (inSpace) found.push(inSpace);
    }
    return found;
  }

  #heights(order: NodeOrder): PairedStatistics {
    const sums = new PairedSums();
    const key = keyOf(order);
    for (const { reference, samples } of this.#days) sums.add(samples.get(key)!, reference);
    return sums.statistics();
  }

  #reordered(asIs: PairedStatistics): Mistake | null {
    const candidates: { order: NodeOrder; correlation: number }[] = REORDERINGS.map((order) => ({
      order,
      correlation: this.#heights(order).correlation,
    }));
    const roll = this.#bestRoll();
    if (roll) candidates.push(roll);
    const best = candidates.sort((a, b) => rank(b.correlation) - rank(a.correlation))[0]!;
    const { order, correlation } = best;
    const isBetter =
      correlation > REORDERED_CORRELATION && 1 - correlation < REORDERED_GAIN * (1 - asIs.correlation);
    // A map that is upside down in its sign may look like a reversed one.
    if (!isBetter || -asIs.correlation > correlation) return null;
    const both = { correlation, correlationAsIs: asIs.correlation };
    if (order.kind === 'rolled') {
      const step = (this.#lonDeg.at(-1)! - this.#lonDeg[0]!) / (this.#lonDeg.length - 1);
      return { kind: 'rolled', columns: order.columns, shiftDeg: order.columns * step, ...both };
    }
    if (order.kind === 'as-is' || order.kind === 'moved') return null;
    return { kind: order.kind, ...both };
  }

  /** Wrapped columns, from the time means: one map instead of all of them, for every number of columns. */
  #bestRoll(): { order: NodeOrder; correlation: number } | null {
    const columns = this.#lonDeg.length;
    const mean = this.#sum.map((sum) => sum / this.#days.length);
    const reference = this.#meanReference.map((sum) => sum / this.#days.length);
    let best: { order: NodeOrder; correlation: number } | null = null;
    const stride = Math.max(1, Math.floor(columns / 120));
    const look = (by: number): void => {
      const order: NodeOrder = { kind: 'rolled', columns: by };
      const { correlation, count } = pairedStatistics(this.#points.sample(mean, order), reference);
      if (count > reference.length / 2 && correlation > (best?.correlation ?? -1))
        best = { order, correlation };
    };
    // A few nodes are a shift, not a wrap: those are looked for elsewhere.
    const least = Math.max(3, Math.ceil(columns / 20));
    for (let by = least; by <= columns - least; by += stride) look(by);
    const found = best as { order: NodeOrder; correlation: number } | null;
    if (found?.order.kind === 'rolled' && stride > 1) {
      const around = found.order.columns;
      for (let by = around - stride; by <= around + stride; by++) look(by);
    }
    return best;
  }

  #shiftedInTime(): Extract<Mistake, { kind: 'shifted-in-time' }> | null {
    if (this.#days.length < MIN_DAYS) return null;
    const indexOf = new Map(this.#days.map(({ day }, index) => [day, index]));
    const values = centred(this.#days.map(({ samples }) => samples.get('as-is')!));
    const reference = centred(this.#days.map((day) => day.reference));
    let best: Extract<Mistake, { kind: 'shifted-in-time' }> | null = null;
    for (const days of TIME_SHIFTS) {
      const asIs = new PairedSums();
      const shifted = new PairedSums();
      let better = 0;
      let compared = 0;
      this.#days.forEach(({ day }, index) => {
        // Moved by +1 day, the map of yesterday stands for today.
        const from = indexOf.get(day - days);
        if (from === undefined) return;
        const here = pairedStatistics(values[index]!, reference[index]!);
        const there = pairedStatistics(values[from]!, reference[index]!);
        compared += 1;
        if (there.correlation > here.correlation) better += 1;
        asIs.add(values[index]!, reference[index]!);
        shifted.add(values[from]!, reference[index]!);
      });
      if (compared < MIN_DAYS - 2) continue;
      const { correlation } = shifted.statistics();
      const correlationAsIs = asIs.statistics().correlation;
      const isBetter = 1 - correlation < TIME_GAIN * (1 - correlationAsIs) && correlation > 0.3;
      if (isBetter && better >= AGREEING_DAYS * compared && correlation > (best?.correlation ?? -1))
        best = { kind: 'shifted-in-time', days, correlation, correlationAsIs };
    }
    return best;
  }

  #shiftedInSpace(factor: number): Extract<Mistake, { kind: 'shifted-in-space' }> | null {
    const reference = centred(this.#days.map((day) => day.reference));
    const means = (series: readonly Float64Array[]): readonly Float64Array[] =>
      this.#days.length >= MIN_DAYS ? centred(series) : series;
    // Only points that every move can reach are compared, or edges would decide.
    const isInner = this.#days.map(({ samples }) => innerPoints(samples));
    const compare = (order: NodeOrder): { error: PairedSums; daily: number[] } => {
      const scaled = this.#days.map(({ samples }) =>
        samples.get(keyOf(order))!.map((value) => value * factor),
      );
      const values = means(scaled);
      const error = new PairedSums();
      const daily = values.map((value, index) => {
        const target = this.#days.length >= MIN_DAYS ? reference[index]! : this.#days[index]!.reference;
        const isCompared = isInner[index]!;
        const inner = value.map((height, point) => (isCompared[point] === 1 ? height : NaN));
        error.add(inner, target);
        return pairedStatistics(inner, target).rmsError;
      });
      return { error, daily };
    };
    const asIs = compare({ kind: 'as-is' });
    const rmsAsIsM = asIs.error.statistics().rmsError;
    let best: Extract<Mistake, { kind: 'shifted-in-space' }> | null = null;
    for (const [rows, columns] of MOVES) {
      const moved = compare({ kind: 'moved', rows, columns });
      const rmsM = moved.error.statistics().rmsError;
      const better = moved.daily.filter((rms, index) => rms < asIs.daily[index]!).length;
      const isBetter = rmsM < SPACE_GAIN * rmsAsIsM && better >= AGREEING_DAYS * moved.daily.length;
      if (isBetter && rmsM < (best?.rmsM ?? Infinity))
        best = { kind: 'shifted-in-space', rows, columns, rmsM, rmsAsIsM };
    }
    return best;
  }

  #constantError(
    factor: number,
    shiftDays: number,
  ): Extract<Mistake, { kind: 'constant-offset' | 'mean-missing' | 'wrong-mean' }> | null {
    if (this.#days.length < MIN_DAYS) return null;
    const indexOf = new Map(this.#days.map(({ day }, index) => [day, index]));
    const pairs = this.#days.flatMap(({ day, reference }) => {
      const from = indexOf.get(day - shiftDays);
      if (from === undefined) return [];
      const values = this.#days[from]!.samples.get('as-is')!;
      return [{ values: values.map((value) => value * factor), reference }];
    });
    const values = pairs.map((pair) => pair.values);
    const reference = pairs.map((pair) => pair.reference);
    const all = statisticsOfDays(values, reference);
    const anomalies = statisticsOfDays(centred(values), centred(reference));
    const meanSquare = all.rmsError ** 2;
    const offsetM = all.meanError;
    const withoutOffset = Math.sqrt(Math.max(0, meanSquare - offsetM ** 2));
    const rmsAsIsM = all.rmsError;
    if (offsetM ** 2 > CONSTANT_SHARE * meanSquare && Math.abs(offsetM) > LEAST_OFFSET_M)
      return { kind: 'constant-offset', offsetM, rmsM: withoutOffset, rmsAsIsM };
    const rmsM = anomalies.rmsError;
    const means = pairedStatistics(timeMean(values), timeMean(reference));
    const patternSquare = Math.max(0, means.rmsError ** 2 - offsetM ** 2);
    const explains =
      patternSquare > CONSTANT_SHARE * meanSquare && patternSquare > (0.4 * means.referenceStd) ** 2;
    if (!explains || !(anomalies.correlation > 0.3)) return null;
    const kind = means.reconstructionStd < 0.5 * means.referenceStd ? 'mean-missing' : 'wrong-mean';
    return { kind, rmsM, rmsAsIsM, correlation: anomalies.correlation };
  }
}

function keyOf(order: NodeOrder): string {
  return order.kind === 'moved' ? `moved ${order.rows} ${order.columns}` : order.kind;
}

/** 1 for each point that has a height however the map is moved. */
function innerPoints(samples: ReadonlyMap<string, Float64Array>): Uint8Array {
  const moved = MOVES.map(([rows, columns]) => samples.get(keyOf({ kind: 'moved', rows, columns }))!);
  const isInner = new Uint8Array(moved[0]!.length).fill(1);
  for (const heights of moved)
    for (let point = 0; point < heights.length; point++)
      if (Number.isNaN(heights[point]!)) isInner[point] = 0;
  return isInner;
}

function rank(correlation: number): number {
  return Number.isNaN(correlation) ? -2 : correlation;
}

type UnitMistake = Extract<Mistake, { kind: 'wrong-unit' }>;

function unitMistake(asIs: PairedStatistics): UnitMistake | null {
  const ratio = asIs.reconstructionStd / asIs.referenceStd;
  if (!(Math.abs(asIs.correlation) > 0.3)) return null;
  const units = ['cm', 'mm', 'hundredfold-small', 'thousandfold-small'] as const;
  const unit = units.find((name) => Math.abs(Math.log10(ratio / unitFactor(name))) < 0.3);
  return unit ? { kind: 'wrong-unit', ratio, unit } : null;
}

function unitFactor(unit: UnitMistake['unit']): number {
  return { cm: 100, mm: 1000, 'hundredfold-small': 0.01, 'thousandfold-small': 0.001 }[unit];
}

/** Nodes of the reference that lie inside the map, evenly thinned, with their places. */
function thinnedNodes(
  map: MapAxes,
  reference: MapAxes,
): { nodes: Int32Array; latDeg: Float64Array; lonDeg: Float64Array } {
  const inside = (axis: Float64Array, of: Float64Array): number[] =>
    Array.from(axis.keys()).filter(
      (index) => axis[index]! >= of[0]! - 1e-6 && axis[index]! <= of.at(-1)! + 1e-6,
    );
  const rows = inside(reference.latDeg, map.latDeg);
  const columns = inside(reference.lonDeg, map.lonDeg);
  const stride = Math.max(1, Math.ceil(Math.sqrt((rows.length * columns.length) / MAX_POINTS)));
  const every = (indices: number[]): number[] => indices.filter((_, index) => index % stride === 0);
  const kept = every(rows).flatMap((row) => every(columns).map((column) => [row, column] as const));
  return {
    nodes: Int32Array.from(kept, ([row, column]) => row * reference.lonDeg.length + column),
    latDeg: Float64Array.from(kept, ([row]) => reference.latDeg[row]!),
    lonDeg: Float64Array.from(kept, ([, column]) => reference.lonDeg[column]!),
  };
}

/** Each point's mean over the days on which it has a value; NaN without any. */
function timeMean(days: readonly Float64Array[]): Float64Array {
  const length = days[0]?.length ?? 0;
  const sums = new Float64Array(length);
  const counts = new Uint32Array(length);
  for (const day of days) {
    for (let point = 0; point < length; point++) {
      if (Number.isNaN(day[point]!)) continue;
      sums[point]! += day[point]!;
      counts[point]! += 1;
    }
  }
  return sums.map((sum, point) => sum / counts[point]!);
}

/** Departures from the time mean. */
function centred(days: readonly Float64Array[]): Float64Array[] {
  const mean = timeMean(days);
  return days.map((day) => day.map((value, point) => value - mean[point]!));
}

function statisticsOfDays(
  values: readonly Float64Array[],
  reference: readonly Float64Array[],
): PairedStatistics {
  const sums = new PairedSums();
  values.forEach((day, index) => sums.add(day, reference[index]!));
  return sums.statistics();
}
