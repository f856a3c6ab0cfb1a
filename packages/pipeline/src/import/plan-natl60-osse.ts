import { basename } from 'node:path';
import type { Area } from '@sillage/contracts';
import { openMaps, requireArea } from './steps/daily-maps.js';
import { missingInput, namedInputs, netcdfFiles, singleInput } from './find-inputs.js';
import { griddedObservationsStep } from './steps/gridded-observations-step.js';
import type { PlanOptions } from './import-options.js';
import type { Quirk } from './import-report.js';
import {
  chosenAreas,
  computedBaseline,
  importedDefinition,
  inputsOfScenario,
  nodeCount,
  observationPeriod,
  periodConventionText,
} from './imported-definition.js';
import { mapStep, temperatureStep, truthStep } from './steps/map-steps.js';
import type { ImportPlan, ImportStep } from './run-import.js';

/** Nodes per degree of 4DVarNet's files. */
const STEPS_PER_DEG = 20;
/** Their truth has no time units; its days are 43 200 s, 129 600 s … : noon from 2012-10-01 on. */
const TRUTH_TIME_UNITS = 'seconds since 2012-10-01';
const OBSERVATION_TIME_UNITS = 'days since 2012-10-01 00:00:00';

const OBSERVATION_FILES: Record<string, string> = {
  'dataset_nadir_0d_swot.nc': 'swot1-nadir4',
  'dataset_nadir_0d.nc': 'nadir4',
  'dataset_swot.nc': 'swot1',
};
const OI_FILES: Record<string, string> = {
  'ssh_NATL60_swot_4nadir.nc': 'swot1-nadir4',
  'ssh_NATL60_4nadir.nc': 'nadir4',
  'ssh_NATL60_swot.nc': 'swot1',
};

