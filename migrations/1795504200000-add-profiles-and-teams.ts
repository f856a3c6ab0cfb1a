import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a scientist wants beside a score, and teams that submit under one name. */
export class AddProfilesAndTeams1795504200000 implements MigrationInterface {
  name = 'AddProfilesAndTeams1795504200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table accounts
        add column affiliation text,
        add column orcid text,
        add column is_orcid_verified boolean not null default false,
        add column web_page text`);
    await queryRunner.query(`
      create table teams (
        id uuid primary key,
        name text not null,
        name_key text not null,
        created_at timestamptz not null,
        closed_at timestamptz,
        constraint teams_name_key_key unique (name_key)
      )`);
    await queryRunner.query(`
      create table team_members (
        team_id uuid not null references teams (id) on delete cascade,
        account_id uuid not null references accounts (id) on delete cascade,
        role text not null,
        joined_at timestamptz not null,
        primary key (team_id, account_id),
        constraint team_members_role_check check (role in ('owner', 'member'))
      )`);
    await queryRunner.query('create index team_members_account_id_idx on team_members (account_id)');
    await queryRunner.query(`
      create table team_invitations (
        id uuid primary key,
        team_id uuid not null references teams (id) on delete cascade,
        email text,
        role text not null,
        secret_hash text not null,
        invited_by uuid not null references accounts (id) on delete cascade,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz,
        constraint team_invitations_secret_hash_key unique (secret_hash)
      )`);
    await queryRunner.query('create index team_invitations_team_id_idx on team_invitations (team_id)');
    await queryRunner.query('alter table submissions add column team_id uuid references teams (id)');
    await queryRunner.query('create index submissions_team_id_idx on submissions (team_id)');
    await queryRunner.query(`
      create or replace view submission_credits as
      select s.id as submission_id,
        case
          when s.kind = 'reference' then 'Sillage'
          when s.anonymous_until > now() then 'anonymous'
          else coalesce(t.name, a.display_name, '')
        end as author,
        s.visibility <> 'private' and s.withdrawn_at is null as is_listed,
        case when s.anonymous_until > now() then s.anonymous_until end as revealed_at
      from submissions s
      left join accounts a on a.id = s.account_id
      left join teams t on t.id = s.team_id`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create or replace view submission_credits as
      select s.id as submission_id,
        case
          when s.kind = 'reference' then 'Sillage'
          when s.anonymous_until > now() then 'anonymous'
          else coalesce(a.display_name, '')
        end as author,
        s.visibility <> 'private' and s.withdrawn_at is null as is_listed,
        case when s.anonymous_until > now() then s.anonymous_until end as revealed_at
      from submissions s
      left join accounts a on a.id = s.account_id`);
    await queryRunner.query('drop index submissions_team_id_idx');
    await queryRunner.query('alter table submissions drop column team_id');
    await queryRunner.query('drop table team_invitations');
    await queryRunner.query('drop table team_members');
    await queryRunner.query('drop table teams');
    await queryRunner.query(`
      alter table accounts
        drop column web_page, drop column is_orcid_verified, drop column orcid, drop column affiliation`);
  }
}
