import { createFft2d, type Fft2d } from '@sillage/science';
import { DisplacementTracer, padSpectrum } from './displacement-tracer.js';

/** Two-layer quasi-geostrophic flow on a doubly periodic β-plane, with a mean vertical shear (Phillips). */
export type TwoLayerSettings = {
  /** Grid points of the domain's eastward and northward extent: even numbers. */
  columnCount: number;
  rowCount: number;
  widthM: number;
  heightM: number;
  /** Northward gradient of the Coriolis parameter, 1/(m s). */
  beta: number;
  /** Baroclinic deformation radius 1/√(F₁+F₂), m. */
  deformationRadiusM: number;
  /** Thickness of the upper over that of the lower layer. */
  depthRatio: number;
  /** Mean eastward velocity of each layer, m/s; their difference drives the eddies. */
  upperVelocity: number;
  lowerVelocity: number;
  /** Linear drag on the lower layer, 1/s. */
  bottomDrag: number;
  timeStepSeconds: number;
  /** Exponential filter after each step: small-scale dissipation and dealiasing. `none` only to test conservation. */
  filter?: 'exponential' | 'none';
  /** Rate at which the upper layer's water forgets where it came from, 1/s. Absent: no tracer travels with the flow. */
  tracerRelaxation?: number;
};

/**
 * Both layers as one array of complex numbers, upper + i · lower, interleaved: shape [row, column, 2].
 * On the grid, even entries are the upper and odd entries the lower layer.
 */
export type LayerPair = Float64Array;

/** Wavenumber times grid step below which the filter leaves the flow alone, rad; π is the grid scale. */
const FILTER_CUTOFF = 0.65 * Math.PI;
/** Brings the filter at the grid scale down to e^(−23.6 · (0.35π)⁴) = 1e-15. */
const FILTER_STRENGTH = 23.6;

/**
 * The flow and its time stepping, for layer i: ∂q/∂t + J(ψ,q) + U ∂q/∂x + Q_y ∂ψ/∂x = −r ∇²ψ₂ (lower layer only), with
 * q₁ = ∇²ψ₁ + F₁(ψ₂−ψ₁) and q₂ = ∇²ψ₂ + F₂(ψ₁−ψ₂): pseudo-spectral, third-order Adams–Bashforth.
 *
 * Both layers travel as one complex field z, so each complex transform serves two real fields. A linear operator that
 * treats the layers differently is then α·z + γ·z*, where z* is the conjugate at the opposite wavenumber.
 *
 * Source: Phillips (1954); Vallis, Atmospheric and Oceanic Fluid Dynamics, §5.3 and §9.6; the filter is pyqg's.
 */
export class TwoLayerFlow {
  readonly settings: TwoLayerSettings;
  /** Model time since the start, s. */
  elapsedSeconds = 0;
  /** F₁ and F₂: coupling of each layer to the other, 1/m². */
  readonly upperCoupling: number;
  readonly lowerCoupling: number;
  /** Spectrum of potential vorticity, unscaled forward transform. */
  private readonly vorticity: LayerPair;
  private readonly stream: LayerPair;
  private readonly tendencies: [LayerPair, LayerPair, LayerPair];
  private stepCount = 0;
  private readonly fft: Fft2d;
  private readonly wavenumberX: Float64Array;
  private readonly wavenumberY: Float64Array;
  private readonly mirrorColumn: Int32Array;
  private readonly mirrorRow: Int32Array;
  /** ψ = α z + γ z*; one complex number per mode. */
  private readonly alpha: LayerPair;
  private readonly gamma: LayerPair;
  private readonly filter: Float64Array;
  private readonly fluxX: LayerPair;
  private readonly fluxY: LayerPair;
  private readonly gridVorticity: LayerPair;
  /** Where the upper layer's water comes from; it acts on nothing. */
  readonly tracer: DisplacementTracer | null;

