import { SCORE_TABLE, type Metric, type Scores } from '@sillage/contracts';
import { formatSigned } from './format-number';
import { isAtGridLimit, scoreTextWithUnit } from './format-score';

export type DifferenceUnit = 'percent' | 'absolute';

/** A difference as it is shown: a verdict with its glyph, and a text that never contradicts the verdict. */
export type ShownDifference = {
  verdict: 'better' | 'worse' | 'close' | 'equal' | 'unknown';
  glyph: '▲' | '▼' | '';
  text: string;
};

/**
 * `value − reference` in words and numbers; `null` where one of the two has no value. Differences are taken before
 * rounding. One too small for the decimals shown is `≈ equal`, without a number that would look exact. Where one side
 * is only an upper bound, so is the difference, and where both are, nothing is known of it.
 */
export function shownDifference(
  metric: Metric,
  scores: Scores,
  reference: Scores,
  unit: DifferenceUnit,
): ShownDifference | null {
  const value = scores[metric];
  const zero = reference[metric];
  if (value === null || zero === null) return null;
  const isBound = isAtGridLimit(scores, metric);
  const isZeroBound = isAtGridLimit(reference, metric);
  if (isBound && isZeroBound) return { verdict: 'unknown', glyph: '', text: 'both at the limit' };

  const { better, decimals } = SCORE_TABLE[metric];
  const change = value - zero;
  if (change === 0) return { verdict: 'equal', glyph: '', text: 'equal' };
  const inPercent = unit === 'percent' && zero !== 0;
  const shown = inPercent ? (100 * change) / Math.abs(zero) : change;
  const shownDecimals = inPercent ? 1 : decimals;
  const looksEqual = (number: number, places: number) => Number(Math.abs(number).toFixed(places)) === 0;
  if (looksEqual(change, decimals) || looksEqual(shown, shownDecimals))
    return { verdict: 'close', glyph: '', text: '≈ equal' };

  const isBetter = better === 'higher' ? change > 0 : change < 0;
  const bound = isBound ? '≤ ' : isZeroBound ? '≥ ' : '';
  return {
    verdict: isBetter ? 'better' : 'worse',
    glyph: isBetter ? '▲' : '▼',
    text: `${bound}${formatSigned(shown, shownDecimals)}${inPercent ? '\u202f%' : ''}`,
  };
}

/** What stands where no difference can be taken: what the other one has, never that there is no difference. */
export function undefinedDifferenceText(
  metric: Metric,
  scores: Scores,
  reference: { method: string; scores: Scores },
): string {
  const value = scoreTextWithUnit(reference.scores, metric);
  if (value !== null) return `${reference.method} has ${value}`;
  return `${reference.method} has no number${scores[metric] === null ? ' either' : ''}`;
}
