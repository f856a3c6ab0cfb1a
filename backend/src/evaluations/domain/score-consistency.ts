import {
  isAlongTrackProtocol,
  METRICS_OF_PROTOCOL,
  type BoardStatistics,
  type Metric,
  type Protocol,
  type Scores,
} from '@sillage/contracts';
import { scoresOfSeries } from '@sillage/science/uncertainty';

const RESOLUTIONS = ['lambdaXDeg', 'lambdaXKm', 'lambdaTDays'] as const satisfies readonly Metric[];

/**
 * What contradicts itself in scores: a resolution that the protocol does not have, or a missing one without its reason.
 * Such a set of numbers would look right on a board.
 *
 * @returns null where nothing does.
 */
export function contradictionIn(scores: Scores, protocol: Protocol): string | null {
  const own = RESOLUTIONS.filter((metric) => METRICS_OF_PROTOCOL[protocol].includes(metric));
  const foreign = RESOLUTIONS.filter((metric) => !own.includes(metric) && scores[metric] !== null);
  if (foreign.length > 0) return `${protocol} has no ${foreign.join(', ')}`;
  const missing = own.filter((metric) => scores[metric] === null);
  if (missing.length !== 0 && missing.length !== own.length) return `${missing.join(', ')} is missing alone`;
  const isResolved = missing.length === 0;
  if (isResolved && scores.unresolved !== null)
    return `${own.join(', ')} given, and '${scores.unresolved}' as the reason for having none`;
  if (!isResolved && scores.unresolved === null) return `no ${own.join(', ')}, and no reason for it`;
  const unbounded = scores.atGridLimit.filter((metric) => scores[metric] === null);
  return unbounded.length > 0
    ? `${unbounded.join(', ')} at the limit of the grid, but without a value`
    : null;
}

/** Other than round-off: another order of addition. */
const TOLERANCE = 1e-9;

/** Sums per day whose µ or σ is not that of the scores: intervals about another number than the board shows. */
export function contradictionWithStatistics(
  { mu, sigma }: Scores,
  statistics: BoardStatistics | null,
  protocol: Protocol,
): string | null {
  if (statistics === null) return null;
  const ofSeries = scoresOfSeries(
    statistics.daily,
    isAlongTrackProtocol(protocol) ? 'mean-of-days' : 'pooled',
  );
  const isSame = (a: number, b: number) => Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a));
  if (!isSame(mu, ofSeries.mu)) return `µ is ${mu}, but ${ofSeries.mu} by its sums per day`;
  return isSame(sigma, ofSeries.sigma) ? null : `σ is ${sigma}, but ${ofSeries.sigma} by its sums per day`;
}
