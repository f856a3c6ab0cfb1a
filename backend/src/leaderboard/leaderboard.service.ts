import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { leaderboardSchema, type Leaderboard } from '@sillage/contracts';
import { ChallengesService } from '../challenges/challenges.service.js';
import { disclosedScores } from '../challenges/domain/disclosure.js';
import { DomainError } from '../errors/domain-error.js';
import { Notifications } from '../notifications/notifications.js';
import { BoardCache } from './domain/board-cache.js';
import { rankByMu } from './domain/ranking.js';
import { LeaderboardRepository } from './leaderboard.repository.js';

const compress = promisify(gzip);
/** Smaller replies fit into one packet anyway. */
const MIN_COMPRESSED_BYTES = 1_400;

/** A board as bytes, made once per change instead of once per reader. */
export type SerialisedBoard = {
  taskId: string;
  challengeId: string;
  version: string;
  etag: string;
  json: Buffer;
  gzipped: Buffer | null;
  ranks: ReadonlyMap<string, number>;
};

@Injectable()
export class LeaderboardService {
  readonly #cache = new BoardCache<SerialisedBoard>();

  constructor(
    private readonly leaderboard: LeaderboardRepository,
    private readonly challenges: ChallengesService,
    private readonly notifications: Notifications,
  ) {
    notifications.subscribe((notice) => {
      if (notice.kind === 'board-changed') this.#cache.forget((board) => board.taskId === notice.taskId);
      if (notice.kind === 'challenge-changed')
        this.#cache.forget((board) => board.challengeId === notice.challengeId);
    });
  }

  /** The board of the challenge's current dataset version. */
  async board(challengeId: string, area: string, scenario: string): Promise<SerialisedBoard> {
    const key = `${challengeId}/${area}/${scenario}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined) {
      // Without notices from the other processes the version in the database decides.
      const isCurrent =
        this.notifications.isConnected ||
        (await this.leaderboard.findVersion(cached.taskId)) === cached.version;
      if (isCurrent) return cached;
      this.#cache.forget((board) => board === cached);
    }
    return this.#cache.load(key, () => this.#serialise(challengeId, area, scenario));
  }

  /** Rank on the board, by evaluation; null where the evaluation is on no board. */
  async rankOf(evaluation: {
    id: string;
    challengeId: string;
    area: string;
    scenario: string;
  }): Promise<number | null> {
    const board = await this.board(evaluation.challengeId, evaluation.area, evaluation.scenario).catch(
      (error: unknown) => {
        // A task of an older dataset version has no board any more.
        if (error instanceof DomainError && error.code === 'task-not-found') return null;
        throw error;
      },
    );
    return board?.ranks.get(evaluation.id) ?? null;
  }

  async #serialise(challengeId: string, area: string, scenario: string): Promise<SerialisedBoard> {
    const challenge = await this.challenges.get(challengeId);
    const task = await this.challenges.getTask(challenge, area, scenario);
    // Read first: rows that are newer than their version are read again, older ones would stay.
    const version = (await this.leaderboard.findVersion(task.id)) ?? '';
    const { definition, datasetVersionId } = challenge;
    const entries = await this.leaderboard.listEntries(task.id, datasetVersionId);
    // Ranked by what is shown: a rank must not tell more digits than the score beside it.
    const shown = entries.flatMap((entry) => {
      const scores = disclosedScores(entry.scores, definition.disclosure);
      return scores === null ? [] : [{ ...entry, scores, mu: scores.mu }];
    });
    const rows = rankByMu(shown);
    const leaderboard: Leaderboard = {
      challenge: challengeId,
      area,
      scenario,
      protocol: definition.protocol,
      datasetVersion: definition.datasetVersion,
      pendingCount: await this.leaderboard.countPending(task.id, datasetVersionId),
      failedReferences: await this.leaderboard.listFailedReferences(task.id, datasetVersionId),
      uncertainty: null,
      rows: rows.map(({ mu: _mu, scoredAt, submittedAt, ...row }) => ({
        ...row,
        tieGroup: row.rank,
        rankLow: null,
        rankHigh: null,
        intervals: null,
        places: {},
        family: null,
        physics: null,
        cost: null,
        submittedAt: submittedAt.toISOString(),
        scoredAt: scoredAt.toISOString(),
      })),
      published: definition.published.filter((row) => row.area === area && row.scenario === scenario),
    };
    const json = Buffer.from(JSON.stringify(leaderboardSchema.parse(leaderboard)));
    return {
      taskId: task.id,
      challengeId,
      version,
      etag: `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`,
      json,
      gzipped: json.length < MIN_COMPRESSED_BYTES ? null : await compress(json),
      ranks: new Map(rows.map(({ evaluationId, rank }) => [evaluationId, rank])),
    };
  }
}