  /** @throws RangeError unless the numbers of rows and columns are even and at least 8. */
  constructor(settings: TwoLayerSettings) {
    const { columnCount, rowCount, deformationRadiusM, depthRatio } = settings;
    if (columnCount % 2 !== 0 || rowCount % 2 !== 0 || columnCount < 8 || rowCount < 8) {
      throw new RangeError(`the flow needs an even number of points ≥ 8, found ${columnCount} × ${rowCount}`);
    }
    this.settings = settings;
    const hasTracer = settings.tracerRelaxation !== undefined;
    this.fft = createFft2d(rowCount, columnCount, hasTracer ? 4 : 3);
    const [fluxX, fluxY, gridVorticity, tracerField] = this.fft.arrays as [
      LayerPair,
      LayerPair,
      LayerPair,
      LayerPair?,
    ];
    this.wavenumberX = wavenumbers(columnCount, settings.widthM);
    this.wavenumberY = wavenumbers(rowCount, settings.heightM);
    this.mirrorColumn = mirrors(columnCount);
    this.mirrorRow = mirrors(rowCount);
    const totalCoupling = 1 / (deformationRadiusM * deformationRadiusM);
    this.upperCoupling = totalCoupling / (1 + depthRatio);
    this.lowerCoupling = totalCoupling - this.upperCoupling;
    const modeCount = columnCount * rowCount;
    const layers = (): LayerPair => new Float64Array(2 * modeCount);
    this.vorticity = layers();
    this.stream = layers();
    this.tendencies = [layers(), layers(), layers()];
    this.fluxX = fluxX;
    this.fluxY = fluxY;
    this.gridVorticity = gridVorticity;
    this.alpha = layers();
    this.gamma = layers();
    this.filter = new Float64Array(modeCount).fill(1);
    this.prepareInversion();
    if (settings.filter !== 'none') this.prepareFilter();
    this.tracer =
      settings.tracerRelaxation === undefined || tracerField === undefined
        ? null
        : new DisplacementTracer(
            {
              columnCount,
              rowCount,
              fft: this.fft,
              field: tracerField,
              wavenumberX: this.wavenumberX,
              wavenumberY: this.wavenumberY,
              mirrorColumn: this.mirrorColumn,
              mirrorRow: this.mirrorRow,
              filter: this.filter,
            },
            settings.tracerRelaxation,
          );
  }

  /** Sets potential vorticity (1/s) on the grid, shape [row, column] per layer, and restarts the time stepping. */
  setVorticity(upper: Float64Array, lower: Float64Array): void {
    for (let point = 0; point < upper.length; point++) {
      this.vorticity[2 * point] = upper[point]!;
      this.vorticity[2 * point + 1] = lower[point]!;
    }
    this.fft.forward(this.vorticity);
    this.restart();
  }

  /** Takes over the state of a flow on the same domain with fewer points: its spectrum, padded with zeros. */
  refineFrom(coarse: TwoLayerFlow): void {
    padSpectrum(coarse.vorticity, coarse.settings, this.vorticity, this.settings);
    if (this.tracer !== null && coarse.tracer !== null) this.tracer.refineFrom(coarse.tracer);
    this.restart();
    this.elapsedSeconds = coarse.elapsedSeconds;
  }

  /** Streamfunction on the grid, m²/s. */
  streamfunction(): LayerPair {
    this.invert();
    const result = this.stream.slice();
    this.fft.inverse(result);
    return result;
  }

  /** Potential vorticity on the grid, without the mean flow's, 1/s. */
  potentialVorticity(): LayerPair {
    const result = this.vorticity.slice();
    this.fft.inverse(result);
    return result;
  }

  /** Spectrum (unscaled forward transform) of the upper layer's streamfunction, m²/s: shape [row, column, 2]. */
  upperStreamSpectrum(): Float64Array {
    this.invert();
    return this.upperPart(this.stream);
  }

