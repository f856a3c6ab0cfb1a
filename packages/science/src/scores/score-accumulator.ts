import { InvalidOptionError } from '../errors.js';
import { axisSpacing, requireLength, type AxisName, type FieldValues, type RegularGrid } from '../grid.js';
import type { ProtocolId, ScoreProtocol } from '../protocols/score-protocol.js';
import { SCORE_PROTOCOLS } from '../protocols/score-protocols.js';
import { OceanSegmentSums } from './ocean-segments.js';
import { RowSpectrumSums } from './row-spectrum.js';
import {
  earlierPlace,
  mergeRows,
  type DailySums,
  type HolePlace,
  type LatitudeRange,
  type ScoreStatistics,
  type SpectrumSums,
} from './score-statistics.js';

/** All days of some consecutive latitude rows. */
export type LatitudeBand = {
  /** Index of the first row in the scored grid. */
  readonly latStart: number;
  readonly latCount: number;
  /** Metres, shape `[T, latCount, X]`, NaN where missing. */
  readonly reconstruction: FieldValues;
  /** Metres, shape `[T, latCount, X]`, NaN where not scored. */
  readonly reference: FieldValues;
};

/**
 * Collects the sufficient statistics of a reconstruction band by band, in memory for one row and one spectrum.
 * Each thread has its own; `mergeStatistics` adds up what they collected.
 *
 * Where both fields are float32 the error is rounded to float32, as in the challenge's code; sums are float64.
 */
export class ScoreAccumulator {
  private readonly grid: RegularGrid;
  private readonly protocol: ScoreProtocol;
  private readonly timeCount: number;
  private readonly lonCount: number;
  private readonly spectrum: RowSpectrumSums;
  private readonly segments: OceanSegmentSums | null;
  private readonly segmentLonCount: number;
  private readonly isLand: Uint8Array;
  private readonly daily: DailyAccumulators;
  private readonly psdScale: number;
  private rows: readonly LatitudeRange[] = [];
  private holeCount = 0;
  private firstHole: HolePlace | null = null;
  private errorRow: FieldValues = new Float64Array(0);
  private referenceRow: FieldValues = new Float64Array(0);

  /**
   * @param options.grid - the scored grid: the reference's.
   * @param options.oceanSegmentDeg - also sum spectra over pieces of rows without land, that wide at most (degrees).
   * @throws IrregularGridError if an axis is not ascending and even to 0.1 %.
   */
  constructor(options: { protocol: ProtocolId; grid: RegularGrid; oceanSegmentDeg?: number | null }) {
    this.grid = options.grid;
    this.protocol = SCORE_PROTOCOLS[options.protocol];
    this.timeCount = options.grid.timeDays.length;
    this.lonCount = options.grid.lonDeg.length;
    const [timeSpacingDays, , lonSpacingDeg] = gridSpacings(options.grid);
    this.psdScale = (timeSpacingDays * lonSpacingDeg) / (this.timeCount * this.lonCount);
    this.spectrum = new RowSpectrumSums(this.timeCount, this.lonCount);
    const { oceanSegmentDeg } = options;
    this.segmentLonCount = Math.min(this.lonCount, Math.round((oceanSegmentDeg ?? 0) / lonSpacingDeg));
    this.segments =
      this.segmentLonCount > 0
        ? new OceanSegmentSums(this.timeCount, this.lonCount, this.segmentLonCount)
        : null;
    this.isLand = new Uint8Array(this.lonCount);
    this.daily = createDailyAccumulators(this.timeCount);
  }

  /**
   * Adds a band; each row of the grid may be added once.
   *
   * @throws ShapeMismatchError if an array is not `[T, latCount, X]`; IncompatibleStatisticsError for a row added twice.
   */
  addBand(band: LatitudeBand): void {
    const { latStart, latCount, reconstruction, reference } = band;
    if (!Number.isSafeInteger(latStart) || latStart < 0 || latStart + latCount > this.grid.latDeg.length) {
      throw new InvalidOptionError('latStart', latStart, `rows inside 0 … ${this.grid.latDeg.length - 1}`);
    }
    requireLength('reconstruction', reconstruction, this.timeCount * latCount * this.lonCount);
    requireLength('reference', reference, this.timeCount * latCount * this.lonCount);
    this.rows = mergeRows(this.rows, [{ start: latStart, count: latCount }]);
    this.prepareRows(reconstruction, reference);
    for (let row = 0; row < latCount; row++) this.addRow(band, row);
  }

