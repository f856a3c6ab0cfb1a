import type { ChallengeDefinition, DatasetFinding, FindingSeverity, LeakRow } from '@sillage/contracts';
import { isReferenceRole, isSealed } from './definition-findings.js';
import type { FileReading, VariableSample } from '../files/file-reading.js';
import { finding, metresText } from './findings.js';
import {
  COMPLETE_SHARE,
  isObservationRole,
  leakVerdict,
  type LeakAnswer,
  type LeakReason,
} from './leak-verdict.js';
import type { ShiftComparison } from './shift-comparison.js';
import { WITHHELD_SHARE, withheldPointsIn } from './track-overlap.js';

/** One variable of a file that participants get, in one area, against the truth there. */
export type ComparedSample = {
  reading: FileReading;
  sample: VariableSample;
  comparison: ShiftComparison | null;
};

/** A row for each variable in each area that its file is for, and in others where it gives something away. */
export function leakRows(compared: readonly ComparedSample[]): LeakRow[] {
  const isTold = ({ reading, sample }: ComparedSample, { verdict }: LeakRow) =>
    verdict === 'leak' || reading.uses.some(({ area }) => area === sample.area);
  const rowOf = (item: ComparedSample): LeakRow => ({
    path: item.reading.file.path,
    role: item.reading.role,
    variable: item.sample.variable,
    area: item.sample.area,
    sealedDayCount: item.sample.days.size,
    rmseM: item.sample.isInMetres ? (item.comparison?.rmse ?? null) : null,
    verdict: answerOf(item, compared).verdict,
  });
  return compared.flatMap((item) => {
    const row = rowOf(item);
    return isTold(item, row) ? [row] : [];
  });
}

/** What gives the truth away; where nothing is sealed the same is told as a note. */
export function leakFindings(
  definition: ChallengeDefinition,
  compared: readonly ComparedSample[],
): DatasetFinding[] {
  return compared.flatMap((item) => {
    const { reason } = answerOf(item, compared);
    return reason === null ? [] : [leakFinding(definition, item, reason)];
  });
}

function answerOf(item: ComparedSample, all: readonly ComparedSample[]): LeakAnswer {
  const { reading, sample, comparison } = item;
  const declared = all.find(
    (other) => other.reading === reading && other.sample.isDeclared && other.sample.area === sample.area,
  );
  const answer = leakVerdict({
    role: reading.role,
    variable: sample.variable,
    isDeclared: sample.isDeclared,
    isInMetres: sample.isInMetres,
    sealedDayCount: sample.days.size,
    completeness: sample.completeCount === 0 ? 0 : sample.sampler.seen / sample.completeCount,
    comparison,
    declaredRmse: declared?.comparison?.rmse ?? null,
  });
  // In areas that the file is not for, only the truth itself matters.
  const isForArea = reading.uses.some(({ area }) => area === sample.area);
  if (isForArea || answer.reason === 'copy' || answer.reason === 'complete-observations') return answer;
  return { verdict: isObservationRole(reading.role) ? 'input' : answer.verdict, reason: null };
}

/** Where it is sealed: what surely gives the truth away is an error, what may be meant is a warning to accept. */
const SEVERITY: Record<LeakReason, FindingSeverity> = {
  copy: 'error',
  'complete-observations': 'error',
  'error-free': 'warning',
  'error-free-by-name': 'warning',
  'near-copy': 'warning',
};

