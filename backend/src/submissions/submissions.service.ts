import { Injectable } from '@nestjs/common';
import type { Visibility } from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { EvaluationEnds } from '../evaluations/evaluation-ends.js';
import { StressRunsService } from '../stress-runs/stress-runs.service.js';
import { Transactions } from '../transactions/transactions.js';
import { storedVisibility, visibilityFault } from './domain/visibility-change.js';
import { isAuthor } from './domain/visibility.js';
import { SubmissionsRepository } from './submissions.repository.js';
import {
  submissionNotFound,
  VisibleSubmissionsService,
  type SubmissionDetails,
} from './visible-submissions.service.js';

/** What becomes of a submission once it is there. */
@Injectable()
export class SubmissionsService {
  constructor(
    private readonly submissions: SubmissionsRepository,
    private readonly visible: VisibleSubmissionsService,
    private readonly evaluations: EvaluationEnds,
    private readonly stressRuns: StressRunsService,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async cancel(account: Account, id: string): Promise<SubmissionDetails> {
    const submission = await this.visible.getManaged(account, id, 'cancel');
    await this.transactions.run(async () => {
      await this.submissions.lock(id);
      const isOwn = isAuthor(account, submission);
      await this.evaluations.cancelOf(id, isOwn ? 'author' : 'organiser');
      if (!isOwn)
        await this.audit.record({
          actor: account,
          action: 'submission.cancel',
          subject: { kind: 'submission', id },
          summary: `Cancelled ${submission.card.name} by ${submission.author} in ${submission.challengeId}.`,
        });
    });
    return this.visible.get(account, id);
  }

  /** Of the submission and of those of its set: they are of one method, and one name would tell the others'. */
  async changeVisibility(account: Account, id: string, visibility: Visibility): Promise<SubmissionDetails> {
    await this.visible.getManaged(account, id, 'show or hide');
    await this.transactions.run(async () => {
      await this.submissions.lockWithSet(id);
      const set = await this.submissions.listWithSet(id);
      for (const submission of set) {
        const fault = visibilityFault(submission, visibility, this.clock.now());
        if (fault !== null) throw new DomainError('visibility-fixed', fault.message, { fix: fault.fix });
      }
      await this.submissions.setVisibility(
        set.map((submission) => submission.id),
        storedVisibility(visibility),
      );
      for (const submission of set) {
        await this.evaluations.submissionChanged(submission.id, { isWithdrawn: false });
        if (submission.visibility === 'private' && visibility.kind !== 'private')
          await this.evaluations.submissionListed(submission.id);
      }
    });
    return this.visible.get(account, id);
  }

  /** Takes the entry from every board, for good, and ends what is still computed for it, stress runs included. Whoever cited it finds a note that says so. */
  async withdraw(account: Account, id: string, reason: string): Promise<SubmissionDetails> {
    const submission = await this.visible.getManaged(account, id, 'withdraw');
    const by = isAuthor(account, submission) ? ('author' as const) : ('organiser' as const);
    if (submission.kind === 'reference')
      throw new DomainError('not-allowed', 'A reference of the challenge cannot be withdrawn.');
    if (by === 'organiser' && reason === '')
      throw new DomainError('invalid-request', 'Say why you withdraw the entry of somebody else.', {
        fields: [{ path: 'reason', message: 'an organiser gives a reason' }],
      });
    await this.transactions.run(async () => {
      await this.submissions.lock(id);
      const current = await this.submissions.find(id);
      if (current === null) throw submissionNotFound(id);
      if (current.withdrawnAt !== null)
        throw new DomainError('submission-withdrawn', 'This entry was withdrawn already.');
      await this.submissions.setWithdrawn(id, { at: this.clock.now(), by, reason });
      await this.evaluations.submissionChanged(id, { isWithdrawn: true });
      await this.stressRuns.cancelOpenOf(id);
      if (by === 'organiser')
        await this.audit.record({
          actor: account,
          action: 'submission.withdraw',
          subject: { kind: 'submission', id },
          summary: `Withdrew ${submission.card.name} by ${submission.author} from ${submission.challengeId}.`,
          details: { reason },
        });
    });
    return this.visible.get(account, id);
  }
}