  /** Kinetic plus available potential energy of the eddies, averaged over depth and area, m²/s². */
  energy(): number {
    const { columnCount, rowCount, depthRatio } = this.settings;
    this.invert();
    const upperShare = depthRatio / (1 + depthRatio);
    const upper = this.upperPart(this.stream);
    const lower = this.lowerPart(this.stream);
    let sum = 0;
    for (let row = 0; row < rowCount; row++) {
      for (let column = 0; column < columnCount; column++) {
        const re = 2 * (row * columnCount + column);
        const im = re + 1;
        const squaredWavenumber = this.wavenumberX[column]! ** 2 + this.wavenumberY[row]! ** 2;
        const upperSquare = upper[re]! ** 2 + upper[im]! ** 2;
        const lowerSquare = lower[re]! ** 2 + lower[im]! ** 2;
        const shearSquare = (upper[re]! - lower[re]!) ** 2 + (upper[im]! - lower[im]!) ** 2;
        sum += 0.5 * squaredWavenumber * (upperShare * upperSquare + (1 - upperShare) * lowerSquare);
        sum += 0.5 * upperShare * this.upperCoupling * shearSquare;
      }
    }
    return sum / (columnCount * rowCount) ** 2;
  }

  /** Half the squared potential vorticity, averaged over depth and area, 1/s². */
  enstrophy(): number {
    const { depthRatio } = this.settings;
    const upperShare = depthRatio / (1 + depthRatio);
    const grid = this.potentialVorticity();
    let sum = 0;
    for (let index = 0; index < grid.length; index += 2) {
      sum += 0.5 * (upperShare * grid[index]! ** 2 + (1 - upperShare) * grid[index + 1]! ** 2);
    }
    return (2 * sum) / grid.length;
  }

  /** Whether every number of the state is finite. */
  isFinite(): boolean {
    // A divergent product reaches every mode within a step, so one of them tells for all.
    return Number.isFinite(this.vorticity[0]!) && Number.isFinite(this.vorticity[2]!);
  }

  /** Advances the flow by one time step. */
  step(): void {
    const { timeStepSeconds } = this.settings;
    const [now, before, earlier] = this.tendencies;
    this.computeTendency(now);
    // Euler, then second order, then third-order Adams–Bashforth.
    const nowWeight = timeStepSeconds * (this.stepCount === 0 ? 1 : this.stepCount === 1 ? 3 / 2 : 23 / 12);
    const beforeWeight =
      timeStepSeconds * (this.stepCount === 0 ? 0 : this.stepCount === 1 ? -1 / 2 : -16 / 12);
    const earlierWeight = timeStepSeconds * (this.stepCount < 2 ? 0 : 5 / 12);
    const { vorticity, filter } = this;
    for (let index = 0; index < vorticity.length; index++) {
      const change =
        nowWeight * now[index]! + beforeWeight * before[index]! + earlierWeight * earlier[index]!;
      vorticity[index] = filter[index >> 1]! * (vorticity[index]! + change);
    }
    this.tendencies[0] = earlier;
    this.tendencies[1] = now;
    this.tendencies[2] = before;
    this.tracer?.advance(nowWeight, beforeWeight, earlierWeight);
    this.stepCount++;
    this.elapsedSeconds += timeStepSeconds;
  }

  private restart(): void {
    this.stepCount = 0;
    for (const tendency of this.tendencies) tendency.fill(0);
    this.tracer?.restart();
  }

  private prepareInversion(): void {
    const { columnCount, rowCount } = this.settings;
    const { alpha, gamma, upperCoupling, lowerCoupling } = this;
    for (let row = 0; row < rowCount; row++) {
      for (let column = 0; column < columnCount; column++) {
        const squared = this.wavenumberX[column]! ** 2 + this.wavenumberY[row]! ** 2;
        if (squared === 0) continue;
        const determinant = squared * (squared + upperCoupling + lowerCoupling);
        const upperFromUpper = -(squared + lowerCoupling) / determinant;
        const upperFromLower = -upperCoupling / determinant;
        const lowerFromUpper = -lowerCoupling / determinant;
        const lowerFromLower = -(squared + upperCoupling) / determinant;
        const re = 2 * (row * columnCount + column);
        alpha[re] = (upperFromUpper + lowerFromLower) / 2;
        alpha[re + 1] = (lowerFromUpper - upperFromLower) / 2;
        gamma[re] = (upperFromUpper - lowerFromLower) / 2;
        gamma[re + 1] = (lowerFromUpper + upperFromLower) / 2;
      }
    }
  }

