import type { BoxStatistics, ZonalSpectraView } from '@sillage/contracts';
import { mergeBoxSums, mergeMapSpectrumSums, mapSpectra } from '@sillage/science';
import type { ChunkResult } from '@sillage/validation';

/** What the figures of a submission show beside its scores. */
export type ScoreDetails = {
  boxes: BoxStatistics;
  /** Null where no piece of a latitude row is without land. */
  spectra: ZonalSpectraView | null;
};

/** Sums are read, not added up again and again: seven digits say what a screen shows, in half the bytes. */
const DIGITS = 7;

/** Details of a scoring from its chunks, in their order, as JSON-able values. */
export function scoreDetails(chunks: readonly ChunkResult[], timeDays: Float64Array): ScoreDetails {
  const { layout, count, squaredError, squaredReference } = mergeBoxSums(chunks.map(({ boxes }) => boxes));
  const boxCount = layout.rowCount * layout.columnCount;
  const byDay = (sums: Float64Array): number[][] =>
    Array.from(timeDays, (_, day) =>
      Array.from(sums.subarray(day * boxCount, (day + 1) * boxCount), rounded),
    );
  const spectra = mapSpectra(mergeMapSpectrumSums(chunks.map(({ mapSpectrum }) => mapSpectrum)));
  return {
    boxes: {
      version: 1,
      sizeDeg: layout.sizeDeg,
      southDeg: rounded(layout.southDeg),
      westDeg: rounded(layout.westDeg),
      rowCount: layout.rowCount,
      columnCount: layout.columnCount,
      timeDays: Array.from(timeDays),
      count: byDay(count),
      squaredErrorM2: byDay(squaredError),
      squaredReferenceM2: byDay(squaredReference),
    },
    spectra:
      spectra === null
        ? null
        : {
            version: 1,
            segmentDeg: rounded(spectra.segmentDeg),
            segmentCount: spectra.segmentCount,
            wavelengthDeg: spectra.wavelengthDeg.map(rounded),
            reconstruction: spectra.reconstruction.map(rounded),
            reference: spectra.reference.map(rounded),
            error: spectra.error.map(rounded),
          },
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
