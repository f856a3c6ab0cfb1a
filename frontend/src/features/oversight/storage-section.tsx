import type { StorageReport, StoredKind } from '@sillage/contracts';
import { Notice } from '../../components/notice';
import { countOf, formatBytes, formatCount } from '../../lib/format-number';
import { formatInstant } from '../../lib/format-time';
import { CollectButton } from './collect-button';
import styles from './oversight.module.css';

const KIND_NAMES: Record<StoredKind, string> = {
  dataset: 'Dataset files',
  draft: 'Files of drafts',
  submission: 'Submitted files',
  network: 'Checked networks',
  map: 'Checked maps',
  product: 'Scored files, figures and map frames',
  upload: 'Uploads that wait to be submitted',
  job: 'Inputs of jobs under way',
};

/** What lies in the object store, counted there, and what could go. */
export function StorageSection({ report }: { report: StorageReport }) {
  const { total, kinds, collectable, young, missing, uploads, graceHours, everyHours, lastCollection } =
    report;
  const rows = [
    ...kinds.map(({ kind, ...amount }) => ({ name: KIND_NAMES[kind], ...amount })),
    { name: `Unused, younger than ${graceHours} h`, ...young },
    { name: 'Unused, can be removed', count: collectable.count, sizeBytes: collectable.sizeBytes },
  ];
  return (
    <section className={styles.section} aria-labelledby="store">
      <h2 id="store">Object store</h2>
      <p className="muted">
        {countOf(total.count, 'object', 'objects')}, {formatBytes(total.sizeBytes)}, counted in the{' '}
        {report.place === 'folder' ? 'folder' : 'bucket'} at{' '}
        <time dateTime={report.at}>{formatInstant(report.at)}</time>. Beside it, the folder of uploads holds{' '}
        {countOf(uploads.count, 'file', 'files')}, {formatBytes(uploads.sizeBytes)}.
      </p>
      {missing.count === 0 ? null : (
        <Notice tone="warning">
          <p>
            {countOf(missing.count, 'object is', 'objects are')} not there although something refers to{' '}
            {missing.count === 1 ? 'it' : 'them'}: <code>sillage admin storage</code> lists what is missing.
            Restore the store from its backup.
          </p>
        </Notice>
      )}
      <div className={styles.scroller} role="region" aria-label="Table of the object store" tabIndex={0}>
        <table className={styles.table}>
          <caption className="visually-hidden">Objects by what they are; each is counted once</caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" className={styles.number}>
                Objects
              </th>
              <th scope="col" className={styles.number}>
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, count, sizeBytes }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className={styles.number}>{formatCount(count)}</td>
                <td className={styles.number}>{formatBytes(sizeBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="muted small">
        Unused is what no entry, score, dataset, draft, upload or waiting job refers to.{' '}
        {everyHours === null
          ? 'It is removed only when an organiser asks for it.'
          : `It is removed every ${everyHours} h, once it is ${graceHours} h old.`}{' '}
        {lastCollection === null
          ? 'Nothing was removed so far.'
          : `Last time ${formatInstant(lastCollection.finishedAt)} by ${lastCollection.startedBy}: ${countOf(lastCollection.removed.count, 'object', 'objects')}, ${formatBytes(lastCollection.removed.sizeBytes)}.`}
      </p>
      {collectable.count === 0 ? null : <CollectButton />}
    </section>
  );
}
