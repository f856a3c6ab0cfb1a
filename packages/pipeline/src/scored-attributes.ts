import type { Physics, ProductsPayload, Protocol, Scores, TaskExtent } from '@sillage/contracts';
import { historyLine } from './provenance.js';

export type ScoredFileDescription = {
  task: TaskExtent;
  protocol: Protocol;
  scores: Scores;
  /** Null or absent where it was not computed: along a track, and by earlier evaluators. */
  physics?: Physics | null;
  provenance: ProductsPayload['provenance'];
  evaluatorVersion: string;
  /** Instant for the history attribute. */
  now: Date;
};

/** Global attributes of a scored.nc: what was scored, how, and with which result. `comment` says what is missing in it. */
export function scoredAttributes(
  options: ScoredFileDescription,
  comment: string,
): Record<string, string | number> {
  const { provenance, scores, task } = options;
  const resolution = {
    ...(scores.lambdaXDeg === null ? {} : { lambda_x_degrees: scores.lambdaXDeg }),
    ...(scores.lambdaXKm === null ? {} : { lambda_x_km: scores.lambdaXKm }),
    ...(scores.lambdaTDays === null ? {} : { lambda_t_days: scores.lambdaTDays }),
    ...(scores.unresolved === null ? {} : { effective_resolution_unresolved: scores.unresolved }),
  };
  return {
    title: `${provenance.method} scored on ${provenance.challengeName}, ${task.area} × ${task.scenario}`,
    source: `submission ${provenance.submissionId} by ${provenance.author}`,
    history: historyLine(options.now, `sillage evaluator ${options.evaluatorVersion}`),
    license: provenance.licence,
    references: `challenge ${provenance.challenge}, dataset ${provenance.datasetVersion}`,
    comment: provenance.synthetic ? `The reference is a synthetic ocean. ${comment}` : comment,
    protocol: options.protocol,
    evaluator_version: options.evaluatorVersion,
    dataset_version: provenance.datasetVersion,
    area: task.area,
    scenario: task.scenario,
    period_start: task.period.start,
    period_end: task.period.end,
    mu_rmse: scores.mu,
    sigma_rmse: scores.sigma,
    rmse_m: scores.rmseM,
    ...resolution,
    ...physicsAttributes(options.physics ?? null),
  };
}

/** A number that is undefined has no attribute. */
function physicsAttributes(physics: Physics | null): Record<string, number> {
  if (physics === null) return {};
  const { slopeWavelengthsKm } = physics;
  const attributes = {
    variance_ratio: physics.varianceRatio,
    gradient_rms_ratio: physics.gradientRatio,
    vorticity_rms_ratio: physics.vorticityRatio,
    spectral_slope: physics.spectralSlope,
    spectral_slope_of_reference: physics.truthSpectralSlope,
    spectral_slope_from_km: slopeWavelengthsKm?.[0] ?? null,
    spectral_slope_to_km: slopeWavelengthsKm?.[1] ?? null,
  };
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
