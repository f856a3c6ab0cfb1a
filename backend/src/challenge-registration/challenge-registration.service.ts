import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Injectable, Logger } from '@nestjs/common';
import {
  challengeDefinitionSchema,
  manifestTextSchema,
  MAX_MANIFEST_CHARACTERS,
  observationFileSchema,
  problemLine,
  problemsIn,
  type ChallengeDefinition,
  type RegisterChallengeRequest,
} from '@sillage/contracts';
import { parse } from 'yaml';
import type { Account } from '../identity/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { ChallengesService, type Challenge } from '../challenges/challenges.service.js';
import { VersionPublishing } from '../challenges/version-publishing.js';
import { DomainError } from '../errors/domain-error.js';
import { isDatabaseUnavailable } from '../errors/error-reply.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import { ObjectStore } from '../object-store/object-store.js';
import { NewSubmissionsService, type NewReference } from '../submissions/new-submissions.service.js';
import { Transactions } from '../transactions/transactions.js';
import { UploadsService } from '../uploads/uploads.service.js';
import { DatasetFolderFiles } from './dataset-folder-files.js';
import { referenceEntries, type ReferenceEntry } from '../challenges/domain/reference-entries.js';

const observationRoleSchema = observationFileSchema.shape.role;

type Manifests = Map<string, string>;
type Objects = Map<string, { sha256: string; sizeBytes: number }>;

/** Brings challenges in, from folders at start and from organisers over the API, with the maps the platform made. */
@Injectable()
export class ChallengeRegistrationService {
  readonly #logger = new Logger('challenges');

  constructor(
    private readonly challenges: ChallengesService,
    private readonly publishing: VersionPublishing,
    private readonly submissions: NewSubmissionsService,
    private readonly uploads: UploadsService,
    private readonly folderFiles: DatasetFolderFiles,
    private readonly store: ObjectStore,
    private readonly claims: ObjectClaims,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
  ) {}

  /** Registers every folder with a challenge.yaml. One that is wrong does not keep the others out. */
  async registerFolders(root: string): Promise<void> {
    const entries = await readdir(root, { withFileTypes: true });
    for (const entry of entries.filter((candidate) => candidate.isDirectory())) {
      const folder = path.join(root, entry.name);
      try {
        const yaml = await readFile(path.join(folder, 'challenge.yaml'), 'utf8').catch((error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
          throw error;
        });
        if (yaml !== null) await this.#registerFolder(folder, yaml);
      } catch (error) {
        if (isDatabaseUnavailable(error)) throw error;
        const message = error instanceof DomainError ? `${error.message} ${error.fix ?? ''}` : String(error);
        this.#logger.error(`challenge in ${folder} was not registered: ${message}`);
      }
    }
  }

  async registerFromUploads(organiser: Account, request: RegisterChallengeRequest): Promise<Challenge> {
    const { definition } = request;
    const uploadByPath = new Map(request.uploads.map(({ path: filePath, uploadId }) => [filePath, uploadId]));
    const missing = definition.files.filter((file) => !uploadByPath.has(file.path)).map((file) => file.path);
    if (missing.length > 0) {
      throw new DomainError(
        'invalid-request',
        `No upload is named for the dataset files ${missing.join(', ')}.`,
        {
          fields: missing.map((filePath) => ({ path: 'uploads', message: `no upload for '${filePath}'` })),
        },
      );
    }
    for (const uploadId of uploadByPath.values()) {
      await this.uploads.getOwned(organiser, uploadId);
      await this.uploads.finish(uploadId);
    }
    await this.transactions.run(async () => {
      const objects: Objects = new Map();
      for (const { path: filePath } of definition.files) {
        if (objects.has(filePath)) continue;
        const { sha256, sizeBytes } = await this.uploads.useAgain(
          organiser,
          uploadByPath.get(filePath) ?? '',
        );
        objects.set(filePath, { sha256, sizeBytes });
      }
      const outcome = await this.#register(definition, objects);
      if (outcome === 'registered')
        await this.audit.record({
          actor: organiser,
          action: 'challenge.register',
          subject: { kind: 'challenge', id: definition.id },
          summary: `Registered dataset version ${definition.datasetVersion} of ${definition.id}.`,
          details: {
            datasetVersion: definition.datasetVersion,
            disclosure: definition.disclosure,
            files: Object.fromEntries([...objects].map(([filePath, { sha256 }]) => [filePath, sha256])),
          },
        });
    });
    for (const uploadId of uploadByPath.values()) await this.uploads.removeFile(uploadId);
    return this.challenges.get(definition.id);
  }