  private prepareFilter(): void {
    const { columnCount, rowCount } = this.settings;
    for (let row = 0; row < rowCount; row++) {
      const y = (2 * Math.PI * Math.min(row, rowCount - row)) / rowCount;
      for (let column = 0; column < columnCount; column++) {
        const x = (2 * Math.PI * Math.min(column, columnCount - column)) / columnCount;
        const excess = Math.sqrt(x * x + y * y) - FILTER_CUTOFF;
        const squaredExcess = excess * excess;
        if (excess > 0) {
          this.filter[row * columnCount + column] = Math.exp(
            -FILTER_STRENGTH * squaredExcess * squaredExcess,
          );
        }
      }
    }
    // The Nyquist row and column have no opposite partner: an odd derivative is undefined there.
    for (let row = 0; row < rowCount; row++) this.filter[row * columnCount + columnCount / 2] = 0;
    this.filter.fill(0, (rowCount / 2) * columnCount, (rowCount / 2 + 1) * columnCount);
  }

  /** ψ from q, mode by mode. */
  private invert(): void {
    const { columnCount, rowCount } = this.settings;
    const { vorticity, alpha, gamma, stream, mirrorColumn, mirrorRow } = this;
    for (let row = 0; row < rowCount; row++) {
      const mirrored = mirrorRow[row]! * columnCount;
      for (let column = 0; column < columnCount; column++) {
        const re = 2 * (row * columnCount + column);
        const opposite = 2 * (mirrored + mirrorColumn[column]!);
        const zRe = vorticity[re]!;
        const zIm = vorticity[re + 1]!;
        const conjugateRe = vorticity[opposite]!;
        const conjugateIm = -vorticity[opposite + 1]!;
        const alphaRe = alpha[re]!;
        const alphaIm = alpha[re + 1]!;
        const gammaRe = gamma[re]!;
        const gammaIm = gamma[re + 1]!;
        stream[re] = alphaRe * zRe - alphaIm * zIm + gammaRe * conjugateRe - gammaIm * conjugateIm;
        stream[re + 1] = alphaRe * zIm + alphaIm * zRe + gammaRe * conjugateIm + gammaIm * conjugateRe;
      }
    }
  }

