import { Injectable } from '@nestjs/common';
import type { ChallengeDefinition, ChallengeRules, Phase, PublicVersion, Quota } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { Notifications } from '../notifications/notifications.js';
import {
  ChallengesRepository,
  type Challenge,
  type StoredDatasetFile,
  type Task,
} from './challenges.repository.js';
import { withheldPaths } from '../disclosure/domain/disclosure.js';
import { compareVersions } from './domain/fingerprint.js';
import { isInstalled } from './domain/installation.js';
import { closedReason, disclosureAt, rulesAt } from './domain/phases.js';

export type { Challenge, StoredDatasetFile, Task, VersionRecord } from './challenges.repository.js';

/** Challenges as they are read, and the rules that hold in them now. */
@Injectable()
export class ChallengesService {
  constructor(
    private readonly challenges: ChallengesRepository,
    private readonly notifications: Notifications,
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
    return this.#inVersion(challenge, found);
  }

  /** A challenge as it was in a version that was published: its boards can be read still. */
  async getPublicVersion(id: string, version: string): Promise<Challenge> {
    const challenge = await this.get(id);
    const found = await this.challenges.findVersion(id, version);
    if (found === null || found.publishedAt === null) {
      throw new DomainError('version-not-found', `Challenge '${id}' has no dataset version ${version}.`, {
        fix: `GET /api/challenges/${id}/versions lists those that can be read.`,
      });
    }
    return this.#inVersion(challenge, found);
  }

  #inVersion(challenge: Challenge, found: { id: string; definition: ChallengeDefinition }): Challenge {
    const declaredDisclosure = found.definition.disclosure;
    const disclosure = disclosureAt(declaredDisclosure, challenge.settings.phases, this.clock.now());
    return {
      ...challenge,
      datasetVersionId: found.id,
      definition: { ...found.definition, disclosure },
      disclosure,
      declaredDisclosure,
    };
  }

  /** The versions that were published, newest first. */
  async listPublicVersions(id: string): Promise<PublicVersion[]> {
    await this.get(id);
    const versions = (await this.challenges.listVersions(id)).toSorted((left, right) =>
      compareVersions(right.version, left.version),
    );
    const rescores = await this.challenges.listRescoresOf(id);
    return versions.flatMap(({ id: versionId, version, state, isCurrent, publishedAt, changes }) =>
      publishedAt === null || state === 'validated'
        ? []
        : [
            {
              version,
              state,
              isCurrent,
              publishedAt: publishedAt.toISOString(),
              changes,
              rescores: rescores
                .filter(({ datasetVersionId }) => datasetVersionId === versionId)
                .map((rescore) => ({ at: rescore.at.toISOString(), changes: rescore.changes })),
            },
          ],
    );
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

  /** What holds now of phases and limits. */
  rulesOf(challenge: Challenge): ChallengeRules {
    return rulesAt(challenge.declaredDisclosure, challenge.settings, this.clock.now());
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
    const files = await this.listFiles(challenge);
    const file = files.find((candidate) => candidate.path === path);
    if (file === undefined) {
      throw new DomainError('file-not-found', `Challenge '${challengeId}' has no file '${path}'.`);
    }
    if (withheldPaths(files, challenge.disclosure).has(path)) {
      throw new DomainError(
        'not-disclosed',
        `'${path}' of challenge '${challengeId}' is not public: maps are compared with it.`,
      );
    }
    return file;
  }
}
