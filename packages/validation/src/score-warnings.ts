import type { CheckWarning, Scores } from '@sillage/contracts';
import type { ScoreStatistics } from '@sillage/science';

/** µ that a map gains when its time mean is replaced by the reference's, beyond which it looks like an anomaly. */
const SUSPICIOUS_GAIN = 0.25;
/** Regression of the reconstruction on the reference beyond which the units look wrong by a factor of 100. */
const CENTIMETRE_SLOPE = 30;

/**
 * Doubts about a map that was scored as it is: an anomaly without its mean, centimetres declared as metres.
 * `scoreName` is what messages call the score: the µ of the board unless they are told another one.
 */
export function suspicions(
  statistics: Pick<ScoreStatistics, 'daily'>,
  scores: Pick<Scores, 'mu'>,
  squaredErrorWithoutMean: number,
  scoreName = 'µ',
): CheckWarning[] {
  const sum = (pick: (day: ScoreStatistics['daily'][number]) => number): number =>
    statistics.daily.reduce((total, day) => total + pick(day), 0);
  const pairedCount = sum((day) => day.pairedCount);
  const meanSquare = sum((day) => day.squaredReferenceSum) / sum((day) => day.referenceCount);
  const warnings: CheckWarning[] = [];
  const muWithoutMean = 1 - Math.sqrt(Math.max(0, squaredErrorWithoutMean) / pairedCount / meanSquare);
  if (muWithoutMean - scores.mu > SUSPICIOUS_GAIN) {
    warnings.push({
      code: 'sla-suspected',
      message:
        `Most of the error is constant in time: with the reference's time mean ${scoreName} would be ${muWithoutMean.toFixed(2)} instead ` +
        `of ${scores.mu.toFixed(2)}. Is this sea level anomaly without the mean dynamic topography?`,
    });
  }
  const slope = 1 + sum((day) => day.errorReferenceSum) / sum((day) => day.pairedSquaredReferenceSum);
  if (Math.abs(slope) > CENTIMETRE_SLOPE || (slope > 0 && slope < 1 / CENTIMETRE_SLOPE)) {
    warnings.push({
      code: 'units-suspected',
      message:
        `The heights are ${slope.toPrecision(2)} times those of the reference. Heights must be in metres, or their ` +
        `units attribute must name the true unit ("cm", "mm").`,
    });
  }
  return warnings;
}
