import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ArtefactName, CreateSubmissionRequest, MapManifest, MethodCard } from '@sillage/contracts';
import type { Account } from '../accounts/domain/account.js';
import { ChallengesService, type Challenge } from '../challenges/challenges.service.js';
import { isArtefactDisclosed, isMapLayerDisclosed } from '../challenges/domain/disclosure.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { taskExtent } from '../evaluations/domain/task-extent.js';
import { EvaluationsService, type EvaluationRecord } from '../evaluations/evaluations.service.js';
import { LeaderboardService } from '../leaderboard/leaderboard.service.js';
import { QueueService } from '../queue/queue.service.js';
import { Transactions } from '../transactions/transactions.js';
import { UploadsService, type FinishedUpload } from '../uploads/uploads.service.js';
import {
  isAuthor,
  mayDownloadFile,
  mayManageSubmission,
  maySeeEvaluation,
  maySeeSubmission,
} from './domain/visibility.js';
import { productFileName } from './domain/product-file-name.js';
import { MapManifests } from './map-manifests.js';
import { SubmissionsRepository, type Submission } from './submissions.repository.js';

/** A submission with what this viewer may see of it. */
export type SubmissionDetails = {
  submission: Submission;
  isMine: boolean;
  evaluations: { record: EvaluationRecord; rank: number | null }[];
};

export type StoredFile = { sha256: string; sizeBytes: number };

const LIST_LIMIT = 200;

