import type { FileRole, LeakRow } from '@sillage/contracts';
import type { ShiftComparison } from './shift-comparison.js';

/** m: heights that differ by less are the same heights, stored in other steps. */
export const SAME_HEIGHTS_RMSE_M = 0.001;
/**
 * From here on a variable is the truth in other units or packing. A map would need µ ≈ 0.986 to come near (error / signal =
 * √(2 (1 − r)) = 1.4 %); the best published ones have about 0.96, that is r ≈ 0.9992.
 */
export const SAME_FIELD_CORRELATION = 0.9999;
/** A variable that no role uses and that is as near to the truth as this is worth a question. */
export const NEAR_FIELD_CORRELATION = 0.99;
/**
 * Observations on a grid that are there at more of the scored nodes and days than this are a map; SWOT and four nadirs reach a
 * tenth on 1/20°, a fifth on 1/4°.
 */
export const COMPLETE_SHARE = 0.5;
/**
 * A second variable whose error is below this share of the error of the declared one tells what the scenario hides. Of the
 * same heights the ratio is 1; the weakest noise of the demo's ladder leaves 0.74, most of it from the binning.
 */
export const ERROR_FREE_RATIO = 0.9;
/** What simulators call heights without error. */
const ERROR_FREE_NAMES: ReadonlySet<string> = new Set(['ssh_model', 'ssh_mod']);

export type LeakQuestion = {
  role: FileRole;
  variable: string;
  /** Whether it is the variable that the role uses. */
  isDeclared: boolean;
  /** Whether its values are heights in a known unit, so that differences are metres. */
  isInMetres: boolean;
  sealedDayCount: number;
  /** Share of the scored nodes and sealed days where the file has a value; 0 along tracks and in swaths. */
  completeness: number;
  comparison: ShiftComparison | null;
  /** Root mean square difference of the declared variable of the same file, metres. */
  declaredRmse: number | null;
};

export type LeakReason = 'copy' | 'complete-observations' | 'error-free' | 'error-free-by-name' | 'near-copy';
export type LeakAnswer = { verdict: LeakRow['verdict']; reason: LeakReason | null };

const OBSERVATION_ROLES: ReadonlySet<FileRole> = new Set([
  'observations',
  'swath-observations',
  'gridded-observations',
]);

export function isObservationRole(role: FileRole): boolean {
  return OBSERVATION_ROLES.has(role);
}

/** Whether one variable of a file that participants get gives away the truth of the sealed days. */
export function leakVerdict(question: LeakQuestion): LeakAnswer {
  const { role, comparison, sealedDayCount, isDeclared, variable } = question;
  const isObservation = isObservationRole(role);
  const plain: LeakRow['verdict'] = role === 'oi' || role === 'reconstruction' ? 'map' : 'input';
  if (sealedDayCount === 0) return { verdict: 'outside', reason: null };
  if (comparison === null) {
    return isObservation && !isDeclared && ERROR_FREE_NAMES.has(variable.toLowerCase())
      ? { verdict: 'leak', reason: 'error-free-by-name' }
      : { verdict: plain, reason: null };
  }
  const isSame =
    comparison.largestCorrelation >= SAME_FIELD_CORRELATION ||
    (question.isInMetres && comparison.rmse < SAME_HEIGHTS_RMSE_M);
  if (!isObservation) {
    if (isSame) return { verdict: 'leak', reason: 'copy' };
    if (!isDeclared && comparison.largestCorrelation >= NEAR_FIELD_CORRELATION)
      return { verdict: plain, reason: 'near-copy' };
    return { verdict: plain, reason: null };
  }
  if (isSame && question.completeness > COMPLETE_SHARE)
    return { verdict: 'leak', reason: 'complete-observations' };
  const isCloser =
    !isDeclared &&
    question.isInMetres &&
    question.declaredRmse !== null &&
    question.declaredRmse > SAME_HEIGHTS_RMSE_M &&
    comparison.rmse < ERROR_FREE_RATIO * question.declaredRmse;
  return isCloser ? { verdict: 'leak', reason: 'error-free' } : { verdict: 'input', reason: null };
}
