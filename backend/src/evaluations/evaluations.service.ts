import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  type ArtefactName,
  type CheckWarning,
  type EvaluationState,
  type JobOutcome,
  type JobPayload,
  type ObjectReference,
  type ObservationFile,
  type Physics,
  type PreviewFrame,
  type RejectionReason,
  type Step,
  taskExtent,
  type TaskReference,
} from '@sillage/contracts';
import {
  disclosedPhysics,
  disclosedScores,
  isMapLayerDisclosed,
  mayProductsHoldTruth,
} from '../disclosure/domain/disclosure.js';
import {
  coarseErrors,
  isClearlyBetter,
  standardErrors,
  type StoredScores,
} from '../disclosure/domain/public-test.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError } from '../errors/domain-error.js';
import { Notifications } from '../notifications/notifications.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import { OutboxService } from '../outbox/outbox.service.js';
import { QuotaLedgerService } from '../quota/quota-ledger.service.js';
import { QueueService, type SubmissionJob as Job } from '../queue/queue.service.js';
import { isFinal, statesBefore } from './domain/evaluation-state.js';
import { observationFiles, predictInputs } from './domain/step-inputs.js';
import { contradictionIn, contradictionWithStatistics } from './domain/score-consistency.js';
import {
  EvaluationsRepository,
  type EvaluationRecord,
  type EvaluationStanding,
  type NewEvaluation,
  type ScoringContext,
} from './evaluations.repository.js';

export type { EvaluationRecord } from './evaluations.repository.js';

type DoneResult = Extract<JobOutcome, { status: 'done' }>['result'];
type ScoreResult = Extract<DoneResult, { kind: 'score' }>;
type Canceller = 'author' | 'organiser';
/** `ids` is everything; people are told of `shownIds`, which are on the boards of `shownTaskIds`. */
type Affected = { ids: string[]; shownIds: string[]; shownTaskIds: string[] };

/** Moves evaluations along. Every method but the reading ones runs in the transaction of its caller. */
@Injectable()
export class EvaluationsService {
  readonly #logger = new Logger('evaluations');

  constructor(
    private readonly evaluations: EvaluationsRepository,
    private readonly queue: QueueService,
    private readonly quota: QuotaLedgerService,
    private readonly claims: ObjectClaims,
    private readonly notifications: Notifications,
    private readonly outbox: OutboxService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async create(evaluations: NewEvaluation[]): Promise<void> {
    await this.evaluations.insert(evaluations);
    // Those of a re-score wait on no board.
    const shown = evaluations.filter(({ rescoreId }) => rescoreId === null);
    await this.changeBoards(shown.map((evaluation) => evaluation.taskId));
  }

  findBySubmissions(submissionIds: string[]): Promise<EvaluationRecord[]> {
    return this.evaluations.findBySubmissions(submissionIds);
  }

  async get(id: string): Promise<EvaluationRecord> {
    const evaluation = await this.evaluations.find(id);
    if (evaluation === null) throw new DomainError('evaluation-not-found', `There is no evaluation ${id}.`);
    return evaluation;
  }

  /** A worker took the job. */
  async start(job: Job, evaluatorVersion: string): Promise<void> {
    if (job.step === 'products') return;
    const { ids } = await this.#affectedBy(job);
    await this.evaluations.setState(ids, {
      state: 'running',
      from: statesBefore('running'),
      step: job.step,
      since: this.clock.now(),
      ...(job.step === 'score' ? { evaluatorVersion } : {}),
    });
  }

  /** The worker is gone or failed for a reason of ours; the job waits for another one. */
  async returnToQueue(job: Job): Promise<void> {
    if (job.step === 'products') return;
    const { ids } = await this.#affectedBy(job);
    await this.evaluations.setState(ids, {
      state: 'queued',
      from: statesBefore('queued'),
      step: job.step,
      since: this.clock.now(),
    });
  }

  async applyResult(job: Job, result: DoneResult): Promise<void> {
    const expected = resultKindOf(job.payload);
    if (result.kind !== expected) {
      throw new DomainError(
        'invalid-request',
        `Job ${job.id} is a ${expected} step; its result is that of a ${result.kind} step.`,
      );
    }
    switch (result.kind) {
      case 'map':
        await this.#applyMap(job, result);
        return;
      case 'check':
        await this.#applyCheck(job, result);
        return;
      case 'check-network':
        await this.#applyCheckNetwork(job, result);
        return;
      case 'predict':
        await this.#applyPredict(job, result);
        return;
      case 'score':
        await this.#applyScore(job, result);
        return;
      case 'products':
        if (job.evaluationId !== null && job.payload.kind === 'products')
          await this.#applyProducts(job.evaluationId, result.artefacts, job.payload.includeTruth);
        return;
      case 'inspect':
        throw new DomainError('invalid-request', `Job ${job.id} inspects a dataset: it has no evaluation.`);
    }
  }

  async applyRejection(
    job: Job,
    reason: Extract<JobOutcome, { status: 'rejected' }>['reason'],
  ): Promise<void> {
    if (job.step === 'products') {
      this.#logger.error(
        `products of evaluation ${job.evaluationId} were rejected: ${reason.code}: ${reason.found}`,
      );
      await this.#giveUpMaps(job);
      return;
    }
    await this.#reject(await this.#affectedBy(job), reason);
  }

