import {
  allowanceSchema,
  boardBandsSchema,
  boardHistorySchema,
  boardPairsSchema,
  challengeListSchema,
  challengeViewSchema,
  leaderboardSchema,
  publicVersionListSchema,
  signingKeySchema,
  statusSchema,
  transferSchema,
  type TaskReference,
} from '@sillage/contracts';
import type { Requests } from './requests.js';
import { withQuery } from './with-query.js';

/** One board; without a version that of the current one. */
export type BoardTask = TaskReference & { version?: string | null };

export type ChallengeCalls = ReturnType<typeof challengeCalls>;

const challengePath = (challenge: string) => `/api/challenges/${encodeURIComponent(challenge)}`;
const boardPath = (
  challenge: string,
  { area, scenario, version }: BoardTask,
  { what = '', entries }: { what?: '' | '/bands' | '/pairs' | '/history'; entries?: string } = {},
) => withQuery(`${challengePath(challenge)}/leaderboard${what}`, { area, scenario, version, entries });

/** What everybody reads: challenges, their boards, and the state of the platform. */
export function challengeCalls({ json }: Requests) {
  return {
    status: () => json('/api/status', statusSchema),
    /** The public half of the key that the platform signs receipts with. */
    signingKey: () => json('/api/signing-key', signingKeySchema),
    challenges: async () => (await json('/api/challenges', challengeListSchema)).challenges,
    /** With a version: as it was in that dataset version. */
    challenge: (challenge: string, version?: string | null) =>
      json(withQuery(challengePath(challenge), { version }), challengeViewSchema),
    /** The dataset versions that were published, newest first. */
    versions: async (challenge: string) =>
      (await json(`${challengePath(challenge)}/versions`, publicVersionListSchema)).versions,
    /** What the account, and one of its teams, may still submit. */
    allowance: (challenge: string, team?: string | null) =>
      json(withQuery(`${challengePath(challenge)}/allowance`, { team }), allowanceSchema),
    leaderboard: (challenge: string, task: BoardTask, signal?: AbortSignal) =>
      json(boardPath(challenge, task), leaderboardSchema, { signal }),
    /** PSD scores by band of wavelength and period; refused where the challenge withholds curves. */
    boardBands: (challenge: string, task: BoardTask, signal?: AbortSignal) =>
      json(boardPath(challenge, task, { what: '/bands' }), boardBandsSchema, { signal }),
    /** How probably one evaluation beats another, for any of them two by two. */
    boardPairs: (challenge: string, task: BoardTask, evaluations: readonly string[], signal?: AbortSignal) =>
      json(boardPath(challenge, task, { what: '/pairs', entries: evaluations.join(',') }), boardPairsSchema, {
        signal,
      }),
    /** The best so far, by date of submission. */
    boardHistory: (challenge: string, task: BoardTask, signal?: AbortSignal) =>
      json(boardPath(challenge, task, { what: '/history' }), boardHistorySchema, { signal }),
    transfer: (challenge: string, scenario: string) =>
      json(withQuery(`${challengePath(challenge)}/transfer`, { scenario }), transferSchema),
  };
}
