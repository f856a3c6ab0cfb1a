import type { ExpectedFile } from '@sillage/contracts';
import { formatBytes } from '../../lib/format-number';
import styles from './data-files.module.css';

/** What an organiser needs before the challenge can run, and who gives it. */
export function ExpectedFiles({ files }: { files: readonly ExpectedFile[] }) {
  const hasSizes = files.some((file) => file.sizeBytes !== null);
  return (
    <div className={styles.groups}>
      <div className={styles.scroller} role="region" aria-label="Files to obtain" tabIndex={0}>
        <table className={styles.files}>
          <caption className="visually-hidden">Files to obtain and where they come from</caption>
          <thead>
            <tr>
              <th scope="col">File to obtain</th>
              <th scope="col">From whom</th>
              {hasSizes ? (
                <th scope="col" className={styles.size}>
                  Size
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody>
            {files.map((file) => (
              <tr key={file.name}>
                <th scope="row">
                  <span className={styles.fileName}>{file.name}</span>
                  <span className={styles.fileText}>{file.description}</span>
                </th>
                <td>{file.obtain === '' ? <span className="muted">not stated</span> : file.obtain}</td>
                {hasSizes ? (
                  <td className={styles.size}>
                    {file.sizeBytes === null ? (
                      <span className="muted">not known</span>
                    ) : (
                      formatBytes(file.sizeBytes)
                    )}
                  </td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
