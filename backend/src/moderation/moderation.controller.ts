import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import {
  adminSubmissionPageSchema,
  adminSubmissionQuerySchema,
  idSchema,
  moderateRequestSchema,
  submissionViewSchema,
  type AdminSubmissionPage,
  type AdminSubmissionQuery,
  type ModerateRequest,
  type ModerationAction,
  type SubmissionView,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { CONFIG, type Config } from '../config/config.js';
import { Access, CurrentAccount } from '../http/access.js';
import { Describe, type Description } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { toSubmissionView } from '../submissions/dto/submission-view.js';
import { VisibleSubmissionsService } from '../submissions/visible-submissions.service.js';
import { ModerationService } from './moderation.service.js';

const action = (summary: string, description: string): Description => ({
  tag: 'admin',
  summary,
  description: `${description} The author is told, with the reason, and the audit log has a line.`,
  body: moderateRequestSchema,
  reply: submissionViewSchema,
  errors: ['invalid-request', 'not-allowed', 'submission-not-found', 'already-moderated'],
});

@Controller('admin/submissions')
@Access('organiser')
export class ModerationController {
  constructor(
    private readonly moderation: ModerationService,
    private readonly submissions: VisibleSubmissionsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Describe({
    tag: 'admin',
    summary: 'List submissions of all challenges',
    description: 'Newest first, 50 a page, private and hidden ones included.',
    reply: adminSubmissionPageSchema,
    errors: ['not-allowed'],
  })
  async list(
    @CurrentAccount() account: Account,
    @Query(new ZodPipe(adminSubmissionQuerySchema)) query: AdminSubmissionQuery,
  ): Promise<AdminSubmissionPage> {
    const { submissions, ...counts } = await this.submissions.listForOrganisers(
      account,
      {
        challengeId: query.challenge ?? null,
        state: query.state ?? null,
        author: query.author || null,
        moderated: query.moderated ?? null,
      },
      query.page,
    );
    return {
      submissions: submissions.map((details) => toSubmissionView(details, this.config.reactionMs)),
      page: query.page,
      ...counts,
    };
  }

  @Post(':id/hide')
  @HttpCode(200)
  @Describe(
    action(
      'Hide a submission',
      'It leaves every board and list; only its author and organisers find its page.',
    ),
  )
  hide(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(moderateRequestSchema)) request: ModerateRequest,
  ): Promise<SubmissionView> {
    return this.#moderate(account, id, 'hide', request);
  }

  @Post(':id/show')
  @HttpCode(200)
  @Describe(action('Show a hidden submission again', 'It is back where it was.'))
  show(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(moderateRequestSchema)) request: ModerateRequest,
  ): Promise<SubmissionView> {
    return this.#moderate(account, id, 'show', request);
  }

  @Post(':id/verify')
  @HttpCode(200)
  @Describe(
    action(
      'Verify a submission',
      'A mark on boards and page; the reason is the note beside it, which everybody reads.',
    ),
  )
  verify(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(moderateRequestSchema)) request: ModerateRequest,
  ): Promise<SubmissionView> {
    return this.#moderate(account, id, 'verify', request);
  }

  @Post(':id/unverify')
  @HttpCode(200)
  @Describe(action('Take a verification back', 'The mark goes; scores and ranks stay.'))
  unverify(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(moderateRequestSchema)) request: ModerateRequest,
  ): Promise<SubmissionView> {
    return this.#moderate(account, id, 'unverify', request);
  }

  @Post(':id/disqualify')
  @HttpCode(200)
  @Describe(
    action(
      'Disqualify a submission',
      'It leaves every board, and is neither cited nor given receipts; its page stays public and says why.',
    ),
  )
  disqualify(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(moderateRequestSchema)) request: ModerateRequest,
  ): Promise<SubmissionView> {
    return this.#moderate(account, id, 'disqualify', request);
  }

  @Post(':id/reinstate')
  @HttpCode(200)
  @Describe(action('Reinstate a disqualified submission', 'It is ranked again.'))
  reinstate(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(moderateRequestSchema)) request: ModerateRequest,
  ): Promise<SubmissionView> {
    return this.#moderate(account, id, 'reinstate', request);
  }

  async #moderate(
    account: Account,
    id: string,
    wanted: ModerationAction,
    { reason }: ModerateRequest,
  ): Promise<SubmissionView> {
    const details = await this.moderation.moderate(account, id, wanted, reason);
    return toSubmissionView(details, this.config.reactionMs);
  }
}
