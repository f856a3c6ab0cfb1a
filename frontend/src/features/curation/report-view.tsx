'use client';

import type {
  Agreement,
  Box,
  DatasetFileReport,
  DatasetFinding,
  DatasetReport,
  FindingSeverity,
  LeakRow,
} from '@sillage/contracts';
import { useState } from 'react';
import { boxText } from '../../charts/box-map';
import { DataPreview } from '../../charts/data-preview';
import { Chip } from '../../components/chip';
import { CopyButton } from '../../components/copy-button';
import { FILE_ROLE_TEXTS } from '../../lib/challenge-texts';
import { countOf, formatBytes, formatCount, formatFixed, formatSigned } from '../../lib/format-number';
import { dayCount, formatInstant, formatPeriod } from '../../lib/format-time';
import { satelliteName } from '../../lib/satellite-names';
import styles from './check.module.css';
import { FINDING_TITLES, LEAK_TEXTS, SEVERITY_TEXTS } from './finding-texts';
import stepStyles from './steps.module.css';

const SEVERITIES: readonly FindingSeverity[] = ['error', 'warning', 'note'];
const OPEN_FILES = 3; // more previews at once and the page is slow

/** Everything that an inspection found, what must be mended first. `boxes` are drawn over the previews. */
export function ReportView({ report, boxes = [] }: { report: DatasetReport; boxes?: readonly Box[] }) {
  return (
    <div className={styles.report}>
      <p className="muted small">
        Inspected {formatInstant(report.inspectedAt)} by evaluator {report.evaluatorVersion}:{' '}
        {countOf(report.files.length, 'file', 'files')}.
      </p>
      {report.findings.length === 0 ? (
        <p>Nothing was found that is off.</p>
      ) : (
        SEVERITIES.map((severity) => (
          <Findings
            key={severity}
            severity={severity}
            findings={report.findings.filter((finding) => finding.severity === severity)}
          />
        ))
      )}
      <section className={stepStyles.part} aria-labelledby="report-files">
        <h3 id="report-files">Files</h3>
        {report.files.map((file) => (
          <FileReport
            key={file.path}
            file={file}
            findings={report.findings.filter(({ path }) => path === file.path)}
            boxes={boxes}
            isOpen={report.files.length <= OPEN_FILES}
          />
        ))}
      </section>
      <Agreements rows={report.agreements} />
      <Leaks
        rows={report.leaks}
        // Where the truth is public, the inspection notes it and no more.
        isHarmful={report.findings.some(
          ({ code, severity }) => code.startsWith('sealed-') && severity !== 'note',
        )}
      />
    </div>
  );
}

