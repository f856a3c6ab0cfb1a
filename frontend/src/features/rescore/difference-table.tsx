import {
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  type Metric,
  type Protocol,
  type RescoreEntry,
  type RescoreTask,
} from '@sillage/contracts';
import Link from 'next/link';
import { ReportTable, type ReportColumn } from '../../components/tables/report-table';
import { shownDifference } from '../../lib/format-difference';
import { formatSigned } from '../../lib/format-number';
import { scoreText } from '../../lib/format-score';
import { paths } from '../../lib/paths';
import styles from './rescore.module.css';
import { OUTCOME_TEXTS } from './rescore-texts';

/** One task: every entry with what it had and what it would have. A difference has a sign and a word beside its colour. */
export function DifferenceTable({ task, protocol }: { task: RescoreTask; protocol: Protocol }) {
  const name = `${task.area} × ${task.scenario}`;
  const metrics = METRICS_OF_PROTOCOL[protocol];
  return (
    <section aria-label={name} className={styles.task}>
      <h3>
        {name}
        {task.presence === 'after' ? ' (new task)' : task.presence === 'before' ? ' (no longer a task)' : ''}
      </h3>
      <ReportTable<RescoreEntry>
        label={`Differences on ${name}`}
        nameTitle="Entry"
        rows={task.entries}
        keyOf={(entry) => `${entry.submissionId} ${entry.outcome}`}
        nameOf={(entry) => (
          <>
            <Link href={paths.submission(entry.submissionId)} prefetch={false}>
              {entry.method}
            </Link>
            <span className={styles.author}>
              {entry.author}
              {entry.isListed ? '' : ', private'}
            </span>
          </>
        )}
        columns={[
          { title: 'Rank', cell: rankText },
          ...metrics.map((metric): ReportColumn<RescoreEntry> => ({
            title: metricTitle(metric),
            cell: (entry) => <MetricCell entry={entry} metric={metric} />,
          })),
          { title: 'What became of it', cell: (entry) => <Outcome entry={entry} /> },
        ]}
      />
    </section>
  );
}

function metricTitle(metric: Metric): string {
  const { symbol, unit } = SCORE_TABLE[metric];
  return unit === '' ? symbol : `${symbol} (${unit})`;
}

function rankText({ before, after }: RescoreEntry): string {
  const [old, now] = [before?.rank ?? null, after?.rank ?? null];
  if (old === null && now === null) return '–';
  return old === now ? String(now) : `${old ?? '–'} → ${now ?? '–'}`;
}

function MetricCell({ entry, metric }: { entry: RescoreEntry; metric: Metric }) {
  const { before, after } = entry;
  const old = before === null ? null : scoreText(before.scores, metric);
  const now = after === null ? null : scoreText(after.scores, metric);
  const difference =
    before === null || after === null
      ? null
      : shownDifference(metric, after.scores, before.scores, 'absolute');
  // Where the same digits stand on both sides nothing is to be said of their difference.
  const told = difference === null || difference.verdict === 'equal' || old === now ? null : difference;
  const isFirm = metric === 'mu' ? entry.significance : null;
  return (
    <>
      {old === now ? (now ?? '–') : `${old ?? '–'} → ${now ?? '–'}`}
      {told === null ? null : (
        <span className={`${styles.difference} ${styles[told.verdict] ?? ''}`}>
          {told.glyph} {told.text}
          {told.verdict === 'better' || told.verdict === 'worse' ? ` ${told.verdict}` : ''}
        </span>
      )}
      {isFirm === null || told === null ? null : (
        <span className={styles.note}>
          {isFirm.isSeparable ? 'beyond' : 'within'} what the choice of days explains (95 %:{' '}
          {formatSigned(isFirm.interval[0], 4)} to {formatSigned(isFirm.interval[1], 4)})
        </span>
      )}
    </>
  );
}

function Outcome({ entry }: { entry: RescoreEntry }) {
  return (
    <>
      {OUTCOME_TEXTS[entry.outcome]}
      {entry.rejection === null ? null : (
        <span className={styles.note}>
          found: {entry.rejection.found}; needed: {entry.rejection.expected}
        </span>
      )}
      {entry.failureMessage === null ? null : <span className={styles.note}>{entry.failureMessage}</span>}
    </>
  );
}
