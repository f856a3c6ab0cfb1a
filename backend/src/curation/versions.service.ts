import { Injectable } from '@nestjs/common';
import type { ChallengeDefinition, DatasetReport } from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { ChallengeRegistrationService } from '../challenge-registration/challenge-registration.service.js';
import { ChallengesService, type VersionRecord } from '../challenges/challenges.service.js';
import { DatasetVersions } from '../challenges/dataset-versions.js';
import { VersionPublishing } from '../challenges/version-publishing.js';
import { isInstalled } from '../challenges/domain/installation.js';
import { Transactions } from '../transactions/transactions.js';

export type { VersionRecord } from '../challenges/challenges.service.js';

export type VersionDetails = {
  record: VersionRecord;
  definition: ChallengeDefinition;
  report: DatasetReport | null;
};

/** Dataset versions after they were validated: published, and retired. */
@Injectable()
export class VersionsService {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly versions: DatasetVersions,
    private readonly publishing: VersionPublishing,
    private readonly registration: ChallengeRegistrationService,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
  ) {}

  list(challengeId: string): Promise<VersionRecord[]> {
    return this.versions.listVersions(challengeId);
  }

  get(challengeId: string, version: string): Promise<VersionDetails> {
    return this.versions.getVersionDetails(challengeId, version);
  }

  /** With the references of that version, where they are on no board of it yet. Asked twice, nothing happens twice. */
  async publish(
    account: Account,
    challengeId: string,
    { version, changes }: { version: string; changes: string | null },
  ): Promise<VersionDetails> {
    await this.transactions.run(async () => {
      const outcome = await this.publishing.publish(challengeId, version, changes);
      if (outcome.kind === 'unchanged') return;
      const { definition } = await this.challenges.get(challengeId);
      const references = isInstalled(definition)
        ? await this.registration.enterReferencesAgain(challengeId)
        : [];
      const { previousVersion } = outcome;
      await this.audit.record({
        actor: account,
        action: 'version.publish',
        subject: { kind: 'dataset-version', id: `${challengeId}@${version}` },
        summary: `${outcome.isFirst ? 'Published' : 'Went back to'} dataset version ${version} of ${definition.name}${changes === null ? '' : `: ${changes}`}`,
        details: { previousVersion, changes, enteredReferences: references },
      });
    });
    return this.get(challengeId, version);
  }

  async retire(account: Account, challengeId: string, version: string): Promise<VersionDetails> {
    await this.transactions.run(async () => {
      if (!(await this.publishing.retire(challengeId, version))) return;
      await this.audit.record({
        actor: account,
        action: 'version.retire',
        subject: { kind: 'dataset-version', id: `${challengeId}@${version}` },
        summary: `Retired dataset version ${version} of ${challengeId}.`,
      });
    });
    return this.get(challengeId, version);
  }
}
