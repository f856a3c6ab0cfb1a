import type { ChallengeView, DatasetFileView } from '@sillage/contracts';
import { CopyButton } from '../../components/copy-button';
import { countOf, formatBytes } from '../../lib/format-number';
import { FILE_ROLE_TEXTS } from './challenge-texts';
import styles from './data-files.module.css';
import { fileGroups, type FileGroup } from './file-groups';

const LONG_LIST = 12; // files; more than that are folded, area by area

/** The data files by area and scenario. A long list is folded: its heads say what is in them and how much that is. */
export function DataFiles({ challenge }: { challenge: ChallengeView }) {
  const groups = fileGroups(challenge);
  const isLong = challenge.files.length > LONG_LIST;
  return (
    <div className={styles.groups}>
      {groups.map((group) =>
        isLong ? (
          <details key={group.area.id} className={styles.group}>
            <summary>
              <span className={`hydrographic ${styles.area}`}>{group.area.name}</span>
              <span className={styles.sum}>
                {countOf(group.count, 'file', 'files')}, {formatBytes(group.sizeBytes)}
              </span>
            </summary>
            <GroupTable group={group} />
          </details>
        ) : (
          <div key={group.area.id} className={styles.group}>
            {groups.length > 1 ? <h3 className={`hydrographic ${styles.area}`}>{group.area.name}</h3> : null}
            <GroupTable group={group} />
          </div>
        ),
      )}
    </div>
  );
}

function GroupTable({ group }: { group: FileGroup }) {
  return (
    <div
      className={styles.scroller}
      role="region"
      aria-label={`Data files of ${group.area.name}`}
      tabIndex={0}
    >
      <table className={styles.files}>
        <caption className="visually-hidden">
          Data files of {group.area.name} with their size and SHA-256
        </caption>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Content</th>
            <th scope="col" className={styles.size}>
              Size
            </th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        {group.parts.map(({ scenario, files }) => (
          <tbody key={scenario?.id ?? 'all'}>
            {group.parts.length > 1 ? (
              <tr className={styles.part}>
                <th scope="rowgroup" colSpan={4}>
                  {scenario?.name ?? 'For all observations'}
                </th>
              </tr>
            ) : null}
            {files.map((file) => (
              <FileRow key={file.path} file={file} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function FileRow({ file }: { file: DatasetFileView }) {
  const role = FILE_ROLE_TEXTS[file.role];
  return (
    <tr>
      <th scope="row">
        {file.url === undefined ? (
          <span className={styles.fileName}>{file.path}</span>
        ) : (
          <a href={file.url} download className={styles.fileName}>
            {file.path}
          </a>
        )}
      </th>
      <td>
        {role.name}
        {file.variable === undefined ? null : (
          <>
            , variable <code>{file.variable}</code>
          </>
        )}
        {file.url === undefined ? ', withheld at this disclosure level' : null}
        <span className={styles.fileText}>{file.description === '' ? role.text : file.description}</span>
      </td>
      <td className={styles.size}>{formatBytes(file.sizeBytes)}</td>
      <td>
        <span className={styles.hash}>
          <code title={file.sha256}>{file.sha256.slice(0, 12)}…</code>
          <CopyButton text={file.sha256} label={`the SHA-256 of ${file.path}`} />
        </span>
      </td>
    </tr>
  );
}
