import type { EvaluationState, JobPayload, Step } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import type { EvaluationStanding } from '../evaluations/domain/affected.js';
import { mayBecome } from '../evaluations/domain/evaluation-state.js';
import { BoardChanges } from '../evaluations/board-changes.js';
import type { ScoringContext } from '../evaluations/evaluation-contexts.repository.js';
import { EvaluationEnds } from '../evaluations/evaluation-ends.js';
import { EvaluationOutcomes } from '../evaluations/evaluation-outcomes.js';
import { EvaluationProducts } from '../evaluations/evaluation-products.js';
import { EvaluationRetries } from '../evaluations/evaluation-retries.js';
import type { EvaluationRecord } from '../evaluations/evaluations.repository.js';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { MapSteps } from '../evaluations/map-steps.js';
import type { EvaluationContexts, EvaluationProgress, EvaluationRecords } from '../evaluations/ports.js';
import { ScoreStep } from '../evaluations/score-step.js';
import type { StoredRejection, StoredScores } from '../disclosure/domain/disclosure.js';
import { Notifications, type Notice } from '../notifications/notifications.js';
import type { OutboxEvent } from '../outbox/domain/outbox-event.js';
import type { SubmissionJob } from '../queue/queue.service.js';
import { challengeDefinition } from './challenge-definition.js';

/** Stands still until it is set. */
export class FixedClock extends Clock {
  constructor(public time = new Date('2026-01-15T12:00:00Z')) {
    super();
  }

  now(): Date {
    return this.time;
  }
}

/** Keeps what was published. */
export class NoticeBoard extends Notifications {
  readonly notices: Notice[] = [];
  readonly isConnected = true;

  publish(notice: Notice): Promise<void> {
    this.notices.push(notice);
    return Promise.resolve();
  }

  subscribe(): () => void {
    return () => undefined;
  }
}

export const SUBMISSION_ID = 'submission';
const FILE = { sha256: 'a'.repeat(64), sizeBytes: 10 };

/** An evaluation of `SUBMISSION_ID`, as the fakes keep it. */
export type FakeEvaluation = EvaluationStanding & {
  step: Step | null;
  evaluatorVersion: string;
  rejection: StoredRejection | null;
  failureMessage: string | null;
  scores: StoredScores | null;
  isTriedAgain: boolean;
};

export function fakeEvaluation(id: string, overrides: Partial<FakeEvaluation> = {}): FakeEvaluation {
  return {
    id,
    taskId: `task-of-${id}`,
    area: 'gf',
    scenario: 'nadir4',
    state: 'queued',
    isShadow: false,
    isOwn: true,
    step: 'check',
    evaluatorVersion: '',
    rejection: null,
    failureMessage: null,
    scores: null,
    isTriedAgain: false,
    ...overrides,
  };
}

type Told = Awaited<ReturnType<EvaluationProgress['findTold']>>;

/**
 * Evaluations of one submission, in memory, with the services that move them along. States change as the database lets
 * them: what is final stays.
 */
export class FakeEvaluations {
  readonly all: FakeEvaluation[];
  readonly enqueued: JobPayload[] = [];
  readonly events: OutboxEvent[] = [];
  readonly settlements: string[] = [];
  readonly cancelledBut: string[][] = [];
  readonly warnings: string[] = [];
  readonly required: string[] = [];
  readonly raised: string[] = [];
  readonly clock = new FixedClock();
  readonly notifications = new NoticeBoard();
  told: Told = { isReference: false, wasHeldBack: null, mu: null };
  failedJob: SubmissionJob | null = null;
  haveProductsFailed = false;
  disclosure: ScoringContext['disclosure'] = 'practice';

  readonly ends: EvaluationEnds;
  readonly outcomes: EvaluationOutcomes;
  readonly products: EvaluationProducts;
  readonly retries: EvaluationRetries;

