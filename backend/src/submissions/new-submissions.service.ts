import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import {
  type CreateSubmissionRequest,
  type CreateSubmissionSetRequest,
  type JobPayload,
  type MapPayload,
  type MethodCard,
  type SubmissionForm,
  type TaskExtent,
  taskExtent,
  type TaskReference,
  type Visibility,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { ChallengesService, type Challenge, type Task } from '../challenges/challenges.service.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { QueueService } from '../queue/queue.service.js';
import { TeamsService } from '../teams/teams.service.js';
import { Transactions } from '../transactions/transactions.js';
import { UploadsService, type FinishedUpload } from '../uploads/uploads.service.js';
import { AllowanceService } from './allowance.service.js';
import { anonymityFault, storedVisibility } from './domain/visibility-change.js';
import { manifestFaults } from './manifest-faults.js';
import { SubmissionsRepository, type RankedReference, type Submission } from './submissions.repository.js';
import { VisibleSubmissionsService, type SubmissionDetails } from './visible-submissions.service.js';

type FileSource = {
  kind: 'file';
  file: Omit<FinishedUpload, 'id'>;
  variable: string | null;
};

/** A checkpoint or an ONNX file, and how to run it. */
type NetworkSource = {
  kind: 'network';
  file: Omit<FinishedUpload, 'id'>;
  manifest: string | null;
};
type ComputedSource = Pick<MapPayload, 'observations' | 'method' | 'parameters'> & { kind: 'computed' };

/** A map that the platform made itself, or is to make now. */
export type NewReference = {
  card: MethodCard;
  tasks: TaskReference[];
  source: FileSource | NetworkSource | ComputedSource;
};

type NewSource =
  | (FileSource & { uploadId: string | null; onlyCovered: boolean })
  | (NetworkSource & { uploadId: string | null })
  | ComputedSource;

type NewEntry = {
  account: Account | null;
  card: MethodCard;
  tasks: TaskReference[];
  source: NewSource;
  setId: string | null;
  visibility: Visibility;
  teamId: string | null;
};

/** Enters uploads of participants, and references of the platform, on the boards of a challenge. */
@Injectable()
export class NewSubmissionsService {
  constructor(
    private readonly submissions: SubmissionsRepository,
    private readonly visible: VisibleSubmissionsService,
    private readonly allowance: AllowanceService,
    private readonly challenges: ChallengesService,
    private readonly evaluations: EvaluationsService,
    private readonly queue: QueueService,
    private readonly uploads: UploadsService,
    private readonly teams: TeamsService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The same request, sent again after its reply was lost or from another window, finds the submission that it made. */
  async create(account: Account, request: CreateSubmissionRequest): Promise<SubmissionDetails> {
    const challenge = await this.challenges.get(request.challenge);
    this.challenges.requireInstalled(challenge);
    requireReadableManifest(request.network?.manifest ?? null);
    this.#requireFutureDay(request.visibility);
    requireKnownAreas(challenge, request.card);
    if (request.team !== null) await this.teams.requireMember(account, request.team);
    // The upload is finished before the transaction opens: hashing a large file takes seconds.
    await this.uploads.getOwned(account, request.uploadId);
    await this.uploads.finish(request.uploadId);
    const entering = this.transactions.run(async () => {
      const upload = await this.uploads.use(account, request.uploadId);
      await this.allowance.require(account, challenge.id, request.team);
      const [created] = await this.#insert(challenge, [
        {
          account,
          card: request.card,
          tasks: request.tasks,
          source: sourceOf(request, upload),
          setId: null,
          visibility: request.visibility,
          teamId: request.team,
        },
      ]);
      if (created !== undefined)
        await this.allowance.use(account, { challengeId: challenge.id, teamId: request.team }, created);
      return created;
    });
    const id = await orEarlier(entering, () => this.#findAlone(account, request));
    if (id === undefined) throw new Error('nothing was inserted');
    await this.uploads.removeFile(request.uploadId);
    return this.visible.get(account, id);
  }

  /**
   * Several files of one method at once: all of them are entered, or none. The same request, sent again after its reply
   * was lost, finds the set that it made.
   */
  async createSet(account: Account, request: CreateSubmissionSetRequest): Promise<SubmissionDetails[]> {
    const challenge = await this.challenges.get(request.challenge);
    this.challenges.requireInstalled(challenge);
    requireDistinct(request);
    this.#requireFutureDay(request.visibility);
    requireKnownAreas(challenge, request.card);
    if (request.team !== null) await this.teams.requireMember(account, request.team);
    for (const { uploadId } of request.files) {
      await this.uploads.getOwned(account, uploadId);
      await this.uploads.finish(uploadId);
    }
    const ids = await orEarlier(this.#insertSet(account, challenge, request), () =>
      this.#findSet(account, request),
    );
    for (const { uploadId } of request.files) await this.uploads.removeFile(uploadId);
    return Promise.all(ids.map((id) => this.visible.get(account, id)));
  }

  /**
   * Maps of the platform itself, scored like any others; with a re-score they come to light when that is promoted. Runs in the
   * transaction of the caller. @returns their ids.
   */
  async createReferences(
    challenge: Challenge,
    references: NewReference[],
    rescoreId: string | null = null,
  ): Promise<string[]> {
    const previous = rescoreId === null ? [] : await this.submissions.listRankedReferences(challenge.id);
    return this.#insert(
      challenge,
      references.map(({ source, ...reference }) => ({
        ...reference,
        account: null,
        setId: null,
        visibility: { kind: 'public' as const },
        teamId: null,
        source: newSourceOf(source),
      })),
      rescoreId === null ? null : { id: rescoreId, previous },
    );
  }

  listReferenceTasks: SubmissionsRepository['listReferenceTasks'] = (datasetVersionId) =>
    this.submissions.listReferenceTasks(datasetVersionId);

  async #insertSet(
    account: Account,
    challenge: Challenge,
    request: CreateSubmissionSetRequest,
  ): Promise<string[]> {
    const setId = randomUUID();
    return this.transactions.run(async () => {
      const uploads = new Map<string, FinishedUpload>();
      // Taken in one order: two requests for the same uploads do not wait for each other in a circle.
      for (const uploadId of request.files.map((file) => file.uploadId).toSorted())
        uploads.set(uploadId, await this.uploads.use(account, uploadId));
      await this.allowance.require(account, challenge.id, request.team);
      await this.allowance.use(account, { challengeId: challenge.id, teamId: request.team }, setId);
      return this.#insert(
        challenge,
        request.files.map((file) => {
          const upload = uploads.get(file.uploadId);
          if (upload === undefined) throw new Error(`upload ${file.uploadId} was not taken`);
          return {
            account,
            card: request.card,
            tasks: file.tasks,
            source: sourceOf(file, upload),
            setId,
            visibility: request.visibility,
            teamId: request.team,
          };
        }),
      );
    });
  }

  /** The submission that this very upload became; null if it became anything else. */
  async #findAlone(account: Account, request: CreateSubmissionRequest): Promise<string | null> {
    const [submission] = await this.submissions.findByUploads([request.uploadId]);
    if (submission === undefined || submission.setId !== null || submission.accountId !== account.id)
      return null;
    const { evaluations } = await this.visible.get(account, submission.id);
    const entered = evaluations.map(({ record }) => record);
    return isEntryOf(submission, entered, request) ? submission.id : null;
  }

  /** The set that these very files became, in the order of the request; null if they became anything else. */
  async #findSet(account: Account, request: CreateSubmissionSetRequest): Promise<string[] | null> {
    const found = await this.submissions.findByUploads(request.files.map(({ uploadId }) => uploadId));
    const setId = found[0]?.setId ?? null;
    if (setId === null) return null;
    const members = await this.submissions.listOfSets([setId]);
    if (members.length !== request.files.length) return null;
    const ids = request.files.map((file) => {
      const submission = found.find(({ uploadId }) => uploadId === file.uploadId);
      const entered = members.find(({ id }) => id === submission?.id)?.tasks ?? [];
      const isSame =
        submission !== undefined &&
        submission.setId === setId &&
        submission.accountId === account.id &&
        isEntryOf(submission, entered, { ...request, ...file });
      return isSame ? submission.id : null;
    });
    return ids.every((id) => id !== null) ? ids : null;
  }

  /** @returns the ids of the new submissions, in the order of the entries. */
  async #insert(
    challenge: Challenge,
    entries: NewEntry[],
    rescore: { id: string; previous: RankedReference[] } | null = null,
  ): Promise<string[]> {
    const { definition, datasetVersionId } = challenge;
    const createdAt = this.clock.now();
    const inserted: { id: string; entry: NewEntry; tasks: Task[] }[] = [];
    for (const entry of entries) {
      const { account, card, source, setId } = entry;
      const wanted = new Map(entry.tasks.map((task) => [`${task.area}/${task.scenario}`, task]));
      const tasks: Task[] = [];
      for (const { area, scenario } of wanted.values())
        tasks.push(await this.challenges.getTask(challenge, area, scenario));
      const id = randomUUID();
      const isSent = source.kind !== 'computed';
      await this.submissions.insert({
        id,
        challengeId: challenge.id,
        datasetVersionId,
        accountId: account?.id ?? null,
        teamId: entry.teamId,
        kind: account === null ? 'reference' : 'participant',
        form: formOf(source),
        card,
        file: isSent ? fileOf(source.file) : null,
        variable: source.kind === 'file' ? source.variable : null,
        manifest: source.kind === 'network' ? source.manifest : null,
        uploadId: isSent ? source.uploadId : null,
        setId,
        ...storedVisibility(entry.visibility),
        rescoreId: rescore?.id ?? null,
        createdAt,
      });
      inserted.push({ id, entry, tasks });
    }
    // All at once: the boards are locked in one order.
    await this.evaluations.create(
      inserted.flatMap(({ id, entry, tasks }) =>
        tasks.map((task) => ({
          id: randomUUID(),
          submissionId: id,
          taskId: task.id,
          datasetVersionId,
          protocol: definition.protocol,
          step: entry.source.kind === 'computed' ? ('map' as const) : ('check' as const),
          rescoreId: rescore?.id ?? null,
          previousEvaluationId:
            rescore?.previous.find(({ method, taskId }) => method === entry.card.name && taskId === task.id)
              ?.evaluationId ?? null,
          createdAt,
        })),
      ),
    );
    for (const { id, entry, tasks } of inserted) {
      for (const payload of firstJobs(
        id,
        entry.source,
        tasks.map((task) => taskExtent(definition, task)),
      ))
        await this.queue.enqueue(id, payload);
    }
    return inserted.map(({ id }) => id);
  }

  #requireFutureDay(visibility: Visibility): void {
    if (visibility.kind !== 'anonymous') return;
    const now = this.clock.now();
    const fault = anonymityFault(now, visibility.until, now);
    if (fault === null) return;
    throw new DomainError('invalid-request', fault.message, {
      fix: fault.fix,
      fields: [{ path: 'visibility.until', message: fault.message }],
    });
  }
}

