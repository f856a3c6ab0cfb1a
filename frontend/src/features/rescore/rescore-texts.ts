import type { RescoreOutcome, RescoreState, RescoreSummary, RescoreView } from '@sillage/contracts';
import { countOf } from '../../lib/format-number';

export const RESCORE_STATE_TEXTS: Record<RescoreState, string> = {
  running: 'running',
  ready: 'ready: waits for your decision',
  promoted: 'promoted',
  discarded: 'discarded',
  cancelled: 'cancelled',
};

export const OUTCOME_TEXTS: Record<RescoreOutcome, string> = {
  moves: 'moves',
  stays: 'stays',
  appears: 'new',
  vanishes: 'not in the new version',
  rejected: 'rejected',
  failed: 'failed on our side',
  cancelled: 'cancelled',
  pending: 'no result yet',
};

/** `1.0.0 → 1.1.0`, or what happens on one version. */
export function rescoreName({ version, fromVersion }: Pick<RescoreView, 'version' | 'fromVersion'>): string {
  return version === fromVersion ? `${version}, by a newer evaluator` : `${fromVersion} → ${version}`;
}

/** How far it is, as a sentence. */
export function progressText({ counts, total }: Pick<RescoreView, 'counts' | 'total'>): string {
  const done = total - counts.queued - counts.running;
  const parts = (['scored', 'rejected', 'failed', 'cancelled'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`);
  return `${done} of ${countOf(total, 'evaluation', 'evaluations')} done${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

/** Everybody who looks at the report for ten seconds should know this. */
export function summarySentences(summary: RescoreSummary, taskCount: number): string[] {
  const { outcomes, unscored, rankChanges, largestMuChange: largest, topThreeChanged } = summary;
  const compared = outcomes.moves + outcomes.stays;
  return [
    `${outcomes.moves} of ${countOf(compared, 'compared score moves', 'compared scores move')} in a digit that boards show; ${countOf(rankChanges, 'rank changes', 'ranks change')}.`,
    topThreeChanged.length === 0
      ? 'The first three of every board are the same, in the same order.'
      : `The first three change on ${topThreeChanged.length} of ${countOf(taskCount, 'board', 'boards')}: ${topThreeChanged.map(({ area, scenario }) => `${area} × ${scenario}`).join(', ')}.`,
    largest === null
      ? 'No change of µ is known yet.'
      : `The largest change of µ: ${largest.method} on ${largest.area} × ${largest.scenario}, ${largest.before.toFixed(3)} → ${largest.after.toFixed(3)}.`,
    unscored === 0
      ? 'Every entry that had a score keeps one.'
      : `${countOf(unscored, 'entry', 'entries')} had a score and ${unscored === 1 ? 'gets' : 'get'} none: ${unscored === 1 ? 'it leaves' : 'they leave'} the boards.`,
    `Scored by evaluator ${summary.evaluatorsAfter.join(', ') || '–'}; before by ${summary.evaluatorsBefore.join(', ') || '–'}.`,
  ];
}
