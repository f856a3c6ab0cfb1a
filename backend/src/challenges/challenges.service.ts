import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type {
  ChallengeDefinition,
  ChallengeRules,
  CuratedChallenge,
  DatasetReport,
  FindingCode,
  Phase,
  PublicVersion,
  Quota,
} from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { Notifications } from '../notifications/notifications.js';
import { OutboxService } from '../outbox/outbox.service.js';
import { Transactions } from '../transactions/transactions.js';
import {
  ChallengesRepository,
  type Challenge,
  type KnownVersion,
  type StoredDatasetFile,
  type Task,
  type VersionOrigin,
  type VersionName,
  type VersionRecord,
} from './challenges.repository.js';
import { isDatasetFileDisclosed } from '../disclosure/domain/disclosure.js';
import { compareVersions, datasetFingerprint } from './domain/fingerprint.js';
import { isInstalled } from './domain/installation.js';
import { closedReason, disclosureAt, rulesAt } from './domain/phases.js';

export type { Challenge, StoredDatasetFile, Task, VersionRecord } from './challenges.repository.js';
export type RegistrationOutcome =
  { kind: 'unchanged' } | { kind: 'registered'; datasetVersionId: string; isCurrent: boolean };

export type DatasetObjects = ReadonlyMap<string, { sha256: string; sizeBytes: number }>;

export type ValidatedVersion = {
  definition: ChallengeDefinition;
  /** By path; those that the definition does not use are left out. */
  objects: DatasetObjects;
  changes: string;
  createdBy: string;
  acceptedWarnings: FindingCode[];
  report: DatasetReport;
};

