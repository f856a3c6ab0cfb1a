import type { BoardBands, Diagnostics, LeaderboardRow } from '@sillage/contracts';
import type { MethodSlot } from '../../../charts/method-colours';
import { halfCrossing, type MethodSeries } from '../../../charts/lines/method-lines-chart.config';
import { QUANTITY_TEXTS, valuesOf, type Quantity } from '../../../charts/lines/rmse-over-time-chart.config';
import { formatFixed } from '../../../lib/format-number';
import { scoreTextWithUnit } from '../../../lib/format-score';
import { bandCurve } from '../bands/bands-view';

/** Compared rows with the curves of their evaluations. */
export type DiagnosedRows = readonly { row: LeaderboardRow; diagnostics: Diagnostics }[];
type SlotOf = (row: LeaderboardRow) => MethodSlot;

/** Curves of the compared methods, and what they show in a sentence: the same on the page and in its figures. */
export type ComparedCurves = { series: MethodSeries[]; sentence: string };

/** RMSE score, or RMSE in cm, by day. */
export function dailyCurves(loaded: DiagnosedRows, slotOf: SlotOf, quantity: Quantity): ComparedCurves {
  const series = loaded.map(({ row, diagnostics: { daily } }): MethodSeries => ({
    label: row.method,
    slot: slotOf(row),
    points: valuesOf(daily, quantity).map((y, day) => ({ x: daily.timeDays[day] ?? Number.NaN, y })),
  }));
  const { decimals } = QUANTITY_TEXTS[quantity];
  const ranges = series.map(({ label, points }) => {
    const values = points.map(({ y }) => y);
    return `${label} ${formatFixed(Math.min(...values), decimals)} to ${formatFixed(Math.max(...values), decimals)}`;
  });
  return {
    series,
    sentence: `Lowest and highest day${quantity === 'rmse' ? ', cm' : ''}: ${ranges.join('; ')}.`,
  };
}

/** PSD score by wavelength, all periods together; along a track that of its spectrum. */
export function psdScoreCurves(
  loaded: DiagnosedRows,
  slotOf: SlotOf,
  bands: BoardBands | null,
): ComparedCurves & { unit: 'degrees' | 'km' } {
  const isAlongTrack = loaded.some(({ diagnostics }) => diagnostics.alongTrack !== null);
  const unit = isAlongTrack ? 'km' : (bands?.axes?.wavelengthUnit ?? 'degrees');
  const series = loaded.flatMap(({ row, diagnostics }): MethodSeries[] => {
    const spectrum = diagnostics.alongTrack?.spectrum ?? null;
    const points =
      spectrum !== null
        ? spectrum.wavelengthKm.flatMap((x, index) => {
            const y = spectrum.score[index] ?? null;
            return y === null ? [] : [{ x, y }];
          })
        : bands === null
          ? []
          : bandCurve(bands, row.evaluationId);
    return points.length === 0 ? [] : [{ label: row.method, slot: slotOf(row), points }];
  });
  const crossings = series.map(({ label, points }) => {
    const crossing = halfCrossing(points);
    return crossing === null
      ? `${label} does not cross 0.5`
      : `${label} at ${formatFixed(crossing, unit === 'km' ? 0 : 2)}${unit === 'km' ? ' km' : '°'}`;
  });
  return {
    series,
    unit,
    sentence: `Falls through 0.5: ${crossings.join('; ')}.${isAlongTrack ? '' : ' All periods together, in bands: λx itself is read from the contour in wavelength and period.'}`,
  };
}

/** First 0.5 contours of the PSD score, wavelength (degrees) and period (days). */
export function contourCurves(loaded: DiagnosedRows, slotOf: SlotOf): ComparedCurves {
  const series = loaded.flatMap(({ row, diagnostics }): MethodSeries[] => {
    const contour = diagnostics.psdScore?.contour ?? [];
    return contour.length === 0
      ? []
      : [{ label: row.method, slot: slotOf(row), points: contour.map(([x, y]) => ({ x, y })) }];
  });
  const scales = loaded.map(
    ({ row }) =>
      `${row.method} λx ${scoreTextWithUnit(row.scores, 'lambdaXDeg') ?? 'unresolved'}, λt ${scoreTextWithUnit(row.scores, 'lambdaTDays') ?? 'unresolved'}`,
  );
  return {
    series,
    sentence: `${scales.join('; ')}. Towards the upper right more is resolved: λx is where a contour reaches furthest right, λt furthest up.`,
  };
}
