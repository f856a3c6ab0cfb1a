import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  Box,
  ChallengeDefinition,
  DatasetFile,
  DisclosureLevel,
  InputKind,
  Period,
} from '@sillage/contracts';
import { writeGriddedField, type GriddedField } from '@sillage/netcdf';
import type { Satellite } from '@sillage/ocean';
import { isoDay } from '@sillage/science';
import {
  cropOf,
  dayOfTime,
  type DaySource,
  extentOf,
  fileDays,
  type GridCrop,
  RejectionError,
  rejectionFromError,
} from '@sillage/checking';
import { sha256OfFile } from '../files/file-hash.js';
import { inputsOfScenario } from './imported-definition.js';
import { refuseLeaks } from './refuse-leaks.js';
import { mapObservations } from '../oi/index.js';
import { openField } from '../files/open-field.js';
import type { ProgressListener } from '../files/progress.js';
import { historyLine } from '../files/provenance.js';
import { simulateObservations } from '../simulate/index.js';

export type ImportChallengeOptions = {
  truthPath: string;
  truthVariable?: string | null;
  id: string;
  name: string;
  summary?: string;
  description?: string;
  licence: string;
  citation?: string;
  /** Whether the ocean of the truth is a simulation; default false. */
  synthetic?: boolean;
  disclosure?: DisclosureLevel;
  /** Default: the whole extent of the truth, area id `all`. */
  area?: { id: string; name: string; scoredBox?: Box };
  /** Scenarios that the observation simulator knows, one board each; default `nadir4` alone. */
  scenarios?: readonly string[];
  /** Of the errors of scenarios that have some; default 0, with which anybody can compute them again. */
  seed?: number;
  /** Also write daily pseudo-observations on the nodes of the truth. */
  withGriddedObservations?: boolean;
  /** Default: chosen inside the truth so that OI windows have margins. */
  evaluation?: Period;
  /** Also map the observations by OI, as the reference row of the board. */
  withOptimalInterpolation?: boolean;
  /** Created; must be empty or absent. */
  outputFolder: string;
  threads?: number;
  /** Instant for the history attributes. */
  now: Date;
  onProgress?: ProgressListener;
};

export type ImportChallengeResult = {
  definition: ChallengeDefinition;
  folder: string;
  files: string[];
  /** What gives something of the truth away, and may be meant so. */
  warnings: string[];
};

/** Days: the baseline OI looks two time scales of 7 days back and forth. */
const OI_MARGIN_DAYS = 14;
/** Days that the community's evaluation periods have: two SWOT science cycles. */
const EVALUATION_DAYS = 42;
/** Fewer days have no spectrum worth the name. */
const FEWEST_EVALUATION_DAYS = 10;
/** m: the step of the packed truth, that of the Copernicus products. */
const PACKING_STEP_M = 1e-4;
const LARGEST_PACKED_M = 32_767 * PACKING_STEP_M;

/**
 * Turns any gridded CF file into a challenge folder: challenge.yaml, the canonical truth, observations simulated over it for
 * each scenario, and on request their OI maps as the reference rows. A truth with land gets the protocol `osse-natl`, whose land
 * rule keeps the spectrum defined; one without gets `osse-2020a`.
 *
 * @throws RejectionError for a truth that cannot be read or is too short; UnknownScenarioError; Error for a folder that is not
 *   empty; ImportError where what participants get gives the truth away.
 */
