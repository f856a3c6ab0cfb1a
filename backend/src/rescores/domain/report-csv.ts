import {
  csvText,
  SCORE_KEYS,
  SCORE_TABLE,
  type CsvCell,
  type RescoreEntry,
  type RescoreReport,
} from '@sillage/contracts';

type Line = { area: string; scenario: string; entry: RescoreEntry };

/** Name, and the value of a line: unrounded, in the unit of the name; empty where there is none. */
const COLUMNS: readonly (readonly [string, (line: Line) => CsvCell])[] = [
  ['area', ({ area }) => area],
  ['scenario', ({ scenario }) => scenario],
  ['method', ({ entry }) => entry.method],
  ['author', ({ entry }) => entry.author],
  ['kind', ({ entry }) => entry.kind],
  ['submission', ({ entry }) => entry.submissionId],
  ['listed', ({ entry }) => entry.isListed],
  ['outcome', ({ entry }) => entry.outcome],
  ['rank_before', ({ entry }) => entry.before?.rank ?? null],
  ['rank_after', ({ entry }) => entry.after?.rank ?? null],
  ['mu_before', ({ entry }) => entry.before?.scores.mu ?? null],
  ['mu_after', ({ entry }) => entry.after?.scores.mu ?? null],
  ['mu_difference', ({ entry }) => entry.differences?.mu ?? null],
  ['mu_difference_low95', ({ entry }) => entry.significance?.interval[0] ?? null],
  ['mu_difference_high95', ({ entry }) => entry.significance?.interval[1] ?? null],
  ['mu_difference_significant', ({ entry }) => entry.significance?.isSeparable ?? null],
  ...SCORE_KEYS.filter((key) => key !== 'mu').flatMap((key) =>
    (['before', 'after'] as const).map(
      (side) =>
        [
          `${SCORE_TABLE[key].column}_${side}`,
          ({ entry }: Line) => entry[side]?.scores[key] ?? null,
        ] as const,
    ),
  ),
  ['evaluator_before', ({ entry }) => entry.before?.evaluatorVersion ?? null],
  ['evaluator_after', ({ entry }) => entry.after?.evaluatorVersion ?? null],
  ['evaluation_before', ({ entry }) => entry.before?.evaluationId ?? null],
  ['evaluation_after', ({ entry }) => entry.after?.evaluationId ?? null],
  [
    'reason',
    ({ entry }) =>
      entry.rejection === null
        ? entry.failureMessage
        : `found: ${entry.rejection.found}; needed: ${entry.rejection.expected}`,
  ],
];

/** A line for each entry on each task; a text that a spreadsheet would run as a formula begins with '. */
export function reportCsv({ tasks }: RescoreReport): string {
  const lines = tasks.flatMap(({ area, scenario, entries }) =>
    entries.map((entry) => COLUMNS.map(([, valueOf]) => valueOf({ area, scenario, entry }))),
  );
  return csvText([COLUMNS.map(([name]) => name), ...lines]);
}
