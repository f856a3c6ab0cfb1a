import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who sees a submission, and whether it was withdrawn. The view says for every query alike under which name a submission is
 * shown to strangers, and whether boards, counts and lists have it at all.
 */
export class AddVisibility1795503900000 implements MigrationInterface {
  name = 'AddVisibility1795503900000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table submissions
        add column visibility text not null default 'public',
        add column anonymous_until timestamptz,
        add column withdrawn_at timestamptz,
        add column withdrawn_by text,
        add column withdrawal_reason text,
        add constraint submissions_visibility_check check (
          visibility in ('public', 'private', 'anonymous')
          and (visibility = 'anonymous') = (anonymous_until is not null)
        ),
        add constraint submissions_withdrawal_check check (
          (withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdrawal_reason is null)
          and withdrawn_by in ('author', 'organiser')
        )`);
    await queryRunner.query(`
      create view submission_credits as
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
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop view submission_credits');
    await queryRunner.query(`
      alter table submissions
        drop constraint submissions_withdrawal_check,
        drop constraint submissions_visibility_check,
        drop column withdrawal_reason,
        drop column withdrawn_by,
        drop column withdrawn_at,
        drop column anonymous_until,
        drop column visibility`);
  }
}
