import type { BoardStatistics } from '@sillage/contracts';
import {
  alongTrackBandPowers,
  alongTrackDailyScores,
  griddedBandPowers,
  type AlongTrackProtocolId,
  type AlongTrackStatistics,
  type BandPowers,
  type MapStatistics,
} from '@sillage/science';

/**
 * The part of the statistics of a gridded score that its board needs: days with a scored point, and bands. Null where a day
 * has a hole or a reference of 0 m throughout: intervals would be about another µ than the board's.
 */
export function griddedBoardStatistics(
  statistics: MapStatistics<'daily' | 'spectrum'>,
): BoardStatistics | null {
  const isUsable = statistics.daily.every(
    (day) =>
      day.referenceCount === 0 || (day.pairedCount === day.referenceCount && day.squaredReferenceSum > 0),
  );
  if (!isUsable) return null;
  const days = statistics.daily.flatMap((day, index) =>
    day.pairedCount > 0 ? [{ ...day, timeDays: statistics.grid.timeDays[index] ?? Number.NaN }] : [],
  );
  return {
    daily: {
      timeDays: days.map(({ timeDays }) => timeDays),
      squaredErrorM2: days.map(({ squaredErrorSum }) => squaredErrorSum),
      squaredReferenceM2: days.map(({ squaredReferenceSum }) => squaredReferenceSum),
      pointCount: days.map(({ pairedCount }) => pairedCount),
    },
    bands: bandsOf(griddedBandPowers(statistics)),
  };
}

/** The same along a track: the days that count under the protocol. */
export function alongTrackBoardStatistics(
  statistics: AlongTrackStatistics,
  protocol: AlongTrackProtocolId,
): BoardStatistics {
  const counted = new Set(alongTrackDailyScores(statistics, protocol).timeDays);
  const days = statistics.daily.filter(({ day }) => counted.has(day));
  return {
    daily: {
      timeDays: days.map(({ day }) => day),
      squaredErrorM2: days.map(({ squaredErrorSum }) => squaredErrorSum),
      squaredReferenceM2: days.map(({ squaredTrackSum }) => squaredTrackSum),
      pointCount: days.map(({ pointCount }) => pointCount),
    },
    bands: bandsOf(alongTrackBandPowers(statistics, protocol)),
  };
}

function bandsOf(powers: BandPowers | null): BoardStatistics['bands'] {
  if (powers === null) return null;
  const { wavelengthUnit, wavelengthEdges, periodEdgesDays, error, reference } = powers;
  const copy = (rows: BandPowers['error']) => rows.map((row) => [...row]);
  return {
    axes: {
      wavelengthUnit,
      wavelengthEdges: [...wavelengthEdges],
      periodEdgesDays: periodEdgesDays === null ? null : [...periodEdgesDays],
    },
    error: copy(error),
    truth: copy(reference),
  };
}
