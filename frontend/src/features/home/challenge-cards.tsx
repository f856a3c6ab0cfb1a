import { METRICS_OF_PROTOCOL, type ChallengeSummary, type Leaderboard } from '@sillage/contracts';
import Link from 'next/link';
import { Chip } from '../../components/chip';
import { MetricSymbol } from '../../components/scores/metric-heading';
import { ScoreValue } from '../../components/scores/score-value';
import { Notice } from '../../components/notice';
import { countOf } from '../../lib/format-number';
import { scoreTextWithUnit } from '../../lib/format-score';
import { paths } from '../../lib/paths';
import styles from './challenge-cards.module.css';
import type { ListedChallenge } from './load-challenges';

const SHOWN_ROWS = 4;

type Props = {
  challenges: ListedChallenge[];
  /** The level that follows the heading above the cards. */
  heading: 'h2' | 'h3';
};

export function ChallengeCards({ challenges, heading }: Props) {
  if (challenges.length === 0) {
    return (
      <Notice title="No challenge is open yet">
        <p>
          An organiser registers one with a folder that holds a <code>challenge.yaml</code> and its data
          files. It appears here as soon as it is accepted.
        </p>
      </Notice>
    );
  }
  const open = challenges.filter(({ challenge }) => challenge.isInstalled);
  const waiting = challenges.filter(({ challenge }) => !challenge.isInstalled);
  return (
    <>
      <ul className={styles.cards}>
        {open.map(({ challenge, board, boardName }) => (
          <li key={challenge.id} className={styles.card}>
            <About challenge={challenge} heading={heading} />
            <div className={styles.board}>
              {board === null || board.rows.length === 0 ? (
                <p className="muted">Nobody stands on its board yet.</p>
              ) : (
                <TopOfBoard challenge={challenge} board={board} />
              )}
              <p className={styles.foot}>
                <Link href={paths.leaderboard(challenge.id)}>
                  {challenge.tasks.length > 1 ? `All ${challenge.tasks.length} boards` : 'Whole board'}
                </Link>
                <span>
                  {board !== null && challenge.tasks.length > 1 ? `above: ${boardName}; on all boards ` : ''}
                  {countOf(challenge.entryCount, 'entry', 'entries')}
                  {board !== null && board.pendingCount > 0 ? `, ${board.pendingCount} being scored` : ''}
                </span>
              </p>
            </div>
          </li>
        ))}
      </ul>
      {waiting.length === 0 ? null : (
        <section aria-labelledby="without-data" className={styles.waiting}>
          <p id="without-data" className={styles.waitingHead}>
            <strong>Data not installed.</strong> The files of these challenges belong to others. Until an
            organiser imports them nothing can be submitted; what others have published can be read.
          </p>
          <ul className={styles.cards}>
            {waiting.map(({ challenge, publishedMethods }) => (
              <li key={challenge.id} className={`${styles.card} ${styles.withoutData}`}>
                <About challenge={challenge} heading={heading} />
                <div className={styles.board}>
                  <p className={styles.published}>
                    {publishedMethods.length === 0
                      ? 'No score has been published for it.'
                      : `Published scores of ${listed(publishedMethods)}.`}
                  </p>
                  <p className={styles.foot}>
                    {publishedMethods.length === 0 ? null : (
                      <Link href={paths.leaderboard(challenge.id)}>Published scores</Link>
                    )}
                    <Link href={`${paths.challenge(challenge.id)}#data`}>What an organiser needs</Link>
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function About({ challenge, heading: Heading }: { challenge: ChallengeSummary; heading: 'h2' | 'h3' }) {
  return (
    <div className={styles.about}>
      <Heading className={styles.name}>
        <Link href={paths.challenge(challenge.id)}>{challenge.name}</Link>
      </Heading>
      <p className={styles.summary}>{challenge.summary}</p>
      <p className={styles.chips}>
        {challenge.isInstalled ? null : <Chip tone="signal">data not installed</Chip>}
        {challenge.synthetic ? <Chip tone="warning">synthetic ocean</Chip> : null}
        <Chip>{challenge.protocol}</Chip>
      </p>
      <p className={styles.places}>
        <span className="hydrographic">{challenge.areaNames.join(', ')}</span>
        <span>{listed(challenge.scenarioNames)}</span>
      </p>
    </div>
  );
}

function TopOfBoard({ challenge, board }: { challenge: ChallengeSummary; board: Leaderboard }) {
  const metrics = METRICS_OF_PROTOCOL[board.protocol];
  return (
    <table className={styles.top}>
      <caption className="visually-hidden">
        Top of the board of {challenge.name}, area {board.area}, observations {board.scenario}
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Rank</span>
          </th>
          <th scope="col">Method</th>
          {metrics.map((metric) => (
            <th key={metric} scope="col">
              <MetricSymbol metric={metric} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {topRows(board).map((row) => (
          <tr key={row.submissionId}>
            <td>{row.rank}</td>
            <th scope="row">
              <Link href={paths.submission(row.submissionId)} prefetch={false}>
                {row.method}
              </Link>
              {row.kind === 'reference' ? <Chip tone="signal">reference</Chip> : null}
            </th>
            {metrics.map((metric) => {
              const value = scoreTextWithUnit(row.scores, metric);
              return (
                <td key={metric}>
                  {value === null ? (
                    <ScoreValue
                      metric={metric}
                      scores={row.scores}
                      id={`${challenge.id}-${row.submissionId}`}
                    />
                  ) : (
                    value.replace(' days', ' d')
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const LISTED = 4;

/** `a, b, c, d and 3 more`. */
function listed(names: readonly string[]): string {
  const rest = names.length - LISTED;
  return rest > 1 ? `${names.slice(0, LISTED).join(', ')} and ${rest} more` : names.join(', ');
}

/** The best rows; the reference always among them, since a score means little without it. */
function topRows(board: Leaderboard): Leaderboard['rows'] {
  const ranked = [...board.rows].sort((left, right) => left.rank - right.rank);
  const top = ranked.slice(0, SHOWN_ROWS);
  const reference = ranked.find((row) => row.kind === 'reference');
  if (reference === undefined || top.includes(reference)) return top;
  return [...top.slice(0, SHOWN_ROWS - 1), reference];
}
