import { Injectable, Logger } from '@nestjs/common';
import type { JobOutcome, ObjectReference, RejectionReason, TaskExtent } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import type { StoredRejection } from '../disclosure/domain/disclosure.js';
import { DomainError } from '../errors/domain-error.js';
import { isFinal, statesBefore } from '../evaluations/domain/evaluation-state.js';
import type { PredictInputs } from '../evaluations/domain/step-inputs.js';
import { contradictionIn } from '../evaluations/domain/score-consistency.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import { QueueService, type SubmissionJob as Job } from '../queue/queue.service.js';
import { StressRunsRepository, type NewStressRun } from './stress-runs.repository.js';

export type { CheckedNetwork, StressRunRecord } from './stress-runs.repository.js';

type DoneResult = Extract<JobOutcome, { status: 'done' }>['result'];

/** What the first step of a run reads, or why there is nothing to read. */
export type StressStart =
  | {
      network: ObjectReference;
      memoryBytes: number;
      task: TaskExtent;
      inputs: PredictInputs;
      without: string | null;
    }
  | { lacking: RejectionReason };

/** Moves stress runs along: predict, check and score, like evaluations of a network, and never onto a board. */
@Injectable()
export class StressRunsService {
  readonly #logger = new Logger('stress');

  constructor(
    private readonly runs: StressRunsRepository,
    private readonly queue: QueueService,
    private readonly claims: ObjectClaims,
    private readonly clock: Clock,
  ) {}

  listOf: StressRunsRepository['listOf'] = (submissionId) => this.runs.listOf(submissionId);
  findCheckedNetwork: StressRunsRepository['findCheckedNetwork'] = (submissionId) =>
    this.runs.findCheckedNetwork(submissionId);
  listFiles: StressRunsRepository['listFiles'] = (datasetVersionId) => this.runs.listFiles(datasetVersionId);
  lockSubmission: StressRunsRepository['lockSubmission'] = (id) => this.runs.lockSubmission(id);

  /** In the transaction of the caller. @returns whether it is a new run; the same one is never made twice. */
  async create(run: Omit<NewStressRun, 'createdAt'>, start: StressStart): Promise<boolean> {
    if (!(await this.runs.insert({ ...run, createdAt: this.clock.now() }))) return false;
    if ('lacking' in start) {
      await this.#reject(run.id, { ...start.lacking, step: 'predict' });
      return true;
    }
    const { inputs, ...common } = start;
    await this.queue.enqueueStress(run.id, run.submissionId, {
      kind: 'predict',
      submissionId: run.submissionId,
      evaluationId: run.id,
      ...common,
      ...inputs,
    });
    return true;
  }

  /** A worker took the job. */
  async start(job: Job, evaluatorVersion: string): Promise<void> {
    await this.runs.setState(runIdOf(job), {
      state: 'running',
      from: statesBefore('running'),
      step: job.step,
      since: this.clock.now(),
      ...(job.step === 'score' ? { evaluatorVersion } : {}),
    });
  }

  /** Under the lock of their submission: a worker that has one hears of it with its next heartbeat. */
  async cancel(ids: readonly string[]): Promise<void> {
    await this.queue.cancelOfStressRuns(ids);
    for (const id of ids)
      await this.runs.setState(id, {
        state: 'cancelled',
        from: statesBefore('cancelled'),
        step: null,
        since: this.clock.now(),
      });
  }

  /** Under the lock of the submission: all that are not final. */
  async cancelOpenOf(submissionId: string): Promise<void> {
    const open = (await this.runs.listOf(submissionId)).filter(({ state }) => !isFinal(state));
    if (open.length > 0) await this.cancel(open.map(({ id }) => id));
  }

  async returnToQueue(job: Job): Promise<void> {
    await this.#queueFor(runIdOf(job), job.step);
  }

  async applyResult(job: Job, result: DoneResult): Promise<void> {
    const id = runIdOf(job);
    const { payload } = job;
    if (result.kind !== payload.kind) {
      throw new DomainError(
        'invalid-request',
        `Job ${job.id} is a ${payload.kind} step; its result is that of a ${result.kind} step.`,
      );
    }
    const state = await this.runs.findState(id);
    if (state === null || isFinal(state)) return;
    if (result.kind === 'predict' && payload.kind === 'predict') {
      await this.#requireStored([result.map]);
      await this.runs.setRun(id, result.run);
      await this.#queueFor(id, 'check');
      await this.queue.enqueueStress(id, job.submissionId, {
        kind: 'check',
        submissionId: job.submissionId,
        evaluationId: id,
        network: null,
        upload: result.map,
        fileName: result.fileName,
        variable: result.variable,
        tasks: [payload.task],
        onlyCovered: false,
      });
      return;
    }
    if (result.kind === 'check' && payload.kind === 'check') {
      await this.#requireStored([result.canonical]);
      const inputs = await this.runs.findScoreInputs(id);
      const [task] = payload.tasks;
      if (inputs === null || task === undefined)
        throw new Error(`stress run ${id} has no file to be compared with`);
      await this.#queueFor(id, 'score');
      await this.queue.enqueueStress(id, job.submissionId, {
        kind: 'score',
        evaluationId: id,
        canonical: result.canonical,
        task,
        ...inputs,
      });
      return;
    }
    if (result.kind === 'score' && payload.kind === 'score') {
      const contradiction = contradictionIn(result.scores, payload.protocol);
      if (contradiction !== null)
        throw new DomainError(
          'invalid-request',
          `The scores of job ${job.id} contradict themselves: ${contradiction}.`,
        );
      await this.runs.setState(id, {
        state: 'scored',
        from: statesBefore('scored'),
        step: null,
        since: this.clock.now(),
        scores: result.scores,
      });
      return;
    }
    throw new Error(`job ${job.id} of stress run ${id} is a ${payload.kind} step`);
  }

  async applyRejection(job: Job, reason: RejectionReason): Promise<void> {
    await this.#reject(runIdOf(job), { ...reason, step: job.step });
  }

  /** Ours, and no attempt is left. */
  async applyFailure(job: Job, message: string): Promise<void> {
    this.#logger.error(`${job.step} of stress run ${job.stressRunId} failed for good: ${message}`);
    await this.runs.setState(runIdOf(job), {
      state: 'failed',
      from: statesBefore('failed'),
      step: null,
      since: this.clock.now(),
      failureMessage: message,
    });
  }

  async #queueFor(id: string, step: Job['step']): Promise<void> {
    await this.runs.setState(id, {
      state: 'queued',
      from: statesBefore('queued'),
      step,
      since: this.clock.now(),
    });
  }

  async #reject(id: string, rejection: StoredRejection): Promise<void> {
    await this.runs.setState(id, {
      state: 'rejected',
      from: statesBefore('rejected'),
      step: null,
      since: this.clock.now(),
      rejection,
    });
  }

  /** In the transaction that refers to them. */
  async #requireStored(objects: ObjectReference[]): Promise<void> {
    await this.claims.require(objects, 'PUT /api/worker/objects/:sha256 first, then finish the job.');
  }
}

function runIdOf(job: Job): string {
  if (job.stressRunId === null) throw new Error(`job ${job.id} belongs to no stress run`);
  return job.stressRunId;
}
