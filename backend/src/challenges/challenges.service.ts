import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ChallengeDefinition, ChallengeRules, DisclosureLevel, Phase, Quota } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { Notifications } from '../notifications/notifications.js';
import { OutboxService } from '../outbox/outbox.service.js';
import { Transactions } from '../transactions/transactions.js';
import {
  ChallengesRepository,
  type Challenge,
  type StoredDatasetFile,
  type Task,
} from './challenges.repository.js';
import { isDatasetFileDisclosed } from './domain/disclosure.js';
import { compareVersions, datasetFingerprint } from './domain/fingerprint.js';
import { isInstalled } from './domain/installation.js';
import { closedReason, rulesAt } from './domain/phases.js';

export type { Challenge, StoredDatasetFile, Task } from './challenges.repository.js';
export type RegistrationOutcome =
  { kind: 'unchanged' } | { kind: 'registered'; datasetVersionId: string; isCurrent: boolean };

@Injectable()
export class ChallengesService {
  constructor(
    private readonly challenges: ChallengesRepository,
    private readonly transactions: Transactions,
    private readonly notifications: Notifications,
    private readonly outbox: OutboxService,
    private readonly clock: Clock,
  ) {}

  list(): Promise<Challenge[]> {
    return this.challenges.list();
  }

  async get(id: string): Promise<Challenge> {
    const challenge = await this.challenges.find(id);
    if (challenge === null) {
      throw new DomainError('challenge-not-found', `There is no challenge '${id}'.`, {
        fix: 'GET /api/challenges lists them.',
      });
    }
    return challenge;
  }

  /** A challenge as it was in one of its dataset versions: what an older score is to be read with. */
  async getVersion(id: string, version: string): Promise<Challenge> {
    const challenge = await this.get(id);
    const found = await this.challenges.findVersion(id, version);
    if (found === null) throw new Error(`challenge '${id}' has no dataset version ${version}`);
    return { ...challenge, datasetVersionId: found.id, definition: found.definition };
  }

  listFiles(challenge: Challenge): Promise<StoredDatasetFile[]> {
    return this.challenges.listFiles(challenge.datasetVersionId);
  }

  listTasks(challengeId: string): Promise<Task[]> {
    return this.challenges.listTasks(challengeId);
  }

  /** Registrations and requests for maps of one challenge go one after the other, inside the caller's transaction. */
  async lock(id: string): Promise<void> {
    await this.challenges.lockChallenge(id, this.clock.now());
  }

  /** What the definition says: it holds where no phase runs. Whoever shows something asks for `disclosure` of the challenge. */
  declaredDisclosure({ definition }: Challenge): DisclosureLevel {
    return definition.disclosure;
  }

  /** What holds now of phases and limits. */
  rulesOf(challenge: Challenge): ChallengeRules {
    return rulesAt(challenge.settings, this.clock.now());
  }

  /** @throws DomainError `phase-closed` while nothing is accepted. */
  requireAccepting(challenge: Challenge): void {
    const reason = closedReason(challenge.definition.name, this.rulesOf(challenge));
    if (reason !== null) throw new DomainError('phase-closed', reason.message, { fix: reason.fix });
  }

  /**
   * Changes phases and limits, in the transaction of the caller. Boards change with them: what they show may depend on the level.
   * @returns the challenge as it was before.
   * @throws DomainError `settings-changed` where somebody was faster.
   */
  async changeSettings(
    id: string,
    change: { revision: number; phases: Phase[]; quota: Quota; changedBy: string },
  ): Promise<Challenge> {
    await this.get(id);
    await this.lock(id);
    const before = await this.get(id);
    if (before.settings.revision !== change.revision)
      throw new DomainError(
        'settings-changed',
        `The settings of '${id}' were changed by ${before.settings.changedBy ?? 'somebody'} since you read them: they are at revision ${before.settings.revision}, yours is ${change.revision}.`,
        { fix: 'Read them again, and make your change there.' },
      );
    await this.challenges.putSettings(id, {
      revision: change.revision + 1,
      phases: change.phases,
      quota: change.quota,
      changedAt: this.clock.now(),
      changedBy: change.changedBy,
    });
    await this.challenges.raiseBoardVersions(id);
    await this.notifications.publish({ kind: 'challenge-changed', challengeId: id });
    return before;
  }

  /** @throws DomainError `data-not-installed` where there is nothing yet that maps could be compared with. */
  requireInstalled({ definition }: Challenge): void {
    if (isInstalled(definition)) return;
    throw new DomainError(
      'data-not-installed',
      `The data of challenge '${definition.id}' are not installed on this platform, so nothing can be scored.`,
      {
        fix: "An organiser obtains the files that the challenge page lists, makes a challenge folder of them with 'sillage challenge import-natl60', and registers it. Until then the board shows published scores only.",
      },
    );
  }