function leakFinding(
  definition: ChallengeDefinition,
  { reading, sample, comparison }: ComparedSample,
  reason: LeakReason,
): DatasetFinding {
  const { path } = reading.file;
  const sealed = isSealed(definition);
  // A map of a method that equals the truth is no map of a method, whoever may see the truth.
  const openSeverity: FindingSeverity =
    reason === 'copy' && (reading.role === 'oi' || reading.role === 'reconstruction') ? 'warning' : 'note';
  const severity = sealed ? SEVERITY[reason] : openSeverity;
  const code = reason === 'near-copy' ? 'sealed-period' : 'sealed-content';
  const name = `'${sample.variable}'`;
  const days = `${sample.days.size} ${sample.days.size === 1 ? 'day' : 'days'} of the evaluation period`;
  const distance =
    comparison === null
      ? ''
      : `: correlation ${comparison.largestCorrelation.toFixed(5)}${sample.isInMetres ? `, RMSE ${metresText(comparison.rmse)}` : ''} over ${comparison.pointCount} points`;
  const seen = sealed
    ? ''
    : ' Nothing is sealed at practice level: this only matters if the level is changed.';
  const about = { path, area: sample.area };
  switch (reason) {
    case 'copy':
      return finding(severity, code, about, {
        found: `${name} is the truth of ${days}, perhaps in another packing or unit${distance}`,
        needed: `nothing of the truth of these days in a file with the role '${reading.role}'`,
        fix: `Take ${name} out of the file, or cut the file to other days.${seen}`,
      });
    case 'complete-observations':
      return finding(severity, code, about, {
        found: `${name} has error-free values at ${((100 * sample.sampler.seen) / sample.completeCount).toFixed(0)} % of the scored nodes and days${distance}`,
        needed: `observations: values at less than ${100 * COMPLETE_SHARE} % of them`,
        fix: `Give the values where the satellites of the scenario measured, and no others.${seen}`,
      });
    case 'error-free':
      return finding(severity, code, about, {
        found: `${name} is nearer to the truth than the variable that participants are to use, at the same points on ${days}${distance}`,
        needed: 'in a scenario with errors, the heights with errors alone',
        fix: `Take ${name} out of the file, or accept that participants can subtract the errors.${seen}`,
      });
    case 'error-free-by-name':
      return finding(severity, code, about, {
        found: `${name} is by its name the height without errors, beside the observed one, on ${days}; there is no truth on a grid to compare it with`,
        needed: 'in a scenario with errors, the heights with errors alone',
        fix: `Take ${name} out of the file, or accept that participants can subtract the errors.${seen}`,
      });
    case 'near-copy':
      return finding(severity, code, about, {
        found: `${name}, which no role uses, is near to the truth on ${days}${distance}`,
        needed: 'no variables that nobody needs on the days that are sealed',
        fix: `Take ${name} out of the file if participants do not need it.${seen}`,
      });
  }
}

/** Points of the withheld altimeter in the observations that participants get. */
export function trackLeaks(
  definition: ChallengeDefinition,
  readings: readonly FileReading[],
): { rows: LeakRow[]; findings: DatasetFinding[] } {
  const rows: LeakRow[] = [];
  const findings: DatasetFinding[] = [];
  for (const withheld of readings.filter(({ role }) => role === 'evaluation-track')) {
    if (withheld.track === null || withheld.track.timeDays.length === 0) continue;
    for (const reading of readings) {
      if (isReferenceRole(reading.role) || reading.track === null) continue;
      const { pointCount, sharedCount, equalCount, rmseM } = withheldPointsIn(reading.track, withheld.track);
      const isLeak = sharedCount > WITHHELD_SHARE * pointCount;
      for (const area of new Set(withheld.uses.map((use) => use.area))) {
        const sample = reading.samples.find((item) => item.isDeclared && item.area === area);
        if (sample === undefined) continue;
        rows.push({
          path: reading.file.path,
          role: reading.role,
          variable: `${sample.variable} at the points of '${withheld.file.path}'`,
          area,
          sealedDayCount: sample.days.size,
          rmseM: isLeak ? rmseM : null,
          verdict: isLeak ? 'leak' : 'input',
        });
        if (!isLeak) continue;
        findings.push(
          finding(
            isSealed(definition) ? 'error' : 'warning',
            'sealed-content',
            { path: reading.file.path, area },
            {
              found: `${sharedCount} of ${pointCount} points of the withheld altimeter (same second, same place), ${equalCount} of them with the same height`,
              needed: 'observations of other satellites than the one that maps are compared with',
              fix: `Take ${withheld.report.satellites.join(', ') || 'the withheld altimeter'} out of the file.`,
            },
          ),
        );
      }
    }
  }
  return { rows, findings };
}
