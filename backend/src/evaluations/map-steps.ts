import { Inject, Injectable } from '@nestjs/common';
import { type CheckWarning, type JobPayload, taskExtent, type TaskReference } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import { QueueService, type SubmissionJob as Job } from '../queue/queue.service.js';
import { isFinal } from './domain/evaluation-state.js';
import { predictInputs } from './domain/step-inputs.js';
import { affectedBy, affectedOf } from './domain/affected.js';
import { BoardChanges } from './board-changes.js';
import { EvaluationEnds } from './evaluation-ends.js';
import { EvaluationProgressRepository } from './evaluation-progress.repository.js';
import { EvaluationContextsRepository } from './evaluation-contexts.repository.js';
import { requireStored } from './stored-outputs.js';
import type { DoneResult, EvaluationContexts, EvaluationProgress, JobQueue, StoredObjects } from './ports.js';

type CheckPayload = Extract<JobPayload, { kind: 'check' }>;

/** What comes before a score: a map is made or handed in, and checked. Every method runs in the transaction of its caller. */
@Injectable()
export class MapSteps {
  constructor(
    @Inject(EvaluationProgressRepository) private readonly progress: EvaluationProgress,
    @Inject(EvaluationContextsRepository) private readonly contexts: EvaluationContexts,
    @Inject(QueueService) private readonly queue: JobQueue,
    @Inject(ObjectClaims) private readonly claims: StoredObjects,
    private readonly ends: EvaluationEnds,
    private readonly boards: BoardChanges,
    private readonly clock: Clock,
  ) {}

  /** From here on the map that the platform made is a submission like any other. */
  async applyMap(job: Job, { map, variable, fileName }: Extract<DoneResult, { kind: 'map' }>): Promise<void> {
    if (job.payload.kind !== 'map') throw new Error(`job ${job.id} is no map job`);
    await requireStored(this.claims, [map]);
    await this.progress.setFile(job.submissionId, { fileName, variable, object: map });
    await this.#haveChecked(job, {
      evaluationId: null,
      upload: map,
      fileName,
      variable,
      task: job.payload.task,
    });
  }

  /** The weights are sound: the network runs on every task that has what it reads. */
  async applyCheckNetwork(job: Job, result: Extract<DoneResult, { kind: 'check-network' }>): Promise<void> {
    await requireStored(this.claims, [result.network]);
    await this.progress.setNetwork(job.submissionId, result);
    const { summary, network } = result;
    const all = await this.progress.listStates(job.submissionId);
    for (const evaluation of all.filter(({ state, isOwn }) => isOwn && !isFinal(state))) {
      const context = await this.contexts.getPredict(evaluation.id);
      const inputs = predictInputs(context.files, context, summary.extraInputs);
      if ('lacking' in inputs) {
        await this.ends.reject(affectedOf([evaluation]), { ...inputs.lacking, step: 'predict' });
        continue;
      }
      await this.progress.setState([evaluation.id], {
        state: 'queued',
        step: 'predict',
        since: this.clock.now(),
      });
      await this.queue.enqueue(job.submissionId, {
        kind: 'predict',
        submissionId: job.submissionId,
        evaluationId: evaluation.id,
        network,
        memoryBytes: Math.ceil(summary.peakMemoryBytes ?? 0),
        task: taskExtent(context.definition, context),
        without: null,
        ...inputs,
      });
    }
  }

  /** The map of a network is checked like an upload. */
  async applyPredict(job: Job, result: Extract<DoneResult, { kind: 'predict' }>): Promise<void> {
    const { payload } = job;
    if (payload.kind !== 'predict') throw new Error(`job ${job.id} is no predict job`);
    await requireStored(this.claims, [result.map]);
    const { ids } = affectedBy(job, await this.progress.listStates(job.submissionId));
    if (ids.length === 0) return;
    const { evaluationId, task } = payload;
    await this.progress.setRun(evaluationId, result.run);
    const { map: upload, fileName, variable } = result;
    await this.#haveChecked(job, { evaluationId, upload, fileName, variable, task });
  }

  /** A map that the platform made passes the same gate as an upload. */
  async #haveChecked(
    job: Job,
    {
      task,
      ...map
    }: Pick<CheckPayload, 'evaluationId' | 'upload' | 'fileName' | 'variable'> & {
      task: CheckPayload['tasks'][number];
    },
  ): Promise<void> {
    const { submissionId } = job;
    const { ids } = affectedBy(job, await this.progress.listStates(submissionId));
    await this.progress.setState(ids, { state: 'queued', step: 'check', since: this.clock.now() });
    await this.queue.enqueue(submissionId, {
      kind: 'check',
      submissionId,
      ...map,
      tasks: [task],
      onlyCovered: false,
      network: null,
    });
  }

  async applyCheck(job: Job, result: Extract<DoneResult, { kind: 'check' }>): Promise<void> {
    await requireStored(this.claims, [result.canonical]);
    const dropped = await this.#dropUncovered(job, result.uncovered);
    const { ids } = affectedBy(job, await this.progress.listStates(job.submissionId));
    if (job.evaluationId === null)
      await this.progress.setCanonical(job.submissionId, result.canonical, [...result.warnings, ...dropped]);
    else if (ids.includes(job.evaluationId))
      await this.progress.setOwnCanonical(job.evaluationId, result.canonical, result.warnings);
    await this.progress.setState(ids, {
      state: 'queued',
      step: 'score',
      since: this.clock.now(),
    });
    for (const evaluationId of ids) {
      const context = await this.contexts.getScoring(evaluationId);
      await this.queue.enqueue(job.submissionId, {
        kind: 'score',
        evaluationId,
        canonical: result.canonical,
        task: taskExtent(context.definition, context),
        protocol: context.protocol,
        ...context.inputs,
      });
    }
  }

  /**
   * Takes back the entries for tasks that the map does not reach, where the participant asked for that: they are no
   * failures, and no board ever shows them. @returns the note that says so.
   */
  async #dropUncovered(job: Job, uncovered: readonly TaskReference[]): Promise<CheckWarning[]> {
    if (uncovered.length === 0) return [];
    if (job.payload.kind !== 'check' || !job.payload.onlyCovered) {
      throw new DomainError('invalid-request', `Job ${job.id} must not leave tasks out.`);
    }
    const isUncovered = (entry: TaskReference) =>
      uncovered.some(({ area, scenario }) => area === entry.area && scenario === entry.scenario);
    const open = (await this.progress.listStates(job.submissionId)).filter(
      ({ state, isOwn }) => isOwn && !isFinal(state),
    );
    const dropped = open.filter(isUncovered);
    if (dropped.length === open.length) {
      throw new DomainError(
        'invalid-request',
        `Job ${job.id} leaves no task; a map without any is rejected.`,
      );
    }
    await this.progress.remove(dropped.map(({ id }) => id));
    await this.boards.changed(dropped.map(({ taskId }) => taskId));
    const names = job.payload.tasks
      .filter(isUncovered)
      .map(({ area, scenario }) => `${area} × ${scenario}`)
      .join(', ');
    return [
      { code: 'tasks-not-covered', message: `The map does not cover ${names}: it was not entered there.` },
    ];
  }
}