  /** What has been added so far. */
  statistics(): ScoreStatistics {
    const { spectrum, psdScale, segments } = this;
    return {
      version: 1,
      protocol: this.protocol.id,
      grid: {
        timeDays: Array.from(this.grid.timeDays),
        latDeg: Array.from(this.grid.latDeg),
        lonDeg: Array.from(this.grid.lonDeg),
      },
      rows: this.rows,
      daily: Array.from({ length: this.timeCount }, (_, t) => dailySums(this.daily, t)),
      holes: { count: this.holeCount, first: this.firstHole },
      spectrum: spectrumSums(spectrum, psdScale),
      ...(segments && {
        oceanSegments: {
          ...spectrumSums(segments.spectrum, (psdScale * this.lonCount) / this.segmentLonCount),
          lonCount: this.segmentLonCount,
        },
      }),
    };
  }

  private prepareRows(reconstruction: FieldValues, reference: FieldValues): void {
    const length = this.timeCount * this.lonCount;
    const isReferenceFloat32 = reference instanceof Float32Array;
    const isErrorFloat32 = isReferenceFloat32 && reconstruction instanceof Float32Array;
    if (this.errorRow.length !== length || this.errorRow instanceof Float32Array !== isErrorFloat32) {
      this.errorRow = isErrorFloat32 ? new Float32Array(length) : new Float64Array(length);
    }
    if (
      this.referenceRow.length !== length ||
      this.referenceRow instanceof Float32Array !== isReferenceFloat32
    ) {
      this.referenceRow = isReferenceFloat32 ? new Float32Array(length) : new Float64Array(length);
    }
  }

  private addRow(band: LatitudeBand, row: number): void {
    let isErrorComplete = true;
    let isReferenceComplete = true;
    this.isLand.fill(0);
    for (let t = 0; t < this.timeCount; t++) {
      const offset = (t * band.latCount + row) * this.lonCount;
      if (this.addCompleteSegment(band, offset, t)) continue;
      const missing = this.addSegmentWithMissing(band, row, offset, t);
      isErrorComplete &&= missing.error === 0;
      isReferenceComplete &&= missing.reference === 0;
    }
    this.segments?.addRow(this.errorRow, this.referenceRow, this.isLand); // before the rows are overwritten
    this.spectrum.addRow(
      isErrorComplete ? this.errorRow : null,
      isReferenceComplete ? this.referenceRow : null,
    );
  }

  /** One day of one row when nothing is missing; adds nothing and returns false when something is. */
  private addCompleteSegment(band: LatitudeBand, offset: number, t: number): boolean {
    const { reconstruction, reference } = band;
    const { errorRow, referenceRow, lonCount, daily } = this;
    const out = t * lonCount;
    let squaredError = 0;
    let error = 0;
    let squaredReference = 0;
    let referenceSum = 0;
    let product = 0;
    for (let x = 0; x < lonCount; x++) {
      const r = reference[offset + x]!;
      errorRow[out + x] = reconstruction[offset + x]! - r;
      referenceRow[out + x] = r;
      const e = errorRow[out + x]!;
      squaredError += e * e;
      error += e;
      squaredReference += r * r;
      referenceSum += r;
      product += e * r;
    }
    if (!Number.isFinite(squaredError) || !Number.isFinite(squaredReference)) return false;
    daily.pairedCount[t]! += lonCount;
    daily.squaredErrorSum[t]! += squaredError;
    daily.errorSum[t]! += error;
    daily.pairedReferenceSum[t]! += referenceSum;
    daily.pairedSquaredReferenceSum[t]! += squaredReference;
    daily.errorReferenceSum[t]! += product;
    daily.referenceCount[t]! += lonCount;
    daily.squaredReferenceSum[t]! += squaredReference;
    return true;
  }

