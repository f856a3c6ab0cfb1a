import { basename } from 'node:path';
import type { ChallengeDefinition } from '@sillage/contracts';
import { missingInput, namedInputs, netcdfFiles, singleInput } from './find-inputs.js';
import { ImportError } from './import-error.js';
import type { PlanOptions } from './import-options.js';
import {
  chosenAreas,
  computedBaseline,
  importedDefinition,
  observationPeriod,
} from './imported-definition.js';
import { mapStep } from './steps/map-steps.js';
import type { ImportPlan, ImportStep } from './run-import.js';
import { alongTrackStep, evaluationTrackStep } from './steps/track-steps.js';

const SCENARIO = 'nadir6';
const WITHHELD = 'c2';
const TRACK_NAME = /^dt_gulfstream_([a-z0-9]+)_phy_l3_\d{8}-\d{8}_285-315_23-53\.nc$/;
const MAP_NAME = /^OSE_ssh_mapping_(.+)\.nc$/;

/** The files of the 2021a challenge: six altimeters, the withheld seventh, and the published maps. */
export async function planOse2021a(options: PlanOptions): Promise<ImportPlan> {
  const { definition, now } = options;
  const found = options.from === undefined ? [] : netcdfFiles([options.from]);
  const area = chosenAreas(definition, options.areas)[0]!;
  const period = definition.periods.evaluation;
  const trackPath = singleInput(
    'the withheld track',
    options.track,
    found,
    new RegExp(`^dt_gulfstream_${WITHHELD}_`),
  );
  if (trackPath === null)
    throw missingInput('the withheld track', `dt_gulfstream_${WITHHELD}_phy_l3_….nc`, '--track');
  const satellites = definition.scenarios.find(({ id }) => id === SCENARIO)?.satellites ?? [];
  const observations = namedInputs('observations', options.observations ?? [], found, (name) => {
    const satellite = TRACK_NAME.exec(name)?.[1] ?? null;
    return satellite === WITHHELD && options.observations === undefined ? null : satellite;
  });
  requireWithheld(observations, trackPath);
  const missing = satellites.filter((id) => !observations.some(({ key }) => key === id));
  if (observations.length === 0)
    throw missingInput(
      'the observations',
      `dt_gulfstream_${satellites[0] ?? 'alg'}_phy_l3_….nc`,
      '--observations',
    );
  const provenance = { now, licence: definition.licence, citation: definition.citation };
  const maps = namedInputs('maps', options.oi ?? [], found, (name) => MAP_NAME.exec(name)?.[1] ?? null).map(
    ({ path, key }) => ({
      path,
      method: key.replaceAll('_', ' '),
      reference: key
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-|-$/g, '')
        .padEnd(2, '-map'),
    }),
  );
  const steps: ImportStep[] = [
    evaluationTrackStep({ area, protocol: 'ose-2021a', path: trackPath, period }),
    alongTrackStep({
      area,
      target: `observations-${area.id}-${SCENARIO}.nc`,
      files: [
        {
          role: 'observations',
          area: area.id,
          scenario: SCENARIO,
          variable: 'ssh_model',
          description: `Heights of ${observations.map(({ key }) => key).join(', ')}: sla_unfiltered + mdt − lwe, m. Real measurements, in spite of the variable's name.`,
        },
      ],
      inputs: observations.map(({ path, key }) => ({ path, satellite: key })),
      period: observationPeriod(definition),
      layout: '2021a',
      truth: null,
      provenance,
    }),
    ...maps.map(({ path, method, reference }) =>
      mapStep({
        area,
        path,
        variable: 'ssh',
        assumedTimeUnits: 'days since 2017-01-01',
        period,
        stepsPerDeg: null,
        target: `map-${area.id}-${reference}.nc`,
        files: [
          {
            role: 'oi',
            area: area.id,
            scenario: SCENARIO,
            variable: 'gssh',
            reference,
            description: `The map that ${method} published, m; 'ssh' of ${basename(path)}.`,
          },
        ],
        method,
        provenance,
        estimatedBytes: 40_000_000,
        marginDeg: 0.5,
        keepsStamps: true,
      }),
    ),
  ];
  const { oiParametersSchema } = await import('@sillage/contracts');
  const imported = importedDefinition(definition, {
    areas: [area],
    observedScenarios: new Set([SCENARIO]),
    references: [
      computedBaseline(SCENARIO, oiParametersSchema.parse({})),
      ...maps.map(({ path, method, reference }): ChallengeDefinition['references'][number] => ({
        id: reference,
        name: method,
        description: `The map that was published with the challenge (${basename(path)}), scored by this platform.`,
        inputs: /sst/i.test(method) ? ['ssh-nadir', 'sst'] : ['ssh-nadir'],
        role: 'oi',
        scenarios: [SCENARIO],
      })),
    ],
  });
  return {
    definition: imported.definition,
    steps,
    conventions: [
      `Scored on the withheld ${WITHHELD} (CryoSat-2) from ${period.start} to ${period.end}, both included.`,
      'The withheld track is kept byte for byte; height is sla_unfiltered + mdt − lwe.',
      'Observations are merged by time and cut to 1° around the box and to what an OI of the evaluation reads.',
    ],
    quirks: [],
    warnings: [
      ...imported.warnings,
      ...(missing.length > 0 ? [`Observations of ${missing.join(', ')} were not given.`] : []),
    ],
  };
}

/** The altimeter that maps are scored on must not be among those that they are made of. */
function requireWithheld(observations: readonly { path: string; key: string }[], trackPath: string): void {
  const leak = observations.find(({ path, key }) => key === WITHHELD || path === trackPath);
  if (!leak) return;
  throw new ImportError({
    code: 'withheld-track',
    where: leak.path,
    found: 'the withheld altimeter among the observations',
    expected: 'observations of the other satellites only',
    fix: 'Leave this file out of --observations: maps made with it would be scored on what they have seen.',
  });
}
