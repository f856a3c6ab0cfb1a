import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  MAX_REPORTED_FILES,
  type AddDraftFileRequest,
  type AuditAction,
  type ChallengeDefinition,
  type CreateDraftRequest,
  type DatasetReport,
  type DefinitionProblem,
  type DraftFile,
  type InspectionState,
  type InspectPayload,
  type ValidateDraftRequest,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { DatasetVersions } from '../challenges/dataset-versions.js';
import { VersionPublishing } from '../challenges/version-publishing.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import type { StoredObject } from '../object-store/object-store.js';
import { QueueService } from '../queue/queue.service.js';
import { Transactions } from '../transactions/transactions.js';
import { UploadsService } from '../uploads/uploads.service.js';
import { WorkersService } from '../workers/workers.service.js';
import {
  completeDefinition,
  definitionProblems,
  nameInDraft,
  nextVersion,
} from './domain/definition-problems.js';
import { inspectionState, isUnderWay, obstacleToValidation, warningsOf } from './domain/draft-inspection.js';
import { DraftsRepository, type Draft, type StoredDraftFile } from './drafts.repository.js';
import { InspectionsService } from './inspections.service.js';
import { ServerFiles } from './server-files.js';

export type { Draft, StoredDraftFile } from './drafts.repository.js';

export type DraftOverview = {
  draft: Draft;
  problems: DefinitionProblem[];
  files: StoredDraftFile[];
  inspection: InspectionState;
};

export type DraftDetails = DraftOverview & {
  report: DatasetReport | null;
  progress: number | null;
  activity: string;
};

const GONE_FIX = 'It was collected while this request came in: send the request again.';