@Injectable()
export class SubmissionsService {
  constructor(
    private readonly submissions: SubmissionsRepository,
    private readonly challenges: ChallengesService,
    private readonly evaluations: EvaluationsService,
    private readonly leaderboard: LeaderboardService,
    private readonly queue: QueueService,
    private readonly uploads: UploadsService,
    private readonly manifests: MapManifests,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async create(account: Account, request: CreateSubmissionRequest): Promise<SubmissionDetails> {
    const challenge = await this.challenges.get(request.challenge);
    // The upload is finished before the transaction opens: hashing a large file takes seconds.
    await this.uploads.getOwned(account, request.uploadId);
    await this.uploads.finish(request.uploadId);
    const id = await this.transactions.run(async () => {
      const upload = await this.uploads.use(account, request.uploadId);
      return this.#insert(challenge, {
        account,
        card: request.card,
        file: upload,
        variable: request.variable ?? null,
        tasks: request.tasks,
      });
    });
    await this.uploads.removeFile(request.uploadId);
    return this.get(account, id);
  }

  /** A map that the platform made itself, scored like any other. Runs in the transaction of the registration. */
  async createReference(
    challenge: Challenge,
    reference: {
      card: MethodCard;
      file: Omit<FinishedUpload, 'id'>;
      variable: string | null;
      tasks: { area: string; scenario: string }[];
    },
  ): Promise<void> {
    await this.#insert(challenge, { account: null, ...reference });
  }

  async get(viewer: Account | null, id: string): Promise<SubmissionDetails> {
    const submission = await this.#getVisible(viewer, id);
    const [details] = await this.#withEvaluations(viewer, [submission]);
    if (details === undefined) throw submissionNotFound(id);
    return details;
  }

  /** The viewer's own, or those on the boards; newest first. */
  async list(
    viewer: Account | null,
    filter: { challengeId: string | null; isMine: boolean },
  ): Promise<SubmissionDetails[]> {
    const submissions = await this.submissions.list({
      challengeId: filter.challengeId,
      accountId: filter.isMine ? (viewer?.id ?? null) : null,
      limit: LIST_LIMIT,
    });
    const levels = new Map(
      (await this.challenges.list()).map(({ id, definition }) => [id, definition.disclosure]),
    );
    return this.#withEvaluations(
      viewer,
      submissions.filter((submission) =>
        maySeeSubmission(viewer, submission, levels.get(submission.challengeId) ?? 'blind'),
      ),
    );
  }

  async cancel(account: Account, id: string): Promise<SubmissionDetails> {
    const submission = await this.#getVisible(account, id);
    if (!mayManageSubmission(account, submission)) {
      throw new DomainError('not-allowed', 'Only its author may cancel a submission.');
    }
    await this.transactions.run(async () => {
      await this.submissions.lock(id);
      await this.evaluations.cancelOf(id);
    });
    return this.get(account, id);
  }

  async getFile(viewer: Account | null, id: string): Promise<StoredFile & { fileName: string }> {
    const submission = await this.#getVisible(viewer, id);
    const { definition } = await this.challenges.get(submission.challengeId);
    if (!mayDownloadFile(viewer, submission, definition.disclosure)) {
      throw new DomainError('not-disclosed', 'The file of this submission is its author’s alone.');
    }
    return { sha256: submission.sha256, sizeBytes: submission.sizeBytes, fileName: submission.fileName };
  }

  async getArtefact(
    viewer: Account | null,
    evaluationId: string,
    name: ArtefactName,
  ): Promise<StoredFile & { fileName: string }> {
    const { record, submission } = await this.#getVisibleEvaluation(viewer, evaluationId);
    if (!isArtefactDisclosed(name, record.disclosure)) {
      throw new DomainError(
        'not-disclosed',
        `${name} is not shown at the disclosure level ${record.disclosure}.`,
      );
    }
    const { sha256, sizeBytes } = this.#artefactOf(record, name);
    return { sha256, sizeBytes, fileName: productFileName(submission.card.name, record, name) };
  }

  /** Where one frame of a map stack lies in its file. */
  async getMapFrame(
    viewer: Account | null,
    evaluationId: string,
    layerName: MapManifest['layers'][number]['name'],
    frame: number,
  ): Promise<StoredFile & { start: number; end: number }> {
    const { record } = await this.#getVisibleEvaluation(viewer, evaluationId);
    if (!isMapLayerDisclosed(layerName, record.disclosure)) {
      throw new DomainError(
        'not-disclosed',
        `Maps are not shown at the disclosure level ${record.disclosure}.`,
      );
    }
    const manifest = await this.manifests.read(this.#artefactOf(record, 'maps.json').sha256);
    const layer = manifest.layers.find(({ name }) => name === layerName);
    if (layer === undefined || frame >= layer.frameCount) {
      throw new DomainError('file-not-found', `There is no frame ${frame} of the map layer '${layerName}'.`, {
        fix: `maps.json lists the layers: ${manifest.layers.map(({ name, frameCount }) => `${name} (${frameCount})`).join(', ')}.`,
      });
    }
    const stack = this.#artefactOf(record, `${layerName}.i16`);
    const frameBytes = manifest.latDeg.length * manifest.lonDeg.length * 2;
    if (stack.sizeBytes !== frameBytes * layer.frameCount) {
      throw new Error(
        `${layerName}.i16 has ${stack.sizeBytes} bytes, its manifest says ${frameBytes} × ${layer.frameCount}`,
      );
    }
    return {
      sha256: stack.sha256,
      sizeBytes: stack.sizeBytes,
      start: frame * frameBytes,
      end: (frame + 1) * frameBytes - 1,
    };
  }

  async #insert(
    challenge: Challenge,
    submission: {
      account: Account | null;
      card: MethodCard;
      file: Omit<FinishedUpload, 'id'>;
      variable: string | null;
      tasks: { area: string; scenario: string }[];
    },
  ): Promise<string> {
    const { account, card, file, variable } = submission;
    const wanted = [
      ...new Map(submission.tasks.map((task) => [`${task.area}/${task.scenario}`, task])).values(),
    ];
    const tasks = [];
    for (const { area, scenario } of wanted)
      tasks.push(await this.challenges.getTask(challenge, area, scenario));
    const id = randomUUID();
    const createdAt = this.clock.now();
    await this.submissions.insert({
      id,
      challengeId: challenge.id,
      datasetVersionId: challenge.datasetVersionId,
      accountId: account?.id ?? null,
      kind: account === null ? 'reference' : 'participant',
      card,
      fileName: file.fileName,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      variable,
      createdAt,
    });
    await this.evaluations.create(
      tasks.map((task) => ({
        id: randomUUID(),
        submissionId: id,
        taskId: task.id,
        datasetVersionId: challenge.datasetVersionId,
        protocol: challenge.definition.protocol,
        createdAt,
      })),
    );
    await this.queue.enqueue(id, {
      kind: 'check',
      submissionId: id,
      upload: { sha256: file.sha256, sizeBytes: file.sizeBytes },
      fileName: file.fileName,
      variable,
      tasks: tasks.map((task) => taskExtent(challenge.definition, task)),
    });
    return id;
  }

  async #getVisible(viewer: Account | null, id: string): Promise<Submission> {
    const submission = await this.submissions.find(id);
    if (submission === null) throw submissionNotFound(id);
    const { definition } = await this.challenges.get(submission.challengeId);
    // Not "not allowed": whether somebody else's entry exists is not told either.
    if (!maySeeSubmission(viewer, submission, definition.disclosure)) throw submissionNotFound(id);
    return submission;
  }

  async #getVisibleEvaluation(viewer: Account | null, id: string) {
    const record = await this.evaluations.get(id);
    const submission = await this.#getVisible(viewer, record.submissionId);
    if (!maySeeEvaluation(viewer, submission, record.state)) {
      throw new DomainError('evaluation-not-found', `There is no evaluation ${id}.`);
    }
    return { record, submission };
  }

  #artefactOf(record: EvaluationRecord, name: ArtefactName): StoredFile {
    const artefact = record.artefacts.find((candidate) => candidate.name === name);
    if (artefact === undefined) {
      throw new DomainError('file-not-found', `This evaluation has no ${name} (yet).`, {
        fix: 'Products are made right after the score; try again in a moment.',
      });
    }
    return artefact;
  }

  async #withEvaluations(viewer: Account | null, submissions: Submission[]): Promise<SubmissionDetails[]> {
    const records = await this.evaluations.findBySubmissions(submissions.map(({ id }) => id));
    return Promise.all(
      submissions.map(async (submission) => ({
        submission,
        isMine: isAuthor(viewer, submission),
        evaluations: await Promise.all(
          records
            .filter((record) => record.submissionId === submission.id)
            .filter((record) => maySeeEvaluation(viewer, submission, record.state))
            .map(async (record) => ({
              record,
              rank: record.state === 'scored' ? await this.leaderboard.rankOf(record) : null,
            })),
        ),
      })),
    );
  }
}

function submissionNotFound(id: string): DomainError {
  return new DomainError('submission-not-found', `There is no submission ${id}.`, {
    fix: 'A submission is visible to others once it is on a leaderboard.',
  });
}
