import { requireLength, type FieldValues } from '../grid.js';
import type { Accumulator, LatitudeBand, Statistic, StatisticFrame } from './statistic.js';

/** Sums over the points of one day, in metres and m². "Paired" points are valid in both fields. */
export type DailySums = {
  readonly pairedCount: number;
  readonly squaredErrorSum: number;
  readonly errorSum: number;
  readonly pairedReferenceSum: number;
  readonly pairedSquaredReferenceSum: number;
  readonly errorReferenceSum: number;
  /** Points valid in the reference, whether or not the reconstruction has them. */
  readonly referenceCount: number;
  readonly squaredReferenceSum: number;
};

/** One value per day; NaN on a day without any scored point. */
export type DailyScores = {
  /** Days since 1950-01-01 UTC, shape `[T]`. */
  readonly timeDays: Float64Array;
  /** 1 − RMSE/RMS(reference), dimensionless, shape `[T]`. */
  readonly rmseScore: Float64Array;
  /** Metres, shape `[T]`. */
  readonly rmseM: Float64Array;
};

const NAMES = [
  'pairedCount',
  'squaredErrorSum',
  'errorSum',
  'pairedReferenceSum',
  'pairedSquaredReferenceSum',
  'errorReferenceSum',
  'referenceCount',
  'squaredReferenceSum',
] as const satisfies readonly (keyof DailySums)[];

/** Sums by day, one entry per day of the grid. */
export const DAILY: Statistic<readonly DailySums[], DailyScores> = {
  neighbourRows: 0,
  accumulate: (frame) => new DailyAccumulator(frame),
  merge: (parts) =>
    parts[0]!.map((_, day) => sumsBy((name) => parts.reduce((sum, days) => sum + days[day]![name], 0))),
  finish: (daily, { grid }) => dailyScores(daily, grid.timeDays),
};

function sumsBy(valueOf: (name: keyof DailySums) => number): DailySums {
  return Object.fromEntries(NAMES.map((name) => [name, valueOf(name)])) as Record<keyof DailySums, number>;
}

/** RMSE score and RMSE of each day. */
export function dailyScores(daily: readonly DailySums[], timeDays: ArrayLike<number>): DailyScores {
  const rmseM = daily.map((day) => Math.sqrt(day.squaredErrorSum / day.pairedCount));
  const rmsM = daily.map((day) => Math.sqrt(day.squaredReferenceSum / day.referenceCount));
  return {
    timeDays: Float64Array.from(timeDays),
    rmseScore: Float64Array.from(rmseM, (value, index) =>
      rmsM[index] === 0 ? NaN : 1 - value / rmsM[index]!,
    ),
    rmseM: Float64Array.from(rmseM),
  };
}

/** Where both fields are float32 the error is rounded to float32, as in the challenge's code; sums are float64. */
class DailyAccumulator implements Accumulator<readonly DailySums[]> {
  private readonly timeCount: number;
  private readonly lonCount: number;
  private readonly days: { readonly [Name in keyof DailySums]: Float64Array };

  constructor({ grid }: StatisticFrame) {
    this.timeCount = grid.timeDays.length;
    this.lonCount = grid.lonDeg.length;
    const zeros = () => new Float64Array(this.timeCount);
    this.days = {
      pairedCount: zeros(),
      squaredErrorSum: zeros(),
      errorSum: zeros(),
      pairedReferenceSum: zeros(),
      pairedSquaredReferenceSum: zeros(),
      errorReferenceSum: zeros(),
      referenceCount: zeros(),
      squaredReferenceSum: zeros(),
    };
  }

  addBand({ latCount, reconstruction, reference }: LatitudeBand): void {
    requireLength('reconstruction', reconstruction, this.timeCount * latCount * this.lonCount);
    requireLength('reference', reference, this.timeCount * latCount * this.lonCount);
    const isFloat32 = reconstruction instanceof Float32Array && reference instanceof Float32Array;
    const errors = isFloat32 ? new Float32Array(this.lonCount) : new Float64Array(this.lonCount);
    for (let row = 0; row < latCount; row++) {
      for (let day = 0; day < this.timeCount; day++) {
        const offset = (day * latCount + row) * this.lonCount;
        if (!this.addComplete(reconstruction, reference, offset, day, errors))
          this.addWithMissing(reconstruction, reference, offset, day, errors);
      }
    }
  }

  sums(): readonly DailySums[] {
    return Array.from({ length: this.timeCount }, (_, day) => sumsBy((name) => this.days[name][day]!));
  }

  /** One day of one row when nothing is missing; adds nothing and returns false when something is. */
  private addComplete(
    reconstruction: FieldValues,
    reference: FieldValues,
    offset: number,
    day: number,
    errors: FieldValues,
  ): boolean {
    const { lonCount, days } = this;
    let squaredError = 0;
    let error = 0;
    let squaredReference = 0;
    let referenceSum = 0;
    let product = 0;
    for (let x = 0; x < lonCount; x++) {
      const r = reference[offset + x]!;
      errors[x] = reconstruction[offset + x]! - r;
      const e = errors[x]!;
      squaredError += e * e;
      error += e;
      squaredReference += r * r;
      referenceSum += r;
      product += e * r;
    }
    if (!Number.isFinite(squaredError) || !Number.isFinite(squaredReference)) return false;
    days.pairedCount[day]! += lonCount;
    days.squaredErrorSum[day]! += squaredError;
    days.errorSum[day]! += error;
    days.pairedReferenceSum[day]! += referenceSum;
    days.pairedSquaredReferenceSum[day]! += squaredReference;
    days.errorReferenceSum[day]! += product;
    days.referenceCount[day]! += lonCount;
    days.squaredReferenceSum[day]! += squaredReference;
    return true;
  }

  private addWithMissing(
    reconstruction: FieldValues,
    reference: FieldValues,
    offset: number,
    day: number,
    errors: FieldValues,
  ): void {
    const { lonCount, days } = this;
    for (let x = 0; x < lonCount; x++) {
      const m = reconstruction[offset + x]!;
      const r = reference[offset + x]!;
      if (!Number.isFinite(r)) continue;
      days.referenceCount[day]! += 1;
      days.squaredReferenceSum[day]! += r * r;
      if (!Number.isFinite(m)) continue;
      errors[x] = m - r;
      const e = errors[x]!;
      days.pairedCount[day]! += 1;
      days.squaredErrorSum[day]! += e * e;
      days.errorSum[day]! += e;
      days.pairedReferenceSum[day]! += r;
      days.pairedSquaredReferenceSum[day]! += r * r;
      days.errorReferenceSum[day]! += e * r;
    }
  }
}
