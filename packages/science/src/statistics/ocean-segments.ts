import { psdScore, type PsdScore, type SpectrumSums } from '../spectra/psd-score.js';
import { axisSpacing, type FieldValues } from '../grid.js';
import { oceanSegmentStarts } from '../spectra/ocean-segment-starts.js';
import { RowSpectrumSums } from '../spectra/row-spectrum.js';
import { mergeSpectra, psdScaleOf, RowPairs, spectrumSums } from './row-spectra.js';
import type { Accumulator, LatitudeBand, Statistic, StatisticFrame } from './statistic.js';

/** Spectra over the pieces of latitude rows that have no land, `lonCount` columns each. */
export type OceanSegmentSums = SpectrumSums & { readonly lonCount: number };

/** The spectra of the rows over pieces of them without land, each treated as a row of its own; null where none are asked for. */
export const OCEAN_SEGMENTS: Statistic<OceanSegmentSums | null, PsdScore | null> = {
  neighbourRows: 0,
  accumulate: (frame) => new OceanSegmentAccumulator(frame),
  merge: (parts) => {
    const known = parts.filter((part) => part !== null);
    return known[0] ? { ...mergeSpectra(known), lonCount: known[0].lonCount } : null;
  },
  finish: (sums, { grid, protocol }) =>
    sums &&
    psdScore(sums, { timeDays: grid.timeDays, lonDeg: grid.lonDeg.slice(0, sums.lonCount) }, protocol.id),
};

class OceanSegmentAccumulator implements Accumulator<OceanSegmentSums | null> {
  private readonly rows: RowPairs;
  private readonly timeCount: number;
  private readonly gridLonCount: number;
  private readonly lonCount: number;
  private readonly psdScale: number;
  private readonly spectrum: RowSpectrumSums | null;

  constructor(frame: StatisticFrame) {
    const { timeDays, lonDeg } = frame.grid;
    this.rows = new RowPairs(frame);
    this.timeCount = timeDays.length;
    this.gridLonCount = lonDeg.length;
    const stepDeg = lonDeg.length === 1 ? 1 : axisSpacing(lonDeg, 'longitude');
    this.lonCount = Math.min(lonDeg.length, Math.round((frame.oceanSegmentDeg ?? 0) / stepDeg));
    this.psdScale = (psdScaleOf(frame) * lonDeg.length) / this.lonCount;
    this.spectrum = this.lonCount > 0 ? new RowSpectrumSums(this.timeCount, this.lonCount) : null;
  }

  addBand(band: LatitudeBand): void {
    if (this.spectrum === null) return;
    for (const { error, reference, isLand } of this.rows.of(band)) {
      for (const start of oceanSegmentStarts(isLand, this.lonCount))
        this.spectrum.addRow(this.cut(error, start), this.cut(reference, start));
    }
  }

  sums(): OceanSegmentSums | null {
    return this.spectrum && { ...spectrumSums(this.spectrum, this.psdScale), lonCount: this.lonCount };
  }

  private cut(row: FieldValues, start: number): FieldValues {
    const length = this.timeCount * this.lonCount;
    const piece = row instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
    for (let t = 0; t < this.timeCount; t++) {
      const from = t * this.gridLonCount + start;
      piece.set(row.subarray(from, from + this.lonCount), t * this.lonCount);
    }
    return piece;
  }
}
