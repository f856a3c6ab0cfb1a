import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a submission, or all that came in one set, counts: what failed on our side or was cancelled unseen does not. */
const COUNTS = `exists (select 1 from shown_evaluations e where e.submission_id = s.id
  and (e.state in ('queued', 'running', 'scored', 'rejected')
    or e.state = 'cancelled' and exists (select 1 from jobs j
      where j.submission_id = s.id and j.stress_run_id is null and j.attempt > 0)))`;

/** Every change of what an account or a team may still submit. Entries from before are booked as they were counted. */
export class CreateQuotaLedger1795511400000 implements MigrationInterface {
  name = 'CreateQuotaLedger1795511400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table quota_entries (
        id uuid not null,
        challenge_id text not null,
        account_id uuid,
        team_id uuid,
        kind text not null,
        amount integer not null,
        span text,
        submitted_id uuid,
        counts_at timestamptz not null,
        booked_at timestamptz not null,
        reason text not null,
        constraint quota_entries_pkey primary key (id),
        constraint quota_entries_owner_check check ((account_id is null) <> (team_id is null)),
        constraint quota_entries_kind_check check (
          kind = 'grant' and amount <> 0 and span in ('day', 'phase') and submitted_id is null
          or kind = 'use' and amount = -1 and span is null and submitted_id is not null
          or kind = 'refund' and amount = 1 and span is null and submitted_id is not null),
        constraint quota_entries_challenge_id_fkey foreign key (challenge_id) references challenges (id),
        constraint quota_entries_account_id_fkey foreign key (account_id) references accounts (id) on delete cascade,
        constraint quota_entries_team_id_fkey foreign key (team_id) references teams (id) on delete cascade
      )`);
    await queryRunner.query(
      'create index quota_entries_account_id_challenge_id_idx on quota_entries (account_id, challenge_id)',
    );
    await queryRunner.query(
      'create index quota_entries_team_id_challenge_id_idx on quota_entries (team_id, challenge_id)',
    );
    await queryRunner.query('create index quota_entries_submitted_id_idx on quota_entries (submitted_id)');
    await queryRunner.query(`
      create temporary table submitted on commit drop as
      select coalesce(s.set_id, s.id) as id, s.challenge_id, s.account_id, s.team_id,
        min(s.created_at) as at, bool_or(${COUNTS}) as counts
      from submissions s where s.kind = 'participant' and s.account_id is not null
      group by 1, 2, 3, 4`);
    for (const owner of ['account_id', 'team_id'])
      await queryRunner.query(`
        insert into quota_entries (id, challenge_id, ${owner}, kind, amount, submitted_id, counts_at, booked_at, reason)
        select gen_random_uuid(), challenge_id, ${owner}, kind, amount, id, at, at, reason
        from submitted cross join (values
          ('use', -1, true, 'submitted'),
          ('refund', 1, false, 'failed on our side, or cancelled before it ran')) booked (kind, amount, is_use, reason)
        where ${owner} is not null and (is_use or not counts)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table quota_entries');
  }
}
