/** Power spectral densities along latitude rows, summed over the protocol's frequencies. */
export type ZonalSpectra = {
  /** Degrees of longitude, decreasing, shape `[K]`. */
  wavelengthDeg: number[];
  /** m² per cycle/degree, shape `[K]`: waves of one direction, with the window of the protocol and no correction for it. */
  referencePsd: number[];
  errorPsd: number[];
};

/**
 * One-dimensional spectra from the sums that the score was computed from: the densities over frequency and wavenumber,
 * integrated over frequency.
 *
 * @param statistics - the content of `statistics.json` of a gridded protocol.
 * @returns null where the statistics hold no spectrum.
 */
export function zonalSpectraOf(statistics: unknown): ZonalSpectra | null {
  if (!hasSpectrum(statistics)) return null;
  const { spectrum, grid } = statistics;
  const { frequencyCount, wavenumberCount, errorRowCount, referenceRowCount } = spectrum;
  if (errorRowCount === 0 || referenceRowCount === 0 || frequencyCount * wavenumberCount === 0) return null;
  const frequencyStep = 1 / (grid.timeDays.length * meanStep(grid.timeDays)); // cycles/day
  const wavenumberStep = 1 / (grid.lonDeg.length * meanStep(grid.lonDeg)); // cycles/degree
  const integrated = (sums: readonly number[], rowCount: number): number[] =>
    Array.from({ length: wavenumberCount }, (_, k) => {
      let total = 0;
      for (let f = 0; f < frequencyCount; f++) total += sums[f * wavenumberCount + k] ?? Number.NaN;
      return (total * frequencyStep) / rowCount;
    });
  return {
    wavelengthDeg: Array.from({ length: wavenumberCount }, (_, k) => 1 / ((k + 1) * wavenumberStep)),
    referencePsd: integrated(spectrum.referencePsdSum, referenceRowCount),
    errorPsd: integrated(spectrum.errorPsdSum, errorRowCount),
  };
}

type WithSpectrum = {
  grid: { timeDays: number[]; lonDeg: number[] };
  spectrum: {
    frequencyCount: number;
    wavenumberCount: number;
    errorRowCount: number;
    referenceRowCount: number;
    errorPsdSum: number[];
    referencePsdSum: number[];
  };
};

function hasSpectrum(statistics: unknown): statistics is WithSpectrum {
  if (typeof statistics !== 'object' || statistics === null) return false;
  if (!('grid' in statistics) || !('spectrum' in statistics)) return false;
  const { grid, spectrum } = statistics as {
    grid: Partial<WithSpectrum['grid']>;
    spectrum: Partial<WithSpectrum['spectrum']>;
  };
  const count = (spectrum?.frequencyCount ?? -1) * (spectrum?.wavenumberCount ?? -1);
  return (
    Array.isArray(grid?.timeDays) &&
    Array.isArray(grid.lonDeg) &&
    spectrum?.errorPsdSum?.length === count &&
    spectrum.referencePsdSum?.length === count
  );
}

function meanStep(axis: readonly number[]): number {
  return (axis.at(-1)! - axis[0]!) / (axis.length - 1);
}
