import {
  SCORE_KEYS,
  SCORE_TABLE,
  METRICS_OF_PROTOCOL,
  RESCORE_OUTCOMES,
  type EvaluationState,
  type Protocol,
  type RescoreEntry,
  type RescoreOutcome,
  type RescoreSummary,
  type RescoreTask,
  type Scores,
} from '@sillage/contracts';
import { disclosedRejection, type StoredRejection } from '../../disclosure/domain/disclosure.js';

/** A score on one of the two boards of a task. */
export type ReportStanding = {
  evaluationId: string;
  submissionId: string;
  method: string;
  author: string;
  kind: 'participant' | 'reference';
  isListed: boolean;
  scores: Scores;
  rank: number | null;
  evaluatorVersion: string;
};

/** What the re-score made, or has still to make, of an entry. */
export type ReportAttempt = Omit<ReportStanding, 'scores'> & {
  scores: Scores | null;
  state: EvaluationState;
  rejection: StoredRejection | null;
  failureMessage: string | null;
  previousEvaluationId: string | null;
  significance: RescoreEntry['significance'];
};

export type ReportTask = {
  area: string;
  scenario: string;
  presence: RescoreTask['presence'];
  before: readonly ReportStanding[];
  attempts: readonly ReportAttempt[];
};

/** Had a score, and gets none. */
const UNSCORED: readonly RescoreOutcome[] = ['vanishes', 'rejected', 'failed', 'cancelled'];

/** Every entry of a task, as it was and as it would be. */
export function comparedTask(
  task: ReportTask,
  { protocol, isSameVersion }: { protocol: Protocol; isSameVersion: boolean },
): RescoreTask {
  const byId = new Map(task.before.map((entry) => [entry.evaluationId, entry]));
  const taken = new Set(task.attempts.map(({ previousEvaluationId }) => previousEvaluationId));
  const entries = [
    ...task.attempts.map((attempt) =>
      attemptedEntry(attempt, byId.get(attempt.previousEvaluationId ?? '') ?? null, protocol),
    ),
    ...task.before
      .filter(({ evaluationId }) => !taken.has(evaluationId))
      .map((entry) =>
        untakenEntry(entry, task.presence !== 'before' && (isSameVersion || entry.kind === 'participant')),
      ),
  ];
  return {
    area: task.area,
    scenario: task.scenario,
    presence: task.presence,
    entries: entries.toSorted(
      (left, right) =>
        placeOf(left.after) - placeOf(right.after) ||
        placeOf(left.before) - placeOf(right.before) ||
        muOf(right) - muOf(left) ||
        (left.submissionId < right.submissionId ? -1 : 1),
    ),
  };
}

export function summaryOf(tasks: readonly RescoreTask[]): RescoreSummary {
  const all = tasks.flatMap(({ area, scenario, entries }) =>
    entries.map((entry) => ({ ...entry, area, scenario })),
  );
  const outcomes = Object.fromEntries(
    RESCORE_OUTCOMES.map((outcome) => [outcome, all.filter((entry) => entry.outcome === outcome).length]),
  ) as RescoreSummary['outcomes'];
  const largest = all.reduce<(typeof all)[number] | null>(
    (most, entry) =>
      entry.differences !== null &&
      (!most?.differences || Math.abs(entry.differences.mu) > Math.abs(most.differences.mu))
        ? entry
        : most,
    null,
  );
  return {
    outcomes,
    unscored: all.filter(({ before, outcome }) => before !== null && UNSCORED.includes(outcome)).length,
    rankChanges: all.filter(
      ({ before, after }) => isRanked(before) && isRanked(after) && before.rank !== after.rank,
    ).length,
    largestMuChange:
      !largest?.before || !largest.after
        ? null
        : {
            submissionId: largest.submissionId,
            method: largest.method,
            area: largest.area,
            scenario: largest.scenario,
            before: largest.before.scores.mu,
            after: largest.after.scores.mu,
          },
    topThreeChanged: tasks
      .filter(({ presence }) => presence === 'both')
      .filter(({ entries }) => !isSameTop(entries))
      .map(({ area, scenario }) => ({ area, scenario })),
    evaluatorsBefore: versionsOf(all.map(({ before }) => before)),
    evaluatorsAfter: versionsOf(all.map(({ after }) => after)),
  };
}