/** The files of 4DVarNet: one truth of the whole basin, from which each area is cut. */
export async function planNatl60Osse(options: PlanOptions): Promise<ImportPlan> {
  const { definition, now } = options;
  const found = options.from === undefined ? [] : netcdfFiles([options.from]);
  const truthPath = singleInput('the truth', options.truth, found, /^NATL60-CJM165_\w+_ssh_y2013\.1y\.nc$/);
  if (truthPath === null) throw missingInput('the truth', 'NATL60-CJM165_NATL_ssh_y2013.1y.nc', '--truth');
  const sstPath = singleInput('the temperature', options.sst, found, /^NATL60-CJM165_\w+_sst_y2013\.1y\.nc$/);
  const observations = namedInputs(
    'observations',
    options.observations ?? [],
    found,
    (name) => OBSERVATION_FILES[name] ?? null,
  );
  const maps = namedInputs('OI', options.oi ?? [], found, (name) => OI_FILES[name] ?? null);
  const areas = chosenAreas(definition, options.areas);
  const period = definition.periods.evaluation;
  const observed = observationPeriod(definition);
  const provenance = { now, licence: definition.licence, citation: definition.citation };
  const dayCount = 42;
  const steps: ImportStep[] = areas.flatMap((area) => {
    const nodes = nodeCount(area, STEPS_PER_DEG);
    const truth = truthStep({
      area,
      path: truthPath,
      variable: 'ssh',
      assumedTimeUnits: TRUTH_TIME_UNITS,
      period,
      stepsPerDeg: STEPS_PER_DEG,
      provenance,
      estimatedBytes: nodes * dayCount * 4,
    });
    return [
      truth,
      ...observations.map(({ path, key }) =>
        griddedObservationsStep({
          area,
          scenario: key,
          path,
          assumedTimeUnits: OBSERVATION_TIME_UNITS,
          period: observed,
          stepsPerDeg: STEPS_PER_DEG,
          truth: { step: truth.path, name: basename(truthPath), tolerance: options.matchTolerance },
          provenance,
          estimatedBytes: nodes * 77 * 4,
        }),
      ),
      ...maps.map(({ path, key }) =>
        mapStep({
          area,
          path,
          variable: 'ssh_mod',
          assumedTimeUnits: OBSERVATION_TIME_UNITS,
          period,
          stepsPerDeg: STEPS_PER_DEG,
          target: `oi-${area.id}-${key}.nc`,
          files: [
            {
              role: 'oi',
              area: area.id,
              scenario: key,
              variable: 'gssh',
              reference: `duacs-oi-${key}`,
              description: `DUACS OI of error-free observations, m; 'ssh_mod' of ${basename(path)}.`,
            },
          ],
          method: 'DUACS OI',
          provenance,
          estimatedBytes: nodes * dayCount * 4,
          marginDeg: 0,
          keepsStamps: false,
        }),
      ),
      ...(sstPath === null
        ? []
        : [
            temperatureStep({
              area,
              path: sstPath,
              variable: 'sst',
              assumedTimeUnits: TRUTH_TIME_UNITS,
              period: observed,
              stepsPerDeg: STEPS_PER_DEG,
              provenance,
              estimatedBytes: nodes * 77 * 2,
            }),
          ]),
    ];
  });
  const { oiParametersSchema } = await import('@sillage/contracts');
  const references = [
    ...maps.map(({ key }) => ({
      id: `duacs-oi-${key}`,
      name: 'DUACS OI',
      description:
        'The OI that the 4DVarNet papers compare with: made by DUACS from error-free observations, bilinearly on 1/20°.',
      inputs: inputsOfScenario(key),
      role: 'oi' as const,
      scenarios: [key],
    })),
    ...observations
      .filter(({ key }) => !maps.some((map) => map.key === key))
      .map(({ key }) => computedBaseline(key, oiParametersSchema.parse({}))),
  ];
  const imported = importedDefinition(definition, {
    areas,
    observedScenarios: new Set(observations.map(({ key }) => key)),
    references,
  });
  return {
    definition: imported.definition,
    steps,
    conventions: [
      `Scored from ${period.start} to ${period.end}, both included: ${periodConventionText(period)}.`,
      'Daily means are stamped 00:00 of their day, as the observations and the OI are; the truth file itself says noon. A map of day D is compared with the mean of day D.',
      'Truth and maps are float32: the float64 of the source is rounded by less than 2e-7 m. The truth is not compressed, so that the evaluator reads it in place; maps are deflated.',
      'Temperature is packed as int16 in steps of 0.001 °C (rounding below 0.0005 °C) and deflated.',
      'Coordinates are matched within 1e-5° and written as multiples of 1/20°.',
    ],
    quirks: await gridQuirks(truthPath, [...observations, ...maps], areas),
    warnings: [
      ...imported.warnings,
      ...(sstPath === null ? ['No temperature file was given: the challenge has no sst.'] : []),
    ],
  };
}

/**
 * Looks at the grids before anything is written: every area must lie in every file. That the truth reaches one degree further
 * south than the rest is reported.
 */
async function gridQuirks(
  truthPath: string,
  others: readonly { path: string }[],
  areas: readonly Area[],
): Promise<Quirk[]> {
  const truth = await latitudesOf(truthPath, 'ssh', areas);
  const quirks: Quirk[] = [];
  for (const { path } of others) {
    const other = await latitudesOf(path, 'ssh_mod', areas);
    if (other.length === truth.length) continue;
    const range = (axis: Float64Array): string =>
      `${axis.length} latitudes from ${axis[0]?.toFixed(2)} to ${axis.at(-1)?.toFixed(2)}`;
    quirks.push({
      file: basename(path),
      found: `${range(other)}; the truth has ${range(truth)}`,
      handled: 'nodes are matched by their coordinates, never by their index',
    });
  }
  return quirks;
}

async function latitudesOf(path: string, variable: string, areas: readonly Area[]): Promise<Float64Array> {
  const { field, file } = await openMaps(path, variable, 'height', TRUTH_TIME_UNITS);
  field.close();
  for (const area of areas) requireArea(field, file, area.scoredBox, 1 / STEPS_PER_DEG);
  return field.grid.latDeg;
}