  /** Days that a predict step has finished, for the page that watches it. */
  async applyFrames(evaluationId: string, frames: readonly PreviewFrame[]): Promise<void> {
    await this.evaluations.putFrames(evaluationId, frames);
  }

  listFrames: EvaluationsRepository['listFrames'] = (evaluationId, after, limit) =>
    this.evaluations.listFrames(evaluationId, after, limit);

  /** Ours, and no attempt is left. */
  async applyFailure(job: Job, message: string): Promise<void> {
    this.#logger.error(`${job.step} of submission ${job.submissionId} failed for good: ${message}`);
    if (job.step === 'products') return this.#giveUpMaps(job);
    const affected = await this.#affectedBy(job);
    await this.evaluations.setState(affected.ids, {
      state: 'failed',
      from: statesBefore('failed'),
      step: null,
      since: this.clock.now(),
      failureMessage: message,
    });
    await this.quota.settle(job.submissionId, 'failed on our side');
    for (const evaluationId of affected.shownIds)
      await this.outbox.record({ kind: 'evaluation-failed', evaluationId });
    await this.changeBoards(affected.shownTaskIds);
  }

  /**
   * Tries again what failed on our side. What is final stays as it is: another evaluation takes its place, with the step that
   * failed. Of a step that the whole submission shares, all evaluations that it took down are tried again.
   * @throws DomainError `evaluation-is-final` where nothing failed, or it was tried again already.
   */
  async retry(id: string): Promise<{ submissionId: string; evaluationIds: string[]; step: Step }> {
    const { submissionId } = await this.get(id);
    await this.evaluations.lockSubmission(submissionId);
    const { state } = await this.get(id);
    if (state === 'scored' && (await this.queue.haveProductsFailed(id))) {
      await this.remakeProducts([id]);
      return { submissionId, evaluationIds: [id], step: 'products' };
    }
    const retryable = await this.evaluations.listRetryable(submissionId);
    const job = retryable.includes(id) ? await this.queue.findFailed(submissionId, id) : null;
    if (job === null) throw nothingToRetry(state);
    const failed = job.evaluationId === null ? retryable : [id];
    const createdAt = this.clock.now();
    const again: { id: string; taskId: string; isShadow: boolean }[] = [];
    for (const failedId of failed) {
      const newId = randomUUID();
      const inserted = await this.evaluations.insertAgain(failedId, {
        id: newId,
        step: job.step,
        createdAt,
      });
      again.push({ id: newId, ...inserted });
    }
    const evaluationIds = again.map((evaluation) => evaluation.id);
    await this.queue.enqueue(submissionId, forEvaluation(job.payload, evaluationIds[0]));
    await this.quota.settle(submissionId, 'tried again');
    await this.changeBoards(again.flatMap(({ taskId, isShadow }) => (isShadow ? [] : [taskId])));
    return { submissionId, evaluationIds, step: job.step };
  }