type EnteredFile = {
  uploadId: string;
  variable?: string | undefined;
  onlyCovered: boolean;
  network?: { manifest: string | null } | undefined;
};

function sourceOf(file: EnteredFile, upload: FinishedUpload): NewSource {
  if (file.network !== undefined) {
    return { kind: 'network', file: upload, manifest: file.network.manifest, uploadId: file.uploadId };
  }
  return {
    kind: 'file',
    file: upload,
    variable: file.variable ?? null,
    uploadId: file.uploadId,
    onlyCovered: file.onlyCovered,
  };
}

function newSourceOf(source: NewReference['source']): NewSource {
  switch (source.kind) {
    case 'file':
      return { ...source, uploadId: null, onlyCovered: false };
    case 'network':
      return { ...source, uploadId: null };
    case 'computed':
      return source;
  }
}

function formOf(source: NewSource): SubmissionForm {
  return source.kind === 'network' ? 'network' : 'map';
}

/** @throws DomainError that names every setting that no network has, at the field of the form that holds them. */
function requireReadableManifest(manifest: string | null): void {
  const faults = manifest === null ? [] : manifestFaults(manifest);
  if (faults.length === 0) return;
  throw new DomainError('invalid-request', `The manifest cannot be used: ${faults.join('; ')}.`, {
    fix: 'Correct the settings, or send the .hydra/config.yaml of the training instead.',
    fields: faults.map((message) => ({ path: 'network.manifest', message })),
  });
}

