import { Injectable, Logger } from '@nestjs/common';
import {
  boardBandsSchema,
  boardHistorySchema,
  leaderboardSchema,
  scorecardSchema,
  type BoardPairs,
  type Leaderboard,
  type TaskReference,
} from '@sillage/contracts';
import { ChallengesService, type Challenge } from '../challenges/challenges.service.js';
import { Clock } from '../clock/clock.js';
import { areBoardStatisticsDisclosed } from '../disclosure/domain/disclosure.js';
import { DomainError } from '../errors/domain-error.js';
import { serialise, type SerialisedReply } from '../http/replies/serialised-replies.js';
import { Notifications } from '../notifications/notifications.js';
import { BoardStands } from './board-stands.js';
import { DailySums } from './daily-sums.js';
import { bandBoard } from './domain/band-board.js';
import { BoardCache } from './domain/board-cache.js';
import { boardHistory } from './domain/board-history.js';
import { unplacedRows, type BoardRow, type UnplacedRow } from './board-rows.js';
import { isStandOf, NO_STAND, placesAt, type Stand, type StandRow } from './domain/board-stand.js';
import { comparedPairs, type BoardResampling } from './domain/board-uncertainty.js';
import { boardOrder } from './domain/ranked-board.js';
import { scorecardOf } from './domain/scorecard.js';
import { inPieces } from './in-pieces.js';
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
  rows: BoardRow[];
  ranks: ReadonlyMap<string, number>;
  /** Of each evaluation that is a ranked one once more. */
  identical: ReadonlyMap<string, Leaderboard['identical'][number]>;
  /** When the next name of an anonymous entry is shown, or a phase begins or ends: from then on these bytes are old. */
  oldFrom: Date | null;
  /** The same rows with the intervals and ties that are being computed; null where these are they. */
  settled: Promise<SerialisedBoard> | null;
  bands: Promise<SerialisedReply> | null;
  history: Promise<SerialisedReply> | null;
};

/** What a board is made of, before it is said where each row stands. */
type BoardContent = Pick<SerialisedBoard, 'taskId' | 'challengeId' | 'version' | 'oldFrom'> & {
  entries: readonly StandRow[];
  rows: UnplacedRow[];
  resampling: BoardResampling | null;
  /** The reply but for what a stand says. */
  leaderboard: Omit<Leaderboard, 'rows' | 'areIntervalsComing'>;
};

const CONTENT_SCHEMA = leaderboardSchema.omit({ rows: true, areIntervalsComing: true });

/** A rank, or the ranked entry that an evaluation is once more. */
export type Standing = {
  rank: number | null;
  identicalTo: Leaderboard['identical'][number]['original'] | null;
};
export const NO_STANDING: Standing = { rank: null, identicalTo: null };

@Injectable()
export class LeaderboardService {
  readonly #cache = new BoardCache<SerialisedBoard>();
  readonly #stands = new BoardStands();
  readonly #daily: DailySums;
  readonly #logger = new Logger(LeaderboardService.name);
  /** By challenge, with the boards that it was made of. */
  readonly #scorecards = new Map<string, { boards: string; reply: Promise<SerialisedReply> }>();

  constructor(
    private readonly leaderboard: LeaderboardRepository,
    private readonly challenges: ChallengesService,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {
    this.#daily = new DailySums((evaluationIds) => leaderboard.listDaily(evaluationIds));
    notifications.subscribe((heard) => {
      if (heard.kind === 'board-changed') this.#cache.forget((board) => board.taskId === heard.taskId);
      if (heard.kind === 'challenge-changed')
        this.#cache.forget((board) => board.challengeId === heard.challengeId);
      if (heard.kind === 'notices-missed') this.#cache.forget(() => true);
    });
  }

  /**
   * The board of the challenge's current dataset version, or of one that was published. It does not wait for intervals: until
   * those of its rows are computed it has those of its last known stand.
   */
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
    return this.#cache.load(key, () => this.#load(key, challengeId, { area, scenario }, version));
  }

