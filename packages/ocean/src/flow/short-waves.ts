import type { PeriodicDomain } from '../observing/fourier-sum.js';

export type ShortWaveBand = {
  /** None of the waves at least that long, m on the domain. */
  noneAboveM: number;
  /** All of the waves at most that long, m; between the two they fade in. */
  fullBelowM: number;
  /** The shorter of those are amplified by the ratio of `fullBelowM` to their length to this power; 0: none is. */
  sharpening: number;
};

/**
 * Prepares a high-pass filter: a spectrum (unscaled forward transform, shape [row, column, 2]) with its short waves only.
 * Between the two wavelengths of the band the amplitude rises smoothly with the logarithm of the wavenumber.
 *
 * @throws RangeError unless `noneAboveM` is longer than `fullBelowM`.
 */
export function shortWaves(
  domain: PeriodicDomain,
  band: ShortWaveBand,
): (spectrum: Float64Array) => Float64Array {
  const { columnCount, rowCount, widthM, heightM } = domain;
  if (!(band.noneAboveM > band.fullBelowM && band.fullBelowM > 0)) {
    throw new RangeError(
      `short waves need a longest wave above the first full one, found ${band.noneAboveM} m and ${band.fullBelowM} m`,
    );
  }
  const weights = new Float64Array(columnCount * rowCount);
  for (let row = 0; row < rowCount; row++) {
    const northward = Math.min(row, rowCount - row) / heightM;
    for (let column = 0; column < columnCount; column++) {
      const eastward = Math.min(column, columnCount - column) / widthM;
      const cyclesPerM = Math.sqrt(eastward * eastward + northward * northward);
      weights[row * columnCount + column] = weightAt(cyclesPerM, band);
    }
  }
  return (spectrum) => spectrum.map((value, index) => value * weights[index >> 1]!);
}

function weightAt(cyclesPerM: number, { noneAboveM, fullBelowM, sharpening }: ShortWaveBand): number {
  if (cyclesPerM * noneAboveM <= 1) return 0;
  if (cyclesPerM * fullBelowM >= 1) return (cyclesPerM * fullBelowM) ** sharpening;
  const t = Math.log(cyclesPerM * noneAboveM) / Math.log(noneAboveM / fullBelowM);
  return t * t * (3 - 2 * t);
}
