import type { Physics, ProductsPayload, Protocol, Scores, TaskExtent } from '@sillage/contracts';
import { PHYSICS_KEYS, SCORE_KEYS, SCORE_TABLE, type ScoreKey } from '@sillage/contracts/score-texts';
import type { NetcdfAttributes } from '@sillage/netcdf';
import { isoDay, type RegularGrid } from '@sillage/science';
import { historyLine } from '../files/provenance.js';

export type ScoredFileDescription = {
  task: TaskExtent;
  protocol: Protocol;
  scores: Scores;
  /** Null or absent where it was not computed: along a track, and by earlier evaluators. */
  physics?: Physics | null;
  provenance: ProductsPayload['provenance'];
  evaluatorVersion: string;
  /** Error and reference are in the file. */
  includeTruth: boolean;
  /** Instant for the history attribute. */
  now: Date;
};

/**
 * Global attributes of a scored.nc: what was scored, how, with which result, and how it is cited. `comment` says what is
 * missing in it. Scores have the numbers of the API; one without a value has no attribute, and
 * `effective_resolution_unresolved` says why.
 *
 * Source: CF conventions 1.10; Attribute Convention for Data Discovery (ACDD) 1.3.
 */
export function scoredAttributes(
  options: ScoredFileDescription & { grid: RegularGrid; origin: NetcdfAttributes },
  comment: string,
): Record<string, string | number> {
  const { provenance, task } = options;
  const title = `${provenance.method} scored on ${provenance.challengeName}, ${task.area} × ${task.scenario}`;
  return {
    Conventions: 'CF-1.10, ACDD-1.3',
    title,
    summary: `Daily maps of sea surface height by ${provenance.method}${options.includeTruth ? ', the reference that they were scored against, and the error' : ', as they were scored'}.`,
    keywords: 'sea surface height, satellite altimetry, mapping, data challenge',
    source: `submission ${provenance.submissionId} by ${provenance.author}`,
    history: historyLine(options.now, `sillage evaluator ${options.evaluatorVersion}`),
    references: `challenge ${provenance.challenge}, dataset ${provenance.datasetVersion}`,
    comment: provenance.synthetic ? `The reference is a synthetic ocean. ${comment}` : comment,
    processing_level: 'L4',
    ...creditAttributes(options),
    ...extentAttributes(options.grid, options.now),
    ...originAttributes(options),
    challenge: provenance.challenge,
    dataset_version: provenance.datasetVersion,
    area: task.area,
    scenario: task.scenario,
    period_start: task.period.start,
    period_end: task.period.end,
    protocol: options.protocol,
    evaluator_version: options.evaluatorVersion,
    ...scoreAttributes(options.scores),
    ...physicsAttributes(options.physics ?? null),
  };
}

/** Who made it, under which licence, and how to cite it. */
function creditAttributes({ provenance, includeTruth }: ScoredFileDescription): Record<string, string> {
  const { author, licence, method, challengeName, submissionId, submissionUrl, submittedAt } = provenance;
  const { datasetCitation, datasetLicence, platformUrl } = provenance;
  const year = submittedAt === null ? '' : ` (${submittedAt.slice(0, 4)})`;
  const place = submissionUrl || `submission ${submissionId}`;
  return {
    id: submissionId,
    submission_id: submissionId,
    ...(submissionUrl === '' ? {} : { submission_url: submissionUrl, metadata_link: submissionUrl }),
    ...(platformUrl === ''
      ? {}
      : { publisher_url: platformUrl, naming_authority: new URL(platformUrl).host }),
    publisher_name: 'Sillage',
    creator_name: author,
    ...(submittedAt === null ? {} : { date_issued: submittedAt }),
    license:
      includeTruth && datasetLicence !== ''
        ? `ssh: ${licence}; ssh_true: ${datasetLicence}; error: both`
        : licence,
    citation: `${author}${year}: ${method}, maps of sea surface height for ${challengeName}. Sillage. ${place}`,
    ...(datasetCitation === '' ? {} : { acknowledgement: datasetCitation }),
  };
}

/** ACDD's extent, in the units of the coordinates. */
function extentAttributes(
  { timeDays, latDeg, lonDeg }: RegularGrid,
  now: Date,
): Record<string, string | number> {
  const ends = (axis: Float64Array): [number, number] => [axis[0] ?? Number.NaN, axis.at(-1) ?? Number.NaN];
  const [south, north] = ends(latDeg);
  const [west, east] = ends(lonDeg);
  const [first, last] = ends(timeDays);
  return {
    cdm_data_type: 'Grid',
    geospatial_lat_min: south,
    geospatial_lat_max: north,
    geospatial_lat_units: 'degrees_north',
    geospatial_lon_min: west,
    geospatial_lon_max: east,
    geospatial_lon_units: 'degrees_east',
    time_coverage_start: `${isoDay(Math.floor(first))}T00:00:00Z`,
    time_coverage_end: `${isoDay(Math.floor(last))}T23:59:59Z`,
    time_coverage_resolution: 'P1D',
    date_created: `${now.toISOString().slice(0, 19)}Z`,
    standard_name_vocabulary: 'CF Standard Name Table v85',
  };
}

/** The file and the variable that the heights came from: what one reads to score again. Both may name their author. */
function originAttributes({
  origin: { origin_file: file, origin_variable: variable },
  provenance,
}: ScoredFileDescription & { origin: NetcdfAttributes }): Record<string, string> {
  if (!provenance.namesFile) return {};
  return {
    ...(typeof file === 'string' ? { origin_file: file } : {}),
    ...(typeof variable === 'string' ? { origin_variable: variable } : {}),
  };
}

function scoreAttributes(scores: Scores): Record<string, string | number> {
  return {
    ...numberAttributes(SCORE_KEYS, scores),
    ...(scores.unresolved === null ? {} : { effective_resolution_unresolved: scores.unresolved }),
    ...(scores.atGridLimit.length === 0
      ? {}
      : { effective_resolution_at_grid_limit: scores.atGridLimit.join(' ') }),
  };
}

function physicsAttributes(physics: Physics | null): Record<string, number> {
  if (physics === null) return {};
  const [fromKm, toKm] = physics.slopeWavelengthsKm ?? [];
  return {
    ...numberAttributes(PHYSICS_KEYS, physics),
    ...(fromKm === undefined || toKm === undefined
      ? {}
      : { spectral_slope_from_km: fromKm, spectral_slope_to_km: toKm }),
  };
}

/** A number that is undefined has no attribute. */
function numberAttributes<Key extends ScoreKey>(
  keys: readonly Key[],
  values: { readonly [K in Key]?: number | null | undefined },
): Record<string, number> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = values[key] ?? null;
      return value === null ? [] : [[SCORE_TABLE[key].attribute, value]];
    }),
  );
}
