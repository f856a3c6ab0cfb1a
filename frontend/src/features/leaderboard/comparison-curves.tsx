'use client';

import type { BoardBands, Diagnostics, Leaderboard, LeaderboardRow } from '@sillage/contracts';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { MethodSlot } from '../../charts/method-colours';
import { MethodLinesChart } from '../../charts/method-lines-chart';
import {
  contourLinesConfig,
  dailyLinesConfig,
  halfCrossing,
  psdScoreLinesConfig,
  type MethodSeries,
  type Palette,
} from '../../charts/method-lines-chart.config';
import { QUANTITY_TEXTS, valuesOf, type Quantity } from '../../charts/rmse-over-time-chart.config';
import { ApiFailure } from '../../lib/api/api-failure';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formatFixed } from '../../lib/format-number';
import { scoreTextWithUnit } from '../../lib/format-score';
import { bandCurve } from './bands-view';
import { BoardDataNotice } from './board-data-notice';
import styles from './comparison-curves.module.css';
import { useBoardData } from './use-board-data';

type Props = {
  board: Leaderboard;
  rows: readonly LeaderboardRow[];
  slotOf: (row: LeaderboardRow) => MethodSlot;
};

type Loaded = { row: LeaderboardRow; diagnostics: Diagnostics }[];

/** The curves of the chosen methods on shared axes. */
export function ComparisonCurves({ board, rows, slotOf }: Props) {
  const { challenge, area, scenario, datasetVersion: version } = board;
  const loadAll = useCallback(
    (ids: string) =>
      Promise.all(
        ids.split(',').map(async (id) => {
          try {
            return await browserGateway.diagnostics(id);
          } catch (error) {
            if (error instanceof ApiFailure) return null; // withheld, or made before there were curves
            throw error;
          }
        }),
      ),
    [],
  );
  const loadBands = useCallback(
    () => browserGateway.boardBands(challenge, { area, scenario, version }),
    [challenge, area, scenario, version],
  );
  const data = useBoardData(rows.map((row) => row.evaluationId).join(','), loadAll);
  const bands = useBoardData(`${area}.${scenario}`, loadBands);
  if (data.state !== 'here') return <BoardDataNotice state={data.state} what="curves" />;
  const loaded = rows.flatMap((row, index) => {
    const diagnostics = data.value[index] ?? null;
    return diagnostics === null ? [] : [{ row, diagnostics }];
  });
  if (loaded.length === 0)
    return (
      <p className="muted">
        This challenge withholds the curves of its entries, so there is nothing to draw.
      </p>
    );
  const absent = rows.filter((row) => !loaded.some((item) => item.row === row));
  return (
    <>
      <div className={styles.figures}>
        <Daily loaded={loaded} slotOf={slotOf} />
        <ScoreByWavelength
          loaded={loaded}
          slotOf={slotOf}
          bands={bands.state === 'here' ? bands.value : null}
        />
        <Contours loaded={loaded} slotOf={slotOf} />
      </div>
      {absent.length === 0 ? null : (
        <p className="muted small">Without curves: {absent.map((row) => row.method).join(', ')}.</p>
      )}
    </>
  );
}

type CurveProps = { loaded: Loaded; slotOf: (row: LeaderboardRow) => MethodSlot };

function Daily({ loaded, slotOf }: CurveProps) {
  const [quantity, setQuantity] = useState<Quantity>('score');
  const text = QUANTITY_TEXTS[quantity];
  const series = loaded.map(({ row, diagnostics: { daily } }): MethodSeries => ({
    label: row.method,
    slot: slotOf(row),
    points: valuesOf(daily, quantity).map((y, day) => ({ x: daily.timeDays[day] ?? Number.NaN, y })),
  }));
  const config = useConfig(series, (palette) => dailyLinesConfig(series, text, palette), quantity);
  const sentence = series
    .map(({ label, points }) => {
      const values = points.map(({ y }) => y);
      return `${label} ${formatFixed(Math.min(...values), text.decimals)} to ${formatFixed(Math.max(...values), text.decimals)}`;
    })
    .join('; ');
  return (
    <Figure
      id="daily"
      title={`${text.name} day by day`}
      tools={
        <div className={styles.switch} role="group" aria-label="Quantity">
          {(['score', 'rmse'] as const).map((item) => (
            <button
              key={item}
              type="button"
              aria-pressed={quantity === item}
              onClick={() => setQuantity(item)}
            >
              {item === 'score' ? 'score' : 'cm'}
            </button>
          ))}
        </div>
      }
      sentence={`Lowest and highest day${quantity === 'rmse' ? ', cm' : ''}: ${sentence}.`}
      isWide
    >
      <MethodLinesChart config={config} description={`${text.name} by day. ${sentence}.`} heightPx={280} />
    </Figure>
  );
}

