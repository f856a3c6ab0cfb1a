import type { ChallengeDefinition } from '@sillage/contracts';
import type { VariableStatistics } from '../files/value-statistics.js';

/** Something in a file that is not as one would expect, and what was done about it. */
export type Quirk = { file: string; found: string; handled: string };

/** How far observations lie from the truth at their places, metres. */
export type TruthMatch = {
  pointCount: number;
  rmsDifferenceM: number;
  biasM: number;
  truthStandardDeviationM: number;
  /** The share of the truth's standard deviation that is accepted. */
  tolerance: number;
  how: string;
};

/** What one step found and did; kept in the journal, so that a resumed import reports it as well. */
export type StepRecord = {
  statistics: VariableStatistics[];
  quirks: Quirk[];
  warnings: string[];
  truthMatch: TruthMatch | null;
};

export type InputReport = {
  path: string;
  sizeBytes: number;
  /** Null where it was not asked for. */
  sha256: string | null;
  format: string;
  dimensions: { name: string; size: number }[];
  variables: { name: string; type: string; dimensions: string[]; units: string }[];
};

export type OutputReport = {
  path: string;
  sizeBytes: number;
  sha256: string;
  /** False where an earlier run had finished the file, whose SHA-256 was verified. */
  isWritten: boolean;
} & StepRecord;

export type ImportReport = {
  challenge: string;
  datasetVersion: string;
  madeAt: string;
  conventions: string[];
  inputs: InputReport[];
  outputs: OutputReport[];
  quirks: Quirk[];
  warnings: string[];
};

/** The report as Markdown, for people; the JSON beside it has every input. */
export function reportMarkdown(report: ImportReport, definition: ChallengeDefinition): string {
  const lines = [
    `# Import of ${definition.name}`,
    '',
    `Challenge \`${report.challenge}\`, dataset version ${report.datasetVersion}, made ${report.madeAt}.`,
    `Scored from ${definition.periods.evaluation.start} to ${definition.periods.evaluation.end}, both included.`,
    '',
    '## Conventions',
    '',
    ...report.conventions.map((text) => `- ${text}`),
    '',
    '## Warnings',
    '',
    ...(report.warnings.length > 0 ? report.warnings.map((text) => `- ${text}`) : ['None.']),
    '',
    '## What was odd in the files, and what was done',
    '',
    ...table(
      ['file', 'found', 'handled'],
      mergedQuirks(report.quirks).map((quirk) => [quirk.file, quirk.found, quirk.handled]),
    ),
    '',
    '## Observations against the truth',
    '',
    ...table(
      [
        'file',
        'points',
        'RMS difference, m',
        'bias, m',
        'σ of the truth, m',
        'accepted up to, m',
        'compared',
      ],
      report.outputs.flatMap(({ path, truthMatch }) =>
        truthMatch === null
          ? []
          : [
              [
                path,
                String(truthMatch.pointCount),
                truthMatch.rmsDifferenceM.toFixed(4),
                truthMatch.biasM.toFixed(4),
                truthMatch.truthStandardDeviationM.toFixed(4),
                (truthMatch.tolerance * truthMatch.truthStandardDeviationM).toFixed(4),
                truthMatch.how,
              ],
            ],
      ),
    ),
    '',
    '## Files of the challenge',
    '',
    ...table(
      ['file', 'variable', 'values', 'missing', 'min', 'max', 'mean', 'σ', 'unit'],
      report.outputs.flatMap(({ path, statistics }) =>
        statistics.map((figures) => [
          path,
          figures.variable,
          String(figures.count),
          String(figures.missing),
          ...[figures.min, figures.max, figures.mean, figures.standardDeviation].map(numberText),
          figures.unit,
        ]),
      ),
    ),
    '',
    ...table(
      ['file', 'bytes', 'SHA-256'],
      report.outputs.map((output) => [output.path, String(output.sizeBytes), output.sha256]),
    ),
    '',
    '## Files that were read',
    '',
    ...table(
      ['file', 'format', 'dimensions', 'variables', 'bytes', 'SHA-256'],
      report.inputs.map((input) => [
        input.path,
        input.format,
        input.dimensions.map(({ name, size }) => `${name} ${size}`).join(', '),
        input.variables.map(({ name, type, units }) => `${name} ${type}${units && ` (${units})`}`).join(', '),
        String(input.sizeBytes),
        input.sha256 ?? 'not computed',
      ]),
    ),
    '',
  ];
  return lines.join('\n');
}

function table(heading: string[], rows: string[][]): string[] {
  if (rows.length === 0) return ['Nothing.'];
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)];
}

/** One line for the many daily files that share an oddity. */
function mergedQuirks(quirks: readonly Quirk[]): Quirk[] {
  const merged = new Map<string, { quirk: Quirk; files: Set<string> }>();
  for (const quirk of quirks) {
    const key = `${quirk.found}\n${quirk.handled}`;
    const known = merged.get(key) ?? { quirk, files: new Set() };
    known.files.add(quirk.file);
    merged.set(key, known);
  }
  return Array.from(merged.values(), ({ quirk, files }) => {
    const [first = '', second] = files;
    return {
      ...quirk,
      file:
        files.size > 2
          ? `${first} and ${files.size - 1} more`
          : second === undefined
            ? first
            : `${first}, ${second}`,
    };
  });
}

function numberText(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(6)));
}
