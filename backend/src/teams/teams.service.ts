import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { InvitationRequest, TeamRole } from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { hashSecret, newSecret } from '../identity/domain/secret.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError } from '../errors/domain-error.js';
import { BoardChanges } from '../evaluations/board-changes.js';
import { MailService } from '../mail/mail.service.js';
import { Transactions } from '../transactions/transactions.js';
import { departureOf, keepsOwner } from './domain/membership.js';
import { TeamsRepository, type Invitation, type Team } from './teams.repository.js';

/** A team as one of its members sees it. */
export type TeamDetails = { team: Team; role: TeamRole; invitations: Invitation[] };

/** Bounds that no team of scientists meets, and that keep an invitation from becoming a way to send mail to strangers. */
const MAX_OPEN_INVITATIONS = 20;
const MAX_TEAMS = 20;
const MAX_ADDRESSES_PER_DAY = 40;
const DAY_MS = 86_400_000;
const INVITATION_MS = 7 * DAY_MS;

@Injectable()
export class TeamsService {
  constructor(
    private readonly teams: TeamsRepository,
    private readonly boards: BoardChanges,
    private readonly mail: MailService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async listOf(account: Account): Promise<TeamDetails[]> {
    const teams = await this.teams.listOf(account.id);
    const owned = teams.filter((team) => roleIn(team, account) === 'owner').map(({ id }) => id);
    const invitations = await this.teams.listOpenInvitations(owned, this.clock.now());
    return teams.map((team) => ({
      team,
      role: roleIn(team, account) ?? 'member',
      invitations: invitations.filter(({ teamId }) => teamId === team.id),
    }));
  }

  async create(account: Account, name: string): Promise<TeamDetails> {
    if ((await this.teams.listOf(account.id)).length >= MAX_TEAMS)
      throw new DomainError('not-allowed', `You are in ${MAX_TEAMS} teams already.`, {
        fix: 'Leave one of them first.',
      });
    const id = randomUUID();
    await this.transactions.run(async () => {
      const createdAt = this.clock.now();
      if (!(await this.teams.insert({ id, name, createdAt }))) throw nameTaken(name);
      await this.teams.putMember({ teamId: id, accountId: account.id, role: 'owner', joinedAt: createdAt });
    });
    return this.#details(account, id);
  }

  /** Whoever is in it. */
  async findByName(name: string): Promise<{ id: string; name: string } | null> {
    return this.teams.findByName(name);
  }

  async rename(account: Account, id: string, name: string): Promise<TeamDetails> {
    await this.transactions.run(async () => {
      await this.#lockOwned(account, id);
      if (!(await this.teams.rename(id, name))) throw nameTaken(name);
      await this.boards.authorChanged({ teamId: id });
    });
    return this.#details(account, id);
  }

  /** @returns the invitation and the one link that opens it; it is kept nowhere. */
  async invite(
    account: Account,
    id: string,
    { email, role }: InvitationRequest,
  ): Promise<{ invitation: Invitation; link: string; isMailed: boolean }> {
    const now = this.clock.now();
    const secret = newSecret(randomBytes);
    const invitation = {
      id: randomUUID(),
      teamId: id,
      email,
      role,
      expiresAt: new Date(now.getTime() + INVITATION_MS),
    };
    const link = new URL(`/teams/join#${secret}`, this.config.publicUrl).href;
    const isMailed = email !== null && this.mail.isOn;
    await this.transactions.run(async () => {
      const team = await this.#lockOwned(account, id);
      if ((await this.teams.listOpenInvitations([id], now)).length >= MAX_OPEN_INVITATIONS)
        throw new DomainError('not-allowed', `${MAX_OPEN_INVITATIONS} invitations of this team are open.`, {
          fix: 'Take back those that nobody needs.',
        });
      if (email !== null) await this.#requireFewAddresses(account, now);
      await this.teams.insertInvitation({
        ...invitation,
        secretHash: hashSecret(secret),
        invitedBy: account.id,
        createdAt: now,
      });
      if (email === null || !isMailed) return;
      await this.mail.write({
        to: email,
        subject: 'Sillage: an invitation to a team',
        body: `${account.displayName} invites you to the team ${team.name} on Sillage.\n\n${link}\n\nThe link works once, for seven days. If you do not know what this is about, do nothing.\n`,
        unsubscribeUrl: null,
      });
    });
    return { invitation, link, isMailed };
  }

  /** Those that were taken back count: their mails are out. */
  async #requireFewAddresses(account: Account, now: Date): Promise<void> {
    await this.teams.lockInviter(account.id);
    const since = new Date(now.getTime() - DAY_MS);
    if ((await this.teams.countAddressed(account.id, since)) < MAX_ADDRESSES_PER_DAY) return;
    throw new DomainError(
      'not-allowed',
      `You have invited ${MAX_ADDRESSES_PER_DAY} addresses within 24 hours, which is as many as are mailed.`,
      { fix: 'Invite without an address, and send the link yourself.' },
    );
  }

