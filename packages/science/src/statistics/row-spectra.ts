import { axisSpacing, requireLength, type FieldValues } from '../grid.js';
import { psdScore, type PsdScore, type SpectrumSums } from '../spectra/psd-score.js';
import { RowSpectrumSums } from '../spectra/row-spectrum.js';
import {
  sumOfArrays,
  type Accumulator,
  type LatitudeBand,
  type Statistic,
  type StatisticFrame,
} from './statistic.js';

/** Two-dimensional spectra of the error and of the reference, over the latitude rows that the protocol counts. */
export const ROW_SPECTRA: Statistic<SpectrumSums, PsdScore | null> = {
  neighbourRows: 0,
  accumulate: (frame) => new RowSpectrumAccumulator(frame),
  merge: mergeSpectra,
  finish: (sums, { grid, protocol }) => psdScore(sums, grid, protocol.id),
};

class RowSpectrumAccumulator implements Accumulator<SpectrumSums> {
  private readonly rows: RowPairs;
  private readonly spectrum: RowSpectrumSums;
  private readonly psdScale: number;

  constructor(frame: StatisticFrame) {
    const { timeDays, lonDeg } = frame.grid;
    this.rows = new RowPairs(frame);
    this.spectrum = new RowSpectrumSums(timeDays.length, lonDeg.length);
    this.psdScale = psdScaleOf(frame);
  }

  addBand(band: LatitudeBand): void {
    for (const { error, reference, missing } of this.rows.of(band)) {
      this.spectrum.addRow(missing.error === 0 ? error : null, missing.reference === 0 ? reference : null);
    }
  }

  sums(): SpectrumSums {
    return spectrumSums(this.spectrum, this.psdScale);
  }
}

/** One latitude row of both fields as spectra take it. The arrays are used again for the next row. */
type RowPair = {
  /** Reconstruction − reference and reference, metres, shape `[T, X]`; 0 where missing. */
  readonly error: FieldValues;
  readonly reference: FieldValues;
  /** Columns that miss a value of either field on any day are not 0, shape `[X]`. */
  readonly isLand: Uint8Array;
  /** Values that the spectrum misses after the protocol's rule. */
  readonly missing: { error: number; reference: number };
};

/**
 * Rows of bands, one at a time. Where both fields are float32 the error is rounded to float32, as in the challenge's code.
 */
export class RowPairs {
  private readonly timeCount: number;
  private readonly lonCount: number;
  private readonly isZeroFilled: boolean;
  private readonly isLand: Uint8Array;
  private error: FieldValues = new Float64Array(0);
  private reference: FieldValues = new Float64Array(0);

  constructor({ grid, protocol }: Pick<StatisticFrame, 'grid' | 'protocol'>) {
    this.timeCount = grid.timeDays.length;
    this.lonCount = grid.lonDeg.length;
    this.isZeroFilled = protocol.missingInSpectrum === 'zero-in-both';
    this.isLand = new Uint8Array(this.lonCount);
  }

  *of(band: LatitudeBand): Generator<RowPair> {
    const length = this.timeCount * this.lonCount;
    const isReferenceFloat32 = band.reference instanceof Float32Array;
    requireLength('reconstruction', band.reconstruction, length * band.latCount);
    requireLength('reference', band.reference, length * band.latCount);
    this.error = reused(
      this.error,
      length,
      isReferenceFloat32 && band.reconstruction instanceof Float32Array,
    );
    this.reference = reused(this.reference, length, isReferenceFloat32);
    for (let row = 0; row < band.latCount; row++) yield this.row(band, row);
  }

  private row(band: LatitudeBand, row: number): RowPair {
    const { timeCount, lonCount, error, reference, isLand } = this;
    const missing = { error: 0, reference: 0 };
    isLand.fill(0);
    for (let t = 0; t < timeCount; t++) {
      const from = (t * band.latCount + row) * lonCount;
      const to = t * lonCount;
      let check = 0;
      for (let x = 0; x < lonCount; x++) {
        const r = band.reference[from + x]!;
        const e = band.reconstruction[from + x]! - r;
        error[to + x] = e;
        reference[to + x] = r;
        check += e - e;
      }
      if (check !== 0) this.fillMissing(to, missing);
    }
    return { error, reference, isLand, missing };
  }

  /** An error is not finite where either field is missing. */
  private fillMissing(start: number, missing: RowPair['missing']): void {
    const { lonCount, error, reference, isLand, isZeroFilled } = this;
    for (let x = 0; x < lonCount; x++) {
      const at = start + x;
      if (!Number.isFinite(reference[at])) {
        isLand[x] = 1;
        error[at] = 0;
        reference[at] = 0;
        if (isZeroFilled) continue;
        missing.error++;
        missing.reference++;
      } else if (!Number.isFinite(error[at])) {
        isLand[x] = 1;
        missing.error++;
      }
    }
  }
}

function reused(values: FieldValues, length: number, isFloat32: boolean): FieldValues {
  if (values.length === length && values instanceof Float32Array === isFloat32) return values;
  return isFloat32 ? new Float32Array(length) : new Float64Array(length);
}

/** Density of one |FFT2|² of whole rows, m²/(cycles/day · cycles/degree) for each m². */
export function psdScaleOf({ grid: { timeDays, lonDeg } }: Pick<StatisticFrame, 'grid'>): number {
  // A single value has no spectrum anyway.
  const timeStep = timeDays.length === 1 ? 1 : axisSpacing(timeDays, 'time');
  const lonStep = lonDeg.length === 1 ? 1 : axisSpacing(lonDeg, 'longitude');
  return (timeStep * lonStep) / (timeDays.length * lonDeg.length);
}

export function spectrumSums(spectrum: RowSpectrumSums, psdScale: number): SpectrumSums {
  return {
    errorRowCount: spectrum.errorRowCount,
    referenceRowCount: spectrum.referenceRowCount,
    frequencyCount: spectrum.frequencyCount,
    wavenumberCount: spectrum.wavenumberCount,
    errorPsdSum: spectrum.errorPower.map((power) => power * psdScale),
    referencePsdSum: spectrum.referencePower.map((power) => power * psdScale),
  };
}

export function mergeSpectra(parts: readonly SpectrumSums[]): SpectrumSums {
  const { frequencyCount, wavenumberCount } = parts[0]!;
  return {
    errorRowCount: parts.reduce((sum, { errorRowCount }) => sum + errorRowCount, 0),
    referenceRowCount: parts.reduce((sum, { referenceRowCount }) => sum + referenceRowCount, 0),
    frequencyCount,
    wavenumberCount,
    errorPsdSum: sumOfArrays(parts.map(({ errorPsdSum }) => errorPsdSum)),
    referencePsdSum: sumOfArrays(parts.map(({ referencePsdSum }) => referencePsdSum)),
  };
}
