import type { Diagnostics } from '@sillage/contracts';
import { finishStatistic, openOceanResolution, type MapStatistics, type PsdScore } from '@sillage/science';
import { medianStep } from '@sillage/checking';

/** The curves that go with the scores, JSON-able. */
export function diagnosticsOf(
  statistics: MapStatistics<'daily' | 'spectrum' | 'oceanSegments'>,
): Diagnostics {
  const { grid } = statistics;
  const daily = finishStatistic('daily', statistics);
  // A day without a scored point (the reference misses it) has no score, and JSON has no NaN.
  const scored = Array.from(daily.timeDays.keys()).filter((day) => Number.isFinite(daily.rmseScore[day]));
  const psd = finishStatistic('spectrum', statistics);
  return {
    grid: {
      latCount: grid.latDeg.length,
      lonCount: grid.lonDeg.length,
      dayCount: grid.timeDays.length,
      spacingDeg: medianStep(grid.lonDeg) ?? Number.NaN,
    },
    daily: {
      timeDays: scored.map((day) => daily.timeDays[day]!),
      rmseScore: scored.map((day) => daily.rmseScore[day]!),
      rmseM: scored.map((day) => daily.rmseM[day]!),
    },
    psdScore: psd && psdDiagnostics(psd),
    alongTrack: null,
    openOcean: openOceanResolution(statistics),
  };
}

function psdDiagnostics(psd: PsdScore): Diagnostics['psdScore'] {
  const { wavelengthDeg, periodDays, score, contour } = psd;
  const columns = wavelengthDeg.length;
  return {
    wavelengthDeg: Array.from(wavelengthDeg),
    periodDays: Array.from(periodDays),
    score: Array.from(periodDays, (_, row) =>
      Array.from(score.subarray(row * columns, (row + 1) * columns), (value) =>
        Number.isFinite(value) ? value : null,
      ),
    ),
    contour: (contour ?? []).map(([wavelength, period]): [number, number] => [wavelength, period]),
  };
}