export async function importChallenge(options: ImportChallengeOptions): Promise<ImportChallengeResult> {
  const subject = options.truthPath.split('/').at(-1) ?? options.truthPath;
  const { scenarioObservations } = await import('@sillage/ocean');
  const scenarios = [...new Set(options.scenarios ?? ['nadir4'])].map((id) => ({
    id,
    ...scenarioObservations(id),
    inputs: inputsOfScenario(id),
  }));
  await requireEmptyFolder(options.outputFolder);
  const areaId = options.area?.id ?? 'all';
  const truthName = `${areaId}-truth.nc`;
  const pathOf = (name: string): string => join(options.outputFolder, name);

  const truth = await writeTruth(options, subject, pathOf(truthName));
  const files: Omit<DatasetFile, 'sha256'>[] = [
    { role: 'truth', area: areaId, path: truthName, description: `${truth.variableName} of ${subject}` },
  ];
  const share = 0.8 / scenarios.length; // of the progress; reading and writing the truth is the rest
  for (const [index, scenario] of scenarios.entries()) {
    const progress = (from: number, length: number) => (fraction: number, activity: string) =>
      options.onProgress?.(0.2 + share * (index + from + length * fraction), `${scenario.id}: ${activity}`);
    const hasMap = options.withOptimalInterpolation === true;
    const made = await writeObservations(options, scenario, areaId, progress(0, hasMap ? 0.25 : 1));
    files.push(...made);
    if (!hasMap) continue;
    const path = `${areaId}-${scenario.id}-oi.nc`;
    await mapObservations({
      observations: made
        .filter(({ role }) => role !== 'gridded-observations')
        .map((file) => ({ path: pathOf(file.path), variable: scenario.variable })),
      grid: { kind: 'like', path: pathOf(truthName) },
      period: truth.evaluation,
      outputPath: pathOf(path),
      now: options.now,
      ...(options.threads === undefined ? {} : { threads: options.threads }),
      onProgress: progress(0.25, 0.75),
    });
    files.push({
      role: 'oi',
      area: areaId,
      scenario: scenario.id,
      path,
      reference: referenceOf(scenario.inputs),
      description: 'baseline OI of these observations',
    });
  }

  const { challengeDefinitionSchema } = await import('@sillage/contracts');
  const hashed: DatasetFile[] = [];
  for (const file of files) hashed.push({ ...file, sha256: await sha256OfFile(pathOf(file.path)) });
  const definition = challengeDefinitionSchema.parse({
    id: options.id,
    name: options.name,
    summary:
      options.summary ??
      `Map sea surface height from ${scenarios.map(scenarioName).join(', or ')} over ${subject}, ` +
        `${truth.evaluation.start} to ${truth.evaluation.end}.`,
    description: options.description ?? '',
    synthetic: options.synthetic ?? false,
    licence: options.licence,
    citation: options.citation ?? '',
    protocol: truth.hasLand ? 'osse-natl' : 'osse-2020a',
    disclosure: options.disclosure ?? 'practice',
    datasetVersion: '1.0.0',
    periods: { evaluation: truth.evaluation, ...(truth.spinUp ? { spinUp: truth.spinUp } : {}) },
    areas: [{ id: areaId, name: options.area?.name ?? options.name, scoredBox: truth.scoredBox }],
    scenarios: scenarios.map((scenario) => ({
      id: scenario.id,
      name: scenarioName(scenario),
      satellites: scenario.nadirs.map((satellite) => satellite.id),
    })),
    tasks: scenarios.map(({ id }) => ({ area: areaId, scenario: id })),
    files: hashed,
    references: options.withOptimalInterpolation ? references(scenarios) : [],
  });
  const made: { path: string; sha256: string; sizeBytes: number }[] = [];
  for (const { path, sha256 } of hashed)
    made.push({ path, sha256: sha256 ?? '', sizeBytes: (await stat(pathOf(path))).size });
  const warnings = await refuseLeaks(
    definition,
    { folder: options.outputFolder, files: made, now: options.now },
    options.onProgress,
  );
  const { stringify } = await import('yaml');
  await writeFile(pathOf('challenge.yaml'), stringify(definition, { lineWidth: 120 }));
  options.onProgress?.(1, `wrote ${options.outputFolder}`);
  return {
    definition,
    folder: options.outputFolder,
    files: ['challenge.yaml', ...files.map((file) => file.path)],
    warnings,
  };
}

type ObservedScenario = {
  id: string;
  nadirs: readonly Satellite[];
  swath: Satellite | null;
  variable: 'ssh_model' | 'ssh_obs';
  inputs: InputKind[];
};