  constructor(...all: FakeEvaluation[]) {
    this.all = all;
    const [progress, contexts, queue] = [this.#progress(), this.#contexts(), this.#queue()];
    const quota = { settle: async (_id: string, reason: string) => void this.settlements.push(reason) };
    const outbox = { record: async (event: OutboxEvent) => void this.events.push(event) };
    const claims = {
      require: async (objects: readonly { sha256: string }[]) =>
        void this.required.push(...objects.map(({ sha256 }) => sha256)),
    };
    const { clock } = this;
    const boards = new BoardChanges(progress, this.notifications);
    const reading = new EvaluationsService(this.#records(), progress, boards);
    const config = { publicUrl: new URL('http://sillage.test/') };
    this.ends = new EvaluationEnds(progress, queue, quota, outbox, boards, clock);
    this.products = new EvaluationProducts(reading, progress, contexts, queue, claims, boards, config);
    this.retries = new EvaluationRetries(reading, progress, queue, quota, this.products, boards, clock);
    this.outcomes = new EvaluationOutcomes(
      progress,
      new MapSteps(progress, contexts, queue, claims, this.ends, boards, clock),
      new ScoreStep(progress, contexts, claims, outbox, boards, this.products, clock),
      this.products,
      this.ends,
      clock,
    );
  }

  get(id: string): FakeEvaluation {
    const found = this.all.find((evaluation) => evaluation.id === id);
    if (found === undefined) throw new Error(`there is no evaluation ${id}`);
    return found;
  }

  /** By id. */
  get states(): Record<string, EvaluationState> {
    return Object.fromEntries(this.all.map(({ id, state }) => [id, state]));
  }

  job(payload: JobPayload): SubmissionJob {
    return {
      id: 'job',
      step: payload.kind,
      submissionId: SUBMISSION_ID,
      draftId: null,
      evaluationId: 'evaluationId' in payload ? payload.evaluationId : null,
      stressRunId: null,
      rescoreId: null,
      payload,
      state: 'leased',
      attempt: 1,
      leaseTokenHash: null,
      queueRank: 0,
      ticketId: null,
      worker: 'w',
      isExpired: false,
    };
  }

  #become(id: string, state: EvaluationState, change: Partial<FakeEvaluation>): boolean {
    const evaluation = this.get(id);
    const isAllowed = mayBecome(evaluation.state, state);
    if (isAllowed) Object.assign(evaluation, change, { state });
    return isAllowed;
  }

  #progress(): EvaluationProgress {
    const nothing = () => Promise.resolve();
    return {
      insert: nothing,
      listStates: async () => this.all.map((evaluation) => ({ ...evaluation })),
      listRetryable: async () =>
        this.all.flatMap(({ id, state, isTriedAgain }) => (state === 'failed' && !isTriedAgain ? [id] : [])),
      insertAgain: async (failedId, { id, step }) => {
        const failed = this.get(failedId);
        failed.isTriedAgain = true;
        this.all.push({ ...failed, id, step, state: 'queued', isTriedAgain: false, failureMessage: null });
        return { taskId: failed.taskId, isShadow: failed.isShadow };
      },
      lockSubmission: nothing,
      setState: async (ids, { state, since: _since, ...change }) => {
        for (const id of ids) this.#become(id, state, change);
      },
      setScored: async (id, { scores }) => {
        if (!this.#become(id, 'scored', { scores, step: null }))
          throw new Error(`${id} cannot become scored`);
      },
      findTold: async () => this.told,
      setCanonical: async (_id, _canonical, warnings) =>
        void this.warnings.push(...warnings.map(({ message }) => message)),
      remove: async (ids) => {
        for (const id of ids) this.all.splice(this.all.indexOf(this.get(id)), 1);
      },
      listTaskIdsOf: async () => this.all.map(({ taskId }) => taskId),
      raiseBoardVersions: async (taskIds) => void this.raised.push(...taskIds),
      putStatistics: nothing,
      setRun: nothing,
      setOwnCanonical: nothing,
      putFrames: nothing,
      removeFrames: nothing,
      putArtefacts: nothing,
      setFile: nothing,
      setNetwork: nothing,
    };
  }

  #contexts(): EvaluationContexts {
    const definition = challengeDefinition({ id: 'demo' });
    const taskOf = (evaluationId: string) => {
      const { area, scenario, taskId, state, isShadow } = this.get(evaluationId);
      return { evaluationId, area, scenario, taskId, state, isShadow, definition };
    };
    return {
      getPredict: async (id) => ({ ...taskOf(id), files: [] }),
      getScoring: async (id) => ({
        ...taskOf(id),
        submissionId: SUBMISSION_ID,
        protocol: definition.protocol,
        disclosure: this.disclosure,
        canonical: FILE,
        inputs: { truth: FILE, truthVariable: null, oi: null },
        card: {
          name: 'A method',
          description: '',
          licence: 'CC-BY-4.0',
          inputs: [],
          codeUrl: '',
          paperUrl: '',
        },
        author: 'Ada',
        isAnonymous: false,
        submittedAt: this.clock.now(),
      }),
      listOutdatedProducts: async () => [],
    };
  }

  #records(): EvaluationRecords {
    const recordOf = (evaluation: FakeEvaluation): EvaluationRecord => ({
      ...evaluation,
      submissionId: SUBMISSION_ID,
      challengeId: 'demo',
      datasetVersionId: 'version',
      datasetVersion: '1.0.0',
      disclosure: this.disclosure,
      protocol: 'osse-2020a',
      stateSince: this.clock.now(),
      physics: null,
      warnings: [],
      artefacts: [],
      run: null,
      previewDays: 0,
      job: null,
    });
    return {
      findBySubmissions: async () => this.all.map(recordOf),
      find: async (id) => {
        const found = this.all.find((evaluation) => evaluation.id === id);
        return found === undefined ? null : recordOf(found);
      },
      listFrames: async () => [],
    };
  }

  #queue() {
    return {
      enqueue: async (_submissionId: string, payload: JobPayload) => void this.enqueued.push(payload),
      cancelOf: async (_submissionId: string, keptIds: string[]) => void this.cancelledBut.push(keptIds),
      findFailed: async () => this.failedJob,
      haveProductsFailed: async () => this.haveProductsFailed,
    };
  }
}
