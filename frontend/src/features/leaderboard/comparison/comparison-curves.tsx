'use client';

import type { BoardBands, Leaderboard, LeaderboardRow } from '@sillage/contracts';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { MethodSlot } from '../../../charts/method-colours';
import { MethodLinesChart } from '../../../charts/lines/method-lines-chart';
import {
  contourLinesConfig,
  dailyLinesConfig,
  psdScoreLinesConfig,
  type MethodSeries,
  type Palette,
} from '../../../charts/lines/method-lines-chart.config';
import { QUANTITY_TEXTS, type Quantity } from '../../../charts/lines/rmse-over-time-chart.config';
import { ChoiceButtons } from '../../../components/forms/choice-buttons';
import { ApiFailure } from '@sillage/client';
import { browserGateway } from '../../../lib/api/browser-gateway';
import { BoardDataNotice } from '../board/board-data-notice';
import styles from './comparison-curves.module.css';
import type { ComparisonFigure } from './comparison-figure-names';
import { contourCurves, dailyCurves, psdScoreCurves, type DiagnosedRows } from './comparison-series';
import { FigureLinks } from '../export/figure-links';
import { useBoardData } from '../use-board-data';

type Props = {
  board: Leaderboard;
  rows: readonly LeaderboardRow[];
  slotOf: (row: LeaderboardRow) => MethodSlot;
  svgHref: (figure: ComparisonFigure) => string;
};

/** The curves of the chosen methods on shared axes. */
export function ComparisonCurves({ board, rows, slotOf, svgHref }: Props) {
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
        <Daily loaded={loaded} slotOf={slotOf} svgHref={svgHref} />
        <ScoreByWavelength
          loaded={loaded}
          slotOf={slotOf}
          svgHref={svgHref}
          bands={bands.state === 'here' ? bands.value : null}
        />
        <Contours loaded={loaded} slotOf={slotOf} svgHref={svgHref} />
      </div>
      {absent.length === 0 ? null : (
        <p className="muted small">Without curves: {absent.map((row) => row.method).join(', ')}.</p>
      )}
    </>
  );
}

type CurveProps = {
  loaded: DiagnosedRows;
  slotOf: (row: LeaderboardRow) => MethodSlot;
  svgHref: (figure: ComparisonFigure) => string;
};

function Daily({ loaded, slotOf, svgHref }: CurveProps) {
  const [quantity, setQuantity] = useState<Quantity>('score');
  const text = QUANTITY_TEXTS[quantity];
  const { series, sentence } = dailyCurves(loaded, slotOf, quantity);
  const config = useConfig(series, (palette) => dailyLinesConfig(series, text, palette), quantity);
  return (
    <Figure
      id="daily"
      title={`${text.name} day by day`}
      tools={
        <ChoiceButtons
          label="Quantity"
          values={['score', 'rmse']}
          chosen={quantity}
          onChoose={setQuantity}
          text={(item) => (item === 'score' ? 'score' : 'cm')}
        />
      }
      sentence={sentence}
      svgHref={svgHref(quantity === 'score' ? 'daily-score' : 'daily-rmse')}
      isWide
    >
      <MethodLinesChart config={config} description={`${text.name} by day. ${sentence}`} heightPx={280} />
    </Figure>
  );
}

function ScoreByWavelength({ loaded, slotOf, svgHref, bands }: CurveProps & { bands: BoardBands | null }) {
  const { series, unit, sentence } = psdScoreCurves(loaded, slotOf, bands);
  const config = useConfig(series, (palette) => psdScoreLinesConfig(series, unit, palette), unit);
  if (series.length === 0) return null;
  return (
    <Figure id="psd-score" title="PSD score by wavelength" sentence={sentence} svgHref={svgHref('psd-score')}>
      <MethodLinesChart config={config} description={`PSD score by wavelength. ${sentence}`} />
    </Figure>
  );
}

function Contours({ loaded, slotOf, svgHref }: CurveProps) {
  const { series, sentence } = contourCurves(loaded, slotOf);
  const config = useConfig(series, (palette) => contourLinesConfig(series, palette), 'contours');
  if (series.length === 0) return null;
  return (
    <Figure
      id="contours"
      title="Where the PSD score is 0.5"
      sentence={sentence}
      svgHref={svgHref('contours')}
    >
      <MethodLinesChart config={config} description={`First 0.5 contours of the PSD score. ${sentence}`} />
    </Figure>
  );
}

type FigureProps = {
  id: string;
  title: string;
  sentence: string;
  svgHref: string;
  tools?: ReactNode;
  isWide?: boolean;
  children: ReactNode;
};

function Figure({ id, title, sentence, svgHref, tools, isWide, children }: FigureProps) {
  return (
    <section className={`panel ${isWide === true ? styles.wide : ''}`} aria-labelledby={`compare-${id}`}>
      <div className={styles.head}>
        <h3 id={`compare-${id}`}>{title}</h3>
        {tools}
      </div>
      {children}
      <p className={styles.sentence}>{sentence}</p>
      <FigureLinks svgHref={svgHref} title={title} />
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
