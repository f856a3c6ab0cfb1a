import type { ChallengeView, DatasetFileView } from '@sillage/contracts';
import { CopyButton } from '../../components/copy-button';
import { countOf, formatBytes } from '../../lib/format-number';
import { FILE_ROLE_TEXTS } from '../../lib/challenge-texts';
import styles from './data-files.module.css';
import { checksumList, distinctFiles, fileGroups, scenarioRoles, type FileGroup } from './file-groups';

const LONG_LIST = 12; // files; more than that are folded, area by area, and stand in one row for each scenario

/** The data files by area and scenario. A long list is folded: its heads say what is in them and how much that is. */
export function DataFiles({ challenge }: { challenge: ChallengeView }) {
  const groups = fileGroups(challenge);
  const isLong = distinctFiles(challenge.files).length > LONG_LIST;
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
            <ScenarioFiles group={group} />
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

/** Many files in little room: a row for each set of observations, a column for each kind of file. */
function ScenarioFiles({ group }: { group: FileGroup }) {
  const roles = scenarioRoles(group);
  return (
    <>
      <div
        className={styles.scroller}
        role="region"
        aria-label={`Data files of ${group.area.name}`}
        tabIndex={0}
      >
        <table className={`${styles.files} ${styles.matrix}`}>
          <caption className="visually-hidden">
            Data files of {group.area.name} by observations and kind, with size and variable
          </caption>
          <thead>
            <tr>
              <th scope="col">Observations</th>
              {roles.map((role) => (
                <th key={role} scope="col" title={FILE_ROLE_TEXTS[role].text}>
                  {FILE_ROLE_TEXTS[role].name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {group.parts.map(({ scenario, files }) =>
              scenario === null ? (
                <tr key="all">
                  <th scope="row">For all of them</th>
                  <td colSpan={roles.length}>
                    <div className={styles.abreast}>
                      {files.map((file) => (
                        <FileCell key={file.path} file={file} isNamed />
                      ))}
                    </div>
                  </td>
                </tr>
              ) : (
                <tr key={scenario.id}>
                  <th scope="row">{scenario.name}</th>
                  {roles.map((role) => (
                    <td key={role}>
                      {files
                        .filter((file) => file.role === role)
                        .map((file) => (
                          <FileCell key={file.path} file={file} />
                        ))}
                    </td>
                  ))}
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
      <p className={styles.checksums}>
        <span>
          SHA-256 of these files, for <code>sha256sum --check</code>
        </span>
        <CopyButton text={checksumList(group)} label={`the SHA-256 of the files of ${group.area.name}`} />
      </p>
    </>
  );
}

function FileCell({ file, isNamed = false }: { file: DatasetFileView; isNamed?: boolean }) {
  return (
    <span className={styles.cell}>
      {isNamed ? <span>{FILE_ROLE_TEXTS[file.role].name}</span> : null}
      {file.url === undefined ? (
        <span className={styles.fileName} title={file.description}>
          {file.path}
        </span>
      ) : (
        <a href={file.url} download className={styles.fileName} title={file.description}>
          {file.path}
        </a>
      )}
      <span className={styles.fileText}>
        {file.sizeBytes === undefined ? 'withheld' : formatBytes(file.sizeBytes)}
        {file.variable === undefined ? null : (
          <>
            , <code>{file.variable}</code>
          </>
        )}
      </span>
    </span>
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
      <td className={styles.size}>{file.sizeBytes === undefined ? '–' : formatBytes(file.sizeBytes)}</td>
      <td>
        {file.sha256 === undefined ? (
          '–'
        ) : (
          <span className={styles.hash}>
            <code title={file.sha256}>{file.sha256.slice(0, 12)}…</code>
            <CopyButton text={file.sha256} label={`the SHA-256 of ${file.path}`} />
          </span>
        )}
      </td>
    </tr>
  );
}