function Findings({
  severity,
  findings,
}: {
  severity: FindingSeverity;
  findings: readonly DatasetFinding[];
}) {
  if (findings.length === 0) return null;
  const { one, many, text } = SEVERITY_TEXTS[severity];
  return (
    <section className={stepStyles.part} aria-labelledby={`findings-${severity}`}>
      <h3 id={`findings-${severity}`}>{countOf(findings.length, one, many)}</h3>
      <p className="muted small">{text}</p>
      <ul className={styles.findings}>
        {findings.map((finding, index) => (
          <li key={index} className={`${styles.finding} ${styles[severity]}`}>
            <p className={styles.findingTitle}>
              {FINDING_TITLES[finding.code]} <code>{finding.code}</code>
            </p>
            <p className="small">
              {[finding.path, finding.area, finding.scenario].filter((part) => part !== null).join(' · ')}
            </p>
            <dl className={styles.sentences}>
              <dt>Found</dt>
              <dd>{finding.found}</dd>
              <dt>Needed</dt>
              <dd>{finding.needed}</dd>
              <dt>To do</dt>
              <dd>{finding.fix}</dd>
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FileReport({
  file,
  findings,
  boxes,
  isOpen,
}: {
  file: DatasetFileReport;
  findings: readonly DatasetFinding[];
  boxes: readonly Box[];
  isOpen: boolean;
}) {
  const [hasOpened, setHasOpened] = useState(isOpen);
  const worst = SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity));
  const roles = [...new Set(file.uses.map(({ role }) => FILE_ROLE_TEXTS[role].name))].join(', ');
  return (
    <details
      className={styles.file}
      open={isOpen}
      onToggle={(event) => {
        if (event.currentTarget.open) setHasOpened(true);
      }}
    >
      <summary>
        <strong>{file.path}</strong>
        <span className="muted small">
          {[roles, file.format, formatBytes(file.sizeBytes)].filter((part) => part !== '').join(' · ')}
        </span>
        {worst === undefined ? null : (
          <Chip tone={worst === 'error' ? 'danger' : worst === 'warning' ? 'warning' : 'plain'}>
            {countOf(findings.length, 'finding', 'findings')}
          </Chip>
        )}
      </summary>
      {hasOpened ? (
        <div className={styles.fileBody}>
          <dl className={styles.facts}>
            {factsOf(file).map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            <div>
              <dt>SHA-256</dt>
              <dd className={stepStyles.hash}>
                <code title={file.sha256}>{file.sha256.slice(0, 10)}…</code>
                <CopyButton text={file.sha256} label={`the SHA-256 of ${file.path}`} />
              </dd>
            </div>
          </dl>
          {file.previewMap === null ? null : (
            <DataPreview
              preview={{ kind: 'map', map: file.previewMap }}
              title={`${file.variable ?? file.path} on ${file.previewMap.day}`}
              boxes={boxes}
            />
          )}
          {file.previewTrack === null ? null : (
            <DataPreview
              preview={{ kind: 'track', track: file.previewTrack }}
              title={`Where it observes, ${formatPeriod(file.previewTrack.period.start, file.previewTrack.period.end)}`}
              boxes={boxes}
            />
          )}
        </div>
      ) : null}
    </details>
  );
}

const KIND_NAMES: Record<DatasetFileReport['kind'], string> = {
  'along-track': 'along track',
  swath: 'swath, line × cell',
  grid: 'grid',
  none: '–',
};

function factsOf(file: DatasetFileReport): { name: string; value: string }[] {
  const { extent, statistics } = file;
  const unit = file.units === null ? '' : ` ${file.units}`;
  const statisticsUnit = file.uses.some(({ role }) => role === 'sst') ? '°C' : 'm';
  return [
    { name: 'Variable', value: file.variable === null ? 'none' : `${file.variable},${unit || ' no unit'}` },
    {
      name: 'Shape',
      value: [
        KIND_NAMES[file.kind],
        file.spacingDeg === null ? '' : `${Number(file.spacingDeg.toPrecision(3))}° steps`,
        file.dimensions.map(({ name, size }) => `${name} ${formatCount(size)}`).join(' × '),
      ]
        .filter((part) => part !== '')
        .join(', '),
    },
    ...(extent === null
      ? []
      : [
          { name: 'Where', value: boxText(extent.box) },
          {
            name: 'When',
            value: `${formatPeriod(extent.period.start, extent.period.end)}, ${dayCount(extent.period.start, extent.period.end)} days`,
          },
        ]),
    ...(statistics === null
      ? []
      : [
          {
            name: 'Values',
            value: `${formatCount(statistics.count)}, ${formatCount(statistics.missingCount)} missing`,
          },
          {
            name: `Range, ${statisticsUnit}`,
            value: `${formatFixed(statistics.min, 3)} to ${formatFixed(statistics.max, 3)}; mean ${formatFixed(statistics.mean, 3)}, standard deviation ${formatFixed(statistics.std, 3)}`,
          },
        ]),
    ...(file.satellites.length === 0
      ? []
      : [{ name: 'Satellites', value: file.satellites.map(satelliteName).join(', ') }]),
    { name: 'Conventions', value: file.conventions ?? 'not stated' },
    ...(file.variables.length === 0
      ? []
      : [
          {
            name: 'In the file',
            value: file.variables
              .map(({ name, units }) => (units === null ? name : `${name} (${units})`))
              .join(', '),
          },
        ]),
  ];
}

function Agreements({ rows }: { rows: readonly Agreement[] }) {
  if (rows.length === 0) return null;
  return (
    <section className={stepStyles.part} aria-labelledby="agreement">
      <h3 id="agreement">Agreement with the truth</h3>
      <p className="muted small">
        Observation − truth at the same places and times, and the shift in time at which they agree best.
      </p>
      <div
        className={stepStyles.scroller}
        tabIndex={0}
        role="region"
        aria-label="Table of the agreement with the truth"
      >
        <table className={stepStyles.table}>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Area, scenario</th>
              <th scope="col" className={stepStyles.number}>
                Points
              </th>
              <th scope="col" className={stepStyles.number}>
                Bias, cm
              </th>
              <th scope="col" className={stepStyles.number}>
                RMSE, cm
              </th>
              <th scope="col" className={stepStyles.number}>
                Correlation
              </th>
              <th scope="col" className={stepStyles.number}>
                Best shift, days
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.path} ${row.role} ${row.area} ${row.scenario ?? ''} ${row.variable}`}>
                <th scope="row" className={stepStyles.path}>
                  {row.path} <code>{row.variable}</code>
                </th>
                <td>{[row.area, row.scenario].filter((part) => part !== null).join(', ')}</td>
                <td className={stepStyles.number}>{formatCount(row.pointCount)}</td>
                <td className={stepStyles.number}>
                  {row.biasM === null ? '–' : formatSigned(row.biasM * 100, 2)}
                </td>
                <td className={stepStyles.number}>
                  {row.rmseM === null ? '–' : formatFixed(row.rmseM * 100, 2)}
                </td>
                <td className={stepStyles.number}>
                  {row.correlation === null ? '–' : formatFixed(row.correlation, 4)}
                </td>
                <td className={stepStyles.number}>
                  {row.bestShiftDays === null ? '–' : formatSigned(row.bestShiftDays, 2)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Leaks({ rows, isHarmful }: { rows: readonly LeakRow[]; isHarmful: boolean }) {
  if (rows.length === 0) return null;
  const leakCount = rows.filter(({ verdict }) => verdict === 'leak').length;
  return (
    <section className={stepStyles.part} aria-labelledby="leaks">
      <h3 id="leaks">What public files give away</h3>
      <p>
        {leakCount === 0
          ? 'No public file gives away the truth of the evaluation.'
          : `${countOf(leakCount, 'public file tells', 'public files tell')} the truth of the evaluation.${isHarmful ? '' : ' It is public at the level of this challenge: no harm is done.'}`}
      </p>
      <div
        className={stepStyles.scroller}
        tabIndex={0}
        role="region"
        aria-label="Table of what public files give away"
      >
        <table className={stepStyles.table}>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Area</th>
              <th scope="col" className={stepStyles.number}>
                Sealed days in it
              </th>
              <th scope="col" className={stepStyles.number}>
                From the truth, cm
              </th>
              <th scope="col">What it is</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.path} ${row.role} ${row.area} ${row.variable}`}>
                <th scope="row" className={stepStyles.path}>
                  {row.path} <code>{row.variable}</code>
                </th>
                <td>{row.area}</td>
                <td className={stepStyles.number}>{formatCount(row.sealedDayCount)}</td>
                <td className={stepStyles.number}>
                  {row.rmseM === null ? '–' : formatFixed(row.rmseM * 100, 2)}
                </td>
                <td>
                  {row.verdict === 'leak' ? (
                    <Chip tone={isHarmful ? 'danger' : 'plain'}>{isHarmful ? 'leak' : 'truth'}</Chip>
                  ) : null}{' '}
                  {LEAK_TEXTS[row.verdict]}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