  private computeTendency(result: LayerPair): void {
    const { columnCount, rowCount, beta, upperVelocity, lowerVelocity, bottomDrag } = this.settings;
    const { fluxX, fluxY, gridVorticity, stream, wavenumberX, wavenumberY, mirrorColumn, mirrorRow } = this;
    this.invert();
    for (let row = 0; row < rowCount; row++) {
      const l = wavenumberY[row]!;
      for (let column = 0; column < columnCount; column++) {
        const k = wavenumberX[column]!;
        const re = 2 * (row * columnCount + column);
        const streamRe = stream[re]!;
        const streamIm = stream[re + 1]!;
        fluxX[re] = l * streamIm; // u = −∂ψ/∂y
        fluxX[re + 1] = -l * streamRe;
        fluxY[re] = -k * streamIm; // v = ∂ψ/∂x
        fluxY[re + 1] = k * streamRe;
      }
    }
    gridVorticity.set(this.vorticity);
    this.fft.inverse(fluxX);
    this.fft.inverse(fluxY);
    this.fft.inverse(gridVorticity);
    this.tracer?.computeTendency(fluxX, fluxY, stream, upperVelocity);
    for (let upper = 0; upper < gridVorticity.length; upper += 2) {
      const lower = upper + 1;
      fluxX[upper] = (fluxX[upper]! + upperVelocity) * gridVorticity[upper]!;
      fluxX[lower] = (fluxX[lower]! + lowerVelocity) * gridVorticity[lower]!;
      fluxY[upper] = fluxY[upper]! * gridVorticity[upper]!;
      fluxY[lower] = fluxY[lower]! * gridVorticity[lower]!;
    }
    this.fft.forward(fluxX);
    this.fft.forward(fluxY);
    const shear = upperVelocity - lowerVelocity;
    const upperGradient = beta + this.upperCoupling * shear;
    const lowerGradient = beta - this.lowerCoupling * shear;
    const meanGradient = (upperGradient + lowerGradient) / 2;
    const halfDifference = (upperGradient - lowerGradient) / 2;
    for (let row = 0; row < rowCount; row++) {
      const l = wavenumberY[row]!;
      const mirrored = mirrorRow[row]! * columnCount;
      for (let column = 0; column < columnCount; column++) {
        const k = wavenumberX[column]!;
        const re = 2 * (row * columnCount + column);
        const im = re + 1;
        const opposite = 2 * (mirrored + mirrorColumn[column]!);
        const streamRe = stream[re]!;
        const streamIm = stream[im]!;
        const conjugateRe = stream[opposite]!;
        const conjugateIm = -stream[opposite + 1]!;
        const gradientRe = meanGradient * streamRe + halfDifference * conjugateRe;
        const gradientIm = meanGradient * streamIm + halfDifference * conjugateIm;
        // −r∇²ψ₂ in the lower layer only: i · rκ² · (Ψ − Ψ*) / 2i.
        const drag = 0.5 * bottomDrag * (k * k + l * l);
        result[re] = k * (fluxX[im]! + gradientIm) + l * fluxY[im]! + drag * (streamRe - conjugateRe);
        result[im] = -k * (fluxX[re]! + gradientRe) - l * fluxY[re]! + drag * (streamIm - conjugateIm);
      }
    }
  }

  /** Spectrum of the upper layer: (z + z*) / 2. */
  private upperPart(pair: LayerPair): Float64Array {
    return this.combineWithOpposite(pair, (re, im, oppositeRe, oppositeIm) => [
      (re + oppositeRe) / 2,
      (im - oppositeIm) / 2,
    ]);
  }

  /** Spectrum of the lower layer: (z − z*) / 2i. */
  private lowerPart(pair: LayerPair): Float64Array {
    return this.combineWithOpposite(pair, (re, im, oppositeRe, oppositeIm) => [
      (im + oppositeIm) / 2,
      (oppositeRe - re) / 2,
    ]);
  }

  private combineWithOpposite(
    pair: LayerPair,
    combine: (re: number, im: number, oppositeRe: number, oppositeIm: number) => [number, number],
  ): Float64Array {
    const { columnCount, rowCount } = this.settings;
    const result = new Float64Array(pair.length);
    for (let row = 0; row < rowCount; row++) {
      for (let column = 0; column < columnCount; column++) {
        const re = 2 * (row * columnCount + column);
        const opposite = 2 * (this.mirrorRow[row]! * columnCount + this.mirrorColumn[column]!);
        const [real, imaginary] = combine(pair[re]!, pair[re + 1]!, pair[opposite]!, pair[opposite + 1]!);
        result[re] = real;
        result[re + 1] = imaginary;
      }
    }
    return result;
  }
}

/** Angular wavenumbers of a periodic axis in transform order, rad/m; 0 at Nyquist, where odd derivatives vanish. */
function wavenumbers(count: number, lengthM: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => {
    if (index === count / 2) return 0;
    return (2 * Math.PI * (index < count / 2 ? index : index - count)) / lengthM;
  });
}

function mirrors(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => (count - index) % count);
}