/** `unchanged`: it was the current version before. */
export type PublicationOutcome =
  | { kind: 'unchanged'; datasetVersionId: string }
  | { kind: 'published'; datasetVersionId: string; previousVersion: string | null; isFirst: boolean };

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

  /** Boards for the tasks of a version that is not published: nobody is told, and nothing is shown. */
  async prepareTasks(definition: ChallengeDefinition): Promise<void> {
    for (const { area, scenario } of definition.tasks)
      await this.challenges.addTask({ id: randomUUID(), challengeId: definition.id, area, scenario });
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
  async register(definition: ChallengeDefinition, objects: DatasetObjects): Promise<RegistrationOutcome> {
    const fingerprint = fingerprintOf(definition, objects);
    return this.transactions.run(async () => {
      const createdAt = this.clock.now();
      const { currentVersion } = await this.challenges.lockChallenge(definition.id, createdAt);
      const known = await this.challenges.findVersion(definition.id, definition.datasetVersion);
      if (known?.state === 'validated') {
        throw new DomainError(
          'challenge-exists',
          `Dataset version ${definition.datasetVersion} of challenge '${definition.id}' has been validated and is not published yet.`,
          { fix: `An organiser publishes it: sillage dataset publish ${definition.id}@${known.version}` },
        );
      }
      if (known?.fingerprint === fingerprint) return { kind: 'unchanged' };
      const isOutdated =
        currentVersion !== null && compareVersions(definition.datasetVersion, currentVersion) < 0;
      // The description that came with the platform, after somebody has installed the data: it has nothing to add.
      if (isOutdated && !isInstalled(definition)) return { kind: 'unchanged' };
      if (known?.state === 'published' && !isInstalled(definition) && !isInstalled(known.definition)) {
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
      const datasetVersionId = await this.#insert(definition, objects, {
        state: 'published',
        changes: '',
        createdBy: null,
        publishedAt: createdAt,
        acceptedWarnings: [],
        report: null,
      });
      if (isOutdated) await this.#ensureTasks(definition);
      else await this.#makeCurrent({ id: datasetVersionId, definition }, currentVersion);
      return { kind: 'registered', datasetVersionId, isCurrent: !isOutdated };
    });
  }

  /**
   * Freezes a definition with its files as a version that nobody but organisers sees: it is not current, and has no boards
   * before it is published. @returns its id.
   */
  async addValidated(version: ValidatedVersion): Promise<string> {
    const { definition, objects, ...origin } = version;
    return this.transactions.run(async () => {
      await this.challenges.lockChallenge(definition.id, this.clock.now());
      const newest = await this.newestVersion(definition.id);
      if (newest !== null && compareVersions(definition.datasetVersion, newest) <= 0) {
        throw new DomainError(
          'challenge-exists',
          `Challenge '${definition.id}' has a dataset version ${newest}; ${definition.datasetVersion} is not newer.`,
          { fix: `Raise datasetVersion above ${newest}.` },
        );
      }
      return this.#insert(definition, objects, { ...origin, state: 'validated', publishedAt: null });
    });
  }

  /** Whatever its state; null where the challenge has none. */
  async newestVersion(challengeId: string): Promise<string | null> {
    const versions = await this.challenges.listVersionNumbers(challengeId);
    return versions.toSorted(compareVersions).at(-1) ?? null;
  }

  /** Every challenge by its id, also one of which nothing is public yet. */
  async listCurated(): Promise<CuratedChallenge[]> {
    const byChallenge = new Map<string, VersionName[]>();
    for (const version of await this.challenges.listAllVersions())
      byChallenge.set(version.challengeId, [...(byChallenge.get(version.challengeId) ?? []), version]);
    return [...byChallenge.entries()]
      .map(([id, versions]) => {
        const newestFirst = versions.toSorted((left, right) => compareVersions(right.version, left.version));
        return {
          id,
          name: newestFirst[0]?.name ?? id,
          currentVersion: versions.find(({ isCurrent }) => isCurrent)?.version ?? null,
          waitingVersions: newestFirst
            .filter(({ state }) => state === 'validated')
            .map(({ version }) => version),
          versionCount: versions.length,
        };
      })
      .sort((left, right) => (left.id < right.id ? -1 : 1));
  }

  /** Newest first. @throws DomainError `challenge-not-found` where nothing, not even a validated version, is there. */
  async listVersions(challengeId: string): Promise<VersionRecord[]> {
    const versions = await this.challenges.listVersions(challengeId);
    if (versions.length === 0)
      throw new DomainError('challenge-not-found', `There is no challenge '${challengeId}'.`);
    return versions.toSorted((left, right) => compareVersions(right.version, left.version));
  }

  /** A version with what it is made of, whatever its state: for organisers alone. */
  async getVersionDetails(
    challengeId: string,
    version: string,
  ): Promise<{ record: VersionRecord; definition: ChallengeDefinition; report: DatasetReport | null }> {
    const { id, definition } = await this.#requireVersion(challengeId, version);
    const record = (await this.challenges.listVersions(challengeId)).find((candidate) => candidate.id === id);
    if (record === undefined) throw new Error(`dataset version ${id} is gone`);
    return { record, definition, report: await this.challenges.findReport(id) };
  }

  /** Those of any version, by its id. */
  listFilesOf(datasetVersionId: string): Promise<StoredDatasetFile[]> {
    return this.challenges.listFiles(datasetVersionId);
  }

  /**
   * Makes a validated version, or again an older published one, the version that is scored on: its tasks get boards, and
   * participants are told. `changes` replaces the line of a version that is published for the first time. A version that a re-score
   * is open on is published by that re-score alone.
   */
  async publish(
    challengeId: string,
    version: string,
    changes: string | null = null,
    rescoreId: string | null = null,
  ): Promise<PublicationOutcome> {
    return this.transactions.run(async () => {
      const now = this.clock.now();
      const found = await this.#requireVersion(challengeId, version, 'locked');
      const openRescoreId = await this.challenges.findOpenRescore(found.id);
      if (openRescoreId !== null && openRescoreId !== rescoreId) {
        throw new DomainError(
          'rescore-refused',
          `Dataset version ${version} of challenge '${challengeId}' is being scored on out of sight.`,
          { fix: `Promote that re-score, or discard it first: sillage rescore status ${openRescoreId}` },
        );
      }
      const { currentVersion } = await this.challenges.lockChallenge(challengeId, now);
      if (currentVersion === version) return { kind: 'unchanged', datasetVersionId: found.id };
      if (found.state === 'retired') {
        throw new DomainError(
          'version-retired',
          `Dataset version ${version} of challenge '${challengeId}' is retired and cannot be published again.`,
          { fix: 'Start a draft from it and validate that as a new version.' },
        );
      }
      const isFirst = found.state === 'validated';
      await this.challenges.setPublished(found.id, now, isFirst ? changes : null);
      await this.#makeCurrent(found, currentVersion);
      return {
        kind: 'published',
        datasetVersionId: found.id,
        previousVersion: currentVersion,
        isFirst,
      };
    });
  }

  /** @returns false where it was retired before. */
  async retire(challengeId: string, version: string): Promise<boolean> {
    return this.transactions.run(async () => {
      const now = this.clock.now();
      const found = await this.#requireVersion(challengeId, version, 'locked');
      const { currentVersion } = await this.challenges.lockChallenge(challengeId, now);
      if (currentVersion === version) {
        throw new DomainError(
          'version-is-current',
          `Challenge '${challengeId}' is scored on dataset version ${version}: it cannot be retired.`,
          { fix: 'Publish another version first.' },
        );
      }
      if (found.state === 'retired') return false;
      const openRescoreId = await this.challenges.findOpenRescore(found.id);
      if (openRescoreId !== null) {
        throw new DomainError(
          'rescore-refused',
          `Dataset version ${version} of challenge '${challengeId}' is being scored on out of sight: it cannot be retired.`,
          { fix: `Discard that re-score first, or promote it: sillage rescore discard ${openRescoreId}` },
        );
      }
      await this.challenges.setRetired(found.id, now);
      return true;
    });
  }

  /** With `locked`, as it is once the lock of its challenge is held. */
  async #requireVersion(
    challengeId: string,
    version: string,
    mode: 'unlocked' | 'locked' = 'unlocked',
  ): Promise<KnownVersion> {
    const look = () => this.challenges.findVersion(challengeId, version);
    let found = await look();
    if (found !== null && mode === 'locked') {
      await this.challenges.lockChallenge(challengeId, this.clock.now());
      found = await look();
    }
    if (found === null) {
      throw new DomainError(
        'version-not-found',
        `There is no dataset version ${version} of a challenge '${challengeId}'.`,
        { fix: `GET /api/curation/challenges/${challengeId}/versions lists them.` },
      );
    }
    return found;
  }

  async #insert(
    definition: ChallengeDefinition,
    objects: DatasetObjects,
    origin: VersionOrigin,
  ): Promise<string> {
    const id = randomUUID();
    await this.challenges.insertVersion({
      ...origin,
      id,
      definition,
      fingerprint: fingerprintOf(definition, objects),
      createdAt: this.clock.now(),
      files: definition.files.map((file) => {
        const object = objects.get(file.path);
        if (object === undefined) throw new Error(`no object for dataset file '${file.path}'`);
        const { sha256, sizeBytes } = object;
        return {
          id: randomUUID(),
          role: file.role,
          area: file.area,
          scenario: file.scenario ?? null,
          path: file.path,
          variable: file.variable ?? null,
          description: file.description,
          sha256,
          sizeBytes,
        };
      }),
    });
    return id;
  }

  /** The boards of its tasks are raised, and participants are told where they had another version before. */
  async #makeCurrent(
    { id, definition }: { id: string; definition: ChallengeDefinition },
    previousVersion: string | null,
  ): Promise<void> {
    await this.challenges.setCurrent(definition.id, id);
    await this.#ensureTasks(definition);
    if (previousVersion === null) return;
    const isReturn = compareVersions(definition.datasetVersion, previousVersion) < 0;
    await this.outbox.record({
      kind: 'dataset-version',
      challengeId: definition.id,
      datasetVersionId: id,
      ...(isReturn ? { isReturn } : {}),
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

function fingerprintOf(definition: ChallengeDefinition, objects: DatasetObjects): string {
  const used = new Set(definition.files.map(({ path }) => path));
  return datasetFingerprint(
    definition,
    new Map([...objects].flatMap(([path, { sha256 }]) => (used.has(path) ? [[path, sha256]] : []))),
  );
}