  async takeBack(account: Account, id: string, invitationId: string): Promise<void> {
    await this.transactions.run(async () => {
      await this.#lockOwned(account, id);
      if (!(await this.teams.endInvitation(invitationId, id, this.clock.now()))) throw invitationOver();
    });
  }

  /** What the link offers. One answer for links that never were, were used, taken back, or are too old. */
  async look(secret: string): Promise<Invitation & { team: string; invitedBy: string }> {
    const invitation = await this.teams.lockOpenInvitation(hashSecret(secret), this.clock.now());
    if (invitation === null) throw invitationOver();
    return invitation;
  }

  async accept(account: Account, secret: string): Promise<TeamDetails> {
    const teamId = await this.transactions.run(async () => {
      const now = this.clock.now();
      const invitation = await this.look(secret);
      await this.teams.lock(invitation.teamId);
      const team = await this.teams.find(invitation.teamId);
      if (team !== null && roleIn(team, account) !== null)
        throw new DomainError('already-member', `You are in the team ${invitation.team} already.`, {
          fix: 'Send the link to whom it is for; it still works.',
        });
      await this.teams.putMember({
        teamId: invitation.teamId,
        accountId: account.id,
        role: invitation.role,
        joinedAt: now,
      });
      await this.teams.endInvitation(invitation.id, invitation.teamId, now);
      return invitation.teamId;
    });
    return this.#details(account, teamId);
  }

  async setRole(account: Account, id: string, memberId: string, role: TeamRole): Promise<TeamDetails> {
    await this.transactions.run(async () => {
      const { members } = await this.#lockOwned(account, id);
      if (!members.some(({ accountId }) => accountId === memberId)) throw noSuchMember();
      if (!keepsOwner(members, memberId, role)) throw needsOwner();
      await this.teams.setRole(id, memberId, role);
      if (role !== 'owner') await this.teams.endInvitationsOf(id, memberId, this.clock.now());
    });
    return this.#details(account, id);
  }

  /** Somebody leaves, or an owner takes a member out. What the team submitted stays the team's. */
  async removeMember(account: Account, id: string, memberId: string): Promise<void> {
    await this.transactions.run(async () => {
      await this.teams.lock(id);
      const team = account.id === memberId ? await this.#joined(account, id) : await this.#owned(account, id);
      if (!team.members.some(({ accountId }) => accountId === memberId)) throw noSuchMember();
      const departure = departureOf(team.members, memberId);
      if (departure === 'needs-owner') throw needsOwner();
      await this.teams.removeMember(id, memberId);
      // Who is out may not come back by a link of his own.
      await this.teams.endInvitationsOf(id, memberId, this.clock.now());
      if (departure === 'close') await this.teams.close(id, this.clock.now());
    });
  }

  /** @throws DomainError unless the account may submit as this team. */
  async requireMember(account: Account, id: string): Promise<void> {
    await this.#joined(account, id);
  }

  async #details(account: Account, id: string): Promise<TeamDetails> {
    const found = (await this.listOf(account)).find(({ team }) => team.id === id);
    if (found === undefined) throw teamNotFound();
    return found;
  }

  /** To others a team looks like one that does not exist. */
  async #joined(account: Account, id: string): Promise<Team> {
    const team = await this.teams.find(id);
    if (team === null || roleIn(team, account) === null) throw teamNotFound();
    return team;
  }

  /** Who was an owner when he asked may be none when it is his turn. */
  async #lockOwned(account: Account, id: string): Promise<Team> {
    await this.teams.lock(id);
    return this.#owned(account, id);
  }

  async #owned(account: Account, id: string): Promise<Team> {
    const team = await this.#joined(account, id);
    if (roleIn(team, account) !== 'owner')
      throw new DomainError('not-allowed', 'Only an owner of the team may do this.', {
        fix: `Ask ${team.members.find(({ role }) => role === 'owner')?.name ?? 'an owner'}.`,
      });
    return team;
  }
}

function roleIn(team: Team, account: Account): TeamRole | null {
  return team.members.find(({ accountId }) => accountId === account.id)?.role ?? null;
}

function teamNotFound(): DomainError {
  return new DomainError('team-not-found', 'You are in no such team.', {
    fix: 'Your teams are on your account page.',
  });
}

function noSuchMember(): DomainError {
  return new DomainError('team-not-found', 'The team has no such member.');
}

function needsOwner(): DomainError {
  return new DomainError('last-owner', 'A team needs an owner as long as it has members.', {
    fix: 'Make somebody else an owner first.',
  });
}

function nameTaken(name: string): DomainError {
  return new DomainError('team-name-taken', `There is a team '${name}' already.`, {
    fix: 'Choose another name; small and capital letters count as the same.',
    fields: [{ path: 'name', message: 'this name is taken' }],
  });
}

function invitationOver(): DomainError {
  return new DomainError(
    'invitation-over',
    'This invitation is not valid: it was used, taken back or has expired.',
    { fix: 'Ask an owner of the team for a new link. A link works once, for seven days.' },
  );
}
