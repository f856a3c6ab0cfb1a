import { Injectable } from '@nestjs/common';
import type { ChallengeDefinition, CuratedChallenge, DatasetReport } from '@sillage/contracts';
import { DomainError } from '../errors/domain-error.js';
import {
  ChallengesRepository,
  type KnownVersion,
  type StoredDatasetFile,
  type VersionName,
  type VersionRecord,
} from './challenges.repository.js';
import { compareVersions } from './domain/fingerprint.js';

/** The dataset versions of challenges whatever their state: for organisers alone. */
@Injectable()
export class DatasetVersions {
  constructor(private readonly challenges: ChallengesRepository) {}

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
    const { id, definition } = await this.require(challengeId, version);
    const record = (await this.challenges.listVersions(challengeId)).find((candidate) => candidate.id === id);
    if (record === undefined) throw new Error(`dataset version ${id} is gone`);
    return { record, definition, report: await this.challenges.findReport(id) };
  }

  /** Those of any version, by its id. */
  listFilesOf(datasetVersionId: string): Promise<StoredDatasetFile[]> {
    return this.challenges.listFiles(datasetVersionId);
  }

  /** @throws DomainError `version-not-found` */
  async require(challengeId: string, version: string): Promise<KnownVersion> {
    const found = await this.challenges.findVersion(challengeId, version);
    if (found === null) {
      throw new DomainError(
        'version-not-found',
        `There is no dataset version ${version} of a challenge '${challengeId}'.`,
        { fix: `GET /api/curation/challenges/${challengeId}/versions lists them.` },
      );
    }
    return found;
  }
}
