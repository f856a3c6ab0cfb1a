import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Queue positions, health and entry counts are read on every page: none of them may scan what was ever scored. */
export class IndexWaitingJobs1795478400000 implements MigrationInterface {
  name = 'IndexWaitingJobs1795478400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `create index jobs_created_at_id_idx on jobs (created_at, id) where state = 'queued'`,
    );
    await queryRunner.query(
      'create index evaluations_dataset_version_id_idx on evaluations (dataset_version_id)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop index evaluations_dataset_version_id_idx');
    await queryRunner.query('drop index jobs_created_at_id_idx');
  }
}