async function writeObservations(
  options: ImportChallengeOptions,
  scenario: ObservedScenario,
  areaId: string,
  onProgress: ProgressListener,
): Promise<Omit<DatasetFile, 'sha256'>[]> {
  const names = {
    observations: `${areaId}-${scenario.id}-observations.nc`,
    swath: `${areaId}-${scenario.id}-swath.nc`,
    gridded: `${areaId}-${scenario.id}-gridded.nc`,
  };
  const pathOf = (name: string): string => join(options.outputFolder, name);
  const hasSwath = scenario.swath !== null;
  const hasGridded = options.withGriddedObservations === true;
  const isNoisy = scenario.variable === 'ssh_obs';
  await simulateObservations({
    truthPath: pathOf(`${areaId}-truth.nc`),
    scenario: scenario.id,
    outputs: {
      alongTrackPath: pathOf(names.observations),
      ...(hasSwath ? { swathPath: pathOf(names.swath) } : {}),
      ...(hasGridded ? { griddedPath: pathOf(names.gridded) } : {}),
    },
    // Participants get what a satellite would see: error-free heights beside it would be the truth, from which learning begins.
    observedOnly: isNoisy,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    now: options.now,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    onProgress,
  });
  const errors = isNoisy ? 'with instrument errors (ssh_obs)' : 'without error';
  const common = { area: areaId, scenario: scenario.id };
  return [
    {
      ...common,
      role: 'observations',
      path: names.observations,
      ...(isNoisy ? { variable: 'ssh_obs' } : {}),
      description: `simulated, ${errors}: ${scenario.nadirs.map(({ name }) => name).join(', ')}`,
    },
    ...(hasSwath
      ? [
          {
            ...common,
            role: 'swath-observations' as const,
            path: names.swath,
            ...(isNoisy ? { variable: 'ssh_obs' } : {}),
            description: `simulated, ${errors}: the two KaRIn swaths of SWOT`,
          },
        ]
      : []),
    ...(hasGridded
      ? [
          {
            ...common,
            role: 'gridded-observations' as const,
            path: names.gridded,
            ...(isNoisy ? { variable: 'ssh_obs' } : {}),
            description: `the same, ${errors}, as daily means on the nodes of the truth`,
          },
        ]
      : []),
  ];
}

function scenarioName({ nadirs, swath, variable, id }: ObservedScenario): string {
  const others = nadirs.filter((satellite) => satellite !== swath).length;
  const nadirText = `${others} nadir${others === 1 ? '' : 's'}`;
  const base = swath === null ? nadirText : others === 0 ? '1 SWOT' : `1 SWOT + ${nadirText}`;
  const level = /noise\d$/.exec(id)?.[0];
  return variable === 'ssh_obs'
    ? `${base}, ${level?.replace('noise', 'noise level ') ?? 'with noise'}`
    : base;
}

/** Boards of different inputs have baselines of different inputs. */
function referenceOf(inputs: readonly InputKind[]): string {
  if (!inputs.includes('ssh-swot')) return 'oi';
  return inputs.includes('ssh-nadir') ? 'oi-swot-nadir' : 'oi-swot';
}

function references(scenarios: readonly ObservedScenario[]): ChallengeDefinition['references'] {
  return [...new Set(scenarios.map(({ inputs }) => referenceOf(inputs)))].map((id) => {
    const entered = scenarios.filter(({ inputs }) => referenceOf(inputs) === id);
    return {
      id,
      name: 'OI (baseline)',
      description: 'Optimal interpolation of these observations: 1° × 1° × 7 days, noise 0.05.',
      inputs: entered[0]?.inputs ?? ['ssh-nadir'],
      role: 'oi',
      scenarios: entered.map((scenario) => scenario.id),
    };
  });
}

type WrittenTruth = {
  variableName: string;
  scoredBox: Box;
  evaluation: Period;
  spinUp: Period | null;
  hasLand: boolean;
};

