import { meridionalFactors, vorticityFactor, zonalFactors } from '../derivatives/vorticity.js';
import { EARTH_RADIUS_M } from '../earth.js';
import { axisSpacing, requireLength, type FieldValues, type RegularGrid } from '../grid.js';
import type { Accumulator, LatitudeBand, Statistic, StatisticFrame } from './statistic.js';

/** Sums over the points (days × places) whose five-point stencil has a value in both fields. They add up. */
export type DerivativeSums = {
  readonly gradientPointCount: number;
  /** Σ |∇η|² of the reconstruction and of the reference, (m/m)². */
  readonly reconstructionGradientSum: number;
  readonly referenceGradientSum: number;
  /** The same points without those within 5° of the equator. */
  readonly vorticityPointCount: number;
  /** Σ ζ² with ζ = g/f·∇²η, s⁻². */
  readonly reconstructionVorticitySum: number;
  readonly referenceVorticitySum: number;
};

/** RMS of the reconstruction ÷ that of the reference; 1 is perfect, null where undefined. */
export type RoughnessRatios = {
  /** Of |∇η|. */
  readonly gradientRatio: number | null;
  /** Of the geostrophic relative vorticity. */
  readonly vorticityRatio: number | null;
};

/**
 * Sums of squared gradients and vorticities of a reconstruction and a reference, row by row, in memory for three rows.
 *
 * On the sphere of radius R with steps Δλ, Δφ (radians), at a node with east, west, north and south neighbours:
 * ∂η/∂x = (E − W)/(2·R·cosφ·Δλ), ∂η/∂y = (N − S)/(2·R·Δφ),
 * ∇²η = (E + W − 2C)/(R·cosφ·Δλ)² + (cos(φ+Δφ/2)·(N − C) − cos(φ−Δφ/2)·(C − S))/(R²·cosφ·Δφ²) (`zonalFactors`, `meridionalFactors`),
 * ζ = g/f·∇²η with f = 2Ω·sinφ of the node (`vorticityFactor`), as in the layers of the maps.
 *
 * A node counts where all five heights are there in both fields: coasts, holes and the outer nodes of the grid are left
 * out, of both. Points weigh alike, as in µ.
 *
 * Source: second-order finite differences in spherical coordinates. Differs from the
 * gradient metrics of 4dvarnet-core, which take differences between pixels: metres, so that latitudes compare.
 */
class DerivativeAccumulator implements Accumulator<DerivativeSums> {
  private readonly grid: RegularGrid;
  private readonly timeCount: number;
  private readonly lonCount: number;
  private readonly latStepRad: number;
  private readonly lonStepRad: number;
  /** The last three rows, oldest first; `[T, X]` each. */
  private rows: Row[] = [];
  private nextRow: number | null = null;
  private readonly total = {
    gradientPointCount: 0,
    reconstructionGradientSum: 0,
    referenceGradientSum: 0,
    vorticityPointCount: 0,
    reconstructionVorticitySum: 0,
    referenceVorticitySum: 0,
  };

  /** @throws IrregularGridError if latitudes or longitudes are not ascending and even to 0.1 %. */
  constructor({ grid }: StatisticFrame) {
    this.grid = grid;
    this.timeCount = grid.timeDays.length;
    this.lonCount = grid.lonDeg.length;
    this.latStepRad = stepRad(grid.latDeg, 'latitude');
    this.lonStepRad = stepRad(grid.lonDeg, 'longitude');
  }

  /**
   * Adds the rows that follow the ones added before. Rows that do not follow start anew: only rows with both neighbours
   * among consecutive ones count, so that chunks of rows overlap by one row on each side and no row counts twice.
   */
  addBand({ latStart, latCount, reconstruction, reference }: LatitudeBand): void {
    requireLength('reconstruction', reconstruction, this.timeCount * latCount * this.lonCount);
    requireLength('reference', reference, this.timeCount * latCount * this.lonCount);
    if (this.nextRow !== latStart) this.rows = [];
    for (let row = 0; row < latCount; row++) {
      const oldest = this.rows.length === 3 ? this.rows.shift() : undefined;
      this.rows.push({
        reconstruction: cutRow(reconstruction, row, latCount, this.lonCount, oldest?.reconstruction),
        reference: cutRow(reference, row, latCount, this.lonCount, oldest?.reference),
      });
      const [south, centre, north] = this.rows;
      if (south && centre && north) this.addCentre([south, centre, north], latStart + row - 1);
    }
    this.nextRow = latStart + latCount;
  }

  sums(): DerivativeSums {
    return { ...this.total };
  }

