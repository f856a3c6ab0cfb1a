import { Injectable } from '@nestjs/common';
import {
  boardBandsSchema,
  boardHistorySchema,
  leaderboardSchema,
  METRICS_OF_PROTOCOL,
  scorecardSchema,
  type BoardPairs,
  type Leaderboard,
  type LeaderboardRow,
  type TaskReference,
} from '@sillage/contracts';
import { comparePair } from '@sillage/science/uncertainty';
import { ChallengesService, type Challenge } from '../challenges/challenges.service.js';
import {
  areBoardStatisticsDisclosed,
  disclosedPhysics,
  isArtefactDisclosed,
} from '../disclosure/domain/disclosure.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { serialise, type SerialisedReply } from '../http/replies/serialised-replies.js';
import { Notifications } from '../notifications/notifications.js';
import { bandBoard } from './domain/band-board.js';
import { BoardCache } from './domain/board-cache.js';
import { boardHistory } from './domain/board-history.js';
import { boardUncertainty } from './domain/board-uncertainty.js';
import { rankedBoard } from './domain/ranked-board.js';
import { placesBy } from './domain/ranking.js';
import { ReplicateCache } from './domain/replicate-cache.js';
import { runCost } from './domain/run-cost.js';
import { scorecardOf } from './domain/scorecard.js';
import { LeaderboardRepository } from './leaderboard.repository.js';

/** A board with its rows, from best to worst; what is derived from it is made when it is first asked for. */
export type SerialisedBoard = SerialisedReply & {
  taskId: string;
  challengeId: string;
  version: string;
  area: string;
  scenario: string;
  datasetVersion: string;
  protocol: Leaderboard['protocol'];
  rows: (LeaderboardRow & { setId: string | null })[];
  ranks: ReadonlyMap<string, number>;
  /** Of each evaluation that is a ranked one once more. */
  identical: ReadonlyMap<string, Leaderboard['identical'][number]>;
  /** When the next name of an anonymous entry is shown, or a phase begins or ends: from then on these bytes are old. */
  oldFrom: Date | null;
  bands: Promise<SerialisedReply> | null;
  history: Promise<SerialisedReply> | null;
};

/** A rank, or the ranked entry that an evaluation is once more. */
export type Standing = {
  rank: number | null;
  identicalTo: Leaderboard['identical'][number]['original'] | null;
};
export const NO_STANDING: Standing = { rank: null, identicalTo: null };

@Injectable()
export class LeaderboardService {
  readonly #cache = new BoardCache<SerialisedBoard>();
  readonly #replicates = new ReplicateCache();
  /** By challenge, with the boards that it was made of. */
  readonly #scorecards = new Map<string, { boards: string; reply: Promise<SerialisedReply> }>();