async function writeTruth(
  options: ImportChallengeOptions,
  subject: string,
  path: string,
): Promise<WrittenTruth> {
  const field = await openField({ path: options.truthPath, variable: options.truthVariable, subject });
  try {
    const { timeDays } = field.grid;
    const scoredBox = options.area?.scoredBox ?? extentOf(field.grid);
    const crop: GridCrop = {
      ...cropOf(field.grid, scoredBox, null),
      time: { start: 0, count: timeDays.length },
    };
    if (crop.lat.count < 2 || crop.lon.count < 2) {
      throw new Error(
        `the scored box holds ${crop.lat.count} latitudes and ${crop.lon.count} longitudes of ${subject}`,
      );
    }
    const evaluation = options.evaluation ?? evaluationPeriod(timeDays, subject);
    const firstDay = isoDay(dayOfTime(timeDays[0] ?? Number.NaN));
    const days = fileDays(field, crop);
    const survey = await surveyOf(days, (done) =>
      options.onProgress?.((0.1 * done) / timeDays.length, `reading map ${done} of ${timeDays.length}`),
    );
    const isPacked = isIntegerType(field) && survey.largest <= LARGEST_PACKED_M;
    await writeGriddedField(path, {
      grid: days.grid,
      variables: [
        {
          name: 'ssh',
          ...(isPacked
            ? { type: 'int16' as const, packing: { scaleFactor: PACKING_STEP_M, addOffset: 0 } }
            : { type: 'float32' as const }),
          attributes: {
            units: 'm',
            standard_name: 'sea_surface_height_above_geoid',
            long_name: `sea surface height (${field.variableName} of the source)`,
          },
          readDay: async (index) => {
            options.onProgress?.(
              0.1 + (0.1 * index) / timeDays.length,
              `writing map ${index + 1} of ${timeDays.length}`,
            );
            return days.readDay(index);
          },
        },
      ],
      attributes: {
        title: `${options.name}: truth`,
        source: `variable '${field.variableName}' of ${subject}`,
        history: historyLine(options.now, 'sillage import-challenge'),
        license: options.licence,
        ...(options.citation ? { references: options.citation } : {}),
      },
      storage: { kind: 'deflate', level: 6 },
    });
    return {
      variableName: field.variableName,
      scoredBox: roundedBox(scoredBox),
      evaluation,
      spinUp: firstDay < evaluation.start ? { start: firstDay, end: dayBefore(evaluation.start) } : null,
      hasLand: survey.hasMissing,
    };
  } catch (error) {
    throw rejectionFromError(error, { subject });
  } finally {
    field.close();
  }
}

/**
 * The evaluation period inside a truth: 42 days in its middle with 14 days of observations before and after them for
 * the windows of the OI; shorter truths give up margin before they give up days.
 */
export function evaluationPeriod(timeDays: Float64Array, subject: string): Period {
  const first = dayOfTime(timeDays[0] ?? Number.NaN);
  const last = dayOfTime(timeDays.at(-1) ?? Number.NaN);
  const dayCount = last - first + 1;
  if (!(dayCount >= FEWEST_EVALUATION_DAYS)) {
    throw new RejectionError({
      code: 'days-missing',
      where: subject,
      found: `${Number.isNaN(dayCount) ? 0 : dayCount} days`,
      expected: `at least ${FEWEST_EVALUATION_DAYS} days, better ${EVALUATION_DAYS + 2 * OI_MARGIN_DAYS}`,
      fix: 'Give a truth that is longer.',
    });
  }
  const length = Math.min(EVALUATION_DAYS, Math.max(FEWEST_EVALUATION_DAYS, dayCount - 2 * OI_MARGIN_DAYS));
  const start = first + Math.floor((dayCount - length) / 2);
  return { start: isoDay(start), end: isoDay(start + length - 1) };
}

async function surveyOf(
  days: DaySource,
  onDay: (done: number) => void,
): Promise<{ largest: number; hasMissing: boolean }> {
  let largest = 0;
  let hasMissing = false;
  for (let index = 0; index < days.grid.timeDays.length; index++) {
    for (const value of await days.readDay(index)) {
      if (Number.isNaN(value)) hasMissing = true;
      else largest = Math.max(largest, Math.abs(value));
    }
    onDay(index + 1);
  }
  return { largest, hasMissing };
}

/** A source of integers is packed already; packing it again loses nothing that the source had. */
function isIntegerType(field: GriddedField): boolean {
  return field.sourceType.startsWith('int') || field.sourceType.startsWith('uint');
}

/** Axes carry round-off that has no place in a definition; well below the tolerance for equal coordinates. */
function roundedBox(box: Box): Box {
  const round = (value: number): number => Math.round(value * 1e7) / 1e7;
  return { west: round(box.west), east: round(box.east), south: round(box.south), north: round(box.north) };
}

function dayBefore(isoDay: string): string {
  return new Date(Date.parse(`${isoDay}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

async function requireEmptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const content = await readdir(folder);
  if (content.length > 0) throw new Error(`the folder ${folder} is not empty; name a new one`);
}
