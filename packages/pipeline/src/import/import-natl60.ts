import type { ChallengeDefinition } from '@sillage/contracts';
import { DEFAULT_MATCH_TOLERANCE } from './steps/compare-with-truth.js';
import { ImportError } from './import-error.js';
import type { ImportNatl60Options, PeriodConvention, PlanOptions } from './import-options.js';
import { planNatl60Osse } from './plan-natl60-osse.js';
import { planNatl602020a } from './plan-natl60-2020a.js';
import { planOse2021a } from './plan-ose-2021a.js';
import { runImport, type ImportPlan, type RunImportResult } from './run-import.js';

const PLANS: Record<string, (options: PlanOptions) => Promise<ImportPlan>> = {
  'natl60-2020a': planNatl602020a,
  'natl60-osse': planNatl60Osse,
  'ose-2021a': planOse2021a,
};

/** The definitions that this importer has a plan for. */
export const IMPORTABLE_CHALLENGES = Object.keys(PLANS);

/**
 * Makes a challenge folder from the files of the NATL60 challenges as they are distributed. Nothing is registered: challenge.yaml
 * is written last, when every file is complete, compared and hashed. A run that was interrupted goes on with `resume`.
 *
 * @throws ImportError with the place of whatever is wrong: a file that is missing or truncated, another grid, a day that is missing
 * or there twice, observations of another truth, a full disk.
 */
export async function importNatl60(options: ImportNatl60Options): Promise<RunImportResult> {
  const plan = PLANS[options.definition.id];
  if (!plan) {
    throw new ImportError({
      code: 'input-missing',
      where: `challenge '${options.definition.id}'`,
      found: 'no importer for it',
      expected: IMPORTABLE_CHALLENGES.join(', '),
      fix: 'Use `sillage challenge import` for any gridded CF file.',
    });
  }
  const matchTolerance = options.matchTolerance ?? DEFAULT_MATCH_TOLERANCE;
  const definition = withConvention(options.definition, options.periodConvention ?? '42');
  const { areas, periodConvention } = options;
  return runImport(await plan({ ...options, definition, matchTolerance }), {
    outputFolder: options.outputFolder,
    resume: options.resume === true,
    hashesInputs: options.hashesInputs ?? true,
    options: {
      challenge: definition.id,
      version: definition.datasetVersion,
      areas,
      periodConvention,
      matchTolerance,
    },
    now: options.now,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    ...(options.freeBytes ? { freeBytes: options.freeBytes } : {}),
  });
}

/** The historical period makes another challenge: its numbers must never stand on one board with those of 42 days. */
function withConvention(definition: ChallengeDefinition, convention: PeriodConvention): ChallengeDefinition {
  if (convention === '42') return definition;
  const { start, end } = definition.periods.evaluation;
  if (start !== '2012-10-22' || end !== '2012-12-02') {
    throw new ImportError({
      code: 'input-ambiguous',
      where: '--period-convention 41',
      found: `challenge '${definition.id}' is scored from ${start} to ${end}`,
      expected: 'a challenge that is scored from 2012-10-22 to 2012-12-02',
      fix: 'Leave the option out.',
    });
  }
  return {
    ...definition,
    id: `${definition.id}-41-days`,
    name: `${definition.name}, 41 days`,
    description:
      `**Historical period:** scored on 41 days, 2012-10-22 to 2012-12-01, as most notebooks of the challenge cut it. ` +
      `Scores are not comparable with those of \`${definition.id}\`, which has 42.\n\n${definition.description}`,
    periods: { ...definition.periods, evaluation: { start, end: '2012-12-01' } },
  };
}