  /** Boards show another name from now on. */
  async authorChanged(author: { accountId: string } | { teamId: string }): Promise<void> {
    await this.changeBoards(await this.evaluations.listTaskIdsOf(author));
  }

  /** A private submission went public: whom its scores go past hears of it now. */
  async submissionListed(submissionId: string): Promise<void> {
    for (const { id, state, isShadow } of await this.evaluations.listStates(submissionId))
      if (state === 'scored' && !isShadow)
        await this.outbox.record({ kind: 'evaluation-listed', evaluationId: id });
  }

  /** The submission changed in what boards show of it; what is not final ends, where it was withdrawn. */
  async submissionChanged(submissionId: string, options: { isWithdrawn: boolean }): Promise<void> {
    const standings = await this.evaluations.listStates(submissionId);
    const affected = affectedOf(standings);
    if (options.isWithdrawn && affected.ids.length > 0)
      await this.#cancel(submissionId, affected, { by: 'author', keptIds: [] });
    await this.changeBoards(standings.filter(({ isShadow }) => !isShadow).map(({ taskId }) => taskId));
  }

  /** Shadows go on: their re-score is none of the author's business. @throws DomainError `evaluation-is-final` when nothing is left. */
  async cancelOf(submissionId: string, by: Canceller): Promise<void> {
    const standings = await this.evaluations.listStates(submissionId);
    const affected = affectedOf(standings.filter(({ isShadow }) => !isShadow));
    if (affected.ids.length === 0) {
      throw new DomainError(
        'evaluation-is-final',
        'Every evaluation of this submission has ended; nothing is left to cancel.',
      );
    }
    const keptIds = standings.filter(({ isShadow }) => isShadow).map(({ id }) => id);
    await this.#cancel(submissionId, affected, { by, keptIds });
    await this.changeBoards(affected.shownTaskIds);
  }

