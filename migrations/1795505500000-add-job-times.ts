import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a job was first taken and when its newest attempt began, and why it failed: how long people wait, and what went wrong. */
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
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop index jobs_finished_at_idx');
    await queryRunner.query(`
      alter table jobs drop column failure_message, drop column started_at, drop column first_started_at`);
  }
}
