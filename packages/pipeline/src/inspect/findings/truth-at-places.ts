import { createTrackInterpolator, type FieldValues, type RegularGrid } from '@sillage/science';
import type { SampledPlaces } from '../files/place-sampler.js';
import { TRIED_SHIFTS_DAYS } from './shift-comparison.js';

/** The truth at the places of one sample. */
export type TruthAtPlaces = {
  /** Metres, one array for each tried shift, shape `[N]`; NaN where there is no truth. */
  atShifts: Float64Array[];
  /** Places inside the truth's grid and times whose nearest node is missing: land. */
  onLandCount: number;
  insideCount: number;
};

/** Maps, shape [timeCount, latCount, X]. */
type Piece = {
  timeStart: number;
  timeCount: number;
  latStart: number;
  latCount: number;
  values: FieldValues;
};

/** Bytes of maps that are gathered before they are interpolated: each piece is looked at for every place. */
const BATCH_BYTES = 32 * 2 ** 20;

/** Interpolates a truth, fed piece by piece, to the places of many samples at all tried shifts. */
export class TruthAtSamples {
  readonly #samples: readonly SampledPlaces[];
  readonly #grid: RegularGrid;
  readonly #interpolators: ReturnType<typeof createTrackInterpolator>[];
  readonly #nearest: ReturnType<typeof createTrackInterpolator>;
  readonly #isInside: Uint8Array;
  /** Indices of the first and last map that any place needs. */
  readonly #neededMaps: { first: number; last: number };
  #batch: Piece[] = [];
  #batchBytes = 0;

  constructor(grid: RegularGrid, samples: readonly SampledPlaces[]) {
    this.#grid = grid;
    this.#samples = samples;
    const timeDays = Float64Array.from(samples.flatMap((sample) => sample.timeDays));
    const latDeg = Float64Array.from(samples.flatMap((sample) => sample.latDeg));
    const lonDeg = Float64Array.from(samples.flatMap((sample) => sample.lonDeg));
    this.#interpolators = TRIED_SHIFTS_DAYS.map((shift) =>
      createTrackInterpolator(grid, { timeDays: timeDays.map((time) => time + shift), latDeg, lonDeg }),
    );
    this.#nearest = createTrackInterpolator(grid, {
      timeDays,
      latDeg: latDeg.map((lat) => nearestOf(grid.latDeg, lat)),
      lonDeg: lonDeg.map((lon) => nearestOf(grid.lonDeg, lon)),
    });
    const isBetween = (axis: Float64Array, value: number) => value >= axis[0]! && value <= axis.at(-1)!;
    this.#isInside = Uint8Array.from(timeDays, (time, index) =>
      isBetween(grid.timeDays, time) &&
      isBetween(grid.latDeg, latDeg[index]!) &&
      isBetween(grid.lonDeg, lonDeg[index]!)
        ? 1
        : 0,
    );
    let earliest = Infinity;
    let latest = -Infinity;
    for (const time of timeDays) {
      earliest = Math.min(earliest, time);
      latest = Math.max(latest, time);
    }
    const reach = Math.max(...TRIED_SHIFTS_DAYS);
    const before = grid.timeDays.findLastIndex((time) => time <= earliest - reach);
    const after = grid.timeDays.findIndex((time) => time >= latest + reach);
    this.#neededMaps = { first: Math.max(0, before), last: after < 0 ? grid.timeDays.length - 1 : after };
  }

  add(piece: Piece): void {
    if (this.#isInside.length === 0) return;
    const last = piece.timeStart + piece.timeCount - 1;
    if (last < this.#neededMaps.first || piece.timeStart > this.#neededMaps.last) return;
    const previous = this.#batch.at(-1);
    const continues =
      previous !== undefined &&
      piece.latStart === 0 &&
      previous.latStart === 0 &&
      piece.latCount === this.#grid.latDeg.length &&
      previous.latCount === piece.latCount &&
      previous.timeStart + previous.timeCount === piece.timeStart;
    if (!continues) this.#flush();
    this.#batch.push(piece);
    this.#batchBytes += piece.values.byteLength;
    if (this.#batchBytes >= BATCH_BYTES) this.#flush();
  }

  result(): TruthAtPlaces[] {
    this.#flush();
    const atShifts = this.#interpolators.map((interpolator) => interpolator.heightsM());
    const nearest = this.#nearest.heightsM();
    let start = 0;
    return this.#samples.map((sample) => {
      const end = start + sample.values.length;
      let insideCount = 0;
      let onLandCount = 0;
      for (let index = start; index < end; index++) {
        if (this.#isInside[index] === 0) continue;
        insideCount++;
        if (Number.isNaN(nearest[index])) onLandCount++;
      }
      const part = atShifts.map((heights) => heights.slice(start, end));
      start = end;
      return { atShifts: part, onLandCount, insideCount };
    });
  }

  #flush(): void {
    const [first] = this.#batch;
    if (first === undefined) return;
    const joined: Piece =
      this.#batch.length === 1
        ? first
        : {
            ...first,
            timeCount: this.#batch.reduce((sum, piece) => sum + piece.timeCount, 0),
            values: concatenated(this.#batch.map((piece) => piece.values)),
          };
    for (const interpolator of [...this.#interpolators, this.#nearest]) interpolator.add(joined);
    this.#batch = [];
    this.#batchBytes = 0;
  }
}

function concatenated(parts: readonly FieldValues[]): FieldValues {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = parts[0] instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The node of an ascending axis that is nearest to a value; the value itself beyond the ends. */
function nearestOf(axis: Float64Array, value: number): number {
  if (!(value >= axis[0]! && value <= axis.at(-1)!)) return value;
  let low = 0;
  let high = axis.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (axis[middle]! <= value) low = middle;
    else high = middle;
  }
  return value - axis[low]! <= axis[high]! - value ? axis[low]! : axis[high]!;
}