  /** Returns how many values the spectrum misses in the error and in the reference after the protocol's rule. */
  private addSegmentWithMissing(
    band: LatitudeBand,
    row: number,
    offset: number,
    t: number,
  ): { error: number; reference: number } {
    const { reconstruction, reference } = band;
    const { errorRow, referenceRow, lonCount, daily } = this;
    const isZeroFilled = this.protocol.missingInSpectrum === 'zero-in-both';
    const missing = { error: 0, reference: 0 };
    for (let x = 0; x < lonCount; x++) {
      const at = t * lonCount + x;
      const m = reconstruction[offset + x]!;
      const r = reference[offset + x]!;
      if (!Number.isFinite(r)) {
        this.isLand[x] = 1;
        errorRow[at] = 0;
        referenceRow[at] = 0;
        if (!isZeroFilled) {
          missing.error++;
          missing.reference++;
        }
        continue;
      }
      referenceRow[at] = r;
      daily.referenceCount[t]! += 1;
      daily.squaredReferenceSum[t]! += r * r;
      if (!Number.isFinite(m)) {
        this.isLand[x] = 1;
        missing.error++;
        this.addHole({ timeIndex: t, latIndex: band.latStart + row, lonIndex: x });
        continue;
      }
      errorRow[at] = m - r;
      const e = errorRow[at]!;
      daily.pairedCount[t]! += 1;
      daily.squaredErrorSum[t]! += e * e;
      daily.errorSum[t]! += e;
      daily.pairedReferenceSum[t]! += r;
      daily.pairedSquaredReferenceSum[t]! += r * r;
      daily.errorReferenceSum[t]! += e * r;
    }
    return missing;
  }

  private addHole(place: HolePlace): void {
    this.holeCount++;
    this.firstHole = earlierPlace(this.firstHole, place);
  }
}

/**
 * Statistics of a whole map at once.
 *
 * @param options.reconstruction - metres, shape `[T, Y, X]`.
 * @param options.reference - metres, shape `[T, Y, X]`.
 * @throws as `ScoreAccumulator` does.
 */
export function statisticsOfMap(options: {
  protocol: ProtocolId;
  grid: RegularGrid;
  oceanSegmentDeg?: number | null;
  reconstruction: FieldValues;
  reference: FieldValues;
}): ScoreStatistics {
  const { protocol, grid, reconstruction, reference, oceanSegmentDeg = null } = options;
  const accumulator = new ScoreAccumulator({ protocol, grid, oceanSegmentDeg });
  accumulator.addBand({ latStart: 0, latCount: grid.latDeg.length, reconstruction, reference });
  return accumulator.statistics();
}

/** Days and degrees in the order time, latitude, longitude; 1 for a single value, which has no spectrum anyway. */
function gridSpacings(grid: RegularGrid): [number, number, number] {
  const spacing = (axis: Float64Array, name: AxisName): number =>
    axis.length === 1 ? 1 : axisSpacing(axis, name);
  return [
    spacing(grid.timeDays, 'time'),
    spacing(grid.latDeg, 'latitude'),
    spacing(grid.lonDeg, 'longitude'),
  ];
}

function spectrumSums(spectrum: RowSpectrumSums, psdScale: number): SpectrumSums {
  return {
    errorRowCount: spectrum.errorRowCount,
    referenceRowCount: spectrum.referenceRowCount,
    frequencyCount: spectrum.frequencyCount,
    wavenumberCount: spectrum.wavenumberCount,
    errorPsdSum: Array.from(spectrum.errorPower.map((power) => power * psdScale)),
    referencePsdSum: Array.from(spectrum.referencePower.map((power) => power * psdScale)),
  };
}

type DailyAccumulators = { readonly [Name in keyof DailySums]: Float64Array };

function createDailyAccumulators(timeCount: number): DailyAccumulators {
  return {
    pairedCount: new Float64Array(timeCount),
    squaredErrorSum: new Float64Array(timeCount),
    errorSum: new Float64Array(timeCount),
    pairedReferenceSum: new Float64Array(timeCount),
    pairedSquaredReferenceSum: new Float64Array(timeCount),
    errorReferenceSum: new Float64Array(timeCount),
    referenceCount: new Float64Array(timeCount),
    squaredReferenceSum: new Float64Array(timeCount),
  };
}

function dailySums(daily: DailyAccumulators, t: number): DailySums {
  return {
    pairedCount: daily.pairedCount[t]!,
    squaredErrorSum: daily.squaredErrorSum[t]!,
    errorSum: daily.errorSum[t]!,
    pairedReferenceSum: daily.pairedReferenceSum[t]!,
    pairedSquaredReferenceSum: daily.pairedSquaredReferenceSum[t]!,
    errorReferenceSum: daily.errorReferenceSum[t]!,
    referenceCount: daily.referenceCount[t]!,
    squaredReferenceSum: daily.squaredReferenceSum[t]!,
  };
}