  /** The same with the intervals and ties of all its rows: for what is written down and cannot be read again. */
  async settledBoard(challengeId: string, area: string, scenario: string): Promise<SerialisedBoard> {
    const board = await this.board(challengeId, area, scenario);
    return board.settled ?? board;
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
    const daily = await this.#daily.of(entries);
    const { uncertainty, pairs } = await inPieces(
      comparedPairs(
        entries.map((evaluationId) => daily.get(evaluationId) ?? null),
        board.protocol,
      ),
    );
    return { uncertainty, entries, pairs };
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

  async #load(
    key: string,
    challengeId: string,
    task: TaskReference,
    datasetVersion: string | null,
  ): Promise<SerialisedBoard> {
    const content = await this.#read(challengeId, task, datasetVersion);
    const { entries, resampling } = content;
    // A challenge that withholds sums shows nothing of a stand from before it did.
    const known = resampling === null ? NO_STAND : this.#stands.known(key);
    const board = await boardAt(known, content);
    if (resampling === null || isStandOf(known, entries, resampling)) return board;
    board.settled = this.#stands.update(key, entries, resampling).then(async (stand) => {
      const newer = await boardAt(stand, content);
      const { bands, history } = board;
      const settled = { ...newer, bands, history };
      this.#cache.replace(key, board, settled);
      return settled;
    });
    board.settled.catch((error: unknown) =>
      this.#logger.error(`The intervals of ${key} cannot be computed: ${String(error)}`),
    );
    return board;
  }

  async #read(
    challengeId: string,
    { area, scenario }: TaskReference,
    datasetVersion: string | null,
  ): Promise<BoardContent> {
    const challenge = await this.#challenge(challengeId, datasetVersion);
    const task = await this.challenges.getTask(challenge, area, scenario);
    // Read first: rows that are newer than their version are read again, older ones would stay.
    const version = (await this.leaderboard.findVersion(task.id)) ?? '';
    const { definition, datasetVersionId, disclosure } = challenge;
    // One after the other: who reads the board within a transaction has one connection.
    const listed = await this.leaderboard.listEntries(task.id, datasetVersionId);
    const pendingCount = await this.leaderboard.countPending(task.id, datasetVersionId);
    const failedReferences = await this.leaderboard.listFailedReferences(task.id, datasetVersionId);
    const daily = await this.#daily.of(listed.map(({ evaluationId }) => evaluationId));
    const { protocol } = definition;
    const { rows, identical, resampling } = boardOrder(
      listed.map((entry) => ({ ...entry, daily: daily.get(entry.evaluationId) ?? null })),
      { protocol, disclosure },
    );
    return {
      taskId: task.id,
      challengeId,
      version,
      oldFrom: earliest([challenge.changesAt, ...listed.map((entry) => entry.revealedAt)]),
      entries: rows,
      rows: unplacedRows(rows, { protocol, disclosure }),
      resampling,
      leaderboard: CONTENT_SCHEMA.parse({
        challenge: challengeId,
        area,
        scenario,
        protocol,
        datasetVersion: definition.datasetVersion,
        pendingCount,
        failedReferences,
        uncertainty: rows.length === 0 ? null : (resampling?.uncertainty ?? null),
        identical: identical.map(({ entry, original }) => ({
          submissionId: entry.submissionId,
          evaluationId: entry.evaluationId,
          method: entry.method,
          author: entry.author,
          original: { submissionId: original.submissionId, method: original.method },
        })),
        published: definition.published.filter((row) => row.area === area && row.scenario === scenario),
      }),
    };
  }
}

/** The board as a stand places its rows. */
async function boardAt(
  stand: Stand,
  { entries, rows: unplaced, resampling, leaderboard, ...names }: BoardContent,
): Promise<SerialisedBoard> {
  const places = placesAt(stand, entries);
  const rows = unplaced.map((row, index) => ({ ...row, ...places[index]! }));
  const { area, scenario, datasetVersion, protocol, identical } = leaderboard;
  const shown: Leaderboard = {
    ...leaderboard,
    // Which set a submission is of is not for readers.
    rows: rows.map(({ setId: _, ...row }) => row),
    ...(isStandOf(stand, entries, resampling) ? {} : { areIntervalsComing: true }),
  };
  return {
    ...names,
    area,
    scenario,
    datasetVersion,
    protocol,
    ...(await serialise(shown)),
    rows,
    ranks: new Map(rows.map(({ evaluationId, rank }) => [evaluationId, rank])),
    identical: new Map(identical.map((copy) => [copy.evaluationId, copy])),
    settled: null,
    bands: null,
    history: null,
  };
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