  async getTask(challenge: Challenge, area: string, scenario: string): Promise<Task> {
    // A task of an older dataset version keeps its row, but is not a board of the challenge any more.
    const isOffered = challenge.definition.tasks.some(
      (task) => task.area === area && task.scenario === scenario,
    );
    const task = isOffered ? await this.challenges.findTask(challenge.id, area, scenario) : null;
    if (task === null) {
      const names = challenge.definition.tasks
        .map((offered) => `${offered.area} × ${offered.scenario}`)
        .join(', ');
      throw new DomainError(
        'task-not-found',
        `Challenge '${challenge.id}' has no task ${area} × ${scenario}.`,
        {
          fix: `Its tasks are: ${names}.`,
        },
      );
    }
    return task;
  }

  /** @throws DomainError `not-disclosed` for a truth or a withheld track that is not public. */
  async getDisclosedFile(challengeId: string, path: string): Promise<StoredDatasetFile> {
    const challenge = await this.get(challengeId);
    const files = (await this.listFiles(challenge)).filter((file) => file.path === path);
    const [file] = files;
    if (file === undefined) {
      throw new DomainError('file-not-found', `Challenge '${challengeId}' has no file '${path}'.`);
    }
    // One file may have several roles: it is public only if it may be in all of them.
    if (!files.every(({ role }) => isDatasetFileDisclosed(role, challenge.disclosure))) {
      throw new DomainError(
        'not-disclosed',
        `'${path}' of challenge '${challengeId}' is not public: maps are compared with it.`,
      );
    }
    return file;
  }

  /**
   * Keeps a definition with its files, once: the same again is no news, another content under a known version is
   * refused, since scores exist or may exist under that name. A description without files may be corrected.
   */
  async register(
    definition: ChallengeDefinition,
    objects: ReadonlyMap<string, { sha256: string; sizeBytes: number }>,
  ): Promise<RegistrationOutcome> {
    const fingerprint = datasetFingerprint(
      definition,
      new Map([...objects].map(([path, { sha256 }]) => [path, sha256])),
    );
    return this.transactions.run(async () => {
      const createdAt = this.clock.now();
      const { currentVersion } = await this.challenges.lockChallenge(definition.id, createdAt);
      const known = await this.challenges.findVersion(definition.id, definition.datasetVersion);
      if (known?.fingerprint === fingerprint) return { kind: 'unchanged' };
      const isOutdated =
        currentVersion !== null && compareVersions(definition.datasetVersion, currentVersion) < 0;
      // The description that came with the platform, after somebody has installed the data: it has nothing to add.
      if (isOutdated && !isInstalled(definition)) return { kind: 'unchanged' };
      if (known !== null && !isInstalled(definition) && !isInstalled(known.definition)) {
        await this.challenges.replaceDefinition(known.id, definition, fingerprint);
        await this.#ensureTasks(definition);
        return { kind: 'registered', datasetVersionId: known.id, isCurrent: true };
      }
      if (known !== null) {
        throw new DomainError(
          'challenge-exists',
          `Challenge '${definition.id}' has a dataset version ${definition.datasetVersion} with another content.`,
          { fix: 'A dataset version never changes: give the new content a new datasetVersion.' },
        );
      }
      const isCurrent = !isOutdated;
      const datasetVersionId = randomUUID();
      await this.challenges.insertVersion({
        id: datasetVersionId,
        definition,
        fingerprint,
        createdAt,
        becomesCurrent: isCurrent,
        files: definition.files.map((file) => {
          const object = objects.get(file.path);
          if (object === undefined) throw new Error(`no object for dataset file '${file.path}'`);
          return {
            id: randomUUID(),
            role: file.role,
            area: file.area,
            scenario: file.scenario ?? null,
            path: file.path,
            variable: file.variable ?? null,
            description: file.description,
            ...object,
          };
        }),
      });
      await this.#ensureTasks(definition);
      if (isCurrent && currentVersion !== null)
        await this.outbox.record({
          kind: 'dataset-version',
          challengeId: definition.id,
          datasetVersionId,
        });
      return { kind: 'registered', datasetVersionId, isCurrent };
    });
  }

  async #ensureTasks(definition: ChallengeDefinition): Promise<void> {
    await this.challenges.lockTasks(definition.id);
    for (const { area, scenario } of definition.tasks) {
      await this.challenges.ensureTask({ id: randomUUID(), challengeId: definition.id, area, scenario });
    }
    await this.notifications.publish({ kind: 'challenge-changed', challengeId: definition.id });
  }
}
