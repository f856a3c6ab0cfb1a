import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When a job was first taken and when its newest attempt began, and why it failed: how long people wait, and what went wrong. A
 * final evaluation never changes, so what failed on our side is tried again as a new one: the key leaves failed ones out.
 */
export class AddJobTimes1795505500000 implements MigrationInterface {
  name = 'AddJobTimes1795505500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table jobs
        add column first_started_at timestamptz,
        add column started_at timestamptz,
        add column failure_message text`);
    await queryRunner.query(
      `create index jobs_finished_at_idx on jobs (finished_at) where finished_at is not null`,
    );
    await queryRunner.query('alter table evaluations drop constraint evaluations_five_part_key');
    await queryRunner.query(`
      create unique index evaluations_five_part_key
      on evaluations (submission_id, task_id, dataset_version_id, protocol, evaluator_version)
      where state <> 'failed'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // What was tried again keeps its newest evaluation; the failed ones before it go.
    await queryRunner.query(`
      delete from evaluations e where e.state = 'failed' and exists (
        select 1 from evaluations later
        where later.id <> e.id and later.submission_id = e.submission_id and later.task_id = e.task_id
          and later.dataset_version_id = e.dataset_version_id and later.protocol = e.protocol
          and later.evaluator_version = e.evaluator_version
          and (later.state <> 'failed' or (later.created_at, later.id) > (e.created_at, e.id)))`);
    await queryRunner.query('drop index evaluations_five_part_key');
    await queryRunner.query(`
      alter table evaluations add constraint evaluations_five_part_key
      unique (submission_id, task_id, dataset_version_id, protocol, evaluator_version)`);
    await queryRunner.query('drop index jobs_finished_at_idx');
    await queryRunner.query(`
      alter table jobs drop column failure_message, drop column started_at, drop column first_started_at`);
  }
}
