import { Inject, Injectable } from '@nestjs/common';
import type { ModerationAction } from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { EvaluationEnds } from '../evaluations/evaluation-ends.js';
import { OutboxService } from '../outbox/outbox.service.js';
import {
  VisibleSubmissionsService,
  type Submission,
  type SubmissionDetails,
} from '../submissions/visible-submissions.service.js';
import type { Port } from '../transactions/port.js';
import { Transactions } from '../transactions/transactions.js';
import { AUDIT_ACTION_OF, moderationFault, PAST_TENSE, type Marks } from './domain/moderation.js';
import { ModerationRepository } from './moderation.repository.js';

/** What moderation reads of submissions. */
export type ModeratedSubmissions = Pick<VisibleSubmissionsService, 'get'> & {
  require: (
    organiser: Account,
    id: string,
  ) => Promise<
    Pick<Submission, 'kind' | 'isScored' | 'withdrawnAt' | 'moderation' | 'card' | 'author' | 'challengeId'>
  >;
};

/** What organisers say of entries. Everything can be taken back, has a reason, is told to the author, and is in the log. */
@Injectable()
export class ModerationService {
  constructor(
    @Inject(ModerationRepository) private readonly moderation: Port<ModerationRepository>,
    @Inject(VisibleSubmissionsService)
    private readonly submissions: ModeratedSubmissions,
    @Inject(EvaluationEnds) private readonly evaluations: Pick<EvaluationEnds, 'submissionChanged'>,
    @Inject(OutboxService) private readonly outbox: Pick<OutboxService, 'record'>,
    @Inject(AuditService) private readonly audit: Pick<AuditService, 'record'>,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async moderate(
    organiser: Account,
    id: string,
    action: ModerationAction,
    reason: string,
  ): Promise<SubmissionDetails> {
    await this.transactions.run(async () => {
      await this.moderation.lock(id);
      const submission = await this.submissions.require(organiser, id);
      const fault = moderationFault(marksOf(submission), action);
      if (fault !== null) throw new DomainError('already-moderated', fault.message, { fix: fault.fix });
      await this.moderation.apply(id, action, {
        at: this.clock.now(),
        by: organiser.displayName,
        reason,
      });
      await this.evaluations.submissionChanged(id, { isWithdrawn: false });
      await this.outbox.record({ kind: 'submission-moderated', submissionId: id, action, reason });
      const { card, author, challengeId, moderation } = submission;
      await this.audit.record({
        actor: organiser,
        action: AUDIT_ACTION_OF[action],
        subject: { kind: 'submission', id },
        summary: `${PAST_TENSE[action]} ${card.name} by ${author} in ${challengeId}.`,
        details: {
          reason,
          ...(action === 'disqualify' && moderation.verified !== null
            ? { verificationTaken: moderation.verified.reason }
            : {}),
        },
      });
    });
    return this.submissions.get(organiser, id);
  }
}

function marksOf({
  kind,
  isScored,
  withdrawnAt,
  moderation,
}: Awaited<ReturnType<ModeratedSubmissions['require']>>): Marks {
  return {
    kind,
    isScored,
    isWithdrawn: withdrawnAt !== null,
    isHidden: moderation.hidden !== null,
    isVerified: moderation.verified !== null,
    isDisqualified: moderation.disqualified !== null,
  };
}
