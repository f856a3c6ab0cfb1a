import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box, ChallengeDefinition, DisclosureLevel, Period } from '@sillage/contracts';
import { writeGriddedField, type GriddedField } from '@sillage/netcdf';
import { isoDay } from '@sillage/science';
import { dayOfTime } from './calendar-days.js';
import { extentOf } from './coverage.js';
import { fileDays, type DaySource } from './day-source.js';
import { cropOf, type GridCrop } from './grid-alignment.js';
import { mapObservations } from './map-observations.js';
import { openField } from './open-field.js';
import type { ProgressListener } from './progress.js';
import { historyLine } from './provenance.js';
import { RejectionError } from './rejection-error.js';
import { rejectionFromError } from './rejection-from-error.js';
import { simulateObservations } from './simulate-observations.js';

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
  /** Default `nadir4`. */
  scenario?: string;
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

export type ImportChallengeResult = { definition: ChallengeDefinition; folder: string; files: string[] };

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
 * Turns any gridded CF file into a challenge folder: challenge.yaml, the canonical truth, observations simulated over
 * it, and on request their OI map as the reference row. A truth with land gets the protocol `osse-natl`, whose land
 * rule keeps the spectrum defined; one without gets `osse-2020a`.
 *
 * @throws RejectionError for a truth that cannot be read or is too short; Error for a folder that is not empty.
 */
export async function importChallenge(options: ImportChallengeOptions): Promise<ImportChallengeResult> {
  const subject = options.truthPath.split('/').at(-1) ?? options.truthPath;
  const scenario = options.scenario ?? 'nadir4';
  const { scenarioSatellites } = await import('@sillage/ocean');
  const satellites = scenarioSatellites(scenario);
  await requireEmptyFolder(options.outputFolder);
  const areaId = options.area?.id ?? 'all';
  const names = {
    truth: `${areaId}-truth.nc`,
    observations: `${areaId}-${scenario}-observations.nc`,
    oi: `${areaId}-${scenario}-oi.nc`,
  };
  const pathOf = (name: string): string => join(options.outputFolder, name);

  const truth = await writeTruth(options, subject, pathOf(names.truth));
  await simulateObservations({
    truthPath: pathOf(names.truth),
    scenario,
    outputPath: pathOf(names.observations),
    now: options.now,
    onProgress: (fraction, activity) => options.onProgress?.(0.2 + 0.2 * fraction, activity),
  });
  if (options.withOptimalInterpolation) {
    await mapObservations({
      observationsPath: pathOf(names.observations),
      grid: { kind: 'like', path: pathOf(names.truth) },
      period: truth.evaluation,
      outputPath: pathOf(names.oi),
      now: options.now,
      ...(options.threads === undefined ? {} : { threads: options.threads }),
      onProgress: (fraction, activity) => options.onProgress?.(0.4 + 0.6 * fraction, activity),
    });
  }

  const { challengeDefinitionSchema } = await import('@sillage/contracts');
  const fileOf = async (role: 'truth' | 'observations' | 'oi', path: string, description: string) => ({
    role,
    area: areaId,
    ...(role === 'truth' ? {} : { scenario }),
    path,
    description,
    sha256: await sha256Of(pathOf(path)),
  });
  const files = [
    await fileOf('truth', names.truth, `${truth.variableName} of ${subject}`),
    await fileOf(
      'observations',
      names.observations,
      `simulated, without error: ${satellites.map((s) => s.name).join(', ')}`,
    ),
    ...(options.withOptimalInterpolation
      ? [await fileOf('oi', names.oi, 'baseline OI of these observations')]
      : []),
  ];
  const definition = challengeDefinitionSchema.parse({
    id: options.id,
    name: options.name,
    summary:
      options.summary ??
      `Map sea surface height from ${satellites.length} simulated nadir altimeters over ${subject}, ` +
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
    scenarios: [
      {
        id: scenario,
        name: `${satellites.length} nadir${satellites.length === 1 ? '' : 's'}`,
        satellites: satellites.map((satellite) => satellite.id),
      },
    ],
    tasks: [{ area: areaId, scenario }],
    files,
    references: options.withOptimalInterpolation
      ? [
          {
            id: 'oi',
            name: 'OI (baseline)',
            description: 'Optimal interpolation of these observations: 1° × 1° × 7 days, noise 0.05.',
            inputs: ['ssh-nadir'],
            role: 'oi',
          },
        ]
      : [],
  });
  const { stringify } = await import('yaml');
  await writeFile(pathOf('challenge.yaml'), stringify(definition, { lineWidth: 120 }));
  options.onProgress?.(1, `wrote ${options.outputFolder}`);
  return {
    definition,
    folder: options.outputFolder,
    files: ['challenge.yaml', ...files.map((file) => file.path)],
  };
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

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
