import { SCORE_TABLE, UNRESOLVED_TEXTS, type Leaderboard } from '@sillage/contracts';
import Link from 'next/link';
import type { CSSProperties } from 'react';
import { Chip } from '../../../components/chip';
import { metricDirection, MetricSymbol, ScoreHelp } from '../../../components/scores/metric-heading';
import { UNRESOLVED_MARKS } from '../../../components/scores/unresolved-marks';
import { scoreText, scoreTextWithUnit } from '../../../lib/format-score';
import { paths } from '../../../lib/paths';
import { taskKey } from '../../../lib/tasks';
import { BoardLink } from '../board-link';
import { boardParameters, METRIC_SORT_KEYS, type BoardQuery } from '../board-view';
import type { BoardChallenge, BoardChoice } from '../choose-board';
import { cellMark, MARK_WORDS } from './scorecard-marks';
import styles from './scorecard-table.module.css';
import {
  colourStrength,
  MISSING_TEXTS,
  type Scorecard,
  type ScorecardCell,
  type ScorecardColumn,
} from './scorecard-view';

type Props = {
  challenge: BoardChallenge;
  protocol: Leaderboard['protocol'];
  card: Scorecard;
  query: BoardQuery;
  choice: BoardChoice;
};

/** All boards of a challenge for one metric: rows are methods, columns areas × scenarios, coloured by the distance to the zero line. */
export function ScorecardTable({ challenge, protocol, card, query, choice }: Props) {
  const { metric, columns } = card;
  const hrefOf = (next: Partial<BoardQuery>, at: BoardChoice = choice) =>
    paths.leaderboard(challenge.id, { ...at, ...boardParameters({ ...query, ...next }) });
  const areas = challenge.areas.map((area) => ({
    ...area,
    columns: columns.filter((column) => column.area === area.id),
  }));
  const headingId = `scorecard-${METRIC_SORT_KEYS[metric]}`;
  return (
    <section aria-labelledby={headingId} className={styles.card}>
      <h2 id={headingId} className={styles.heading}>
        <MetricSymbol metric={metric} />{' '}
        <span className={styles.label}>
          {SCORE_TABLE[metric].label}, {metricDirection(metric)}
        </span>{' '}
        <ScoreHelp score={metric} protocol={protocol} id={`matrix-definition-${metric}`} />
      </h2>
      <div
        className={styles.scroller}
        role="region"
        aria-label={`All areas, ${SCORE_TABLE[metric].symbol}`}
        tabIndex={0}
      >
        <table className={styles.table}>
          <caption className="visually-hidden">
            {SCORE_TABLE[metric].symbol} of every method on every board of {challenge.name}
            {card.zero === null ? '' : `, coloured by the difference to ${card.zero.method}`}
          </caption>
          <thead>
            <tr>
              <th rowSpan={2} scope="col" className={styles.method}>
                Method
              </th>
              {areas.map((area) => (
                <th key={area.id} scope="colgroup" colSpan={area.columns.length} className={styles.area}>
                  {area.name}
                </th>
              ))}
            </tr>
            <tr>
              {areas.map((area) =>
                area.columns.map((column, index) => (
                  <ColumnHead
                    key={taskKey(column)}
                    column={column}
                    isFirst={index === 0}
                    isChosen={taskKey(column) === taskKey(choice)}
                    order={query.order}
                    hrefOf={hrefOf}
                    better={SCORE_TABLE[metric].better}
                  />
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {card.rows.map((row) => (
              <tr key={row.handle} className={row.isZero ? styles.zero : undefined}>
                <th scope="row" className={styles.method}>
                  <span className={styles.name}>
                    {row.method}
                    {row.kind === 'reference' ? <Chip tone="signal">reference</Chip> : null}
                    {row.form === 'network' && row.kind !== 'reference' ? <Chip>network</Chip> : null}
                  </span>
                  <span className={styles.author}>
                    {row.author}
                    {' · '}
                    {row.isZero ? (
                      <span className={styles.isZero}>zero line</span>
                    ) : (
                      <BoardLink href={hrefOf({ zero: row.handle })} className={styles.setZero}>
                        set as zero<span className="visually-hidden"> line: {row.method}</span>
                      </BoardLink>
                    )}
                  </span>
                </th>
                {row.cells.map((cell, index) => (
                  <Cell
                    key={taskKey(columns[index]!)}
                    cell={cell}
                    column={columns[index]!}
                    card={card}
                    mode={query.cells}
                    isFirst={index === 0 || columns[index - 1]!.area !== columns[index]!.area}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

type HeadProps = {
  column: ScorecardColumn;
  isFirst: boolean;
  isChosen: boolean;
  order: BoardQuery['order'];
  better: 'higher' | 'lower';
  hrefOf: (next: Partial<BoardQuery>, at?: BoardChoice) => string;
};

function ColumnHead({ column, isFirst, isChosen, order, better, hrefOf }: HeadProps) {
  const edge = isFirst ? styles.edge : '';
  if (column.state === 'impossible')
    return (
      <th
        scope="col"
        className={`${styles.impossible} ${edge}`}
        title={`${column.areaName} has no board with ${column.scenarioName}`}
      >
        <span className="visually-hidden">{column.scenarioName}: no such board</span>
      </th>
    );
  const at = { area: column.area, scenario: column.scenario };
  const isDescending = (better === 'higher') === (order === 'natural');
  return (
    <th
      scope="col"
      className={`${styles.column} ${edge}`}
      aria-sort={isChosen ? (isDescending ? 'descending' : 'ascending') : undefined}
    >
      <BoardLink
        href={hrefOf({ order: isChosen && order === 'natural' ? 'reverse' : 'natural' }, at)}
        className={styles.sort}
      >
        <span className="visually-hidden">Sort by </span>
        {column.scenarioName}
        <span aria-hidden="true" className={styles.arrow}>
          {isChosen ? (isDescending ? ' ▾' : ' ▴') : ''}
        </span>
      </BoardLink>
    </th>
  );
}

const MISSING_GLYPHS = { 'not-entered': '·', waiting: '…', failed: '!', impossible: '' } as const;

type CellProps = {
  cell: ScorecardCell;
  column: ScorecardColumn;
  card: Scorecard;
  mode: BoardQuery['cells'];
  isFirst: boolean;
};

function Cell({ cell, column, card, mode, isFirst }: CellProps) {
  const edge = isFirst ? styles.edge : '';
  const place = `${column.areaName}, ${column.scenarioName}`;
  if (cell.state === 'missing') {
    const isImpossible = cell.why === 'impossible';
    return (
      <td
        className={`${isImpossible ? styles.impossible : styles.missing} ${edge}`}
        title={`${place}: ${MISSING_TEXTS[cell.why]}`}
      >
        {isImpossible ? null : <span aria-hidden="true">{MISSING_GLYPHS[cell.why]}</span>}
        <span className="visually-hidden">{MISSING_TEXTS[cell.why]}</span>
      </td>
    );
  }
  const href = paths.submission(cell.row.submissionId, { task: taskKey(column) });
  if (cell.state === 'unresolved')
    return (
      <td className={`${styles.unresolved} ${edge}`} title={`${place}: ${UNRESOLVED_TEXTS[cell.reason]}`}>
        <Link href={href} prefetch={false}>
          {UNRESOLVED_MARKS[cell.reason]}
        </Link>
      </td>
    );
  const strength = colourStrength(cell, card.rangePercent);
  const { difference } = cell;
  const mark = cellMark(cell);
  const isInPercent = mode === 'difference' && difference !== null;
  const text = isInPercent ? difference.text : scoreText(cell.row.scores, card.metric);
  const other = isInPercent ? scoreTextWithUnit(cell.row.scores, card.metric) : (difference?.text ?? '');
  return (
    <td
      className={`${styles.cell} ${strength > 0 ? styles.better : strength < 0 ? styles.worse : ''} ${edge}`}
      style={{ '--strength': `${Math.round(Math.abs(strength) * 100)}%` } as CSSProperties}
      title={[place, scoreTextWithUnit(cell.row.scores, card.metric), differenceTitle(cell, card)]
        .filter((part) => part !== '')
        .join('\n')}
    >
      <Link href={href} prefetch={false}>
        <span className={styles.text}>{cell.isZero && mode === 'difference' ? '0' : text}</span>
        <span className={styles.mark} aria-hidden="true">
          {mark.glyph}
        </span>
        <span className="visually-hidden">
          {mark.word === '' ? '' : `, ${MARK_WORDS[mark.word]}`}
          {other === '' || other === null ? '' : `, ${other}`}
        </span>
      </Link>
    </td>
  );
}

function differenceTitle(cell: Extract<ScorecardCell, { state: 'value' }>, card: Scorecard): string {
  if (cell.isZero) return 'the zero line';
  if (cell.difference === null) return card.zero === null ? '' : `${card.zero.method} does not stand here`;
  return `${cell.difference.text} against ${card.zero?.method ?? ''}`;
}
