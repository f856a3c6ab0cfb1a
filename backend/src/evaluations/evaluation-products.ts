import { Inject, Injectable } from '@nestjs/common';
import { type ArtefactName, type ObjectReference, type Physics, taskExtent } from '@sillage/contracts';
import {
  disclosedPhysics,
  disclosedScores,
  isMapLayerDisclosed,
  mayProductsHoldTruth,
} from '../disclosure/domain/disclosure.js';
import { type StoredScores } from '../disclosure/domain/public-test.js';
import { CONFIG, type Config } from '../config/config.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import { QueueService, type SubmissionJob as Job } from '../queue/queue.service.js';
import { observationFiles } from './domain/step-inputs.js';
import { EvaluationsService } from './evaluations.service.js';
import { BoardChanges } from './board-changes.js';
import { EvaluationProgressRepository } from './evaluation-progress.repository.js';
import { EvaluationContextsRepository, type ScoringContext } from './evaluation-contexts.repository.js';
import { requireStored } from './stored-outputs.js';
import type { DoneResult, EvaluationContexts, EvaluationProgress, JobQueue, StoredObjects } from './ports.js';

type ScoreResult = Extract<DoneResult, { kind: 'score' }>;

/** Maps and files of scores. Every method but the reading ones runs in the transaction of its caller. */
@Injectable()
export class EvaluationProducts {
  constructor(
    private readonly evaluations: EvaluationsService,
    @Inject(EvaluationProgressRepository) private readonly progress: EvaluationProgress,
    @Inject(EvaluationContextsRepository) private readonly contexts: EvaluationContexts,
    @Inject(QueueService) private readonly queue: JobQueue,
    @Inject(ObjectClaims) private readonly claims: StoredObjects,
    private readonly boards: BoardChanges,
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
  ) {}

  /** Has maps and files made of a score from before. @returns false where there is nothing to make, or nothing to show. */
  async make(evaluationId: string): Promise<boolean> {
    const [context, record] = [
      await this.contexts.getScoring(evaluationId),
      await this.evaluations.get(evaluationId),
    ];
    if (record.scores === null) throw new Error(`evaluation ${evaluationId} has no score`);
    return this.enqueue(context, {
      scores: record.scores,
      physics: record.physics,
      artefacts: record.artefacts.map(({ name, sha256, sizeBytes }) => ({
        name,
        object: { sha256, sizeBytes },
      })),
    });
  }

  async enqueue(
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
    const inputs = await this.contexts.getPredict(context.evaluationId);
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
      observations: observationFiles(inputs.files, inputs),
    });
    return true;
  }

  /** Of these scores the files and maps are made again, at the level that holds now. @returns how many are on their way. */
  async remake(evaluationIds: readonly string[]): Promise<number> {
    let count = 0;
    for (const id of evaluationIds) if (await this.make(id)) count += 1;
    return count;
  }

  listOutdated: EvaluationContexts['listOutdatedProducts'] = (datasetVersionId, level) =>
    this.contexts.listOutdatedProducts(datasetVersionId, level);

  /** Where everyone sees the full maps, the coarse ones of the network at work have served. */
  async apply(
    evaluationId: string,
    artefacts: Extract<DoneResult, { kind: 'products' }>['artefacts'],
    holdsTruth: boolean,
  ): Promise<void> {
    await requireStored(
      this.claims,
      artefacts.map(({ object }) => object),
    );
    await this.progress.putArtefacts(evaluationId, artefacts, holdsTruth);
    const { disclosure, taskId } = await this.contexts.getScoring(evaluationId);
    const hasMaps = artefacts.some(({ name }) => name === 'maps.json');
    // A board says of each row whether it has maps.
    if (hasMaps) await this.boards.changed([taskId]);
    if (hasMaps && isMapLayerDisclosed('reconstruction', disclosure))
      await this.progress.removeFrames(evaluationId);
  }

  /** The score stands; its board must no longer say that maps are coming. */
  async giveUp({ evaluationId }: Job): Promise<void> {
    if (evaluationId !== null)
      await this.boards.changed([(await this.contexts.getScoring(evaluationId)).taskId]);
  }
}
