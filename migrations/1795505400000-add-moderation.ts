import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What organisers say of an entry: hidden, verified, disqualified. The view leaves out of every list what is hidden or disqualified. */
export class AddModeration1795505400000 implements MigrationInterface {
  name = 'AddModeration1795505400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table submissions
        add column hidden_at timestamptz,
        add column hidden_by text,
        add column hidden_reason text,
        add column verified_at timestamptz,
        add column verified_by text,
        add column verified_note text,
        add column disqualified_at timestamptz,
        add column disqualified_by text,
        add column disqualified_reason text,
        add constraint submissions_moderation_check check (
          (hidden_at is null) = (hidden_by is null) and (hidden_at is null) = (hidden_reason is null)
          and (verified_at is null) = (verified_by is null) and (verified_at is null) = (verified_note is null)
          and (disqualified_at is null) = (disqualified_by is null)
          and (disqualified_at is null) = (disqualified_reason is null)
          and (verified_at is null or disqualified_at is null)
        )`);
    await queryRunner.query(viewWhere('and s.hidden_at is null and s.disqualified_at is null'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(viewWhere(''));
    await queryRunner.query(`
      alter table submissions
        drop constraint submissions_moderation_check,
        drop column disqualified_reason, drop column disqualified_by, drop column disqualified_at,
        drop column verified_note, drop column verified_by, drop column verified_at,
        drop column hidden_reason, drop column hidden_by, drop column hidden_at`);
  }
}

function viewWhere(moderation: string): string {
  return `
    create or replace view submission_credits as
    select s.id as submission_id,
      case
        when s.kind = 'reference' then 'Sillage'
        when s.anonymous_until > now() then 'anonymous'
        else coalesce(t.name, a.display_name, '')
      end as author,
      s.visibility <> 'private' and s.withdrawn_at is null ${moderation} as is_listed,
      case when s.anonymous_until > now() then s.anonymous_until end as revealed_at
    from submissions s
    left join accounts a on a.id = s.account_id
    left join teams t on t.id = s.team_id`;
}