function attemptedEntry(
  attempt: ReportAttempt,
  before: ReportStanding | null,
  protocol: Protocol,
): RescoreEntry {
  const { submissionId, method, author, kind, isListed, state, rejection, failureMessage } = attempt;
  const after = attempt.scores === null ? null : standingOf({ ...attempt, scores: attempt.scores });
  return {
    submissionId,
    method,
    author,
    kind,
    isListed,
    outcome: outcomeOf(state, before?.scores ?? null, attempt.scores, protocol),
    before: before === null ? null : standingOf(before),
    after,
    differences: before === null || after === null ? null : differencesOf(before.scores, after.scores),
    significance: before === null || after === null ? null : attempt.significance,
    rejection: state === 'rejected' ? disclosedRejection(rejection, 'practice') : null,
    failureMessage: state === 'failed' ? failureMessage : null,
  };
}

/** What is still to be taken up is so in a moment. A new version has references of its own: an old one without a successor goes. */
function untakenEntry(entry: ReportStanding, isToBeTaken: boolean): RescoreEntry {
  const { submissionId, method, author, kind, isListed } = entry;
  return {
    submissionId,
    method,
    author,
    kind,
    isListed,
    outcome: isToBeTaken ? 'pending' : 'vanishes',
    before: standingOf(entry),
    after: null,
    differences: null,
    significance: null,
    rejection: null,
    failureMessage: null,
  };
}

function outcomeOf(
  state: EvaluationState,
  before: Scores | null,
  after: Scores | null,
  protocol: Protocol,
): RescoreOutcome {
  switch (state) {
    case 'queued':
    case 'running':
      return 'pending';
    case 'rejected':
    case 'failed':
    case 'cancelled':
      return state;
    case 'scored':
      if (before === null || after === null) return 'appears';
      return isShownAlike(before, after, protocol) ? 'stays' : 'moves';
  }
}

/** The same digits on a board, and the same said of what has none. */
function isShownAlike(before: Scores, after: Scores, protocol: Protocol): boolean {
  const text = (scores: Scores) =>
    METRICS_OF_PROTOCOL[protocol].map((metric) => {
      const value = scores[metric];
      const isBound = scores.atGridLimit.some((limited) => limited === metric);
      return value === null
        ? (scores.unresolved ?? 'none')
        : `${value.toFixed(SCORE_TABLE[metric].decimals)}${isBound ? ' at most' : ''}`;
    });
  return text(before).join(' ') === text(after).join(' ');
}

function differencesOf(before: Scores, after: Scores): NonNullable<RescoreEntry['differences']> {
  const difference = (key: (typeof SCORE_KEYS)[number]) => {
    const [first, second] = [before[key] ?? null, after[key] ?? null];
    return first === null || second === null ? null : second - first;
  };
  return {
    ...Object.fromEntries(SCORE_KEYS.map((key) => [key, difference(key)])),
    mu: after.mu - before.mu,
  };
}

function standingOf({
  evaluationId,
  scores,
  rank,
  evaluatorVersion,
}: ReportStanding): NonNullable<RescoreEntry['before']> {
  return { evaluationId, scores, rank, evaluatorVersion };
}

/** The first three of a board with their shared ranks. A reference is known by its name: the new version has a map of its own. */
function isSameTop(entries: readonly RescoreEntry[]): boolean {
  const top = (side: 'before' | 'after') =>
    entries
      .flatMap((entry) => {
        const standing = entry[side];
        if (!isRanked(standing)) return [];
        const key = entry.kind === 'reference' ? entry.method : entry.submissionId;
        return [{ key, rank: standing.rank, mu: standing.scores.mu }];
      })
      .toSorted((left, right) => left.rank - right.rank || right.mu - left.mu)
      .slice(0, 3)
      .map(({ key, rank }) => `${rank} ${key}`);
  return top('before').join('\n') === top('after').join('\n');
}

function versionsOf(standings: readonly RescoreEntry['before'][]): string[] {
  return [...new Set(standings.flatMap((standing) => standing?.evaluatorVersion ?? []))].toSorted();
}

function isRanked(
  standing: RescoreEntry['before'],
): standing is NonNullable<RescoreEntry['before']> & { rank: number } {
  return standing !== null && standing.rank !== null;
}

const placeOf = (standing: RescoreEntry['before']) => standing?.rank ?? Number.MAX_SAFE_INTEGER;
const muOf = ({ before, after }: RescoreEntry) => (after ?? before)?.scores.mu ?? -Infinity;
