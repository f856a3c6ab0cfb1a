import { Injectable } from '@nestjs/common';
import type { TeamRole } from '@sillage/contracts';
import { QueryFailedError } from 'typeorm';
import { Database } from '../database/database.js';
import { TeamEntity, TeamInvitationEntity, TeamMemberEntity } from '../database/entities/index.js';

const UNIQUE_VIOLATION = '23505';

export type TeamMember = { accountId: string; name: string; role: TeamRole };
export type Team = { id: string; name: string; members: TeamMember[] };
export type Invitation = {
  id: string;
  teamId: string;
  email: string | null;
  role: TeamRole;
  expiresAt: Date;
};

const SELECT_TEAMS = `
  select t.id, t.name, coalesce((
    select jsonb_agg(jsonb_build_object('accountId', m.account_id, 'name', a.display_name, 'role', m.role)
      order by m.joined_at, m.account_id)
    from team_members m join accounts a on a.id = m.account_id where m.team_id = t.id
  ), '[]') as members
  from teams t`;

function isNameTaken(error: unknown): boolean {
  return error instanceof QueryFailedError && error.driverError.code === UNIQUE_VIOLATION;
}

@Injectable()
export class TeamsRepository {
  constructor(private readonly database: Database) {}

  /** @returns false when the name is taken. */
  async insert(team: { id: string; name: string; createdAt: Date }): Promise<boolean> {
    const rows = await this.database.query(
      `insert into teams (id, name, name_key, created_at) values ($1, $2, lower($2), $3)
       on conflict (name_key) do nothing returning id`,
      [team.id, team.name, team.createdAt],
    );
    return rows.length > 0;
  }

  /** @returns false when the name is taken. */
  async rename(id: string, name: string): Promise<boolean> {
    try {
      await this.database.manager.update(TeamEntity, { id }, { name, nameKey: name.toLowerCase() });
      return true;
    } catch (error) {
      if (isNameTaken(error)) return false;
      throw error;
    }
  }

  async listOf(accountId: string): Promise<Team[]> {
    return this.database.query<Team>(
      `${SELECT_TEAMS} where t.id in (select team_id from team_members where account_id = $1) order by t.name_key`,
      [accountId],
    );
  }

  async find(id: string): Promise<Team | null> {
    const [team] = await this.database.query<Team>(`${SELECT_TEAMS} where t.id = $1`, [id]);
    return team ?? null;
  }

  async findByName(name: string): Promise<Team | null> {
    const [team] = await this.database.query<Team>(`${SELECT_TEAMS} where t.name_key = lower($1)`, [name]);
    return team ?? null;
  }

  /** Until the end of the transaction nobody else changes its members. */
  async lock(id: string): Promise<void> {
    await this.database.query('select id from teams where id = $1 for update', [id]);
  }

  async putMember(member: {
    teamId: string;
    accountId: string;
    role: TeamRole;
    joinedAt: Date;
  }): Promise<void> {
    await this.database.manager.insert(TeamMemberEntity, member);
  }

  async setRole(teamId: string, accountId: string, role: TeamRole): Promise<void> {
    await this.database.manager.update(TeamMemberEntity, { teamId, accountId }, { role });
  }

  async removeMember(teamId: string, accountId: string): Promise<void> {
    await this.database.manager.delete(TeamMemberEntity, { teamId, accountId });
  }

  /** A team that submitted something keeps its name; another one was never there. */
  async close(id: string, closedAt: Date): Promise<void> {
    await this.database.query(
      'delete from teams where id = $1 and not exists (select 1 from submissions where team_id = $1)',
      [id],
    );
    await this.database.query('update teams set closed_at = $2 where id = $1', [id, closedAt]);
    await this.database.query(
      'update team_invitations set ended_at = $2 where team_id = $1 and ended_at is null',
      [id, closedAt],
    );
  }

  async insertInvitation(
    invitation: Invitation & { secretHash: string; invitedBy: string; createdAt: Date },
  ): Promise<void> {
    await this.database.manager.insert(TeamInvitationEntity, { ...invitation, endedAt: null });
  }

  async listOpenInvitations(teamIds: string[], now: Date): Promise<Invitation[]> {
    return this.database.query<Invitation>(
      `select id, team_id as "teamId", email, role, expires_at as "expiresAt" from team_invitations
       where team_id = any($1) and ended_at is null and expires_at > $2 order by created_at`,
      [teamIds, now],
    );
  }

  /** Locked, so that a link is taken once. */
  async lockOpenInvitation(
    secretHash: string,
    now: Date,
  ): Promise<(Invitation & { team: string; invitedBy: string }) | null> {
    const [invitation] = await this.database.query<Invitation & { team: string; invitedBy: string }>(
      `select i.id, i.team_id as "teamId", i.email, i.role, i.expires_at as "expiresAt", t.name as team,
         a.display_name as "invitedBy"
       from team_invitations i
       join teams t on t.id = i.team_id
       join accounts a on a.id = i.invited_by
       where i.secret_hash = $1 and i.ended_at is null and i.expires_at > $2 for update of i`,
      [secretHash, now],
    );
    return invitation ?? null;
  }

  /** Those that this account gave and nobody has accepted. */
  async endInvitationsOf(teamId: string, accountId: string, endedAt: Date): Promise<void> {
    await this.database.query(
      'update team_invitations set ended_at = $3 where team_id = $1 and invited_by = $2 and ended_at is null',
      [teamId, accountId, endedAt],
    );
  }

  /** Until the end of the transaction the account invites nobody else, whatever the team. */
  async lockInviter(accountId: string): Promise<void> {
    await this.database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `invite ${accountId}`,
    ]);
  }

  /** How many invitations of an account had an address, whatever became of them. */
  async countAddressed(accountId: string, since: Date): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count from team_invitations
       where invited_by = $1 and email is not null and created_at > $2`,
      [accountId, since],
    );
    return row?.count ?? 0;
  }

  /** @returns whether there was such an open one. */
  async endInvitation(id: string, teamId: string, endedAt: Date): Promise<boolean> {
    const rows = await this.database.query(
      `update team_invitations set ended_at = $3 where id = $1 and team_id = $2 and ended_at is null returning id`,
      [id, teamId, endedAt],
    );
    return rows.length > 0;
  }
}