function ScoreByWavelength({ loaded, slotOf, bands }: CurveProps & { bands: BoardBands | null }) {
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
  const config = useConfig(series, (palette) => psdScoreLinesConfig(series, unit, palette), unit);
  if (series.length === 0) return null;
  const sentence = series
    .map(({ label, points }) => {
      const crossing = halfCrossing(points);
      return crossing === null
        ? `${label} does not cross 0.5`
        : `${label} at ${formatFixed(crossing, unit === 'km' ? 0 : 2)}${unit === 'km' ? ' km' : '°'}`;
    })
    .join('; ');
  return (
    <Figure
      id="psd-score"
      title="PSD score by wavelength"
      sentence={`Falls through 0.5: ${sentence}.${isAlongTrack ? '' : ' All periods together, in bands: λx itself is read from the contour in wavelength and period.'}`}
    >
      <MethodLinesChart
        config={config}
        description={`PSD score by wavelength. Falls through 0.5: ${sentence}.`}
      />
    </Figure>
  );
}

function Contours({ loaded, slotOf }: CurveProps) {
  const series = loaded.flatMap(({ row, diagnostics }): MethodSeries[] => {
    const contour = diagnostics.psdScore?.contour ?? [];
    return contour.length === 0
      ? []
      : [{ label: row.method, slot: slotOf(row), points: contour.map(([x, y]) => ({ x, y })) }];
  });
  const config = useConfig(series, (palette) => contourLinesConfig(series, palette), 'contours');
  if (series.length === 0) return null;
  const sentence = loaded
    .map(
      ({ row }) =>
        `${row.method} λx ${scoreTextWithUnit(row.scores, 'lambdaXDeg') ?? 'unresolved'}, λt ${scoreTextWithUnit(row.scores, 'lambdaTDays') ?? 'unresolved'}`,
    )
    .join('; ');
  return (
    <Figure
      id="contours"
      title="Where the PSD score is 0.5"
      sentence={`${sentence}. Towards the upper right more is resolved: λx is where a contour reaches furthest right, λt furthest up.`}
    >
      <MethodLinesChart config={config} description={`First 0.5 contours of the PSD score. ${sentence}.`} />
    </Figure>
  );
}

type FigureProps = {
  id: string;
  title: string;
  sentence: string;
  tools?: ReactNode;
  isWide?: boolean;
  children: ReactNode;
};

function Figure({ id, title, sentence, tools, isWide, children }: FigureProps) {
  return (
    <section className={`panel ${isWide === true ? styles.wide : ''}`} aria-labelledby={`compare-${id}`}>
      <div className={styles.head}>
        <h3 id={`compare-${id}`}>{title}</h3>
        {tools}
      </div>
      {children}
      <p className={styles.sentence}>{sentence}</p>
    </section>
  );
}

/** A configuration that stays the same function until what is drawn changes. */
function useConfig<Config>(
  series: readonly MethodSeries[],
  make: (palette: Palette) => Config,
  variant: string,
): (palette: Palette) => Config {
  const key = `${variant} ${series.map(({ label, slot, points }) => `${label} ${slot} ${points.length} ${points[0]?.y ?? ''}`).join()}`;
  // The key says when the drawing changes; `make` is new at every render.
  return useMemo(() => make, [key]);
}
