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
import { boxText } from '../../../charts/boxes/box-map';
import { DataPreview } from '../../../charts/maps/data-preview';
import { Chip } from '../../../components/chip';
import { CopyButton } from '../../../components/copy-button';
import { FileName, ReportTable } from '../../../components/tables/report-table';
import { FILE_ROLE_TEXTS } from '../../../lib/challenge-texts';
import { countOf, formatBytes, formatCount, formatFixed, formatSigned } from '../../../lib/format-number';
import { dayCount, formatInstant, formatPeriod } from '../../../lib/format-time';
import { satelliteName } from '../../../lib/satellite-names';
import styles from './check.module.css';
import { FINDING_TITLES, LEAK_TEXTS, SEVERITY_TEXTS } from './finding-texts';
import stepStyles from '../steps.module.css';

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
        <strong>
          <FileName>{file.path}</FileName>
        </strong>
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
      <ReportTable
        label="Table of the agreement with the truth"
        nameTitle="File"
        rows={rows}
        keyOf={(row) => `${row.path} ${row.role} ${row.area} ${row.scenario ?? ''} ${row.variable}`}
        nameOf={(row) => <FileAndVariable {...row} />}
        columns={[
          {
            title: 'Area, scenario',
            cell: ({ area, scenario }) => [area, scenario].filter((part) => part !== null).join(', '),
          },
          { title: 'Points', isNumber: true, cell: ({ pointCount }) => formatCount(pointCount) },
          {
            title: 'Bias, cm',
            isNumber: true,
            cell: ({ biasM }) => (biasM === null ? '–' : formatSigned(biasM * 100, 2)),
          },
          {
            title: 'RMSE, cm',
            isNumber: true,
            cell: ({ rmseM }) => (rmseM === null ? '–' : formatFixed(rmseM * 100, 2)),
          },
          {
            title: 'Correlation',
            isNumber: true,
            cell: ({ correlation }) => (correlation === null ? '–' : formatFixed(correlation, 4)),
          },
          {
            title: 'Best shift, days',
            isNumber: true,
            cell: ({ bestShiftDays }) => (bestShiftDays === null ? '–' : formatSigned(bestShiftDays, 2)),
          },
        ]}
      />
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
      <ReportTable
        label="Table of what public files give away"
        nameTitle="File"
        rows={rows}
        keyOf={(row) => `${row.path} ${row.role} ${row.area} ${row.variable}`}
        nameOf={(row) => <FileAndVariable {...row} />}
        columns={[
          { title: 'Area', cell: ({ area }) => area },
          {
            title: 'Sealed days in it',
            isNumber: true,
            cell: ({ sealedDayCount }) => formatCount(sealedDayCount),
          },
          {
            title: 'From the truth, cm',
            isNumber: true,
            cell: ({ rmseM }) => (rmseM === null ? '–' : formatFixed(rmseM * 100, 2)),
          },
          {
            title: 'What it is',
            cell: ({ verdict }) => (
              <>
                {verdict === 'leak' ? (
                  <Chip tone={isHarmful ? 'danger' : 'plain'}>{isHarmful ? 'leak' : 'truth'}</Chip>
                ) : null}{' '}
                {LEAK_TEXTS[verdict]}
              </>
            ),
          },
        ]}
      />
    </section>
  );
}

function FileAndVariable({ path, variable }: { path: string; variable: string }) {
  return (
    <>
      <FileName>{path}</FileName> <code>{variable}</code>
    </>
  );
}
