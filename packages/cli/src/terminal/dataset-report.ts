import type {
  Agreement,
  DatasetFileReport,
  DatasetFinding,
  DatasetReport,
  FindingSeverity,
  LeakRow,
} from '@sillage/contracts';
import { formatBytes } from './quantities.js';
import { formatTable } from './table.js';

const TITLES: Record<FindingSeverity, string> = { error: 'Errors', warning: 'Warnings', note: 'Notes' };
const VERDICTS: Record<LeakRow['verdict'], string> = {
  outside: 'other days',
  input: 'observations and inputs',
  map: 'a map of its own',
  leak: 'gives the truth away',
};

/** A report for a terminal: tables of the files and of what was compared, then what was found, the gravest first. */
export function datasetReportText(report: DatasetReport): string {
  return [
    filesTable(report.files),
    ...(report.agreements.length > 0
      ? ['Against the truth, or the withheld track:', agreementsTable(report.agreements)]
      : []),
    ...leaksText(report.leaks),
    findingsText(report.findings),
  ].join('\n\n');
}

/** `2 errors, 1 warning, no notes` */
export function findingCounts(findings: readonly DatasetFinding[]): string {
  return (['error', 'warning', 'note'] as const)
    .map((severity) => {
      const count = findings.filter((item) => item.severity === severity).length;
      return `${count === 0 ? 'no' : count} ${severity}${count === 1 ? '' : 's'}`;
    })
    .join(', ');
}

function filesTable(files: readonly DatasetFileReport[]): string {
  return formatTable<DatasetFileReport>(
    [
      { title: 'file', value: ({ path }) => path },
      { title: 'role', value: ({ uses }) => [...new Set(uses.map(({ role }) => role))].join(', ') },
      { title: 'size', align: 'right', value: ({ sizeBytes }) => formatBytes(sizeBytes) },
      { title: 'format', value: ({ format }) => format },
      { title: 'variable', value: ({ variable }) => variable ?? '' },
      {
        title: 'days',
        value: ({ extent }) => (extent === null ? '' : `${extent.period.start}…${extent.period.end}`),
      },
      { title: 'mean ± σ', align: 'right', value: ({ statistics }) => statisticsText(statistics) },
      { title: 'satellites', value: ({ satellites }) => satellites.join(', ') },
    ],
    files,
  );
}

function statisticsText(statistics: DatasetFileReport['statistics']): string {
  return statistics === null ? '' : `${signed(statistics.mean)} ± ${statistics.std.toFixed(3)}`;
}

function agreementsTable(rows: readonly Agreement[]): string {
  return formatTable<Agreement>(
    [
      { title: 'file', value: ({ path }) => path },
      { title: 'task', value: ({ area, scenario }) => (scenario === null ? area : `${area} × ${scenario}`) },
      { title: 'variable', value: ({ variable }) => variable },
      { title: 'points', align: 'right', value: ({ pointCount }) => String(pointCount) },
      {
        title: 'bias, cm',
        align: 'right',
        value: ({ biasM }) => (biasM === null ? '–' : signed(100 * biasM, 2)),
      },
      {
        title: 'RMSE, cm',
        align: 'right',
        value: ({ rmseM }) => (rmseM === null ? '–' : (100 * rmseM).toFixed(2)),
      },
      {
        title: 'correlation',
        align: 'right',
        value: ({ correlation }) => (correlation === null ? '–' : signed(correlation, 4)),
      },
      {
        title: 'shift, days',
        align: 'right',
        value: ({ bestShiftDays }) => (bestShiftDays === null ? '–' : signed(bestShiftDays, 1)),
      },
    ],
    rows,
  );
}

function leaksText(rows: readonly LeakRow[]): string[] {
  if (rows.length === 0) return [];
  const counts = (Object.keys(VERDICTS) as LeakRow['verdict'][])
    .map((verdict) => ({ verdict, count: rows.filter((row) => row.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} × ${VERDICTS[verdict]}`);
  const leaks = rows.filter(({ verdict }) => verdict === 'leak');
  return [
    `Variables that participants get on the scored days: ${counts.join(', ')}.`,
    ...(leaks.length === 0
      ? []
      : [
          formatTable<LeakRow>(
            [
              { title: 'gives the truth away', value: ({ path }) => path },
              { title: 'variable', value: ({ variable }) => variable },
              { title: 'area', value: ({ area }) => area },
              { title: 'days', align: 'right', value: ({ sealedDayCount }) => String(sealedDayCount) },
              {
                title: 'RMSE, cm',
                align: 'right',
                value: ({ rmseM }) => (rmseM === null ? '–' : (100 * rmseM).toFixed(2)),
              },
            ],
            leaks,
          ),
        ]),
  ];
}

function findingsText(findings: readonly DatasetFinding[]): string {
  if (findings.length === 0) return 'Nothing was found against it.';
  return (['error', 'warning', 'note'] as const)
    .flatMap((severity) => {
      const own = findings.filter((item) => item.severity === severity);
      return own.length === 0 ? [] : [`${TITLES[severity]}\n${own.map(findingText).join('\n')}`];
    })
    .join('\n\n');
}

function findingText({ code, path, area, scenario, found, needed, fix }: DatasetFinding): string {
  const place = [area, scenario].filter((part) => part !== null).join(' × ');
  const subject = [path ?? 'the definition', ...(place === '' ? [] : [place])].join(', ');
  return [
    `  ${subject} (${code})`,
    `    found:  ${found}`,
    `    needed: ${needed}`,
    `    fix:    ${fix}`,
  ].join('\n');
}

/** With a true minus sign, and no minus before a zero. */
function signed(value: number, decimals = 3): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}
