import {
  METRICS_OF_PROTOCOL,
  type BoardBands,
  type BoardPairs,
  type Leaderboard,
  type LeaderboardRow,
} from '@sillage/contracts';
import {
  decimalsOf,
  resolutionComparisons,
  resolutionText,
  resolutionTint,
  unitsOf,
} from '../../../charts/boxes/box-resolutions';
import type { MethodSlot } from '../../../charts/method-colours';
import { HALF, SCORE_FLOOR } from '../../../charts/lines/method-lines-chart.config';
import { QUANTITY_TEXTS, type Quantity } from '../../../charts/lines/rmse-over-time-chart.config';
import { UNRESOLVED_MARKS } from '../../../components/scores/unresolved-marks';
import { shownDifference } from '../../../lib/format-difference';
import { formatLatitude, formatLongitude, formatSigned } from '../../../lib/format-number';
import { scoreText } from '../../../lib/format-score';
import { dateOfDays, formatDay } from '../../../lib/format-time';
import { taskName } from '../../../lib/tasks';
import { bestRows, rankIntervalText } from '../board-view';
import type { BoardChallenge } from '../choose-board';
import type { ComparisonFigure } from './comparison-figure-names';
import { contourCurves, dailyCurves, psdScoreCurves, type DiagnosedRows } from './comparison-series';
import { LAYER_TEXTS, type ComparedLayer } from './comparison-panels';
import { pairGlyph, pairOf, probabilityText, type ResolvedRow } from './comparison-view';
import { curvePart } from '../drawing/curve-svg';
import { mapPart, type MapFigure } from '../drawing/map-svg';
import { figureSvg, tablePart, type FigurePart } from '../drawing/view-svg';
import { metricLabel, viewCell, versionNote, type ViewTable } from '../export/view-table';

/** What the figures of a comparison are drawn from; what a challenge withholds is null or empty. */
export type ComparisonSource = {
  challenge: BoardChallenge;
  board: Leaderboard;
  /** In the order of the comparison: differences are to the first. */
  rows: readonly LeaderboardRow[];
  slotOf: (row: LeaderboardRow) => MethodSlot;
  pairs: BoardPairs | null;
  diagnosed: DiagnosedRows;
  bands: BoardBands | null;
  /** Whose boxes, less whose. */
  boxes: { own: ResolvedRow; other: ResolvedRow | null } | null;
  maps: ComparisonMapsSource | null;
};

/** The maps of one field on one day. */
export type ComparisonMapsSource = Pick<MapFigure, 'panels' | 'scale' | 'land'> & {
  layerName: ComparedLayer;
  timeDays: number;
};

/** The figures that are asked for, one below the other; null where this comparison has none of them. */
export function comparisonSvg(
  source: ComparisonSource,
  figures: readonly ComparisonFigure[],
  permalink: string,
): string | null {
  const parts = figures.flatMap((figure) => partOf(source, figure) ?? []);
  return parts.length === 0 ? null : figureSvg(parts, permalink);
}

function partOf(source: ComparisonSource, figure: ComparisonFigure): FigurePart | null {
  switch (figure) {
    case 'scores':
      return tablePart(scoresTable(source));
    case 'pairs':
      return source.pairs === null || source.rows.length < 2
        ? null
        : tablePart(pairsTable(source, source.pairs));
    case 'daily-score':
      return dailyPart(source, 'score');
    case 'daily-rmse':
      return dailyPart(source, 'rmse');
    case 'psd-score':
      return psdScorePart(source);
    case 'contours':
      return contoursPart(source);
    case 'resolution':
      return source.boxes === null ? null : tablePart(resolutionTable(source, source.boxes));
    case 'maps':
      return source.maps === null ? null : mapsPart(source, source.maps);
  }
}

const MAP_QUANTITIES: Record<ComparedLayer, string> = {
  reconstruction: 'sea surface height, cm',
  error: 'reconstruction minus truth, cm',
};

