import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import {
  challengeSettingsSchema,
  productsAgainSchema,
  putChallengeSettingsSchema,
  type ChallengeSettings,
  type ProductsAgain,
  type PutChallengeSettings,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Access, CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { ChallengeSettingsService, type SettingsState } from './challenge-settings.service.js';

@Controller('admin/challenges/:id')
@Access('organiser')
export class ChallengeSettingsController {
  constructor(
    private readonly settings: ChallengeSettingsService,
    private readonly challenges: ChallengesService,
  ) {}

  @Get('settings')
  @Describe({
    tag: 'admin',
    summary: 'Read phases and limits',
    description:
      'With their revision, what holds now, and how many scores have files that were made at another level.',
    reply: challengeSettingsSchema,
    errors: ['not-allowed', 'challenge-not-found'],
  })
  async get(@Param('id') id: string): Promise<ChallengeSettings> {
    return this.#view(await this.settings.get(id));
  }

  @Put('settings')
  @Describe({
    tag: 'admin',
    summary: 'Change phases and limits',
    description:
      'Phases in order, none reaching into the next; one without `closes` is open for ever. While a phase runs, its disclosure level replaces the one of the definition. The revision must be the one that was read.',
    body: putChallengeSettingsSchema,
    reply: challengeSettingsSchema,
    errors: ['invalid-request', 'not-allowed', 'challenge-not-found', 'settings-changed'],
  })
  async put(
    @CurrentAccount() account: Account,
    @Param('id') id: string,
    @Body(new ZodPipe(putChallengeSettingsSchema)) request: PutChallengeSettings,
  ): Promise<ChallengeSettings> {
    return this.#view(await this.settings.put(account, id, request));
  }

  @Post('products')
  @HttpCode(200)
  @Describe({
    tag: 'admin',
    summary: 'Make files and maps again',
    description:
      'Of every score of the current dataset version whose files were made at another disclosure level, or never. Asked twice, the second reply says 0.',
    reply: productsAgainSchema,
    errors: ['not-allowed', 'challenge-not-found'],
  })
  async products(@CurrentAccount() account: Account, @Param('id') id: string): Promise<ProductsAgain> {
    return { enqueued: await this.settings.remakeProducts(account, id) };
  }

  #view({ challenge, outdatedProducts }: SettingsState): ChallengeSettings {
    const { settings } = challenge;
    return {
      challenge: challenge.id,
      revision: settings.revision,
      phases: settings.phases,
      quota: settings.quota,
      changedAt: settings.changedAt?.toISOString() ?? null,
      changedBy: settings.changedBy,
      declaredDisclosure: challenge.declaredDisclosure,
      disclosure: challenge.disclosure,
      rules: this.challenges.rulesOf(challenge),
      outdatedProducts,
    };
  }
}
