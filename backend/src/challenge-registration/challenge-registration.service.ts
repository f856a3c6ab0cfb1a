import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import {
  challengeDefinitionSchema,
  type ChallengeDefinition,
  type DatasetFile,
  type RegisterChallengeRequest,
} from '@sillage/contracts';
import { parse } from 'yaml';
import type { Account } from '../accounts/domain/account.js';
import { ChallengesService, type Challenge } from '../challenges/challenges.service.js';
import { DomainError } from '../errors/domain-error.js';
import { isDatabaseUnavailable } from '../errors/error-reply.js';
import { ObjectStore } from '../object-store/object-store.js';
import { SubmissionsService } from '../submissions/submissions.service.js';
import { Transactions } from '../transactions/transactions.js';
import { UploadsService } from '../uploads/uploads.service.js';

type Objects = Map<string, { sha256: string; sizeBytes: number }>;
type Reference = ChallengeDefinition['references'][number];

/** Brings challenges in, from folders at start and from organisers over the API, with the maps the platform made. */
@Injectable()
export class ChallengeRegistrationService {
  readonly #logger = new Logger('challenges');

  constructor(
    private readonly challenges: ChallengesService,
    private readonly submissions: SubmissionsService,
    private readonly uploads: UploadsService,
    private readonly store: ObjectStore,
    private readonly transactions: Transactions,
  ) {}

  /** Registers every folder with a challenge.yaml. One that is wrong does not keep the others out. */
  async registerFolders(root: string): Promise<void> {
    const entries = await readdir(root, { withFileTypes: true });
    for (const entry of entries.filter((candidate) => candidate.isDirectory())) {
      const folder = path.join(root, entry.name);
      const yaml = await readFile(path.join(folder, 'challenge.yaml'), 'utf8').catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      });
      if (yaml === null) continue;
      try {
        await this.#registerFolder(folder, yaml);
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
        const { sha256, sizeBytes } = await this.uploads.use(organiser, uploadByPath.get(filePath) ?? '');
        objects.set(filePath, { sha256, sizeBytes });
      }
      await this.#register(definition, objects);
    });
    for (const uploadId of uploadByPath.values()) await this.uploads.removeFile(uploadId);
    return this.challenges.get(definition.id);
  }

  async #registerFolder(folder: string, yaml: string): Promise<void> {
    const parsed = challengeDefinitionSchema.safeParse(parse(yaml));
    if (!parsed.success) {
      const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw new DomainError('invalid-request', `challenge.yaml is not valid: ${problems.join('; ')}.`);
    }
    const definition = parsed.data;
    const objects: Objects = new Map();
    for (const file of definition.files) {
      if (!objects.has(file.path))
        objects.set(file.path, await this.store.putFile(path.join(folder, file.path)));
    }
    const outcome = await this.transactions.run(() => this.#register(definition, objects));
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
    const outcome = await this.challenges.register(definition, objects);
    if (outcome.kind === 'unchanged') return 'unchanged';
    if (outcome.isCurrent) {
      const challenge = await this.challenges.get(definition.id);
      for (const reference of definition.references)
        await this.#submitReference(challenge, reference, objects);
    }
    return 'registered';
  }

  /** One submission for each of the reference's maps, in all tasks that the map is for. */
  async #submitReference(challenge: Challenge, reference: Reference, objects: Objects): Promise<void> {
    const { definition } = challenge;
    for (const file of definition.files.filter(({ role }) => role === reference.role)) {
      const tasks = definition.tasks.filter((task) => isFileOfTask(file, task));
      const object = objects.get(file.path);
      if (tasks.length === 0 || object === undefined) continue;
      await this.submissions.createReference(challenge, {
        card: {
          name: reference.name,
          description: reference.description,
          inputs: reference.inputs,
          codeUrl: null,
          paperUrl: null,
          licence: definition.licence.slice(0, 80),
        },
        file: { fileName: file.path, ...object },
        variable: file.variable ?? null,
        tasks,
      });
    }
  }
}

function isFileOfTask(file: DatasetFile, task: { area: string; scenario: string }): boolean {
  return file.area === task.area && (file.scenario === undefined || file.scenario === task.scenario);
}
