import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import {
  createdInvitationSchema,
  idSchema,
  invitationRequestSchema,
  teamListSchema,
  teamMemberRequestSchema,
  teamRequestSchema,
  teamViewSchema,
  type CreatedInvitation,
  type InvitationRequest,
  type TeamMemberRequest,
  type TeamRequest,
  type TeamView,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { CurrentAccount, Scope } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { toInvitationView, toTeamView } from './dto/team-view.js';
import { TeamsService } from './teams.service.js';

const idPipe = new ZodPipe(idSchema);

@Controller('teams')
@Scope('account')
export class TeamsController {
  constructor(private readonly teams: TeamsService) {}

  @Get()
  @Scope('read')
  @Describe({
    tag: 'teams',
    summary: 'List your teams',
    description: 'With their members; of those that you own, the open invitations too.',
    reply: teamListSchema,
  })
  async list(@CurrentAccount() account: Account): Promise<{ teams: TeamView[] }> {
    return { teams: (await this.teams.listOf(account)).map(toTeamView) };
  }

  @Post()
  @HttpCode(201)
  @Describe({
    tag: 'teams',
    summary: 'Make a team',
    description: 'You are its owner. Its name stands on the boards in the place of yours.',
    body: teamRequestSchema,
    reply: teamViewSchema,
    status: 201,
    errors: ['invalid-request', 'team-name-taken', 'not-allowed'],
  })
  async create(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(teamRequestSchema)) { name }: TeamRequest,
  ): Promise<TeamView> {
    return toTeamView(await this.teams.create(account, name));
  }

  @Patch(':id')
  @Describe({
    tag: 'teams',
    summary: 'Rename a team',
    description: 'For its owners; boards show the new name at once.',
    body: teamRequestSchema,
    reply: teamViewSchema,
    errors: ['team-not-found', 'not-allowed', 'team-name-taken'],
  })
  async rename(
    @CurrentAccount() account: Account,
    @Param('id', idPipe) id: string,
    @Body(new ZodPipe(teamRequestSchema)) { name }: TeamRequest,
  ): Promise<TeamView> {
    return toTeamView(await this.teams.rename(account, id, name));
  }

  @Post(':id/invitations')
  @HttpCode(201)
  @RateLimit('auth')
  @Describe({
    tag: 'teams',
    summary: 'Invite somebody',
    description:
      'Makes a link that works once, for seven days. It is in this reply and, with an e-mail address, in a mail. Whether the address has an account is not told.',
    body: invitationRequestSchema,
    reply: createdInvitationSchema,
    status: 201,
    errors: ['team-not-found', 'not-allowed', 'too-many-requests'],
  })
  async invite(
    @CurrentAccount() account: Account,
    @Param('id', idPipe) id: string,
    @Body(new ZodPipe(invitationRequestSchema)) request: InvitationRequest,
  ): Promise<CreatedInvitation> {
    const { invitation, link, isMailed } = await this.teams.invite(account, id, request);
    return { ...toInvitationView(invitation), link, isMailed };
  }

  @Delete(':id/invitations/:invitation')
  @HttpCode(204)
  @Describe({
    tag: 'teams',
    summary: 'Take an invitation back',
    description: 'Its link stops working at once.',
    status: 204,
    errors: ['team-not-found', 'not-allowed', 'invitation-over'],
  })
  async takeBack(
    @CurrentAccount() account: Account,
    @Param('id', idPipe) id: string,
    @Param('invitation', idPipe) invitation: string,
  ): Promise<void> {
    await this.teams.takeBack(account, id, invitation);
  }

  @Put(':id/members/:account')
  @Describe({
    tag: 'teams',
    summary: 'Change a role',
    description: 'For owners. A team keeps at least one owner.',
    body: teamMemberRequestSchema,
    reply: teamViewSchema,
    errors: ['team-not-found', 'not-allowed', 'last-owner'],
  })
  async setRole(
    @CurrentAccount() account: Account,
    @Param('id', idPipe) id: string,
    @Param('account', idPipe) member: string,
    @Body(new ZodPipe(teamMemberRequestSchema)) { role }: TeamMemberRequest,
  ): Promise<TeamView> {
    return toTeamView(await this.teams.setRole(account, id, member, role));
  }

  @Delete(':id/members/:account')
  @HttpCode(204)
  @Describe({
    tag: 'teams',
    summary: 'Leave a team, or take somebody out of it',
    description:
      'Everyone may leave, owners may take others out. The last owner leaves only after making another one, or as the last member: then the team closes, and what it submitted keeps its name.',
    status: 204,
    errors: ['team-not-found', 'not-allowed', 'last-owner'],
  })
  async removeMember(
    @CurrentAccount() account: Account,
    @Param('id', idPipe) id: string,
    @Param('account', idPipe) member: string,
  ): Promise<void> {
    await this.teams.removeMember(account, id, member);
  }
}
