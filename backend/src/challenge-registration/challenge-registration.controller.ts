import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  challengeViewSchema,
  registerChallengeRequestSchema,
  type ChallengeView,
  type RegisterChallengeRequest,
} from '@sillage/contracts';
import type { Account } from '../accounts/domain/account.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { toChallengeView } from '../challenges/dto/challenge-view.js';
import { Access, CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { ChallengeRegistrationService } from './challenge-registration.service.js';

@Controller('challenges')
export class ChallengeRegistrationController {
  constructor(
    private readonly registration: ChallengeRegistrationService,
    private readonly challenges: ChallengesService,
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
    return toChallengeView(challenge, await this.challenges.listFiles(challenge));
  }
}
