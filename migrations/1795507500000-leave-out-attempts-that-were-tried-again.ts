import type { MigrationInterface, QueryRunner } from 'typeorm';

const IS_SHOWN = `e.rescore_id is null
        or exists (select 1 from rescores r where r.id = e.rescore_id and r.state = 'promoted')`;

/** Of what a re-score tried more than once only the last counts, whatever came of it: a promotion must not show the first. */
export class LeaveOutAttemptsThatWereTriedAgain1795507500000 implements MigrationInterface {
  name = 'LeaveOutAttemptsThatWereTriedAgain1795507500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // A reference is tried again as another submission of the same name.
    await queryRunner.query(`
      create or replace view shown_evaluations as
      select e.* from evaluations e
      where (${IS_SHOWN})
        and not exists (
          select 1 from evaluations later
          join submissions again on again.id = later.submission_id
          join submissions s on s.id = e.submission_id
          where later.rescore_id = e.rescore_id and later.task_id = e.task_id
            and (later.created_at, later.id) > (e.created_at, e.id)
            and (later.submission_id = e.submission_id
              or s.rescore_id = e.rescore_id and again.rescore_id = e.rescore_id
                and again.card ->> 'name' = s.card ->> 'name'))`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create or replace view shown_evaluations as
      select e.* from evaluations e
      where ${IS_SHOWN}`);
  }
}
