import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  invitationOfferSchema,
  invitationSecretSchema,
  teamViewSchema,
  type InvitationOffer,
  type InvitationSecret,
  type TeamView,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { Access, CurrentAccount, Scope } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { toTeamView } from './dto/team-view.js';
import { TeamsService } from './teams.service.js';

/** By the link's secret, in the body: addresses end up in logs. */
@Controller('team-invitations')
@RateLimit('auth')
@Scope('account')
export class InvitationsController {
  constructor(private readonly teams: TeamsService) {}

  @Post('look')
  @HttpCode(200)
  @Access('public')
  @Describe({
    tag: 'teams',
    summary: 'What an invitation offers',
    description: 'The team and who invites, to whoever holds the link.',
    body: invitationSecretSchema,
    reply: invitationOfferSchema,
    errors: ['invitation-over', 'too-many-requests'],
  })
  async look(
    @Body(new ZodPipe(invitationSecretSchema)) { secret }: InvitationSecret,
  ): Promise<InvitationOffer> {
    const { team, invitedBy, role, expiresAt } = await this.teams.look(secret);
    return { team, invitedBy, role, expiresAt: expiresAt.toISOString() };
  }

  @Post('accept')
  @HttpCode(200)
  @Describe({
    tag: 'teams',
    summary: 'Join a team by its invitation',
    description: 'The link is used up.',
    body: invitationSecretSchema,
    reply: teamViewSchema,
    errors: ['invitation-over', 'already-member', 'too-many-requests'],
  })
  async accept(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(invitationSecretSchema)) { secret }: InvitationSecret,
  ): Promise<TeamView> {
    return toTeamView(await this.teams.accept(account, secret));
  }
}
