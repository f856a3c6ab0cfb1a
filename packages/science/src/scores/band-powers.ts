import type { AlongTrackStatistics } from '../along-track-scores/along-track-statistics.js';
import {
  sampleSpacingKm,
  segmentSampleCount,
  type AlongTrackProtocolId,
} from '../protocols/along-track-protocol.js';
import { ALONG_TRACK_SCORE_PROTOCOLS } from '../protocols/along-track-protocols.js';
import type { MapStatistics } from '../statistics/map-statistics.js';

/** Width of a wavelength band where wavenumbers are dense, as a ratio of its edges: a quarter of an octave. */
const WAVELENGTH_RATIO = 2 ** 0.25;
/** The same of periods: half an octave, since there are fewer. */
const PERIOD_RATIO = 2 ** 0.5;

/**
 * Power of error and reference in bands of wavelength and period. The PSD score of any set of bands is
 * 1 − Σ error ÷ Σ reference.
 */
export type BandPowers = {
  readonly wavelengthUnit: 'degrees' | 'km';
  /** Edges, long to short; band i lies between edges i and i + 1. Degrees of longitude or km. */
  readonly wavelengthEdges: readonly number[];
  /** Days, long to short; null along a track. */
  readonly periodEdgesDays: readonly number[] | null;
  /** Shape `[period bands][wavelength bands]`, mean over rows or segments, in the unit of the spectrum. */
  readonly error: readonly (readonly number[])[];
  readonly reference: readonly (readonly number[])[];
};

/**
 * First harmonics of bands over the harmonics 1 … count, and `count + 1` at the end: one harmonic each at the long end, where
 * neighbours are far apart, then as many as stay within `ratio`.
 */
export function bandStarts(count: number, ratio: number): number[] {
  const starts: number[] = [];
  let start = 1;
  while (start <= count) {
    starts.push(start);
    // From its lower edge start − ½, a band reaches to `ratio` times that.
    start = Math.max(start + 1, Math.round((start - 0.5) * ratio + 0.5));
  }
  return [...starts, count + 1];
}

/** Edges in wavelength of bands of harmonics of a length: half a harmonic below the first one of each. */
function edgesOf(starts: readonly number[], length: number): number[] {
  return starts.map((start) => length / (start - 0.5));
}

/** The bands of a gridded score; null where the protocol has no spectrum. */
export function griddedBandPowers({ spectrum, grid }: MapStatistics<'spectrum'>): BandPowers | null {
  const { frequencyCount, wavenumberCount, errorRowCount, referenceRowCount } = spectrum;
  if (errorRowCount === 0 || referenceRowCount === 0 || frequencyCount < 1 || wavenumberCount < 1)
    return null;
  const wavelengths = bandStarts(wavenumberCount, WAVELENGTH_RATIO);
  const periods = bandStarts(frequencyCount, PERIOD_RATIO);
  const sumsOf = (psd: Float64Array, rowCount: number) =>
    pairs(periods).map(([firstF, endF]) =>
      pairs(wavelengths).map(([firstK, endK]) => {
        let sum = 0;
        for (let f = firstF; f < endF; f++)
          for (let k = firstK; k < endK; k++) sum += psd[(f - 1) * wavenumberCount + k - 1]!;
        return sum / rowCount;
      }),
    );
  return {
    wavelengthUnit: 'degrees',
    wavelengthEdges: edgesOf(wavelengths, axisLength(grid.lonDeg)),
    periodEdgesDays: edgesOf(periods, axisLength(grid.timeDays)),
    error: sumsOf(spectrum.errorPsdSum, errorRowCount),
    reference: sumsOf(spectrum.referencePsdSum, referenceRowCount),
  };
}

/** The bands of an along-track score, without the mean; null where no piece of the track is long enough. */
export function alongTrackBandPowers(
  statistics: AlongTrackStatistics,
  protocol: AlongTrackProtocolId,
): BandPowers | null {
  const { segmentCount, errorPsdSum, trackPsdSum } = statistics.spectra[protocol];
  if (segmentCount === 0) return null;
  const definition = ALONG_TRACK_SCORE_PROTOCOLS[protocol];
  const starts = bandStarts(trackPsdSum.length - 1, WAVELENGTH_RATIO);
  const sumsOf = (psd: readonly number[]) => [
    pairs(starts).map(
      ([first, end]) => psd.slice(first, end).reduce((sum, value) => sum + value, 0) / segmentCount,
    ),
  ];
  return {
    wavelengthUnit: 'km',
    wavelengthEdges: edgesOf(starts, segmentSampleCount(definition) * sampleSpacingKm(definition)),
    periodEdgesDays: null,
    error: sumsOf(errorPsdSum),
    reference: sumsOf(trackPsdSum),
  };
}

function pairs(values: readonly number[]): [number, number][] {
  return values.slice(1).map((end, index) => [values[index]!, end]);
}

/** The period of the first harmonic: N steps. */
function axisLength(axis: Float64Array): number {
  return ((axis.at(-1)! - axis[0]!) / (axis.length - 1)) * axis.length;
}