  /** The same because an organiser asked for it, which the log says. */
  async enterReferencesFor(organiser: Account, challengeId: string): Promise<string[]> {
    return this.transactions.run(async () => {
      const ids = await this.enterReferencesAgain(challengeId);
      if (ids.length > 0)
        await this.audit.record({
          actor: organiser,
          action: 'references.enter',
          subject: { kind: 'challenge', id: challengeId },
          summary: `Entered ${ids.length} ${ids.length === 1 ? 'map' : 'maps'} of the references of ${challengeId} again.`,
          details: { submissions: ids },
        });
      return ids;
    });
  }

  /**
   * Sends the maps of references in again, or has them computed again, wherever they are on no board and not on the way
   * there. @returns the new submissions.
   */
  async enterReferencesAgain(challengeId: string): Promise<string[]> {
    return this.transactions.run(async () => {
      await this.challenges.get(challengeId);
      await this.challenges.lock(challengeId);
      const challenge = await this.challenges.get(challengeId);
      this.challenges.requireInstalled(challenge);
      const standing = await this.submissions.listReferenceTasks(challenge.datasetVersionId);
      const isStanding = (method: string, task: { area: string; scenario: string }) =>
        standing.some(
          (entry) => entry.method === method && entry.area === task.area && entry.scenario === task.scenario,
        );
      return this.#enterReferences(challenge, (reference, task) => !isStanding(reference.name, task));
    });
  }

  /**
   * Sends the references of a version in that is not current yet, as part of a re-score. In the transaction of the caller.
   * @param isWanted - by the name of the reference and the task.
   */
  async enterReferencesForRescore(
    challenge: Challenge,
    rescoreId: string,
    isWanted: (method: string, task: { area: string; scenario: string }) => boolean,
  ): Promise<void> {
    await this.#enterReferences(challenge, (reference, task) => isWanted(reference.name, task), rescoreId);
  }

