import { NO_ERRORS, NOISE_LEVELS, type ErrorSwitches } from './error-switches.js';
import { SATELLITES, type Satellite, type SatelliteId } from './satellite.js';

const FOUR_NADIRS = ['topex-poseidon-interleaved', 'jason1', 'geosat2', 'envisat'] as const;
const SWOT_AND_FOUR_NADIRS = [...FOUR_NADIRS, 'swot'] as const;

/**
 * Which satellites a scenario observes with; the slugs are those of `scenarios` in challenge.yaml. SWOT means its nadir
 * altimeter and its two KaRIn swaths. The noise ladder repeats one scenario with more and more errors.
 */
export const SCENARIOS = {
  nadir1: ['jason1'],
  nadir4: FOUR_NADIRS,
  swot1: ['swot'],
  'swot1-nadir4': SWOT_AND_FOUR_NADIRS,
  'swot1-nadir4-noise1': SWOT_AND_FOUR_NADIRS,
  'swot1-nadir4-noise2': SWOT_AND_FOUR_NADIRS,
  'swot1-nadir4-noise3': SWOT_AND_FOUR_NADIRS,
} as const satisfies Record<string, readonly SatelliteId[]>;

export type ScenarioId = keyof typeof SCENARIOS;

const SCENARIO_ERRORS: Partial<Record<ScenarioId, ErrorSwitches>> = {
  'swot1-nadir4-noise1': NOISE_LEVELS.noise1,
  'swot1-nadir4-noise2': NOISE_LEVELS.noise2,
  'swot1-nadir4-noise3': NOISE_LEVELS.noise3,
};

/** The observation simulator does not know the satellites of this scenario. */
export class UnknownScenarioError extends Error {
  readonly tag = 'unknown-scenario';
  constructor(
    readonly scenario: string,
    readonly known: readonly string[],
  ) {
    super(`no scenario '${scenario}'; the observation simulator knows ${known.join(', ')}`);
    this.name = 'UnknownScenarioError';
  }
}

/**
 * The satellites of a scenario, in the order of their index in observation files.
 *
 * @throws UnknownScenarioError if the scenario is not one of `SCENARIOS`.
 */
export function scenarioSatellites(scenario: string): Satellite[] {
  return SCENARIOS[requireScenario(scenario)].map((id) => SATELLITES[id]);
}

/**
 * What a scenario observes: nadir altimeters in the order of their index, the satellite of the swaths if it has one, the
 * errors that are on, and the height that methods use with it.
 *
 * @throws UnknownScenarioError if the scenario is not one of `SCENARIOS`.
 */
export function scenarioObservations(scenario: string): {
  nadirs: Satellite[];
  swath: Satellite | null;
  errors: ErrorSwitches;
  variable: 'ssh_model' | 'ssh_obs';
} {
  const id = requireScenario(scenario);
  const nadirs = scenarioSatellites(id);
  const errors = SCENARIO_ERRORS[id];
  return {
    nadirs,
    swath: nadirs.find((satellite) => satellite.id === 'swot') ?? null,
    errors: errors ?? NO_ERRORS,
    variable: errors ? 'ssh_obs' : 'ssh_model',
  };
}

function requireScenario(scenario: string): ScenarioId {
  const known = Object.keys(SCENARIOS);
  if (!known.includes(scenario)) throw new UnknownScenarioError(scenario, known);
  return scenario as ScenarioId;
}