/** Dataset versions that are being written. Every write says the revision that its author has read. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly drafts: DraftsRepository,
    private readonly inspections: InspectionsService,
    private readonly challenges: ChallengesService,
    private readonly versions: DatasetVersions,
    private readonly publishing: VersionPublishing,
    private readonly uploads: UploadsService,
    private readonly serverFiles: ServerFiles,
    private readonly claims: ObjectClaims,
    private readonly queue: QueueService,
    private readonly workers: WorkersService,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async list(): Promise<DraftOverview[]> {
    const overviews = [];
    for (const draft of await this.drafts.list()) overviews.push(await this.#overviewOf(draft));
    return overviews;
  }

  async get(id: string): Promise<DraftDetails> {
    const details = await this.watch(id);
    const { reportRevision } = details.draft.inspection;
    return { ...details, report: reportRevision === null ? null : await this.drafts.findReport(id) };
  }

  /** Without the report, which may have megabytes. */
  async watch(id: string): Promise<DraftDetails> {
    const draft = await this.#require(id);
    const worker = await this.inspections.progressOf(id);
    return {
      ...(await this.#overviewOf(draft)),
      report: null,
      progress: worker?.progress ?? null,
      activity: worker?.activity ?? (await this.#waitingText(draft)),
    };
  }

  async create(account: Account, request: CreateDraftRequest): Promise<DraftDetails> {
    const id = randomUUID();
    await this.transactions.run(async () => {
      const base =
        request.copyOf === undefined
          ? request.from === undefined
            ? null
            : await this.#baseOf(request.from)
          : await this.#copyOf(request.copyOf);
      const definition = request.definition ?? base?.definition ?? {};
      const createdAt = this.clock.now();
      await this.drafts.insert({
        id,
        definition,
        basedOnVersionId: base?.datasetVersionId ?? null,
        createdBy: account.displayName,
        createdAt,
      });
      // Another draft may be deleted while it is copied.
      await this.claims.require(base?.files ?? [], GONE_FIX);
      for (const file of base?.files ?? [])
        await this.drafts.putFile(id, { source: 'version' as const, ...file, addedAt: createdAt });
      const { from, copyOf } = request;
      await this.#record(account, id, {
        action: 'draft.create',
        summary:
          copyOf !== undefined
            ? `Copied the draft${titleOf(definition)}.`
            : from === undefined
              ? `Started a draft${titleOf(definition)}.`
              : `Started a draft from ${from.challengeId}@${from.version}.`,
        details: { from: from ?? null, copyOf: copyOf ?? null },
      });
    });
    return this.get(id);
  }

  async save(
    account: Account,
    id: string,
    { revision, definition }: { revision: number; definition: Draft['definition'] },
  ): Promise<DraftDetails> {
    await this.#change(account, id, revision, async (draft) => {
      await this.drafts.change(id, this.#changeBy(account, definition));
      return {
        summary: `Changed the definition of the draft${titleOf(definition)}.`,
        details: {
          parts: Object.keys({ ...draft.definition, ...definition })
            .filter((key) => JSON.stringify(draft.definition[key]) !== JSON.stringify(definition[key]))
            .sort(),
        },
      };
    });
    return this.get(id);
  }

  /** A finished upload of this account, or a file of the server's folder; one of the same name is replaced. */
  async addFile(account: Account, id: string, request: AddDraftFileRequest): Promise<DraftDetails> {
    const { revision, path, uploadId, serverFile } = request;
    // Hashing a large file takes minutes: whoever comes with an old revision, or to no draft, is told before.
    requireRevision(await this.#require(id), revision);
    if (uploadId !== undefined) {
      await this.uploads.getOwned(account, uploadId);
      await this.uploads.finish(uploadId);
    }
    const taken = serverFile === undefined ? null : await this.serverFiles.take(serverFile);
    await this.#change(account, id, revision, async (draft) => {
      if (taken !== null) await this.claims.require([taken], GONE_FIX);
      const object: StoredObject = taken ?? (await this.uploads.useAgain(account, uploadId ?? ''));
      await this.#putFile(id, path, object, taken === null ? 'upload' : 'server');
      await this.drafts.change(id, this.#changeBy(account, null));
      return {
        summary: `Added the file '${path}' to the draft${titleOf(draft.definition)}.`,
        details: { path, sha256: object.sha256, sizeBytes: object.sizeBytes },
      };
    });
    if (uploadId !== undefined) await this.uploads.removeFile(uploadId);
    return this.get(id);
  }

  async removeFile(
    account: Account,
    id: string,
    { path, revision }: { path: string; revision: number },
  ): Promise<DraftDetails> {
    await this.#change(account, id, revision, async (draft) => {
      if (!(await this.drafts.removeFile(id, path))) throw fileNotFound(path);
      await this.drafts.change(id, this.#changeBy(account, null));
      return {
        summary: `Took the file '${path}' out of the draft${titleOf(draft.definition)}.`,
        details: { path },
      };
    });
    return this.get(id);
  }

  async getFile(id: string, path: string): Promise<StoredDraftFile> {
    await this.#require(id);
    const file = (await this.drafts.listFiles(id)).find((candidate) => candidate.path === path);
    if (file === undefined) throw fileNotFound(path);
    return file;
  }

  /** An inspection that is under way is stopped. `revision` is null where it does not matter what was written last. */
  async delete(account: Account, id: string, revision: number | null): Promise<void> {
    await this.transactions.run(async () => {
      const draft = await this.#lock(id);
      if (revision !== null) requireRevision(draft, revision);
      await this.queue.cancelOfDraft(id);
      await this.drafts.delete(id);
      await this.#record(account, id, {
        action: 'draft.delete',
        summary: `Deleted the draft${titleOf(draft.definition)}.`,
        details: { revision: draft.revision, basedOn: draft.basedOn },
      });
    });
  }

  /** Asks an evaluator to read every file. One inspection of a draft at a time. */
  async inspect(account: Account, id: string, revision: number): Promise<DraftDetails> {
    await this.transactions.run(async () => {
      const draft = await this.#lock(id);
      requireRevision(draft, revision);
      if (isUnderWay(draft.inspection)) {
        throw new DomainError('inspection-under-way', 'The draft is being inspected.', {
          fix: 'Wait for its report, or delete the draft to stop it.',
        });
      }
      const definition = completeDefinition(draft.definition);
      if (definition === null) {
        const { problems } = await this.#overviewOf(draft);
        throw new DomainError(
          'draft-not-ready',
          'The definition is not complete: it does not say yet what the files are for.',
          { fix: 'Mend what is listed, then inspect the draft.', fields: problems },
        );
      }
      await this.queue.enqueueInspection(id, await this.#inspectionOf(draft, definition));
      await this.drafts.setInspection(id, { state: 'queued', revision });
      await this.#record(account, id, {
        action: 'draft.inspect',
        summary: `Asked for an inspection of the draft${titleOf(draft.definition)}.`,
        details: { revision },
      });
    });
    return this.get(id);
  }

  /**
   * Freezes the draft as a dataset version, with the report of exactly this revision, and is gone itself.
   * @returns the version, in words.
   */
  async validate(
    account: Account,
    id: string,
    request: ValidateDraftRequest,
  ): Promise<{ challengeId: string; version: string }> {
    return this.transactions.run(async () => {
      const draft = await this.#lock(id);
      requireRevision(draft, request.revision);
      const before = completeDefinition(draft.definition);
      // Registrations and other drafts of the challenge wait: what is found newest now stays the newest.
      if (before !== null && (await this.versions.newestVersion(before.id)) !== null)
        await this.challenges.lock(before.id);
      const { problems, files, inspection } = await this.#overviewOf(draft);
      const report = await this.drafts.findReport(id);
      const obstacle = obstacleToValidation({
        problems,
        inspection,
        failureMessage: draft.inspection.failureMessage,
        report: draft.inspection.reportRevision === draft.revision ? report : null,
        acceptedWarnings: request.acceptedWarnings,
      });
      if (obstacle !== null) throw new DomainError('draft-not-ready', obstacle.message, obstacle);
      const definition = completeDefinition(draft.definition);
      if (definition === null || report === null) throw new Error(`draft ${id} is not complete`);
      const acceptedWarnings = warningsOf(report);
      await this.publishing.addValidated({
        definition,
        objects: new Map(files.map((file) => [file.path, file])),
        changes: request.changes,
        createdBy: account.displayName,
        acceptedWarnings,
        report,
      });
      await this.queue.cancelOfDraft(id);
      await this.drafts.delete(id);
      const version = { challengeId: definition.id, version: definition.datasetVersion };
      await this.audit.record({
        actor: account,
        action: 'version.validate',
        subject: { kind: 'dataset-version', id: `${version.challengeId}@${version.version}` },
        summary: `Validated dataset version ${version.version} of ${definition.name}: ${request.changes}`,
        details: { draftId: id, revision: draft.revision, acceptedWarnings },
      });
      return version;
    });
  }

  /** Under the lock of the draft, with an audit line at the end. */
  async #change(
    account: Account,
    id: string,
    revision: number,
    work: (draft: Draft) => Promise<{ summary: string; details: Record<string, unknown> }>,
  ): Promise<void> {
    await this.transactions.run(async () => {
      const draft = await this.#lock(id);
      requireRevision(draft, revision);
      const { summary, details } = await work(draft);
      await this.#record(account, id, {
        action: 'draft.edit',
        summary,
        details: { revision: revision + 1, ...details },
      });
    });
  }

  async #record(
    account: Account,
    id: string,
    entry: { action: AuditAction; summary: string; details: Record<string, unknown> },
  ): Promise<void> {
    await this.audit.record({ actor: account, subject: { kind: 'draft', id }, ...entry });
  }

  #changeBy(account: Account, definition: Draft['definition'] | null) {
    return { definition, changedBy: account.displayName, changedAt: this.clock.now() };
  }

  async #putFile(
    id: string,
    path: string,
    { sha256, sizeBytes }: StoredObject,
    source: DraftFile['source'],
  ): Promise<void> {
    await this.drafts.putFile(id, { path, sha256, sizeBytes, source, addedAt: this.clock.now() });
  }

  /** Another draft as it is now: what it says and its files. */
  async #copyOf(id: string) {
    const { basedOn, definition } = await this.#require(id);
    const version =
      basedOn === null ? null : await this.versions.getVersionDetails(basedOn.challengeId, basedOn.version);
    const files = await this.drafts.listFiles(id);
    return {
      datasetVersionId: version?.record.id ?? null,
      definition,
      files: files.map(({ path, sha256, sizeBytes, source }) => ({ path, sha256, sizeBytes, source })),
    };
  }

  /** The definition of an older version under the next version number, with its files. */
  async #baseOf({ challengeId, version }: { challengeId: string; version: string }) {
    const { record, definition } = await this.versions.getVersionDetails(challengeId, version);
    const newest = (await this.versions.newestVersion(challengeId)) ?? version;
    const files = await this.versions.listFilesOf(record.id);
    return {
      datasetVersionId: record.id,
      definition: { ...definition, datasetVersion: nextVersion(newest) },
      files: files.map(({ path, sha256, sizeBytes }) => ({ path, sha256, sizeBytes })),
    };
  }

  async #overviewOf(draft: Draft): Promise<DraftOverview> {
    const files = await this.drafts.listFiles(draft.id);
    const challengeId = nameInDraft(draft.definition, 'id');
    return {
      draft,
      files,
      problems: definitionProblems(draft.definition, {
        files: new Map(files.map((file) => [file.path, file])),
        basedOnChallengeId: draft.basedOn?.challengeId ?? null,
        newestVersion: challengeId === '' ? null : await this.versions.newestVersion(challengeId),
      }),
      inspection: inspectionState(draft.revision, draft.inspection),
    };
  }

  async #inspectionOf(draft: Draft, definition: ChallengeDefinition): Promise<InspectPayload> {
    const used = new Set(definition.files.map(({ path }) => path));
    const files = (await this.drafts.listFiles(draft.id)).filter(({ path }) => used.has(path));
    if (files.length > MAX_REPORTED_FILES) {
      throw new DomainError(
        'draft-not-ready',
        `The definition uses ${files.length} files; at most ${MAX_REPORTED_FILES} are inspected.`,
        { fix: 'Join files, for example the days of one satellite.' },
      );
    }
    return {
      kind: 'inspect',
      draftId: draft.id,
      revision: draft.revision,
      definition,
      files: files.map(({ path, sha256, sizeBytes }) => ({ path, object: { sha256, sizeBytes } })),
    };
  }

  async #waitingText(draft: Draft): Promise<string> {
    if (draft.inspection.state !== 'queued') return '';
    return (await this.workers.isAnyCapableOf('inspect'))
      ? 'waiting for an evaluator'
      : 'waiting: no evaluator that inspects datasets is connected';
  }

  async #require(id: string): Promise<Draft> {
    const draft = await this.drafts.find(id);
    if (draft === null) throw draftNotFound(id);
    return draft;
  }

  async #lock(id: string): Promise<Draft> {
    const draft = await this.drafts.lock(id);
    if (draft === null) throw draftNotFound(id);
    return draft;
  }
}

/** ` demo-osse 1.0.1`, as far as the draft says so. */
function titleOf(definition: Draft['definition']): string {
  const words = [nameInDraft(definition, 'id'), nameInDraft(definition, 'datasetVersion')];
  return words
    .filter((word) => word !== '')
    .map((word) => ` ${word}`)
    .join('');
}

function draftNotFound(id: string): DomainError {
  return new DomainError('draft-not-found', `There is no draft ${id}.`, {
    fix: 'It may have been deleted, or validated: then it is a dataset version of its challenge.',
  });
}

function fileNotFound(path: string): DomainError {
  return new DomainError('file-not-found', `The draft has no file '${path}'.`);
}

function requireRevision(draft: Draft, revision: number): void {
  if (draft.revision === revision) return;
  const at = `${draft.changedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  throw new DomainError(
    'draft-changed',
    `${draft.changedBy} changed this draft at ${at}: it is at revision ${draft.revision}, you have read revision ${revision}.`,
    { fix: 'Read the draft again, then repeat your change.' },
  );
}