  async #registerFolder(folder: string, yaml: string): Promise<void> {
    const content: unknown = parse(yaml);
    const parsed = challengeDefinitionSchema.safeParse(content);
    if (!parsed.success) {
      const problems = problemsIn(parsed.error.issues, content).map(
        (problem) => `${problem.path}: ${problemLine(problem)}`,
      );
      throw new DomainError('invalid-request', `challenge.yaml is not valid: ${problems.join('; ')}.`);
    }
    const definition = parsed.data;
    const objects: Objects = new Map();
    for (const file of definition.files) {
      if (!objects.has(file.path))
        objects.set(file.path, await this.folderFiles.take(path.join(folder, file.path)));
    }
    const outcome = await this.transactions.run(async () => {
      await this.claims.require([...objects.values()], 'Start the platform again.');
      return this.#register(definition, objects);
    });
    if (outcome === 'registered') {
      this.#logger.log(`registered challenge '${definition.id}' ${definition.datasetVersion} from ${folder}`);
    }
  }

  async #register(definition: ChallengeDefinition, objects: Objects): Promise<'registered' | 'unchanged'> {
    for (const file of definition.files) {
      const found = objects.get(file.path)?.sha256;
      if (file.sha256 !== undefined && found !== file.sha256) {
        throw new DomainError(
          'checksum-mismatch',
          `Dataset file '${file.path}' hashes to ${found}, not to ${file.sha256}.`,
        );
      }
    }
    const outcome = await this.publishing.register(definition, objects);
    if (outcome.kind === 'unchanged') return 'unchanged';
    if (outcome.isCurrent) {
      await this.#enterReferences(await this.challenges.get(definition.id), () => true);
    }
    return 'registered';
  }

  /** One submission for each map of each reference, in the tasks that are wanted. */
  async #enterReferences(
    challenge: Challenge,
    isWanted: (reference: ReferenceEntry['reference'], task: { area: string; scenario: string }) => boolean,
    rescoreId: string | null = null,
  ): Promise<string[]> {
    const { entries, unobserved } = referenceEntries(challenge.definition);
    for (const { reference, task } of unobserved) {
      this.#logger.warn(
        `reference '${reference.id}' of challenge '${challenge.id}' has neither a map nor observations for ${task.area} × ${task.scenario}`,
      );
    }
    const objects: Objects = new Map(
      (await this.challenges.listFiles(challenge)).map(({ path: filePath, ...object }) => [filePath, object]),
    );
    const wanted = entries
      .map((entry) => ({ ...entry, tasks: entry.tasks.filter((task) => isWanted(entry.reference, task)) }))
      .filter(({ tasks }) => tasks.length > 0);
    const manifests = await this.#readManifests(wanted, objects);
    return this.submissions.createReferences(
      challenge,
      wanted.map((entry) => newReference(challenge.definition, entry, { objects, manifests })),
      rescoreId,
    );
  }

  /** The texts that say how networks are run, by path. */
  async #readManifests(entries: readonly ReferenceEntry[], objects: Objects): Promise<Manifests> {
    const manifests: Manifests = new Map();
    for (const entry of entries) {
      if (entry.kind !== 'network' || manifests.has(entry.manifest)) continue;
      const { sha256, sizeBytes } = objectOf(objects, entry.manifest);
      // A character has at most four bytes: a file beyond that is no manifest, and is not read.
      const content =
        sizeBytes > 4 * MAX_MANIFEST_CHARACTERS ? '' : await text(await this.store.open(sha256));
      const parsed = manifestTextSchema.safeParse(content);
      if (!parsed.success) {
        throw new DomainError(
          'invalid-request',
          `'${entry.manifest}' is no manifest: ${sizeBytes} bytes; needed is a text of 1 to ${MAX_MANIFEST_CHARACTERS} characters.`,
        );
      }
      manifests.set(entry.manifest, parsed.data);
    }
    return manifests;
  }
}

function objectOf(objects: Objects, filePath: string): { sha256: string; sizeBytes: number } {
  const object = objects.get(filePath);
  if (object === undefined) throw new Error(`no object for dataset file '${filePath}'`);
  return { sha256: object.sha256, sizeBytes: object.sizeBytes };
}

function newReference(
  definition: ChallengeDefinition,
  entry: ReferenceEntry,
  { objects, manifests }: { objects: Objects; manifests: Manifests },
): NewReference {
  const { reference, tasks } = entry;
  const card = {
    name: reference.name,
    description: reference.description,
    inputs: reference.inputs,
    ...(reference.role === 'oi' || entry.kind === 'computed' ? { family: 'interpolation' as const } : {}),
    ...(reference.trainedOn === undefined ? {} : { trainedOn: reference.trainedOn }),
    codeUrl: null,
    paperUrl: null,
    licence: definition.licence.slice(0, 80),
  };
  if (entry.kind === 'file') {
    const { path: filePath, variable } = entry.file;
    const file = { fileName: filePath, ...objectOf(objects, filePath) };
    return { card, tasks, source: { kind: 'file', file, variable: variable ?? null } };
  }
  if (entry.kind === 'network') {
    const file = { fileName: entry.checkpoint, ...objectOf(objects, entry.checkpoint) };
    return {
      card,
      tasks,
      source: { kind: 'network', file, manifest: manifests.get(entry.manifest) ?? null },
    };
  }
  return {
    card,
    tasks,
    source: {
      kind: 'computed',
      method: entry.method,
      parameters: entry.parameters,
      observations: entry.observations.map(({ role, path: filePath, variable }) => ({
        role: observationRoleSchema.parse(role),
        object: objectOf(objects, filePath),
        fileName: filePath,
        variable: variable ?? null,
      })),
    },
  };
}