  private addCentre([south, centre, north]: [Row, Row, Row], latIndex: number): void {
    const { timeCount, lonCount, total: sums } = this;
    const latDeg = this.grid.latDeg[latIndex]!;
    const { zonal, meridional } = this.gradientFactors(latDeg);
    const { latStepRad, lonStepRad } = this;
    const { east: zonal2 } = zonalFactors(latDeg, { westRad: lonStepRad, eastRad: lonStepRad });
    const { south: south2, north: north2 } = meridionalFactors(latDeg, {
      southRad: latStepRad,
      northRad: latStepRad,
    });
    const [mS, mC, mN] = [south.reconstruction, centre.reconstruction, north.reconstruction];
    const [rS, rC, rN] = [south.reference, centre.reference, north.reference];
    let count = 0;
    let mGradient = 0;
    let rGradient = 0;
    let mLaplacian = 0;
    let rLaplacian = 0;
    for (let t = 0; t < timeCount; t++) {
      const end = (t + 1) * lonCount - 1;
      for (let at = t * lonCount + 1; at < end; at++) {
        const mEast = mC[at + 1]! - mC[at - 1]!;
        const mNorth = mN[at]! - mS[at]!;
        const rEast = rC[at + 1]! - rC[at - 1]!;
        const rNorth = rN[at]! - rS[at]!;
        const m = mC[at]!;
        const r = rC[at]!;
        const mCurl =
          (mC[at + 1]! + mC[at - 1]! - 2 * m) * zonal2 + (mN[at]! - m) * north2 - (m - mS[at]!) * south2;
        const rCurl =
          (rC[at + 1]! + rC[at - 1]! - 2 * r) * zonal2 + (rN[at]! - r) * north2 - (r - rS[at]!) * south2;
        const both = mCurl + rCurl;
        if (both - both !== 0) continue; // one of the ten heights is missing
        const mX = mEast * zonal;
        const mY = mNorth * meridional;
        const rX = rEast * zonal;
        const rY = rNorth * meridional;
        count++;
        mGradient += mX * mX + mY * mY;
        rGradient += rX * rX + rY * rY;
        mLaplacian += mCurl * mCurl;
        rLaplacian += rCurl * rCurl;
      }
    }
    sums.gradientPointCount += count;
    sums.reconstructionGradientSum += mGradient;
    sums.referenceGradientSum += rGradient;
    const factor = vorticityFactor(latDeg);
    if (factor === null) return;
    const squaredFactor = factor ** 2;
    sums.vorticityPointCount += count;
    sums.reconstructionVorticitySum += squaredFactor * mLaplacian;
    sums.referenceVorticitySum += squaredFactor * rLaplacian;
  }

  /** What centred differences of heights are multiplied by, 1/m. */
  private gradientFactors(latDeg: number): { zonal: number; meridional: number } {
    const cosine = Math.cos((latDeg * Math.PI) / 180);
    return {
      zonal: 1 / (2 * EARTH_RADIUS_M * cosine * this.lonStepRad),
      meridional: 1 / (2 * EARTH_RADIUS_M * this.latStepRad),
    };
  }
}

type Row = { readonly reconstruction: FieldValues; readonly reference: FieldValues };

/** One row of a band, `[T, X]`, into an array that is no longer needed where there is one of its kind. */
function cutRow(
  band: FieldValues,
  row: number,
  latCount: number,
  lonCount: number,
  reusable: FieldValues | undefined,
): FieldValues {
  const length = (band.length / latCount) | 0;
  const isReusable =
    reusable?.length === length && reusable instanceof Float32Array === band instanceof Float32Array;
  const cut = isReusable
    ? reusable
    : band instanceof Float32Array
      ? new Float32Array(length)
      : new Float64Array(length);
  for (let at = 0, from = row * lonCount; at < length; at += lonCount, from += latCount * lonCount)
    cut.set(band.subarray(from, from + lonCount), at);
  return cut;
}

function stepRad(axis: Float64Array, name: 'latitude' | 'longitude'): number {
  return axis.length < 2 ? Number.NaN : (axisSpacing(axis, name) * Math.PI) / 180;
}

/** How rough both fields are: squares of their gradient and of their vorticity. */
export const DERIVATIVES: Statistic<DerivativeSums, RoughnessRatios> = {
  neighbourRows: 1,
  accumulate: (frame) => new DerivativeAccumulator(frame),
  merge: mergeDerivativeSums,
  finish: (sums) => ({
    gradientRatio: rootRatio(sums.reconstructionGradientSum, sums.referenceGradientSum),
    vorticityRatio: rootRatio(sums.reconstructionVorticitySum, sums.referenceVorticitySum),
  }),
};

function rootRatio(reconstructionSum: number, referenceSum: number): number | null {
  return referenceSum > 0 ? Math.sqrt(reconstructionSum / referenceSum) : null;
}

/** Sums of disjoint rows, added from first to last. */
function mergeDerivativeSums(all: readonly DerivativeSums[]): DerivativeSums {
  const total = (name: keyof DerivativeSums) => all.reduce((sum, sums) => sum + sums[name], 0);
  return {
    gradientPointCount: total('gradientPointCount'),
    reconstructionGradientSum: total('reconstructionGradientSum'),
    referenceGradientSum: total('referenceGradientSum'),
    vorticityPointCount: total('vorticityPointCount'),
    reconstructionVorticitySum: total('reconstructionVorticitySum'),
    referenceVorticitySum: total('referenceVorticitySum'),
  };
}
