import type {
  Box,
  BoxResolutionView,
  BoxStatistics,
  ResolutionByBox,
  ZonalSpectraView,
} from '@sillage/contracts';
import {
  FIRST_TOLD_WAVENUMBER,
  finishStatistic,
  trackBoxes,
  withoutMissing,
  type BoxResolution,
  type BoxSums,
  type MapStatistics,
  type TrackBoxes,
  type TrackBoxResolution,
  type TrackComparison,
  type ZonalBox,
  type ZonalBoxes,
} from '@sillage/science';

/** What the figures of a submission show beside its scores. */
export type ScoreDetails = {
  boxes: BoxStatistics;
  /** Null along a track, and where no piece of a latitude row is without land. */
  spectra: ZonalSpectraView | null;
  /** Null where the area is smaller than a box. */
  resolution: ResolutionByBox | null;
};

/** Sums are read, not added up again and again: seven digits say what a screen shows, in half the bytes. */
const DIGITS = 7;

/** Details of a scored map, as JSON-able values. */
export function griddedScoreDetails(
  statistics: MapStatistics<'boxes' | 'boxSpectra' | 'mapSpectra'>,
): ScoreDetails {
  const spectra = finishStatistic('mapSpectra', statistics);
  return {
    boxes: boxStatisticsOf(statistics.boxes, statistics.grid.timeDays),
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
    resolution: zonalResolution(finishStatistic('boxSpectra', statistics)),
  };
}

/**
 * The same along a withheld track.
 *
 * @param scoredBox - what is divided into boxes; null takes whole degrees around the points that count.
 */
export function alongTrackScoreDetails(comparison: TrackComparison, scoredBox: Box | null): ScoreDetails {
  const { timeDays, sums, resolution } = trackBoxes(comparison, scoredBox ?? boxAround(comparison));
  return {
    boxes: boxStatisticsOf(sums, timeDays),
    spectra: null,
    resolution: resolution === null ? null : alongTrackResolution(resolution),
  };
}

function boxAround(comparison: TrackComparison): Box {
  const { latDeg, lonDeg } = withoutMissing(comparison);
  const least = (values: Float64Array) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values: Float64Array) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  return {
    south: Math.floor(least(latDeg)),
    north: Math.ceil(most(latDeg)),
    west: Math.floor(least(lonDeg)),
    east: Math.ceil(most(lonDeg)),
  };
}

function boxStatisticsOf(
  { layout, count, squaredError, squaredReference }: BoxSums,
  timeDays: ArrayLike<number>,
): BoxStatistics {
  const boxCount = layout.rowCount * layout.columnCount;
  const byDay = (sums: Float64Array): number[][] =>
    Array.from(timeDays, (_, day) =>
      Array.from(sums.subarray(day * boxCount, (day + 1) * boxCount), rounded),
    );
  return {
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
  };
}

function zonalResolution(found: ZonalBoxes | null): ResolutionByBox | null {
  if (found === null) return null;
  const view = ({ resolution, pieceCount, kmPerDeg, referencePsd, errorPsd }: ZonalBox): BoxResolutionView =>
    boxView(resolution, {
      pieceCount,
      kmPerDeg: kmPerDeg === null ? null : rounded(kmPerDeg),
      reference: referencePsd.map(rounded),
      error: errorPsd.map(rounded),
    });
  return {
    version: 1,
    direction: 'zonal',
    unit: 'deg',
    sizeDeg: found.sizeDeg,
    latDeg: found.latDeg.map(rounded),
    lonDeg: found.lonDeg.map(rounded),
    wavelength: found.wavelengthDeg.map(rounded),
    longestWavelength: longestTold(found.wavelengthDeg),
    leastPieceCount: found.leastPieceCount,
    boxes: found.boxes.map(view),
    whole: view(found.whole),
  };
}

function alongTrackResolution(found: NonNullable<TrackBoxes['resolution']>): ResolutionByBox {
  const view = ({ resolution, passCount, trackPsd, errorPsd }: TrackBoxResolution): BoxResolutionView =>
    boxView(resolution, {
      pieceCount: passCount,
      kmPerDeg: null,
      reference: trackPsd.map(rounded),
      error: errorPsd.map(rounded),
    });
  return {
    version: 1,
    direction: 'along-track',
    unit: 'km',
    sizeDeg: found.sizeDeg,
    latDeg: found.latDeg.map(rounded),
    lonDeg: found.lonDeg.map(rounded),
    wavelength: found.wavelengthKm.map(rounded),
    longestWavelength: longestTold(found.wavelengthKm),
    leastPieceCount: found.leastPassCount,
    boxes: found.boxes.map(view),
    whole: view(found.whole),
  };
}

function boxView(
  { wavelength, unresolved }: BoxResolution,
  rest: Omit<BoxResolutionView, 'wavelength' | 'unresolved'>,
): BoxResolutionView {
  return { wavelength: wavelength === null ? null : rounded(wavelength), unresolved, ...rest };
}

/** @throws RangeError where pieces are too short for a second wavenumber: such boxes are never made. */
function longestTold(wavelengths: readonly number[]): number {
  const longest = wavelengths[FIRST_TOLD_WAVENUMBER - 1];
  if (longest === undefined)
    throw new RangeError(`pieces with ${wavelengths.length} wavenumbers tell nothing`);
  return rounded(longest);
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
