import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import {
  challengeViewSchema,
  registerChallengeRequestSchema,
  type ChallengeView,
  submissionListSchema,
  type RegisterChallengeRequest,
  type SubmissionList,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { toChallengeView } from '../challenges/dto/challenge-view.js';
import { CONFIG, type Config } from '../config/config.js';
import { Access, CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { toSubmissionView } from '../submissions/dto/submission-view.js';
import { VisibleSubmissionsService } from '../submissions/visible-submissions.service.js';
import { ChallengeRegistrationService } from './challenge-registration.service.js';

@Controller('challenges')
export class ChallengeRegistrationController {
  constructor(
    private readonly registration: ChallengeRegistrationService,
    private readonly challenges: ChallengesService,
    private readonly submissions: VisibleSubmissionsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @HttpCode(201)
  @Access('organiser')
  @Describe({
    tag: 'challenges',
    summary: 'Register a challenge or a new dataset version',
    description:
      'The definition, and for each of its files the finished upload that holds it. The same again changes nothing; another content under a known version is refused.',
    body: registerChallengeRequestSchema,
    reply: challengeViewSchema,
    status: 201,
    errors: [
      'not-allowed',
      'challenge-exists',
      'upload-not-found',
      'upload-not-finished',
      'checksum-mismatch',
    ],
  })
  async register(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(registerChallengeRequestSchema)) request: RegisterChallengeRequest,
  ): Promise<ChallengeView> {
    const challenge = await this.registration.registerFromUploads(account, request);
    return toChallengeView(
      challenge,
      await this.challenges.listFiles(challenge),
      this.challenges.rulesOf(challenge),
    );
  }

  @Post(':id/references')
  @HttpCode(200)
  @Access('organiser')
  @Describe({
    tag: 'challenges',
    summary: 'Enter the references again',
    description:
      'Sends in, or has computed, every map of the references that is on no board and not on its way to one: after a failure of ours. Returns the new submissions; asked twice, the second list is empty.',
    reply: submissionListSchema,
    errors: ['not-allowed', 'challenge-not-found', 'data-not-installed'],
  })
  async enterReferences(
    @CurrentAccount() account: Account,
    @Param('id') id: string,
  ): Promise<SubmissionList> {
    const ids = await this.registration.enterReferencesFor(account, id);
    const entered = await Promise.all(ids.map((submissionId) => this.submissions.get(account, submissionId)));
    return {
      submissions: entered.map((details) => toSubmissionView(details, this.config.reactionMs)),
    };
  }
}