  constructor(
    private readonly leaderboard: LeaderboardRepository,
    private readonly challenges: ChallengesService,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {
    notifications.subscribe((heard) => {
      if (heard.kind === 'board-changed') this.#cache.forget((board) => board.taskId === heard.taskId);
      if (heard.kind === 'challenge-changed')
        this.#cache.forget((board) => board.challengeId === heard.challengeId);
      if (heard.kind === 'notices-missed') this.#cache.forget(() => true);
    });
  }

  /** The board of the challenge's current dataset version, or of one that was published. */
  async board(
    challengeId: string,
    area: string,
    scenario: string,
    version: string | null = null,
  ): Promise<SerialisedBoard> {
    const key = `${challengeId}/${area}/${scenario}/${version ?? ''}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined) {
      // Without notices from the other processes the version in the database decides.
      const isOld = cached.oldFrom !== null && cached.oldFrom <= this.clock.now();
      const isCurrent =
        !isOld &&
        (this.notifications.isConnected ||
          (await this.leaderboard.findVersion(cached.taskId)) === cached.version);
      if (isCurrent) return cached;
      this.#cache.forget((board) => board === cached);
    }
    return this.#cache.load(key, () => this.#serialise(challengeId, { area, scenario }, version));
  }

  /** Every board of the challenge. */
  async scorecard(challengeId: string, version: string | null = null): Promise<SerialisedReply> {
    const { definition } = await this.#challenge(challengeId, version);
    const boards: SerialisedBoard[] = [];
    // One after the other: 32 boards at once would hold all connections to the database.
    for (const { area, scenario } of definition.tasks)
      boards.push(await this.board(challengeId, area, scenario, version));
    const key = `${definition.datasetVersion} ${boards.map(({ etag }) => etag).join(' ')}`;
    const name = `${challengeId}/${version ?? ''}`;
    const known = this.#scorecards.get(name);
    if (known?.boards === key) return known.reply;
    const reply = serialise(
      scorecardSchema.parse({
        challenge: challengeId,
        protocol: definition.protocol,
        datasetVersion: definition.datasetVersion,
        ...scorecardOf(boards),
      }),
    );
    this.#scorecards.set(name, { boards: key, reply });
    return reply;
  }

  /** PSD scores by band. @throws DomainError `not-disclosed` where curves are withheld. */
  async bands(
    challengeId: string,
    area: string,
    scenario: string,
    version: string | null = null,
  ): Promise<SerialisedReply> {
    await this.#requireDisclosed(challengeId, version);
    const board = await this.board(challengeId, area, scenario, version);
    board.bands ??= this.#serialiseBands(board);
    return keptUnlessItFails(board, 'bands', board.bands);
  }

  /** Records of the board, in the digits that it shows. */
  async history(
    challengeId: string,
    area: string,
    scenario: string,
    version: string | null = null,
  ): Promise<SerialisedReply> {
    const board = await this.board(challengeId, area, scenario, version);
    board.history ??= serialise(
      boardHistorySchema.parse({ ...nameOf(board), records: boardHistory(board.rows, board.protocol) }),
    );
    return keptUnlessItFails(board, 'history', board.history);
  }

  /** Every two of the evaluations that are on the board. @throws DomainError `not-disclosed` where sums are withheld. */
  async pairs(
    challengeId: string,
    task: TaskReference,
    evaluationIds: string[],
    version: string | null = null,
  ): Promise<BoardPairs> {
    await this.#requireDisclosed(challengeId, version);
    const board = await this.board(challengeId, task.area, task.scenario, version);
    const entries = evaluationIds.filter((id) => board.ranks.has(id));
    const daily = new Map(
      (await this.leaderboard.listDaily(entries)).map((entry) => [entry.evaluationId, entry.daily]),
    );
    const { uncertainty, replicates } = boardUncertainty(
      entries.map((evaluationId) => ({ evaluationId, daily: daily.get(evaluationId) ?? null })),
      board.protocol,
      this.#replicates,
    );
    return {
      uncertainty,
      entries,
      pairs: replicates.map((first, row) =>
        replicates.map((second, column) => {
          if (first === null || second === null || row === column) return null;
          return comparePair(first, second);
        }),
      ),
    };
  }

  #challenge(challengeId: string, version: string | null): Promise<Challenge> {
    return version === null
      ? this.challenges.get(challengeId)
      : this.challenges.getPublicVersion(challengeId, version);
  }

  async #requireDisclosed(challengeId: string, version: string | null): Promise<void> {
    const { disclosure } = await this.#challenge(challengeId, version);
    if (areBoardStatisticsDisclosed(disclosure)) return;
    throw new DomainError(
      'not-disclosed',
      `Challenge '${challengeId}' withholds its truth, and what the sums and spectra of scores would tell of it.`,
    );
  }

  async #serialiseBands(board: SerialisedBoard): Promise<SerialisedReply> {
    const bands = new Map(
      (await this.leaderboard.listBands(board.rows.map(({ evaluationId }) => evaluationId))).map((entry) => [
        entry.evaluationId,
        entry.bands,
      ]),
    );
    const entries = board.rows.map(({ evaluationId }) => ({
      evaluationId,
      bands: bands.get(evaluationId) ?? null,
    }));
    return serialise(boardBandsSchema.parse({ ...nameOf(board), ...bandBoard(entries) }));
  }

  /** Where an evaluation stands on its board. */
  async standingOf(evaluation: {
    id: string;
    challengeId: string;
    area: string;
    scenario: string;
  }): Promise<Standing> {
    const board = await this.board(evaluation.challengeId, evaluation.area, evaluation.scenario).catch(
      (error: unknown) => {
        // A task of an older dataset version has no board any more.
        if (error instanceof DomainError && error.code === 'task-not-found') return null;
        throw error;
      },
    );
    return {
      rank: board?.ranks.get(evaluation.id) ?? null,
      identicalTo: board?.identical.get(evaluation.id)?.original ?? null,
    };
  }

  async #serialise(
    challengeId: string,
    { area, scenario }: TaskReference,
    datasetVersion: string | null,
  ): Promise<SerialisedBoard> {
    const challenge = await this.#challenge(challengeId, datasetVersion);
    const task = await this.challenges.getTask(challenge, area, scenario);
    // Read first: rows that are newer than their version are read again, older ones would stay.
    const version = (await this.leaderboard.findVersion(task.id)) ?? '';
    const { definition, datasetVersionId, disclosure } = challenge;
    const entries = await this.leaderboard.listEntries(task.id, datasetVersionId);
    const { protocol } = definition;
    const {
      uncertainty,
      rows: ranked,
      identical: copies,
    } = rankedBoard(entries, { protocol, disclosure }, this.#replicates);
    const places = METRICS_OF_PROTOCOL[definition.protocol].map((metric) => ({
      metric,
      places: placesBy(
        metric,
        ranked.map(({ scores }) => scores),
      ),
    }));
    const rows = ranked.map((row, index) => ({
      submissionId: row.submissionId,
      evaluationId: row.evaluationId,
      setId: row.setId,
      rank: row.rank,
      tieGroup: row.tieGroup,
      rankLow: row.rankLow,
      rankHigh: row.rankHigh,
      intervals:
        row.replicates === null
          ? null
          : { mu: row.replicates.muInterval, sigma: row.replicates.sigmaInterval },
      places: Object.fromEntries(places.map(({ metric, places: of }) => [metric, of[index] ?? null])),
      method: row.method,
      author: row.author,
      kind: row.kind,
      form: row.form,
      verified: row.verified,
      family: row.family,
      inputs: row.inputs,
      codeUrl: row.codeUrl,
      paperUrl: row.paperUrl,
      scores: row.scores,
      physics: row.physics === null ? null : disclosedPhysics(row.physics, disclosure),
      cost: row.run === null ? null : runCost(row.run),
      hasMaps: row.hasMaps && isArtefactDisclosed('maps.json', disclosure),
      areMapsComing: row.areMapsComing && isArtefactDisclosed('maps.json', disclosure),
      submittedAt: row.submittedAt.toISOString(),
      scoredAt: row.scoredAt.toISOString(),
    }));
    const identical = copies.map(({ entry, original }) => ({
      submissionId: entry.submissionId,
      evaluationId: entry.evaluationId,
      method: entry.method,
      author: entry.author,
      original: { submissionId: original.submissionId, method: original.method },
    }));
    const leaderboard: Leaderboard = {
      challenge: challengeId,
      area,
      scenario,
      protocol: definition.protocol,
      datasetVersion: definition.datasetVersion,
      pendingCount: await this.leaderboard.countPending(task.id, datasetVersionId),
      failedReferences: await this.leaderboard.listFailedReferences(task.id, datasetVersionId),
      uncertainty: rows.length === 0 ? null : uncertainty,
      rows,
      identical,
      published: definition.published.filter((row) => row.area === area && row.scenario === scenario),
    };
    return {
      taskId: task.id,
      challengeId,
      version,
      oldFrom: earliest([challenge.changesAt, ...entries.map((entry) => entry.revealedAt)]),
      area,
      scenario,
      datasetVersion: definition.datasetVersion,
      protocol: definition.protocol,
      // The schema leaves out what is not for readers.
      ...(await serialise(leaderboardSchema.parse(leaderboard))),
      rows,
      ranks: new Map(rows.map(({ evaluationId, rank }) => [evaluationId, rank])),
      identical: new Map(identical.map((copy) => [copy.evaluationId, copy])),
      bands: null,
      history: null,
    };
  }
}

function earliest(instants: readonly (Date | null)[]): Date | null {
  const times = instants.flatMap((instant) => (instant === null ? [] : [instant.getTime()]));
  return times.length === 0 ? null : new Date(Math.min(...times));
}

function nameOf({ challengeId, area, scenario, datasetVersion }: SerialisedBoard) {
  return { challenge: challengeId, area, scenario, datasetVersion };
}

/** The next reader tries again what went wrong. */
async function keptUnlessItFails(
  board: SerialisedBoard,
  part: 'bands' | 'history',
  reply: Promise<SerialisedReply>,
): Promise<SerialisedReply> {
  try {
    return await reply;
  } catch (error) {
    if (board[part] === reply) board[part] = null;
    throw error;
  }
}