  async #cancel(
    submissionId: string,
    { ids }: Affected,
    { by, keptIds }: { by: Canceller; keptIds: string[] },
  ): Promise<void> {
    await this.queue.cancelOf(submissionId, keptIds);
    await this.evaluations.setState(ids, {
      state: 'cancelled',
      from: statesBefore('cancelled'),
      step: null,
      since: this.clock.now(),
      // Why it does not count, however far it had come.
      ...(by === 'organiser' ? { failureMessage: 'cancelled by an organiser' } : {}),
    });
    await this.quota.settle(
      submissionId,
      by === 'organiser' ? 'cancelled by an organiser' : 'cancelled before it ran',
    );
  }

  /** From here on the map that the platform made is a submission like any other. */
  async #applyMap(
    job: Job,
    { map, variable, fileName }: Extract<DoneResult, { kind: 'map' }>,
  ): Promise<void> {
    if (job.payload.kind !== 'map') throw new Error(`job ${job.id} is no map job`);
    await this.#requireStored([map]);
    await this.evaluations.setFile(job.submissionId, { fileName, variable, object: map });
    const { ids } = await this.#affectedBy(job);
    await this.evaluations.setState(ids, {
      state: 'queued',
      from: statesBefore('queued'),
      step: 'check',
      since: this.clock.now(),
    });
    await this.queue.enqueue(job.submissionId, {
      kind: 'check',
      submissionId: job.submissionId,
      upload: map,
      fileName,
      variable,
      tasks: [job.payload.task],
      onlyCovered: false,
      evaluationId: null,
      network: null,
    });
  }

  /** The weights are sound: the network runs on every task that has what it reads. */
  async #applyCheckNetwork(job: Job, result: Extract<DoneResult, { kind: 'check-network' }>): Promise<void> {
    await this.#requireStored([result.network]);
    await this.evaluations.setNetwork(job.submissionId, result);
    const { summary, network } = result;
    const all = await this.evaluations.listStates(job.submissionId);
    for (const evaluation of all.filter(({ state, isOwn }) => isOwn && !isFinal(state))) {
      const context = await this.evaluations.findPredictContext(evaluation.id);
      if (context === null) throw new Error(`evaluation ${evaluation.id} has no dataset`);
      const inputs = predictInputs(context.files, context, summary.extraInputs);
      if ('lacking' in inputs) {
        await this.#reject(affectedOf([evaluation]), inputs.lacking);
        continue;
      }
      await this.evaluations.setState([evaluation.id], {
        state: 'queued',
        from: statesBefore('queued'),
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
  async #applyPredict(job: Job, result: Extract<DoneResult, { kind: 'predict' }>): Promise<void> {
    const { payload } = job;
    if (payload.kind !== 'predict') throw new Error(`job ${job.id} is no predict job`);
    await this.#requireStored([result.map]);
    const { ids } = await this.#affectedBy(job);
    if (ids.length === 0) return;
    await this.evaluations.setRun(payload.evaluationId, result.run);
    await this.evaluations.setState(ids, {
      state: 'queued',
      from: statesBefore('queued'),
      step: 'check',
      since: this.clock.now(),
    });
    await this.queue.enqueue(job.submissionId, {
      kind: 'check',
      submissionId: job.submissionId,
      evaluationId: payload.evaluationId,
      network: null,
      upload: result.map,
      fileName: result.fileName,
      variable: result.variable,
      tasks: [payload.task],
      onlyCovered: false,
    });
  }

  async #applyCheck(job: Job, result: Extract<DoneResult, { kind: 'check' }>): Promise<void> {
    await this.#requireStored([result.canonical]);
    const dropped = await this.#dropUncovered(job, result.uncovered);
    const { ids } = await this.#affectedBy(job);
    if (job.evaluationId === null)
      await this.evaluations.setCanonical(job.submissionId, result.canonical, [
        ...result.warnings,
        ...dropped,
      ]);
    else if (ids.includes(job.evaluationId))
      await this.evaluations.setOwnCanonical(job.evaluationId, result.canonical, result.warnings);
    await this.evaluations.setState(ids, {
      state: 'queued',
      from: statesBefore('queued'),
      step: 'score',
      since: this.clock.now(),
    });
    for (const evaluationId of ids) {
      const context = await this.#contextOf(evaluationId);
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
    const open = (await this.evaluations.listStates(job.submissionId)).filter(
      ({ state, isOwn }) => isOwn && !isFinal(state),
    );
    const dropped = open.filter(isUncovered);
    if (dropped.length === open.length) {
      throw new DomainError(
        'invalid-request',
        `Job ${job.id} leaves no task; a map without any is rejected.`,
      );
    }
    await this.evaluations.remove(dropped.map(({ id }) => id));
    await this.changeBoards(dropped.map(({ taskId }) => taskId));
    const names = job.payload.tasks
      .filter(isUncovered)
      .map(({ area, scenario }) => `${area} × ${scenario}`)
      .join(', ');
    return [
      { code: 'tasks-not-covered', message: `The map does not cover ${names}: it was not entered there.` },
    ];
  }

  async #applyScore(job: Job, result: Extract<DoneResult, { kind: 'score' }>): Promise<void> {
    if (job.evaluationId === null) throw new Error(`score job ${job.id} has no evaluation`);
    await this.#requireStored(result.artefacts.map((artefact) => artefact.object));
    const context = await this.#contextOf(job.evaluationId);
    if (isFinal(context.state)) return;
    const contradiction =
      contradictionIn(result.scores, context.protocol) ??
      contradictionWithStatistics(result.scores, result.statistics ?? null, context.protocol);
    if (contradiction !== null)
      throw new DomainError(
        'invalid-request',
        `The scores of job ${job.id} contradict themselves: ${contradiction}.`,
      );
    const scores = await this.#withPublicTest(context, result);
    await this.evaluations.setScored(job.evaluationId, {
      scores,
      physics: result.physics ?? null,
      warnings: result.warnings,
      scoredAt: this.clock.now(),
      from: statesBefore('scored'),
    });
    if (result.statistics) await this.evaluations.putStatistics(job.evaluationId, result.statistics);
    await this.evaluations.putArtefacts(job.evaluationId, result.artefacts, false);
    // Of a shadow nobody is told, and its maps and files are made when it is promoted.
    if (context.isShadow) return;
    await this.outbox.record({ kind: 'evaluation-scored', evaluationId: job.evaluationId });
    await this.changeBoards([context.taskId]);
    await this.#enqueueProducts(context, { ...result, scores, physics: result.physics ?? null });
  }

  /** With what a public test tells of it: kept whatever the level is, which a phase may change. */
  async #withPublicTest(
    { evaluationId, protocol }: ScoringContext,
    { scores, statistics }: ScoreResult,
  ): Promise<StoredScores> {
    const daily = statistics?.daily ?? null;
    const errors = standardErrors(daily, protocol);
    const told = await this.evaluations.findTold(evaluationId);
    const isHeldBack =
      !told.isReference &&
      (told.wasHeldBack ?? !isClearlyBetter({ mu: scores.mu, muError: errors.muError }, told.mu));
    return { ...scores, publicTest: { ...errors, isHeldBack, coarseErrors: coarseErrors(daily) } };
  }

  /** Has maps and files made of a score from before. @returns false where there is nothing to make, or nothing to show. */
  async makeProducts(evaluationId: string): Promise<boolean> {
    const [context, record] = [await this.#contextOf(evaluationId), await this.get(evaluationId)];
    if (record.scores === null) throw new Error(`evaluation ${evaluationId} has no score`);
    return this.#enqueueProducts(context, {
      scores: record.scores,
      physics: record.physics,
      artefacts: record.artefacts.map(({ name, sha256, sizeBytes }) => ({
        name,
        object: { sha256, sizeBytes },
      })),
    });
  }

  async #enqueueProducts(
    context: ScoringContext,
    {
      scores,
      physics,
      artefacts,
    }: Pick<ScoreResult, 'artefacts'> & { scores: StoredScores; physics: Physics | null },
  ): Promise<boolean> {
    const { definition, disclosure } = context;
    // Nothing to show means nothing to make.
    const publicScores = disclosedScores(scores, disclosure);
    if (context.canonical === null || publicScores === null) return false;
    const written = (name: ArtefactName): ObjectReference | null =>
      artefacts.find((artefact) => artefact.name === name)?.object ?? null;
    const platformUrl = this.config.publicUrl.href.replace(/\/$/, '');
    await this.queue.enqueue(context.submissionId, {
      kind: 'products',
      evaluationId: context.evaluationId,
      canonical: context.canonical,
      truth: context.inputs.truth,
      truthVariable: context.inputs.truthVariable,
      task: taskExtent(definition, context),
      protocol: context.protocol,
      scores: publicScores,
      physics: physics ? disclosedPhysics(physics, disclosure) : null,
      diagnostics: written('diagnostics.json'),
      statistics: written('statistics.json'),
      resolution: written('resolution.json'),
      provenance: {
        challenge: definition.id,
        challengeName: definition.name,
        datasetVersion: definition.datasetVersion,
        method: context.card.name,
        author: context.author,
        licence: context.card.licence,
        synthetic: definition.synthetic,
        submissionId: context.submissionId,
        submissionUrl: `${platformUrl}/submissions/${context.submissionId}`,
        platformUrl,
        submittedAt: context.submittedAt.toISOString(),
        datasetCitation: definition.citation,
        datasetLicence: definition.licence,
        namesFile: !context.isAnonymous,
      },
      includeTruth: mayProductsHoldTruth(disclosure),
      observations: await this.#observationsOf(context.evaluationId),
    });
    return true;
  }

  /** Of these scores the files and maps are made again, at the level that holds now. @returns how many are on their way. */
  async remakeProducts(evaluationIds: readonly string[]): Promise<number> {
    let count = 0;
    for (const id of evaluationIds) if (await this.makeProducts(id)) count += 1;
    return count;
  }

  listOutdatedProducts: EvaluationsRepository['listOutdatedProducts'] = (datasetVersionId, level) =>
    this.evaluations.listOutdatedProducts(datasetVersionId, level);

  /** The public observations of the task, which are drawn beside the maps. */
  async #observationsOf(evaluationId: string): Promise<ObservationFile[]> {
    const context = await this.evaluations.findPredictContext(evaluationId);
    return context === null ? [] : observationFiles(context.files, context);
  }

  /** Where everyone sees the full maps, the coarse ones of the network at work have served. */
  async #applyProducts(
    evaluationId: string,
    artefacts: Extract<DoneResult, { kind: 'products' }>['artefacts'],
    holdsTruth: boolean,
  ): Promise<void> {
    await this.#requireStored(artefacts.map(({ object }) => object));
    await this.evaluations.putArtefacts(evaluationId, artefacts, holdsTruth);
    const { disclosure, taskId } = await this.#contextOf(evaluationId);
    const hasMaps = artefacts.some(({ name }) => name === 'maps.json');
    // A board says of each row whether it has maps.
    if (hasMaps) await this.changeBoards([taskId]);
    if (hasMaps && isMapLayerDisclosed('reconstruction', disclosure))
      await this.evaluations.removeFrames(evaluationId);
  }

  /** The score stands; its board must no longer say that maps are coming. */
  async #giveUpMaps({ evaluationId }: Job): Promise<void> {
    if (evaluationId !== null) await this.changeBoards([(await this.#contextOf(evaluationId)).taskId]);
  }

  async #contextOf(evaluationId: string): Promise<ScoringContext> {
    const context = await this.evaluations.findScoringContext(evaluationId);
    if (context === null)
      throw new Error(`evaluation ${evaluationId} has no dataset with a file to compare it with`);
    return context;
  }

  async #reject(affected: Affected, reason: RejectionReason): Promise<void> {
    await this.evaluations.setState(affected.ids, {
      state: 'rejected',
      from: statesBefore('rejected'),
      step: null,
      since: this.clock.now(),
      rejection: reason,
    });
    for (const evaluationId of affected.shownIds)
      await this.outbox.record({ kind: 'evaluation-rejected', evaluationId });
    await this.changeBoards(affected.shownTaskIds);
  }

  /** Mapping and the check of an upload concern every open evaluation that came with it, the other steps concern one. */
  async #affectedBy(job: Job): Promise<Affected> {
    const all = await this.evaluations.listStates(job.submissionId);
    return affectedOf(
      all.filter(({ id, isOwn }) => (job.evaluationId === null ? isOwn : id === job.evaluationId)),
    );
  }

  /** In the transaction that refers to them. */
  async #requireStored(objects: ObjectReference[]): Promise<void> {
    await this.claims.require(objects, 'PUT /api/worker/objects/:sha256 first, then finish the job.');
  }

  /** Called in the transaction that changes what boards show. */
  async changeBoards(taskIds: string[]): Promise<void> {
    await this.evaluations.raiseBoardVersions(taskIds);
    await this.#tellBoards(taskIds);
  }

  async #tellBoards(taskIds: string[]): Promise<void> {
    for (const taskId of new Set(taskIds))
      await this.notifications.publish({ kind: 'board-changed', taskId });
  }
}

