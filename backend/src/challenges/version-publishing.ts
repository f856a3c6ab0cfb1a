import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ChallengeDefinition, DatasetReport, FindingCode } from '@sillage/contracts';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { Notifications } from '../notifications/notifications.js';
import { OutboxService } from '../outbox/outbox.service.js';
import { Transactions } from '../transactions/transactions.js';
import { ChallengesRepository, type KnownVersion, type VersionOrigin } from './challenges.repository.js';
import { compareVersions, datasetFingerprint } from './domain/fingerprint.js';
import { isInstalled } from './domain/installation.js';
import { DatasetVersions } from './dataset-versions.js';

export type RegistrationOutcome =
  | { kind: 'unchanged' }
  | { kind: 'registered'; datasetVersionId: string; isCurrent: boolean };

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

/** Registers, freezes, publishes and retires dataset versions. */
@Injectable()
export class VersionPublishing {
  constructor(
    private readonly challenges: ChallengesRepository,
    private readonly versions: DatasetVersions,
    private readonly transactions: Transactions,
    private readonly notifications: Notifications,
    private readonly outbox: OutboxService,
    private readonly clock: Clock,
  ) {}

  /** Boards for the tasks of a version that is not published: nobody is told, and nothing is shown. */
  async prepareTasks(definition: ChallengeDefinition): Promise<void> {
    for (const { area, scenario } of definition.tasks)
      await this.challenges.addTask({ id: randomUUID(), challengeId: definition.id, area, scenario });
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
      const newest = await this.versions.newestVersion(definition.id);
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
      const { found, currentVersion } = await this.#lockVersion(challengeId, version);
      const openRescoreId = await this.challenges.findOpenRescore(found.id);
      if (openRescoreId !== null && openRescoreId !== rescoreId) {
        throw new DomainError(
          'rescore-refused',
          `Dataset version ${version} of challenge '${challengeId}' is being scored on out of sight.`,
          { fix: `Promote that re-score, or discard it first: sillage rescore status ${openRescoreId}` },
        );
      }
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
      const { found, currentVersion } = await this.#lockVersion(challengeId, version);
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

  /** As it is once the lock of its challenge is held. */
  async #lockVersion(
    challengeId: string,
    version: string,
  ): Promise<{ found: KnownVersion; currentVersion: string | null }> {
    // A challenge that is not there must not be made by its lock.
    await this.versions.require(challengeId, version);
    const { currentVersion } = await this.challenges.lockChallenge(challengeId, this.clock.now());
    return { found: await this.versions.require(challengeId, version), currentVersion };
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
