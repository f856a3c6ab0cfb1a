import type { Agreement, DatasetFinding, FindingSeverity } from '@sillage/contracts';
import type { Mistake } from '@sillage/science';
import { mistakeText } from '@sillage/checking';
import { finding, metresText } from './findings.js';
import type { ShiftComparison } from './shift-comparison.js';

/** See docs/curation.md for what the demo's files have, and why these numbers lie where they do. */
export const AGREEMENT_LIMITS = {
  /** Correlation with the truth: below the first a warning, below the second an error. */
  observations: { doubtful: 0.8, wrong: 0.5 },
  maps: { doubtful: 0.4, wrong: 0.1 },
  /** Metres in the file per metre in the truth of observations; outside of it the unit or the variable is another. */
  slope: { least: 0.5, most: 2 },
  /** A mean difference of more than this (m), and of more than the truth varies (σ), is another reference surface. */
  biasM: 0.1,
  /** Of the shift: half of the way from −1 (no shift) to 1 (this shift) is 0. */
  shiftEvidence: 0.5,
  /** Share of points on the land of the truth. */
  landShare: 0.05,
} as const;

type About = Pick<Agreement, 'path' | 'area' | 'scenario'>;

/** What the comparison of observations with the truth says against them. */
export function observationFindings(
  about: About,
  variable: string,
  comparison: ShiftComparison,
): DatasetFinding[] {
  const strange = strangerFinding('observations-disagree', about, variable, comparison);
  if (strange !== null) return [strange];
  const { bias, slope, truthStd, bestShiftDays, shiftEvidence } = comparison;
  const findings: DatasetFinding[] = [];
  const { least, most } = AGREEMENT_LIMITS.slope;
  if (slope !== null && (slope < least || slope > most))
    findings.push(
      finding('error', 'observations-disagree', about, {
        found: `a metre of the truth is ${slope.toPrecision(3)} m in '${variable}' ${numbersOf(comparison)}`,
        needed: 'both in the unit that they declare',
        fix: 'Check units, scale_factor and add_offset of both; of centimetres called metres the number is 100.',
      }),
    );
  if (Math.abs(bias) > AGREEMENT_LIMITS.biasM && Math.abs(bias) > truthStd)
    findings.push(
      finding('warning', 'observations-disagree', about, {
        found: `'${variable}' lies ${metresText(Math.abs(bias))} ${bias > 0 ? 'above' : 'below'} the truth on average (${numbersOf(comparison)})`,
        needed: 'heights above the same surface',
        fix: 'Check whether one of them is an anomaly (SLA) and the other a height (SSH, ADT).',
      }),
    );
  if (bestShiftDays !== 0 && shiftEvidence > AGREEMENT_LIMITS.shiftEvidence) {
    const isWhole = Math.abs(bestShiftDays) >= 1;
    const days = isWhole ? `${Math.abs(bestShiftDays)} day` : 'half a day';
    const later = bestShiftDays < 0 ? 'later' : 'earlier';
    findings.push(
      finding(isWhole ? 'error' : 'warning', 'observations-shifted', about, {
        found: `the times of '${variable}' are about ${days} ${later} than those of the truth (${(100 * shiftEvidence).toFixed(0)} % of what such a shift would explain is explained by it)`,
        needed: 'the time of each value as it was',
        fix: isWhole
          ? 'Check the units of the time axis (days since when?) and whether days are counted from 0 or from 1.'
          : 'Daily means that are stamped at the beginning of their day look like this: stamp them at noon, or accept this warning if the challenge is meant so.',
      }),
    );
  }
  return findings;
}

/** Mistakes after which a map is no map of these days and this place; the others may be meant. */
const GRAVE: ReadonlySet<Mistake['kind']> = new Set([
  'sign-flipped',
  'wrong-unit',
  'latitudes-reversed',
  'longitudes-reversed',
  'axes-swapped',
  'rolled',
  'shifted-in-time',
]);

/** What the comparison of maps with the truth, or with a withheld track, says against them. */
export function mapFindings(
  about: About,
  variable: string,
  comparison: ShiftComparison | null,
  mistakes: readonly Mistake[],
): DatasetFinding[] {
  if (mistakes.length > 0)
    return mistakes.map((mistake) => {
      const { title, evidence, fix } = mistakeText(mistake, 'the truth');
      const severity: FindingSeverity = GRAVE.has(mistake.kind) ? 'error' : 'warning';
      return finding(severity, 'oi-disagrees', about, {
        found: `${title}. ${evidence}`,
        needed: "maps of the truth's days, places and unit",
        fix,
      });
    });
  if (comparison === null) return [];
  const strange = strangerFinding('oi-disagrees', about, variable, comparison);
  return strange === null ? [] : [strange];
}

/** Values that go another way than the truth, or nowhere with it. */
function strangerFinding(
  code: 'observations-disagree' | 'oi-disagrees',
  about: About,
  variable: string,
  comparison: ShiftComparison,
): DatasetFinding | null {
  const isObservation = code === 'observations-disagree';
  const limits = isObservation ? AGREEMENT_LIMITS.observations : AGREEMENT_LIMITS.maps;
  const r = comparison.correlation ?? 0;
  if (r < -limits.wrong)
    return finding('error', code, about, {
      found: `'${variable}' goes down where the truth goes up: correlation ${r.toFixed(2)} ${numbersOf(comparison)}`,
      needed: 'heights with the sign of the truth',
      fix: 'Multiply the heights by −1; the values may also be upside down: check the order of the latitudes.',
    });
  if (r >= limits.doubtful) return null;
  return finding(r < limits.wrong ? 'error' : 'warning', code, about, {
    found: `'${variable}' and the truth have little in common: correlation ${r.toFixed(2)} ${numbersOf(comparison)}`,
    needed: `${isObservation ? 'observations' : 'a map'} of the same sea: a correlation of at least ${limits.doubtful}`,
    fix: 'Check that file and truth are of the same simulation, period and area, and that latitudes, longitudes and times are those of the values.',
  });
}

function numbersOf({ pointCount, bias, rmse, truthStd }: ShiftComparison): string {
  return `over ${pointCount} points, bias ${metresText(bias)}, RMSE ${metresText(rmse)}, where the truth varies by ${metresText(truthStd)} (σ)`;
}
