import { isAlongTrackProtocol, type ChallengeView, type PublicVersion } from '@sillage/contracts';
import Link from 'next/link';
import Markdown from 'react-markdown';
import { CodeBlock } from '../../components/code-block';
import { PhaseList } from '../../components/phase-list';
import { DataNotInstalled } from '../../components/data-not-installed';
import { Notice } from '../../components/notice';
import { countOf, formatLatitude, formatLongitude } from '../../lib/format-number';
import { dayCount, formatPeriod } from '../../lib/format-time';
import { paths } from '../../lib/paths';
import { ladderBase } from '../../lib/scenario-groups';
import { AreasChart } from './areas-chart';
import styles from './challenge-overview.module.css';
import { disclosureTexts, PROTOCOL_TEXTS } from '../../lib/challenge-texts';
import { DataFiles } from './data-files';
import { ExpectedFiles } from './expected-files';
import { distinctFiles } from './file-groups';
import { pythonSnippet } from './python-snippet';
import { ScenarioTable } from './scenario-table';
import { VersionHistory } from './version-history';

export function ChallengeOverview({
  challenge,
  origin,
  versions,
}: {
  challenge: ChallengeView;
  origin: string;
  /** Newest first. */
  versions: readonly PublicVersion[];
}) {
  const snippet = pythonSnippet(challenge, origin);
  const { evaluation, spinUp, training } = challenge.periods;
  const isAlongTrack = isAlongTrackProtocol(challenge.protocol);
  const hasNoise = challenge.scenarios.some((scenario) => ladderBase(scenario.id) !== null);
  return (
    <div className={styles.layout}>
      <div className={styles.main}>
        {challenge.isInstalled ? null : (
          <DataNotInstalled challenge={challenge.id}>
            <p>
              The challenge is described, and its <Link href={paths.leaderboard(challenge.id)}>boards</Link>{' '}
              show what others published. Nothing can be submitted until an organiser imports the data.
            </p>
          </DataNotInstalled>
        )}
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
          <h2 id="areas">{challenge.areas.length === 1 ? 'The area' : 'Areas'}</h2>
          <div className={styles.areas}>
            <AreasChart areas={challenge.areas} />
            <ul className={styles.areaList}>
              {challenge.areas.map(({ id, name, description, scoredBox: box }) => (
                <li key={id}>
                  <h3 className="hydrographic">{name}</h3>
                  <p className={styles.extent}>
                    {formatLongitude(box.west, 2)} to {formatLongitude(box.east, 2)},{' '}
                    {formatLatitude(box.south, 2)} to {formatLatitude(box.north, 2)}
                  </p>
                  {description === '' ? null : <p className="small">{description}</p>}
                </li>
              ))}
            </ul>
          </div>
        </section>

        <section aria-labelledby="observations">
          <h2 id="observations">Observations</h2>
          <ScenarioTable challenge={challenge} />
        </section>

        <section aria-labelledby="data">
          <h2 id="data">Data</h2>
          {challenge.isInstalled ? (
            <>
              <p className="muted small" style={{ marginTop: '0.25rem' }}>
                {countOf(distinctFiles(challenge.files).length, 'file', 'files')}, dataset version{' '}
                {challenge.datasetVersion}. A version never changes: what you download is what scores are
                computed with.
              </p>
              <DataFiles challenge={challenge} />
              {snippet === null ? null : (
                <CodeBlock code={snippet} label="Python: download and open" caption="Python with xarray" />
              )}
            </>
          ) : (
            <>
              <p className="muted small" style={{ marginTop: '0.25rem' }}>
                None of these files is here. They belong to others, who decide on what terms they are given.
              </p>
              <ExpectedFiles files={challenge.expectedFiles} />
            </>
          )}
        </section>
        <VersionHistory challenge={challenge.id} versions={versions} />
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
            {disclosureTexts(challenge).name}
            <p className={styles.note}>{disclosureTexts(challenge).text}</p>
          </Fact>
          {challenge.rules.phases.length === 0 ? null : (
            <Fact name="Phases">
              <PhaseList rules={challenge.rules} />
            </Fact>
          )}
          {limitsText(challenge.rules.quota) === null ? null : (
            <Fact name="Submissions">{limitsText(challenge.rules.quota)}</Fact>
          )}
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
              It covers the area and every day of the evaluation period. A hole where the{' '}
              {isAlongTrack ? 'withheld track' : 'truth'} has a value is refused, never filled.
            </li>
            {challenge.areas.length === 1 ? null : (
              <li>One map may cover several areas: it is cut to each of them and scored there.</li>
            )}
            <li>
              Use only the observations of the scenario you enter, and say which other inputs the method had.
            </li>
            {hasNoise ? (
              <li>
                On the noise ladder the heights to use are <code>ssh_obs</code>, those with the errors.
              </li>
            ) : null}
            <li>
              {isAlongTrack
                ? 'The withheld altimeter is for looking at scores. A map that has used it does not belong on the board.'
                : 'The truth of the evaluation period is for looking at scores, not for fitting.'}
            </li>
          </ol>
          <p className="small">
            <Link href={paths.aboutSubmit}>How to submit, from browser, shell or Python</Link>
          </p>
        </div>
      </aside>
    </div>
  );
}

function limitsText({ perDay, perPhase }: ChallengeView['rules']['quota']): string | null {
  const limits = [
    ...(perDay === null ? [] : [`${perDay} a day (UTC)`]),
    ...(perPhase === null ? [] : [`${perPhase} in a phase`]),
  ];
  return limits.length === 0 ? null : `At most ${limits.join(' and ')}, for each account and each team.`;
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
