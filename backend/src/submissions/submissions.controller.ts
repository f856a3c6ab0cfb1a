import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import {
  changeVisibilityRequestSchema,
  createSubmissionRequestSchema,
  createSubmissionSetRequestSchema,
  idSchema,
  slugSchema,
  submissionListSchema,
  submissionViewSchema,
  withdrawRequestSchema,
  type ChangeVisibilityRequest,
  type CreateSubmissionRequest,
  type CreateSubmissionSetRequest,
  type SubmissionList,
  type SubmissionView,
  type WithdrawRequest,
} from '@sillage/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Account } from '../identity/domain/account.js';
import { CONFIG, type Config } from '../config/config.js';
import { Access, CurrentAccount, MaybeAccount, notSignedIn, Scope } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ObjectReplies } from '../http/replies/object-replies.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { toSubmissionView } from './dto/submission-view.js';
import { NewSubmissionsService } from './new-submissions.service.js';
import { SubmissionFilesService } from './submission-files.service.js';
import { SubmissionsService } from './submissions.service.js';
import { VisibleSubmissionsService, type SubmissionDetails } from './visible-submissions.service.js';

const listQuerySchema = z.object({
  challenge: slugSchema.optional(),
  mine: z.enum(['true', 'false']).default('false'),
});
type ListQuery = z.infer<typeof listQuerySchema>;

@Controller('submissions')
export class SubmissionsController {
  constructor(
    private readonly submissions: SubmissionsService,
    private readonly entering: NewSubmissionsService,
    private readonly visible: VisibleSubmissionsService,
    private readonly files: SubmissionFilesService,
    private readonly replies: ObjectReplies,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @Scope('submit')
  @HttpCode(201)
  @Describe({
    tag: 'submissions',
    summary: 'Submit an upload',
    description:
      'Enters a finished upload in one or more tasks of a challenge. It is checked, then scored once per task. With `onlyCovered` the tasks that the map does not cover are left out instead of rejected. With `network` the upload is a checkpoint or an ONNX file: its weights are checked, it is run on the observations of each task, and its maps go the same way.',
    body: createSubmissionRequestSchema,
    reply: submissionViewSchema,
    status: 201,
    errors: [
      'challenge-not-found',
      'team-not-found',
      'task-not-found',
      'upload-not-found',
      'upload-not-finished',
      'upload-already-used',
      'checksum-mismatch',
      'data-not-installed',
      'phase-closed',
      'quota-used',
    ],
  })
  async create(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(createSubmissionRequestSchema)) request: CreateSubmissionRequest,
  ): Promise<SubmissionView> {
    return this.#view(await this.entering.create(account, request));
  }

  @Post('sets')
  @Scope('submit')
  @HttpCode(201)
  @Describe({
    tag: 'submissions',
    summary: 'Submit several uploads at once',
    description:
      'One method, a map for each task or one map for several: every file becomes a submission, or none does. The same request again returns the same submissions, so a lost reply costs nothing.',
    body: createSubmissionSetRequestSchema,
    reply: submissionListSchema,
    status: 201,
    errors: [
      'invalid-request',
      'challenge-not-found',
      'team-not-found',
      'task-not-found',
      'upload-not-found',
      'upload-not-finished',
      'upload-already-used',
      'checksum-mismatch',
      'data-not-installed',
      'phase-closed',
      'quota-used',
    ],
  })
  async createSet(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(createSubmissionSetRequestSchema)) request: CreateSubmissionSetRequest,
  ): Promise<SubmissionList> {
    const set = await this.entering.createSet(account, request);
    return { submissions: set.map((details) => this.#view(details)) };
  }

  @Get()
  @Access('public')
  @Describe({
    tag: 'submissions',
    summary: 'List submissions',
    description:
      'The newest 200: with `mine=true` your own in every state, else those that are on a leaderboard. `challenge` narrows the list.',
    reply: submissionListSchema,
  })
  async list(
    @MaybeAccount() account: Account | null,
    @Query(new ZodPipe(listQuerySchema)) query: ListQuery,
  ): Promise<SubmissionList> {
    const isMine = query.mine === 'true';
    if (isMine && account === null) throw notSignedIn();
    const list = await this.visible.list(account, { challengeId: query.challenge ?? null, isMine });
    return { submissions: list.map((details) => this.#view(details)) };
  }

  @Get(':id')
  @Access('public')
  @Describe({
    tag: 'submissions',
    summary: 'Read a submission',
    description:
      'State, step, progress, scores or reasons of each of its evaluations. Visible to others once it is on a leaderboard.',
    reply: submissionViewSchema,
    errors: ['submission-not-found'],
  })
  async get(
    @MaybeAccount() account: Account | null,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<SubmissionView> {
    return this.#view(await this.visible.get(account, id));
  }

  @Post(':id/cancel')
  @Scope('submit')
  @HttpCode(200)
  @Describe({
    tag: 'submissions',
    summary: 'Cancel what is not scored yet',
    description: 'Ends every evaluation of the submission that is not final.',
    reply: submissionViewSchema,
    errors: ['submission-not-found', 'not-allowed', 'evaluation-is-final'],
  })
  async cancel(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<SubmissionView> {
    return this.#view(await this.submissions.cancel(account, id));
  }

  @Put(':id/visibility')
  @Scope('submit')
  @Describe({
    tag: 'submissions',
    summary: 'Show or hide a submission',
    description:
      'Public, private (its author and the organisers only, on no board), or anonymous: on the boards without a name, until 00:00 UTC of the day `until`. It holds for every submission of its set. What was on a board cannot be made private, and a name that was shown cannot be hidden; withdraw instead.',
    body: changeVisibilityRequestSchema,
    reply: submissionViewSchema,
    errors: ['invalid-request', 'submission-not-found', 'not-allowed', 'visibility-fixed'],
  })
  async changeVisibility(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(changeVisibilityRequestSchema)) { visibility }: ChangeVisibilityRequest,
  ): Promise<SubmissionView> {
    return this.#view(await this.submissions.changeVisibility(account, id, visibility));
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Scope('submit')
  @Describe({
    tag: 'submissions',
    summary: 'Withdraw a submission',
    description:
      'For good: it leaves every board, what is not final is cancelled, its file is removed, and others see neither scores nor files any more. Its page stays and says when, by whom and, if told, why.',
    body: withdrawRequestSchema,
    reply: submissionViewSchema,
    errors: ['invalid-request', 'submission-not-found', 'not-allowed', 'submission-withdrawn'],
  })
  async withdraw(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(withdrawRequestSchema)) { reason }: WithdrawRequest,
  ): Promise<SubmissionView> {
    return this.#view(await this.submissions.withdraw(account, id, reason));
  }

  @Get(':id/file')
  @Access('public')
  @Describe({
    tag: 'submissions',
    summary: 'Download the submitted file',
    description:
      'For its author; a map also for everyone where the truth is public and the submission is on a leaderboard.',
    binary: true,
    errors: ['submission-not-found', 'file-not-found', 'not-disclosed'],
  })
  async file(
    @MaybeAccount() account: Account | null,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const file = await this.files.getFile(account, id);
    await this.replies.send(request, response, {
      ...file,
      contentType: 'application/octet-stream',
      cache: 'private',
    });
  }

  #view(details: SubmissionDetails): SubmissionView {
    return toSubmissionView(details, this.config.reactionMs);
  }
}