function mapsPart(source: ComparisonSource, maps: ComparisonMapsSource): FigurePart {
  const { panels, scale, land, layerName, timeDays } = maps;
  const without = source.rows.filter((row) => !panels.some(({ id }) => id === row.evaluationId));
  return mapPart({
    title: titleOf(source, `${LAYER_TEXTS[layerName].what} on ${formatDay(dateOfDays(timeDays))}`),
    panels,
    detailOf: ({ id, row }) => (id === 'truth' ? '' : row.kind === 'reference' ? 'reference' : row.author),
    scale,
    quantity: MAP_QUANTITIES[layerName],
    land,
    notes: [
      ...(without.length === 0
        ? []
        : [`Without such a map: ${without.map(({ method }) => method).join(', ')}.`]),
      versionNote(source.board),
    ],
  });
}

function titleOf({ challenge, board }: ComparisonSource, what: string): string {
  return `${challenge.name}: ${taskName(challenge, board)}, ${what}`;
}

function scoresTable(source: ComparisonSource): ViewTable {
  const { board, rows } = source;
  const metrics = METRICS_OF_PROTOCOL[board.protocol];
  const [first] = rows;
  return {
    title: titleOf(source, 'comparison'),
    groups: [],
    columns: [
      { label: 'Method', metric: null, align: 'left' },
      { label: '#', metric: null, align: 'right' },
      ...metrics.map((metric) => ({ label: metricLabel(metric), metric, align: 'right' as const })),
    ],
    rows: rows.map((row) => ({
      isPinned: false,
      cells: [
        viewCell(row.method, { detail: row.kind === 'reference' ? 'reference' : row.author }),
        viewCell(String(row.rank), { detail: rankIntervalText(row) ?? '' }),
        ...metrics.map((metric) => {
          const difference =
            first === undefined || row === first
              ? null
              : shownDifference(metric, row.scores, first.scores, 'percent');
          return viewCell(
            scoreText(row.scores, metric) ?? UNRESOLVED_MARKS[row.scores.unresolved ?? 'undefined-spectrum'],
            {
              detail: difference?.text ?? '',
              mark: difference?.glyph ?? '',
              isBest: rows.length > 1 && bestRows(rows, metric).has(row.submissionId),
            },
          );
        }),
      ],
    })),
    rangePercent: null,
    zero: first?.method ?? null,
    notes: [
      ...(first === undefined || rows.length < 2
        ? []
        : [`Differences are to ${first.method}: ▲ better, ▼ worse.`]),
      versionNote(board),
    ],
  };
}

function pairsTable(source: ComparisonSource, pairs: BoardPairs): ViewTable {
  const { board, rows } = source;
  const { uncertainty } = board;
  return {
    title: titleOf(source, 'who beats whom'),
    groups: [],
    columns: [
      { label: 'beats →', metric: null, align: 'left' },
      ...rows.map(({ method }) => ({ label: method, metric: null, align: 'centre' as const })),
    ],
    rows: rows.map((row) => ({
      isPinned: false,
      cells: [
        viewCell(row.method),
        ...rows.map((other) => {
          if (row === other) return viewCell('', { isImpossible: true });
          const pair = pairOf(pairs, row.evaluationId, other.evaluationId);
          if (pair === null) return viewCell('–');
          const [low, high] = pair.interval;
          return viewCell(`${pairGlyph(pair)} ${probabilityText(pair.probability)}`, {
            isBest: pair.isSeparable,
            detail: `${formatSigned(pair.difference, 3)} (${formatSigned(low, 3)} … ${formatSigned(high, 3)})`,
          });
        }),
      ],
    })),
    rangePercent: null,
    zero: null,
    notes: [
      'Probability that the method of the row has the better µ(RMSE), and below it the difference of µ with its 95 % interval. ▲ ▼ told apart, △ ▽ not told apart.',
      ...(uncertainty === null
        ? []
        : [`Paired bootstrap over ${uncertainty.dayCount} days in blocks of ${uncertainty.blockDays}.`]),
      versionNote(board),
    ],
  };
}