function fileOf({ fileName, sizeBytes, sha256 }: FileSource['file']): FileSource['file'] {
  return { fileName, sizeBytes, sha256 };
}

/** The check of a file, or the mapping of what is to be computed: one job per task, which is one map. */
function firstJobs(submissionId: string, source: NewSource, tasks: TaskExtent[]): JobPayload[] {
  if (source.kind === 'computed') {
    const { observations, method, parameters } = source;
    return tasks.map((task) => ({ kind: 'map', submissionId, task, observations, method, parameters }));
  }
  const { sha256, sizeBytes, fileName } = source.file;
  const isMap = source.kind === 'file';
  return [
    {
      kind: 'check',
      submissionId,
      evaluationId: null,
      network: isMap ? null : { manifest: source.manifest },
      upload: { sha256, sizeBytes },
      fileName,
      variable: isMap ? source.variable : null,
      tasks,
      onlyCovered: isMap && source.onlyCovered,
    },
  ];
}

/** What an earlier request has made of the same uploads, where it was the same request. */
async function orEarlier<Ids>(entering: Promise<Ids>, find: () => Promise<Ids | null>): Promise<Ids> {
  try {
    return await entering;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'upload-already-used') throw error;
    const earlier = await find();
    if (earlier === null) throw error;
    return earlier;
  }
}

