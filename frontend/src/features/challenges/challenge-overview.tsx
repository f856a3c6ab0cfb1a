import type { ChallengeView, DatasetFileView, FileRole } from '@sillage/contracts';
import Link from 'next/link';
import Markdown from 'react-markdown';
import { CodeBlock } from '../../components/code-block';
import { CopyButton } from '../../components/copy-button';
import { Notice } from '../../components/notice';
import { formatBytes, formatLatitude, formatLongitude } from '../../lib/format-number';
import { dayCount, formatPeriod } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import { AreaChart } from './area-chart';
import styles from './challenge-overview.module.css';
import { DISCLOSURE_TEXTS, FILE_ROLE_TEXTS, PROTOCOL_TEXTS } from './challenge-texts';
import { pythonSnippet } from './python-snippet';

const ROLE_ORDER: readonly FileRole[] = ['observations', 'oi', 'sst', 'mask', 'truth'];

export function ChallengeOverview({ challenge, origin }: { challenge: ChallengeView; origin: string }) {
  const snippet = pythonSnippet(challenge, origin);
  const { evaluation, spinUp, training } = challenge.periods;
  return (
    <div className={styles.layout}>
      <div className={styles.main}>
        {challenge.synthetic ? (
          <Notice tone="warning" title="A synthetic ocean">
            <p>
              The sea surface height of this challenge comes from a simulation, and so do its observations.
              Scores here say nothing about the real ocean by themselves.
            </p>
          </Notice>
        ) : null}

        {challenge.description.trim() === '' ? null : (
          <section className="prose" aria-label="Description">
            <Markdown components={{ h1: 'h2' }}>{challenge.description}</Markdown>
          </section>
        )}

        <section aria-labelledby="areas">
          <h2 id="areas">Areas and observations</h2>
          <div className={styles.areas}>
            {challenge.areas.map((area) => (
              <article key={area.id} className={styles.area}>
                <AreaChart area={area} />
                <div>
                  <h3 className="hydrographic">{area.name}</h3>
                  <p className={styles.extent}>
                    {formatLongitude(area.scoredBox.west, 2)} to {formatLongitude(area.scoredBox.east, 2)},{' '}
                    {formatLatitude(area.scoredBox.south, 2)} to {formatLatitude(area.scoredBox.north, 2)}
                  </p>
                  {area.description === '' ? null : <p className="small">{area.description}</p>}
                  <ul className={styles.boards}>
                    {challenge.tasks
                      .filter((task) => task.area === area.id)
                      .map((task) => {
                        const scenario = challenge.scenarios.find((item) => item.id === task.scenario);
                        return (
                          <li key={task.scenario}>
                            <Link href={paths.leaderboard(challenge.id, task)}>
                              {scenario?.name ?? task.scenario}
                            </Link>
                            {scenario === undefined || scenario.satellites.length === 0 ? null : (
                              <span className="muted"> {scenario.satellites.join(', ')}</span>
                            )}
                          </li>
                        );
                      })}
                  </ul>
                </div>
              </article>
            ))}
          </div>
        </section>

        <section aria-labelledby="data">
          <h2 id="data">Data</h2>
          <p className="muted small" style={{ marginTop: '0.25rem' }}>
            Dataset version {challenge.datasetVersion}. A version never changes: what you download is what
            scores are computed with.
          </p>
          <FileTable files={challenge.files} areas={challenge.areas} scenarios={challenge.scenarios} />
          {snippet === null ? null : (
            <CodeBlock code={snippet} label="Python: download and open" caption="Python with xarray" />
          )}
        </section>
      </div>

      <aside className={styles.side} aria-label="Facts">
        <dl className={styles.facts}>
          <Fact name="Evaluation period">
            {formatPeriod(evaluation.start, evaluation.end)}
            <span className="muted"> ({dayCount(evaluation.start, evaluation.end)} days)</span>
          </Fact>
          {spinUp === undefined ? null : (
            <Fact name="Spin-up, not scored">{formatPeriod(spinUp.start, spinUp.end)}</Fact>
          )}
          {training === undefined ? null : (
            <Fact name="Training">{formatPeriod(training.start, training.end)}</Fact>
          )}
          <Fact name="Protocol">
            <Link href={`${paths.aboutScores}#${challenge.protocol}`}>{challenge.protocol}</Link>
            <p className={styles.note}>{PROTOCOL_TEXTS[challenge.protocol].text}</p>
          </Fact>
          <Fact name="What is shown">
            {DISCLOSURE_TEXTS[challenge.disclosure].name}
            <p className={styles.note}>{DISCLOSURE_TEXTS[challenge.disclosure].text}</p>
          </Fact>
          <Fact name="Licence">{challenge.licence}</Fact>
          {challenge.citation === '' ? null : <Fact name="Cite as">{challenge.citation}</Fact>}
        </dl>
        <div className={styles.rules}>
          <h2>Rules</h2>
          <ol>
            <li>
              One NetCDF file of sea surface height in metres with time, latitude and longitude, on any
              regular grid.
            </li>
            <li>
              It covers the area and every day of the evaluation period. A hole where the truth has a value is
              refused, never filled.
            </li>
            <li>
              Use only the observations of the scenario you enter, and say which other inputs the method had.
            </li>
            <li>The truth of the evaluation period is for looking at scores, not for fitting.</li>
          </ol>
          <p className="small">
            <Link href={paths.aboutSubmit}>How to submit, from browser, shell or Python</Link>
          </p>
        </div>
      </aside>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

type FileTableProps = {
  files: readonly DatasetFileView[];
  areas: ChallengeView['areas'];
  scenarios: ChallengeView['scenarios'];
};

function FileTable({ files, areas, scenarios }: FileTableProps) {
  const sorted = [...files].sort(
    (left, right) => ROLE_ORDER.indexOf(left.role) - ROLE_ORDER.indexOf(right.role),
  );
  const areaName = (id: string) => areas.find((area) => area.id === id)?.name ?? id;
  const scenarioName = (id: string | undefined) => scenarios.find((scenario) => scenario.id === id)?.name;
  return (
    <div className={styles.scroller} role="region" aria-label="Data files" tabIndex={0}>
      <table className={styles.files}>
        <caption className="visually-hidden">Data files with size and SHA-256</caption>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">For</th>
            <th scope="col" className={styles.size}>
              Size
            </th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((file) => (
            <tr key={file.path}>
              <th scope="row">
                {file.url === undefined ? (
                  <span className={styles.fileName}>{file.path}</span>
                ) : (
                  <a href={file.url} download className={styles.fileName}>
                    {file.path}
                  </a>
                )}
                <span className={styles.fileText}>
                  {FILE_ROLE_TEXTS[file.role].name}
                  {file.variable === undefined ? null : (
                    <>
                      , variable <code>{file.variable}</code>
                    </>
                  )}
                  {file.url === undefined ? ', withheld at this disclosure level' : null}
                </span>
                <span className={styles.fileText}>
                  {file.description === '' ? FILE_ROLE_TEXTS[file.role].text : file.description}
                </span>
              </th>
              <td className={styles.place}>
                {areaName(file.area)}
                {file.scenario === undefined ? null : (
                  <span className={styles.fileText}>{scenarioName(file.scenario)}</span>
                )}
              </td>
              <td className={styles.size}>{formatBytes(file.sizeBytes)}</td>
              <td>
                <span className={styles.hash}>
                  <code title={file.sha256}>{file.sha256.slice(0, 12)}…</code>
                  <CopyButton text={file.sha256} label={`the SHA-256 of ${file.path}`} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
