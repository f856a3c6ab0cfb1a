import { basename } from 'node:path';
import type { ChallengeDefinition } from '@sillage/contracts';
import { openMaps } from './steps/daily-maps.js';
import { missingInput, namedInputs, netcdfFiles } from './find-inputs.js';
import { hourlyFiles, hourlyTruthStep } from './steps/hourly-truth-step.js';
import type { PlanOptions } from './import-options.js';
import {
  chosenAreas,
  computedBaseline,
  importedDefinition,
  inputsOfScenario,
  nodeCount,
  observationPeriod,
  periodConventionText,
} from './imported-definition.js';
import { mapStep } from './steps/map-steps.js';
import type { ImportPlan, ImportStep } from './run-import.js';
import { swathStep } from './steps/swath-step.js';
import { alongTrackStep } from './steps/track-steps.js';

/** Nodes per degree of the truth. */
const STEPS_PER_DEG = 60;

const OBSERVATION_NAME =
  /^2020a_SSH_mapping_NATL60_(topex-poseidon_interleaved|jason1|geosat2|envisat|nadir_swot|karin_swot)\.nc$/;
/** How the challenge's names of satellites read here. */
const SATELLITES: Record<string, string> = {
  'topex-poseidon_interleaved': 'topex-poseidon-interleaved',
  jason1: 'jason1',
  geosat2: 'geosat2',
  envisat: 'envisat',
  nadir_swot: 'swot',
};
/** Which nadir files a scenario observes with; SWOT's swaths come on top. */
const NADIRS: Record<string, readonly string[]> = {
  nadir1: ['jason1'],
  nadir4: ['topex-poseidon_interleaved', 'jason1', 'geosat2', 'envisat'],
  swot1: ['nadir_swot'],
  'swot1-nadir4': ['nadir_swot', 'topex-poseidon_interleaved', 'jason1', 'geosat2', 'envisat'],
};

const MAP_NAME = /^2020a_SSH_mapping_NATL60_(.+?)_(swot_en_j1_tpn_g2|en_j1_tpn_g2|swot|j1)\.nc$/;
const SCENARIO_OF_MAP: Record<string, string> = {
  j1: 'nadir1',
  en_j1_tpn_g2: 'nadir4',
  swot: 'swot1',
  swot_en_j1_tpn_g2: 'swot1-nadir4',
};
const METHOD_NAMES: Record<string, string> = { BFN_Steady_State_QG1L: 'BFN', DYMOST_Dynamic: 'DYMOST' };

type PublishedMap = { path: string; method: string; scenario: string; reference: string; variable: string };

