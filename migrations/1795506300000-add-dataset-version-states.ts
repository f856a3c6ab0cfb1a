import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A dataset version is validated before it is published, and may be retired; what was registered so far is published. */
export class AddDatasetVersionStates1795506300000 implements MigrationInterface {
  name = 'AddDatasetVersionStates1795506300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table dataset_versions
        add column state text not null default 'published',
        add column changes text not null default '',
        add column created_by text,
        add column published_at timestamptz,
        add column retired_at timestamptz,
        add column accepted_warnings text[] not null default '{}',
        add column report jsonb`);
    await queryRunner.query('update dataset_versions set published_at = created_at');
    await queryRunner.query('alter table dataset_versions alter column state drop default');
    await queryRunner.query(`
      alter table dataset_versions
        add constraint dataset_versions_state_check check (state in ('validated', 'published', 'retired')),
        add constraint dataset_versions_published_check check (state <> 'published' or published_at is not null),
        add constraint dataset_versions_retired_check check ((state = 'retired') = (retired_at is not null))`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table dataset_versions
        drop constraint dataset_versions_retired_check,
        drop constraint dataset_versions_published_check,
        drop constraint dataset_versions_state_check,
        drop column report,
        drop column accepted_warnings,
        drop column retired_at,
        drop column published_at,
        drop column created_by,
        drop column changes,
        drop column state`);
  }
}
