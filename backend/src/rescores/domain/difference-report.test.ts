import type { Scores } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { comparedTask, summaryOf, type ReportAttempt, type ReportStanding } from './difference-report.js';
import { reportCsv } from './report-csv.js';

const scoresOf = (mu: number, more: Partial<Scores> = {}): Scores => ({
  mu,
  sigma: 0.01,
  lambdaXDeg: 1.2,
  lambdaXKm: null,
  lambdaTDays: 10,
  unresolved: null,
  atGridLimit: [],
  rmseM: 0.05,
  ...more,
});
const standing = (
  name: string,
  mu: number,
  rank: number,
  more: Partial<ReportStanding> = {},
): ReportStanding => ({
  evaluationId: `${name}-before`,
  submissionId: name,
  method: name,
  author: 'Ada',
  kind: 'participant',
  isListed: true,
  scores: scoresOf(mu),
  rank,
  evaluatorVersion: '1.0.0',
  ...more,
});
const attempt = (
  name: string,
  scores: Scores | null,
  rank: number | null,
  more: Partial<ReportAttempt> = {},
): ReportAttempt => ({
  ...standing(name, 0, 1),
  evaluationId: `${name}-after`,
  scores,
  rank,
  state: scores === null ? 'rejected' : 'scored',
  rejection:
    scores === null
      ? {
          code: 'days-missing',
          where: '',
          found: '41 days',
          expected: '42 days',
          fix: 'Add one.',
          step: 'check',
        }
      : null,
  failureMessage: null,
  previousEvaluationId: `${name}-before`,
  significance: null,
  ...more,
});
const compared = (before: ReportStanding[], attempts: ReportAttempt[], isSameVersion = false) =>
  comparedTask(
    { area: 'gf', scenario: 'nadir4', presence: 'both', before, attempts },
    { protocol: 'osse-2020a', isSameVersion },
  );

describe('a comparison of two boards', () => {
  it('says what became of each entry, in the order of the new board', () => {
    const { entries } = compared(
      [
        standing('a', 0.91, 1),
        standing('b', 0.9, 2),
        standing('c', 0.8, 3),
        standing('d', 0.7, 4),
        standing('oi', 0.6, 5, { kind: 'reference' }),
        standing('late', 0.5, 6),
      ],
      [
        attempt('a', scoresOf(0.88), 2),
        attempt('b', scoresOf(0.9), 1),
        attempt('c', null, null),
        attempt('d', null, null, { state: 'running', rejection: null }),
        attempt('new', scoresOf(0.4), 3, { previousEvaluationId: null }),
      ],
    );
    expect(entries.map(({ method, outcome }) => [method, outcome])).toEqual([
      ['b', 'stays'],
      ['a', 'moves'],
      ['new', 'appears'],
      ['c', 'rejected'],
      ['d', 'pending'],
      ['oi', 'vanishes'],
      ['late', 'pending'],
    ]);
    expect(entries[1]?.differences?.mu).toBeCloseTo(-0.03, 12);
    expect(entries[3]?.rejection?.found).toBe('41 days');
  });

  it('sees a move in any digit that boards show, and none below', () => {
    const outcome = (before: Scores, after: Scores) =>
      compared([standing('a', 0, 1, { scores: before })], [attempt('a', after, 1)]).entries[0]?.outcome;
    expect(outcome(scoresOf(0.9), scoresOf(0.90001))).toBe('stays');
    expect(outcome(scoresOf(0.9), scoresOf(0.9006))).toBe('moves');
    expect(outcome(scoresOf(0.9), scoresOf(0.9, { lambdaXDeg: null }))).toBe('moves');
    expect(outcome(scoresOf(0.9), scoresOf(0.9, { atGridLimit: ['lambdaXDeg'] }))).toBe('moves');
    // The protocol has no λx in km.
    expect(outcome(scoresOf(0.9), scoresOf(0.9, { lambdaXKm: 100 }))).toBe('stays');
  });

  it('takes up references too where only the evaluator is newer', () => {
    const before = [standing('oi', 0.6, 1, { kind: 'reference' })];
    expect(compared(before, [], true).entries[0]?.outcome).toBe('pending');
  });
});

describe('its summary', () => {
  it('counts outcomes and ranks, names the largest change of µ and the boards whose first three differ', () => {
    const task = compared(
      [standing('a', 0.91, 1), standing('b', 0.9, 2), standing('c', 0.8, 3), standing('gone', 0.7, 4)],
      [
        attempt('a', scoresOf(0.85), 2),
        attempt('b', scoresOf(0.9), 1),
        attempt('c', scoresOf(0.8), 3, { evaluatorVersion: '1.1.0' }),
        attempt('gone', null, null),
      ],
    );
    expect(summaryOf([task])).toMatchObject({
      outcomes: { moves: 1, stays: 2, rejected: 1, appears: 0 },
      unscored: 1,
      rankChanges: 2,
      largestMuChange: { submissionId: 'a', before: 0.91, after: 0.85 },
      topThreeChanged: [{ area: 'gf', scenario: 'nadir4' }],
      evaluatorsAfter: ['1.0.0', '1.1.0'],
    });
  });

  it('knows a reference by its name: another submission of it in the same place is the same order', () => {
    const reference = { kind: 'reference' as const, method: 'OI' };
    const task = compared(
      [standing('a', 0.9, 1), standing('oi', 0.6, 2, reference)],
      [
        attempt('a', scoresOf(0.9), 1),
        attempt('oi-new', scoresOf(0.61), 2, { ...reference, previousEvaluationId: 'oi-before' }),
      ],
    );
    expect(summaryOf([task]).topThreeChanged).toEqual([]);
  });
});

describe('its CSV', () => {
  it('has a line for each entry, whole numbers, and no text that a spreadsheet would run', () => {
    const task = compared(
      [standing('a', 0.9, 1, { method: '=1+1' })],
      [attempt('a', scoresOf(0.1 + 0.2), 1, { method: '=1+1', author: 'Ada, "L"' })],
    );
    const [head, line, ...rest] = reportCsv({
      rescore: 'r',
      challenge: 'demo',
      version: '2',
      fromVersion: '1',
      protocol: 'osse-2020a',
      fromProtocol: 'osse-2020a',
      state: 'ready',
      summary: summaryOf([task]),
      tasks: [task],
    }).split('\r\n');
    expect(rest).toEqual(['']);
    expect(head?.split(',').slice(0, 4)).toEqual(['area', 'scenario', 'method', 'author']);
    expect(line).toContain(`gf,nadir4,'=1+1,"Ada, ""L""",participant`);
    expect(line).toContain(',0.9,0.30000000000000004,');
  });
});
