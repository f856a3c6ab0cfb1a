import { AUDIT_ACTIONS, type AuditEntry, type AuditPage } from '@sillage/contracts';
import Link from 'next/link';
import { countOf } from '../../lib/format-number';
import { formatInstant } from '../../lib/format-time';
import { apiPaths } from '@sillage/client';
import { paths } from '../../lib/paths';
import { ChoiceFilter, ListFilters, TextFilter } from './list-filters';
import styles from './oversight.module.css';
import { VerifyLog } from './verify-log';

export function AuditLog({ log, query }: { log: AuditPage; query: Record<string, string | undefined> }) {
  return (
    <div className={styles.page}>
      <header className={styles.section}>
        <h1>Audit log</h1>
        <p>
          What organisers did, and what the platform did on its own: {countOf(log.lineCount, 'line', 'lines')}
          . Each line carries a hash over itself and the line before it, and none can be changed or taken out.
        </p>
        <div className={styles.actions}>
          <VerifyLog />
          <a href={apiPaths.auditExport} className="button">
            Download as CSV
          </a>
        </div>
      </header>
      <ListFilters action={paths.adminAudit} label="Which lines">
        <ChoiceFilter
          name="action"
          label="Action"
          value={query['action']}
          options={AUDIT_ACTIONS.map((action) => ({ value: action, text: action }))}
        />
        <TextFilter name="actor" label="By" value={query['actor']} />
        <TextFilter name="subject" label="About (id)" value={query['subject']} />
      </ListFilters>
      {log.entries.length === 0 ? (
        <p className="lede">No line is like that.</p>
      ) : (
        <div className={styles.scroller} role="region" aria-label="Lines" tabIndex={0}>
          <table className={styles.table}>
            <caption className="visually-hidden">Lines of the audit log, newest first</caption>
            <thead>
              <tr>
                <th scope="col" className={styles.number}>
                  No.
                </th>
                <th scope="col">When</th>
                <th scope="col">By</th>
                <th scope="col">What</th>
                <th scope="col">Details</th>
              </tr>
            </thead>
            <tbody>
              {log.entries.map((entry) => (
                <Line key={entry.id} entry={entry} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {log.older === null ? null : (
        <p>
          <Link className="button" href={paths.adminAuditList({ ...query, before: String(log.older) })}>
            Older lines
          </Link>
        </p>
      )}
    </div>
  );
}

function Line({ entry }: { entry: AuditEntry }) {
  return (
    <tr id={`line-${entry.sequence}`}>
      <td className={styles.number}>{entry.sequence}</td>
      <td className={styles.nowrap}>
        <time dateTime={entry.at}>{formatInstant(entry.at)}</time>
      </td>
      <td>{entry.actor}</td>
      <td>
        {entry.summary}
        <span className={styles.below}>
          <code>{entry.action}</code> · <Subject entry={entry} />
        </span>
      </td>
      <td>
        {Object.keys(entry.details).length === 0 ? (
          <span className="muted">none</span>
        ) : (
          <details className={styles.details}>
            <summary>
              show<span className="visually-hidden"> the details of line {entry.sequence}</span>
            </summary>
            <pre>{JSON.stringify(entry.details, null, 2)}</pre>
          </details>
        )}
      </td>
    </tr>
  );
}

function Subject({ entry: { subjectKind, subjectId } }: { entry: AuditEntry }) {
  if (subjectKind === 'submission') return <Link href={paths.submission(subjectId)}>submission</Link>;
  if (subjectKind === 'challenge') return <Link href={paths.adminChallenge(subjectId)}>{subjectId}</Link>;
  return (
    <>
      {subjectKind} {subjectId}
    </>
  );
}