type WantedEntry = Omit<EnteredFile, 'uploadId'> &
  Pick<CreateSubmissionRequest, 'challenge' | 'team' | 'card'> & { tasks: readonly TaskReference[] };

/** Whether a submission is what a request asks for. Its visibility is not looked at: the author may have changed it since. */
function isEntryOf(submission: Submission, entered: readonly TaskReference[], wanted: WantedEntry): boolean {
  return (
    submission.challengeId === wanted.challenge &&
    submission.teamId === wanted.team &&
    submission.form === (wanted.network === undefined ? 'map' : 'network') &&
    submission.manifest === (wanted.network?.manifest ?? null) &&
    submission.variable === (wanted.variable ?? null) &&
    isDeepStrictEqual(submission.card, wanted.card) &&
    entered.every((task) => wanted.tasks.some((other) => isSameTask(other, task))) &&
    (wanted.onlyCovered || wanted.tasks.every((task) => entered.some((other) => isSameTask(other, task))))
  );
}

function isSameTask(left: TaskReference, right: TaskReference): boolean {
  return left.area === right.area && left.scenario === right.scenario;
}

/** @throws DomainError for two maps of one task, or one upload under two names: which of them would count? */
function requireDistinct({ files }: CreateSubmissionSetRequest): void {
  const seen = new Set<string>();
  const fields = files.flatMap((file, index) =>
    [
      { key: `upload ${file.uploadId}`, path: `files.${index}.uploadId` },
      ...[...new Set(file.tasks.map(({ area, scenario }) => `${area} × ${scenario}`))].map((key) => ({
        key,
        path: `files.${index}.tasks`,
      })),
    ].flatMap(({ key, path }) => {
      if (seen.has(key)) return [{ path, message: `${key} is in another file of the set already` }];
      seen.add(key);
      return [];
    }),
  );
  if (fields.length === 0) return;
  throw new DomainError('invalid-request', 'A set has one map for each task, and each upload once.', {
    fields,
  });
}

/** Where a method was trained is told in areas of the challenge: others have no board that it could be compared on. */
function requireKnownAreas({ definition }: Challenge, { trainedOn }: MethodCard): void {
  const known = definition.areas.map(({ id }) => id);
  const index = (trainedOn ?? []).findIndex((area) => !known.includes(area));
  if (index < 0) return;
  const message = `Challenge '${definition.id}' has no area '${trainedOn?.[index]}'.`;
  throw new DomainError('invalid-request', message, {
    fix: `Its areas are: ${known.join(', ')}. Leave out what was trained on elsewhere, and say it in the description.`,
    fields: [{ path: `card.trainedOn.${index}`, message }],
  });
}