function nothingToRetry(state: EvaluationState): DomainError {
  return new DomainError(
    'evaluation-is-final',
    state === 'failed'
      ? 'This evaluation was tried again already.'
      : `Only what failed on our side is tried again; this evaluation is ${state}.`,
    {
      fix:
        state === 'rejected'
          ? 'Its author has to submit another file.'
          : 'Look at the submission: its page shows what became of it.',
    },
  );
}

/** The same work for another evaluation; what belongs to a whole submission names none. */
function forEvaluation(payload: JobPayload, evaluationId: string | undefined): JobPayload {
  if (!('evaluationId' in payload) || payload.evaluationId === null) return payload;
  if (evaluationId === undefined) throw new Error('no evaluation to do it for');
  return { ...payload, evaluationId };
}

function affectedOf(evaluations: EvaluationStanding[]): Affected {
  const open = evaluations.filter(({ state }) => !isFinal(state));
  const shown = open.filter(({ isShadow }) => !isShadow);
  return {
    ids: open.map(({ id }) => id),
    shownIds: shown.map(({ id }) => id),
    shownTaskIds: shown.map(({ taskId }) => taskId),
  };
}

/** A check has two kinds of results: an upload is a map, or a network. */
function resultKindOf(payload: JobPayload): DoneResult['kind'] {
  return payload.kind === 'check' && payload.network !== null ? 'check-network' : payload.kind;
}