/** The files of the 2020a challenge: dc_ref, dc_obs and the published maps. */
export async function planNatl602020a(options: PlanOptions): Promise<ImportPlan> {
  const { definition, now } = options;
  const found = options.from === undefined ? [] : netcdfFiles([options.from]);
  const daily = hourlyFiles(options.truth === undefined ? found : netcdfFiles([options.truth]));
  if (daily.length === 0)
    throw missingInput('the truth', 'NATL60-CJM165_GULFSTREAM_y2012m10d22.1h_SSH.nc and so on', '--truth');
  const observations = namedInputs(
    'observations',
    options.observations ?? [],
    found,
    (name) => OBSERVATION_NAME.exec(name)?.[1] ?? null,
  );
  const area = chosenAreas(definition, options.areas)[0]!;
  const period = definition.periods.evaluation;
  const observed = observationPeriod(definition);
  const provenance = { now, licence: definition.licence, citation: definition.citation };
  const nodes = nodeCount(area, STEPS_PER_DEG);
  const truth = hourlyTruthStep({
    area,
    files: daily,
    variable: 'sossheig',
    period,
    stepsPerDeg: STEPS_PER_DEG,
    provenance,
    estimatedBytes: nodes * 42 * 4,
  });
  const belongsTo = { step: truth.path, name: 'the truth (dc_ref)', tolerance: options.matchTolerance };
  const pathOf = (key: string): string | undefined => observations.find((input) => input.key === key)?.path;
  const karin = pathOf('karin_swot');
  const steps: ImportStep[] = [truth];
  const observedScenarios = new Set<string>();
  const warnings: string[] = [];
  for (const { id: scenario } of definition.scenarios) {
    const inputs = (NADIRS[scenario] ?? []).flatMap((key) => {
      const path = pathOf(key);
      return path === undefined ? [] : [{ path, satellite: SATELLITES[key] ?? key }];
    });
    const needsKarin = scenario.startsWith('swot1');
    const isComplete = inputs.length === NADIRS[scenario]?.length && (!needsKarin || karin !== undefined);
    if (!isComplete) {
      const missing = [...(NADIRS[scenario] ?? []), ...(needsKarin ? ['karin_swot'] : [])].filter(
        (key) => pathOf(key) === undefined,
      );
      warnings.push(
        `${scenario} is not complete without ${missing.join(', ')}: its observations are left out.`,
      );
      continue;
    }
    observedScenarios.add(scenario);
    steps.push(
      alongTrackStep({
        area,
        target: `observations-${area.id}-${scenario}.nc`,
        files: [
          {
            role: 'observations',
            area: area.id,
            scenario,
            variable: 'ssh_model',
            description: `Error-free heights (ssh_model) and heights with errors (ssh_obs) along the tracks of ${inputs.map(({ satellite }) => satellite).join(', ')}.`,
          },
        ],
        inputs,
        period: observed,
        layout: 'challenge',
        truth: belongsTo,
        provenance,
      }),
    );
  }
  const swathScenarios = definition.scenarios
    .map(({ id }) => id)
    .filter((scenario) => observedScenarios.has(scenario) && scenario.startsWith('swot1'));
  if (karin !== undefined && swathScenarios.length > 0) {
    steps.push(
      swathStep({
        area,
        target: `swath-${area.id}-swot1.nc`,
        scenarios: swathScenarios,
        path: karin,
        period: observed,
        truth: belongsTo,
        provenance,
      }),
    );
  }
  const maps = await publishedMaps(options.oi === undefined ? found : netcdfFiles(options.oi), warnings);
  for (const map of maps) {
    steps.push(
      mapStep({
        area,
        path: map.path,
        variable: map.variable,
        assumedTimeUnits: 'days since 2012-10-01',
        period,
        stepsPerDeg: null,
        target: `map-${area.id}-${map.reference}.nc`,
        files: [
          {
            role: 'oi',
            area: area.id,
            scenario: map.scenario,
            variable: 'gssh',
            reference: map.reference,
            description: `The map that ${map.method} published, m; '${map.variable}' of ${basename(map.path)}.`,
          },
        ],
        method: map.method,
        provenance,
        estimatedBytes: 10_000_000,
        marginDeg: 0.5,
        keepsStamps: true,
        // The first nodes of dc_ref lie one step inside the box, the last ones on its edges.
        truthExtent: {
          ...area.scoredBox,
          west: area.scoredBox.west + 1 / STEPS_PER_DEG,
          south: area.scoredBox.south + 1 / STEPS_PER_DEG,
        },
      }),
    );
  }
  const { oiParametersSchema } = await import('@sillage/contracts');
  const imported = importedDefinition(definition, {
    areas: [area],
    observedScenarios,
    references: [
      ...[...observedScenarios].map((scenario) => computedBaseline(scenario, oiParametersSchema.parse({}))),
      ...maps.map((map): ChallengeDefinition['references'][number] => ({
        id: map.reference,
        name: map.method,
        description: `The map that was published with the challenge (${basename(map.path)}), scored by this platform.`,
        inputs: inputsOfScenario(map.scenario),
        role: 'oi',
        scenarios: [map.scenario],
      })),
    ],
  });
  return {
    definition: imported.definition,
    steps,
    conventions: [
      `Scored from ${period.start} to ${period.end}, both included: ${periodConventionText(period)}.`,
      'The truth is the daily mean of 24 hourly fields on all of its 600 × 600 nodes, stamped 00:00 of its day as the notebooks stamp it, although the mean is centred on noon.',
      'The truth is float32 like its source and not compressed, so that the evaluator reads it in place; maps are float32 and deflated.',
      'Published maps keep their own grid and hours: they are interpolated to the nodes and times of the truth when they are scored. One whose nodes end less than one of its own steps inside those of the truth (4DVarNet) is continued by one node with the outermost values, where the notebooks of the challenge fill or leave out nodes of the truth.',
      'Observations are kept up to 1° outside the scored box and 14 days after the evaluation begins its last day: what the baseline OI reads.',
    ],
    quirks: [],
    warnings: [...warnings, ...imported.warnings],
  };
}

/** The maps that can be read; one that cannot is named in the report, and the import goes on without it. */
async function publishedMaps(paths: readonly string[], warnings: string[]): Promise<PublishedMap[]> {
  const maps: PublishedMap[] = [];
  for (const path of paths) {
    const name = basename(path);
    const match = MAP_NAME.exec(name);
    const scenario = SCENARIO_OF_MAP[match?.[2] ?? ''];
    if (!match || OBSERVATION_NAME.test(name) || scenario === undefined) continue;
    const method = METHOD_NAMES[match[1]!] ?? match[1]!.replaceAll('_', ' ');
    const slug = method.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    const variable = await mapVariable(path);
    if (typeof variable === 'string')
      maps.push({ path, method, scenario, reference: `${slug}-${scenario}`, variable });
    else warnings.push(`The published map ${name} is left out: ${variable.message}`);
  }
  return maps;
}

async function mapVariable(path: string): Promise<string | Error> {
  let refused = new Error('no variable of it could be read');
  for (const variable of ['gssh', 'ssh']) {
    try {
      const { field } = await openMaps(path, variable, 'height', 'days since 2012-10-01');
      field.close();
      return variable;
    } catch (error) {
      if (variable === 'gssh' && error instanceof Error) refused = error;
    }
  }
  return refused;
}
