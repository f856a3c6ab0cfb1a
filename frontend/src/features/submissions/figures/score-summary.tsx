'use client';

import {
  ERROR_KEYS,
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  UNRESOLVED_TEXTS,
  type Diagnostics,
  type Leaderboard,
  type LeaderboardRow,
  type Metric,
  type Protocol,
  type Scores,
} from '@sillage/contracts';
import Link from 'next/link';
import { metricDirection, MetricSymbol, ScoreHelp } from '../../../components/scores/metric-heading';
import { ScoreValue } from '../../../components/scores/score-value';
import { UNRESOLVED_MARKS } from '../../../components/scores/unresolved-marks';
import {
  shownDifference,
  undefinedDifferenceText,
  type ShownDifference,
} from '../../../lib/format-difference';
import { countOf, formatFixed } from '../../../lib/format-number';
import { errorText } from '../../../lib/format-score';
import { paths } from '../../../lib/paths';
import { differsFromBoard, expectsOpenOcean, OPEN_OCEAN_METRICS, openOceanText } from './open-ocean';
import styles from './score-summary.module.css';

type Props = {
  submissionId: string;
  protocol: Protocol;
  scores: Scores;
  /** By a public test, to their standard error. */
  isRounded: boolean;
  rank: number | null;
  /** `null` until they are loaded. */
  diagnostics: Diagnostics | null;
  /** The board, for the number of methods and the reference; `null` while it is not known. */
  board: Leaderboard | null;
};

export function ScoreSummary(props: Props) {
  const { submissionId, protocol, scores, isRounded, rank, diagnostics, board } = props;
  const reference =
    board?.rows.find((row) => row.kind === 'reference' && row.submissionId !== submissionId) ?? null;
  const isShared = (board?.rows.filter((row) => row.rank === rank).length ?? 0) > 1;
  return (
    <section aria-label="Scores" className={styles.summary}>
      <dl className={styles.numbers} data-count={METRICS_OF_PROTOCOL[protocol].length}>
        {METRICS_OF_PROTOCOL[protocol].map((metric) => (
          <div key={metric} data-testid={`score-${metric}`}>
            <dt>
              <MetricSymbol metric={metric} />{' '}
              <ScoreHelp score={metric} protocol={protocol} id={`help-${metric}`} />
              <span className={styles.direction}>{metricDirection(metric)}</span>
            </dt>
            <dd>
              <Value metric={metric} scores={scores} />
              {reference === null ? (
                <span className={styles.difference}>&nbsp;</span>
              ) : (
                <Difference metric={metric} scores={scores} reference={reference} />
              )}
            </dd>
          </div>
        ))}
      </dl>
      {protocol === 'osse-natl' ? <OpenOceanNote scores={scores} diagnostics={diagnostics} /> : null}
      <p className={styles.rank}>
        {rank === null ? null : (
          <>
            <strong>
              Rank {rank}
              {isShared ? '=' : ''}
            </strong>
            {board === null ? '' : ` of ${board.rows.length}`} by µ(RMSE) ·{' '}
          </>
        )}
        {ERROR_KEYS.flatMap((key) => {
          const text = errorText(scores, key);
          return text === null ? [] : [`${SCORE_TABLE[key].label} ${text}`];
        }).join(' · ')}
        {board === null ? null : (
          <>
            {' · '}
            <Link href={paths.leaderboard(board.challenge, { area: board.area, scenario: board.scenario })}>
              See it on the board
            </Link>
            {board.rows.length < 2 ? null : (
              <>
                {' · '}
                <Link
                  href={paths.leaderboard(board.challenge, {
                    area: board.area,
                    scenario: board.scenario,
                    zero: submissionId,
                  })}
                >
                  Compare the others with it
                </Link>
              </>
            )}
          </>
        )}
      </p>
      {isRounded ? (
        <p className={styles.note}>
          A public test rounds scores to their standard error: zeros at their end say nothing.
        </p>
      ) : reference === null ? null : (
        <p className={styles.note}>
          Differences are taken before rounding, so they may differ from those of the rounded values in the
          last digit.
        </p>
      )}
    </section>
  );
}

/** On a basin with coasts the board's λ hides behind the land rule; this one can be compared with other areas. */
function OpenOceanNote({ scores, diagnostics }: { scores: Scores; diagnostics: Diagnostics | null }) {
  const openOcean = diagnostics?.openOcean ?? null;
  if (openOcean === null || !differsFromBoard(openOcean, scores)) {
    return diagnostics === null && expectsOpenOcean(scores) ? (
      <div className={styles.openOcean} aria-hidden="true" />
    ) : null;
  }
  return (
    <div className={styles.openOcean} data-testid="open-ocean">
      <p className={styles.openOceanNumbers}>
        <strong>Open ocean</strong>
        {OPEN_OCEAN_METRICS.map((metric) => (
          <span key={metric}>
            <MetricSymbol metric={metric} /> {openOceanText(openOcean, metric)}
          </span>
        ))}
      </p>
      <p className={styles.openOceanText}>
        From {countOf(openOcean.segmentCount, 'piece', 'pieces')} of latitude rows without land,{' '}
        {formatFixed(openOcean.segmentDeg, 0)}° long. The board’s λ counts land as 0 m in both fields, so the
        steps at the coast move it; this one can be compared with other areas.{' '}
        <Link href={`${paths.aboutScores}#osse-natl`}>Why</Link>
      </p>
    </div>
  );
}

function Value({ metric, scores }: { metric: Metric; scores: Scores }) {
  const value = scores[metric];
  if (value === null) {
    return (
      <span className={styles.unresolved}>
        {UNRESOLVED_MARKS[scores.unresolved ?? 'undefined-spectrum']}
        <span className={styles.reason}>{UNRESOLVED_TEXTS[scores.unresolved ?? 'undefined-spectrum']}</span>
      </span>
    );
  }
  const { unit } = SCORE_TABLE[metric];
  return (
    <span className={styles.value}>
      <ScoreValue metric={metric} scores={scores} id="score" />
      {unit === '' ? null : unit === '°' ? '°' : <span className={styles.unit}> {unit}</span>}
    </span>
  );
}

const VERDICT_WORDS: Record<ShownDifference['verdict'], string> = {
  better: ', better',
  worse: ', worse',
  close: ' within the decimals shown',
  equal: '',
  unknown: '',
};

type DifferenceProps = { metric: Metric; scores: Scores; reference: LeaderboardRow };

function Difference({ metric, scores, reference }: DifferenceProps) {
  const difference = shownDifference(metric, scores, reference.scores, 'absolute');
  if (difference === null)
    return <span className={styles.difference}>{undefinedDifferenceText(metric, scores, reference)}</span>;
  const { verdict, glyph, text } = difference;
  return (
    <span className={`${styles.difference} ${styles[verdict] ?? ''}`}>
      {glyph === '' ? null : <span aria-hidden="true">{glyph} </span>}
      {text} {verdict === 'unknown' ? `of the grid, like ${reference.method}` : `to ${reference.method}`}
      <span className="visually-hidden">{VERDICT_WORDS[verdict]}</span>
    </span>
  );
}
