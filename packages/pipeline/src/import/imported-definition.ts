import type { Area, ChallengeDefinition, InputKind, OiParameters, Period } from '@sillage/contracts';
import { daysSince1950, isoDay } from '@sillage/science';
import { daysOfPeriod } from '@sillage/checking';
import { ImportError } from './import-error.js';

/** Days: the OI of the last evaluation day looks two time scales of 7 days ahead. */
const OI_MARGIN_DAYS = 14;

/** What a method of a scenario gets to see. */
export function inputsOfScenario(scenario: string): InputKind[] {
  if (!scenario.startsWith('swot1')) return ['ssh-nadir'];
  return scenario === 'swot1' ? ['ssh-swot'] : ['ssh-nadir', 'ssh-swot'];
}

/** From the spin-up to the last day that the OI of the evaluation reads. */
export function observationPeriod({ periods }: Pick<ChallengeDefinition, 'periods'>): Period {
  return {
    start: (periods.spinUp ?? periods.evaluation).start,
    end: isoDay(daysSince1950(periods.evaluation.end) + OI_MARGIN_DAYS - 1),
  };
}

/** How the days of a period are counted, for the report: `42 days, the convention of this platform`. */
export function periodConventionText(period: Period): string {
  const dayCount = daysOfPeriod(period).length;
  if (dayCount === 42) return '42 days, the convention of this platform';
  if (dayCount === 41) return '41 days, the historical convention of the notebooks';
  return `${dayCount} days`;
}

/** The areas to import, in the order of the definition. */
export function chosenAreas(definition: ChallengeDefinition, wanted: readonly string[] | undefined): Area[] {
  const known = definition.areas.map((area) => area.id);
  const unknown = (wanted ?? []).filter((id) => !known.includes(id));
  if (unknown.length > 0) {
    throw new ImportError({
      code: 'input-missing',
      where: '--areas',
      found: `no area ${unknown.join(', ')} in challenge '${definition.id}'`,
      expected: known.join(', '),
      fix: 'Name areas of the challenge.',
    });
  }
  return definition.areas.filter((area) => wanted?.includes(area.id) ?? true);
}

/** Nodes of a grid of 1/n degree in a closed box. */
export function nodeCount({ scoredBox }: Area, stepsPerDeg: number): number {
  const along = (first: number, last: number): number => Math.floor((last - first) * stepsPerDeg + 1e-6) + 1;
  return along(scoredBox.south, scoredBox.north) * along(scoredBox.west, scoredBox.east);
}

/**
 * The definition of what was imported: the tasks of the chosen areas that have observations, or at least published scores to
 * look at; everything else of the shipped definition is kept.
 */
export function importedDefinition(
  definition: ChallengeDefinition,
  options: {
    areas: readonly Area[];
    observedScenarios: ReadonlySet<string>;
    references: ChallengeDefinition['references'];
  },
): { definition: Omit<ChallengeDefinition, 'files'>; warnings: string[] } {
  const { areas, observedScenarios } = options;
  const isPublished = (task: { area: string; scenario: string }): boolean =>
    definition.published.some((row) => row.area === task.area && row.scenario === task.scenario);
  const inAreas = definition.tasks.filter((task) => areas.some((area) => area.id === task.area));
  const tasks = inAreas.filter((task) => observedScenarios.has(task.scenario) || isPublished(task));
  if (tasks.length === 0) {
    throw new ImportError({
      code: 'no-observations',
      where: `challenge '${definition.id}'`,
      found: 'observations of no scenario',
      expected: `observations of at least one of ${definition.scenarios.map(({ id }) => id).join(', ')}`,
      fix: 'Put the observation files into the folder of --from, or name them by --observations.',
    });
  }
  const isKept = (entry: { area: string; scenario: string }): boolean =>
    tasks.some((task) => task.area === entry.area && task.scenario === entry.scenario);
  const warnings = [
    ...[...new Set(inAreas.filter((task) => !isKept(task)).map((task) => task.scenario))].map(
      (scenario) => `No observations of ${scenario} were given: its boards are left out.`,
    ),
    ...tasks
      .filter((task) => !observedScenarios.has(task.scenario))
      .map((task) => `${task.area} × ${task.scenario} has published scores but no observations to map.`),
  ];
  const scenarios = definition.scenarios.filter(({ id }) => tasks.some((task) => task.scenario === id));
  const { files: _, ...rest } = definition;
  return {
    definition: {
      ...rest,
      datasetVersion: '1.0.0',
      areas: [...areas],
      scenarios,
      tasks,
      published: definition.published.filter(isKept),
      references: options.references.filter((reference) =>
        (reference.scenarios ?? []).some((id) => scenarios.some((scenario) => scenario.id === id)),
      ),
      expectedFiles: [],
    },
    warnings,
  };
}

/** The baseline, computed by the platform from the observations of a scenario that brought no map. */
export function computedBaseline(
  scenario: string,
  parameters: OiParameters,
): ChallengeDefinition['references'][number] {
  return {
    id: `oi-${scenario}`,
    name: 'OI (baseline)',
    description:
      'Optimal interpolation with the parameters of the 2020a baseline, computed by this platform: 1° × 1° × 7 days, noise 0.05.',
    inputs: inputsOfScenario(scenario),
    role: 'oi',
    scenarios: [scenario],
    compute: { method: 'oi', parameters },
  };
}