function dailyPart(source: ComparisonSource, quantity: Quantity): FigurePart | null {
  const { board, diagnosed, slotOf } = source;
  if (diagnosed.length === 0) return null;
  const { series, sentence } = dailyCurves(diagnosed, slotOf, quantity);
  const { name, axis } = QUANTITY_TEXTS[quantity];
  return curvePart({
    title: titleOf(source, `${name} day by day`),
    series,
    x: { kind: 'days', label: '' },
    y: { kind: 'linear', label: axis },
    notes: [sentence, versionNote(board)],
  });
}

function psdScorePart(source: ComparisonSource): FigurePart | null {
  const { board, diagnosed, slotOf, bands } = source;
  const { series, unit, sentence } = psdScoreCurves(diagnosed, slotOf, bands);
  if (series.length === 0) return null;
  const isDeep = series.some(({ points }) => points.some(({ y }) => y < 0));
  return curvePart({
    title: titleOf(source, 'PSD score by wavelength'),
    series,
    x: {
      kind: 'logarithmic',
      label: unit === 'km' ? 'wavelength (km)' : 'wavelength (° of longitude)',
    },
    y: { kind: 'linear', label: 'PSD score', range: [isDeep ? SCORE_FLOOR : 0, 1] },
    level: HALF,
    notes: [sentence, versionNote(board)],
  });
}

function contoursPart(source: ComparisonSource): FigurePart | null {
  const { board, diagnosed, slotOf } = source;
  const { series, sentence } = contourCurves(diagnosed, slotOf);
  if (series.length === 0) return null;
  return curvePart({
    title: titleOf(source, 'where the PSD score is 0.5'),
    series,
    x: { kind: 'logarithmic', label: 'wavelength (° of longitude)' },
    y: { kind: 'logarithmic', label: 'period (days)' },
    notes: [sentence, versionNote(board)],
  });
}

/** λx of every box, north at the top, as the page tints it. */
function resolutionTable(
  source: ComparisonSource,
  { own, other }: NonNullable<ComparisonSource['boxes']>,
): ViewTable {
  const { resolution } = own;
  const unit = unitsOf(resolution)[0] ?? 'deg';
  const unitName = unit === 'deg' ? '° of longitude' : 'km';
  const parts = resolutionComparisons(resolution, other?.resolution ?? null, unit);
  const decimals = (value: number) => (Math.abs(value - Math.round(value)) < 1e-6 ? 0 : 1);
  return {
    title: titleOf(
      source,
      `λx by box (${unitName}), ${own.row.method}${other === null ? '' : ` against ${other.row.method}`}`,
    ),
    groups: [],
    columns: [
      { label: '', metric: null, align: 'left' },
      ...resolution.lonDeg.map((lon) => ({
        label: formatLongitude(lon, decimals(lon)),
        metric: null,
        align: 'centre' as const,
      })),
    ],
    rows: resolution.latDeg
      .map((lat, row) => ({ lat, row }))
      .toReversed()
      .map(({ lat, row }) => ({
        isPinned: false,
        cells: [
          viewCell(formatLatitude(lat, decimals(lat))),
          ...parts
            .filter((part) => part.row === row)
            .map((part) => {
              const tint = resolutionTint(part, parts);
              return viewCell(resolutionText(part.own, unit), {
                // Blue is a gain: there λx is shorter.
                strength: tint === null ? 0 : -tint,
                detail:
                  part.loss !== null
                    ? formatSigned(part.loss, decimalsOf(unit))
                    : part.other === null
                      ? ''
                      : `(${resolutionText(part.other, unit)})`,
              });
            }),
        ],
      })),
    rangePercent: null,
    zero: other?.row.method ?? null,
    notes: [
      `Boxes of ${resolution.sizeDeg}°, by their middle; shorter is better. ${
        other === null
          ? 'The stronger the colour, the longer.'
          : `Below it the difference from ${other.row.method}: blue resolves shorter waves, orange longer ones only; in brackets its own where one of the two has no number.`
      }`,
      versionNote(source.board),
    ],
  };
}
