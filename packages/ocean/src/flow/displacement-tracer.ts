import type { Fft2d } from '@sillage/science';

/** What the tracer needs to know of the flow's grid; shared with the flow, never written. */
export type TracerGrid = {
  columnCount: number;
  rowCount: number;
  fft: Fft2d;
  /** Room for one field that `fft` transforms without a copy; the tracer's alone. */
  field: Float64Array;
  /** Angular wavenumbers, rad/m, in transform order. */
  wavenumberX: Float64Array;
  wavenumberY: Float64Array;
  /** Index of the opposite wavenumber. */
  mirrorColumn: Int32Array;
  mirrorRow: Int32Array;
  /** Factor per mode after each step. */
  filter: Float64Array;
};

/**
 * Where the water of the upper layer comes from: a tracer Y = y + χ that the flow carries along, with a uniform gradient
 * of one northward. χ (m) is doubly periodic, negative where the water came from the south, and forgets its origin at the
 * rate r: ∂χ/∂t + (U+u) ∂χ/∂x + v ∂χ/∂y + v = −rχ. Any function of Y is itself advected, so a mean temperature profile
 * evaluated at Y is a temperature that the eddies stirred.
 *
 * Pseudo-spectral, with the flow's own time steps and filter.
 */
export class DisplacementTracer {
  /** Spectrum of χ, unscaled forward transform of a real field: shape [row, column, 2]. */
  private readonly spectrum: Float64Array;
  private readonly tendencies: [Float64Array, Float64Array, Float64Array];
  private readonly field: Float64Array;

  /** @param relaxation - rate at which the water forgets where it came from, 1/s. */
  constructor(
    private readonly grid: TracerGrid,
    private readonly relaxation: number,
  ) {
    const complexNumbers = (): Float64Array => new Float64Array(2 * grid.columnCount * grid.rowCount);
    this.spectrum = complexNumbers();
    this.tendencies = [complexNumbers(), complexNumbers(), complexNumbers()];
    this.field = grid.field;
  }

  /** Sets χ on the grid, m, shape [row, column]. */
  set(displacementM: Float64Array): void {
    displacementM.forEach((value, point) => {
      this.spectrum[2 * point] = value;
      this.spectrum[2 * point + 1] = 0;
    });
    this.grid.fft.forward(this.spectrum);
    this.restart();
  }

  /** Spectrum of χ, m: shape [row, column, 2]. */
  displacementSpectrum(): Float64Array {
    return this.spectrum.slice();
  }

  /** Takes over the spectrum of a tracer on a grid with fewer points, padded with zeros. */
  refineFrom(coarse: DisplacementTracer): void {
    padSpectrum(coarse.spectrum, coarse.grid, this.spectrum, this.grid);
    this.restart();
  }

  /** Forgets earlier tendencies: the time stepping starts anew. */
  restart(): void {
    for (const tendency of this.tendencies) tendency.fill(0);
  }

  /**
   * Computes the tendency of this step.
   *
   * @param velocityX - eddy velocity of the upper layer at even entries, on the grid, m/s: shape [row, column, 2].
   * @param velocityY - the same northward.
   * @param stream - spectrum of both layers' streamfunction as the flow keeps it, m²/s.
   * @param meanVelocity - mean eastward velocity of the upper layer, m/s.
   */
  computeTendency(
    velocityX: Float64Array,
    velocityY: Float64Array,
    stream: Float64Array,
    meanVelocity: number,
  ): void {
    const { columnCount, rowCount, fft, wavenumberX, wavenumberY, mirrorColumn, mirrorRow } = this.grid;
    const { field, spectrum, relaxation } = this;
    const [result] = this.tendencies;
    field.set(spectrum);
    fft.inverse(field);
    // Both fluxes travel as one complex field, x + i · y.
    for (let index = 0; index < field.length; index += 2) {
      const displacement = field[index]!;
      field[index] = (velocityX[index]! + meanVelocity) * displacement;
      field[index + 1] = velocityY[index]! * displacement;
    }
    fft.forward(field);
    for (let row = 0; row < rowCount; row++) {
      const l = wavenumberY[row]!;
      const mirrored = mirrorRow[row]! * columnCount;
      for (let column = 0; column < columnCount; column++) {
        const k = wavenumberX[column]!;
        const re = 2 * (row * columnCount + column);
        const im = re + 1;
        const opposite = 2 * (mirrored + mirrorColumn[column]!);
        const fluxXRe = (field[re]! + field[opposite]!) / 2;
        const fluxXIm = (field[im]! - field[opposite + 1]!) / 2;
        const fluxYRe = (field[im]! + field[opposite + 1]!) / 2;
        const fluxYIm = (field[opposite]! - field[re]!) / 2;
        const upperRe = (stream[re]! + stream[opposite]!) / 2;
        const upperIm = (stream[im]! - stream[opposite + 1]!) / 2;
        result[re] = k * (fluxXIm + upperIm) + l * fluxYIm - relaxation * spectrum[re]!;
        result[im] = -k * (fluxXRe + upperRe) - l * fluxYRe - relaxation * spectrum[im]!;
      }
    }
  }

  /** Advances χ with the weights (s) that the flow gives this step's tendency and the two before. */
  advance(nowWeight: number, beforeWeight: number, earlierWeight: number): void {
    const { filter } = this.grid;
    const { spectrum } = this;
    const [now, before, earlier] = this.tendencies;
    for (let index = 0; index < spectrum.length; index++) {
      const change =
        nowWeight * now[index]! + beforeWeight * before[index]! + earlierWeight * earlier[index]!;
      spectrum[index] = filter[index >> 1]! * (spectrum[index]! + change);
    }
    this.tendencies[0] = earlier;
    this.tendencies[1] = now;
    this.tendencies[2] = before;
  }
}

type SpectrumShape = { columnCount: number; rowCount: number };

/** Copies a spectrum (unscaled transform, shape [row, column, 2]) onto a finer grid of the same domain. */
export function padSpectrum(
  from: Float64Array,
  { columnCount: fewColumns, rowCount: fewRows }: SpectrumShape,
  to: Float64Array,
  { columnCount, rowCount }: SpectrumShape,
): void {
  const scale = (columnCount * rowCount) / (fewColumns * fewRows);
  to.fill(0);
  for (let row = 0; row < fewRows; row++) {
    if (row === fewRows / 2) continue;
    const fineRow = row < fewRows / 2 ? row : rowCount - fewRows + row;
    for (let column = 0; column < fewColumns; column++) {
      if (column === fewColumns / 2) continue;
      const fineColumn = column < fewColumns / 2 ? column : columnCount - fewColumns + column;
      const source = 2 * (row * fewColumns + column);
      const target = 2 * (fineRow * columnCount + fineColumn);
      to[target] = from[source]! * scale;
      to[target + 1] = from[source + 1]! * scale;
    }
  }
}
