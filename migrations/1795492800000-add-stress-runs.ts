import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Networks that are run without a satellite, or on tasks that they did not enter, to see what that does to their scores. */
export class AddStressRuns1795492800000 implements MigrationInterface {
  name = 'AddStressRuns1795492800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table stress_runs (
        id uuid not null,
        submission_id uuid not null,
        task_id uuid not null,
        dataset_version_id uuid not null,
        protocol text not null,
        variant text not null,
        evaluator_version text not null default '',
        state text not null,
        step text,
        state_since timestamptz not null,
        scores jsonb,
        rejection jsonb,
        failure_message text,
        run jsonb,
        created_at timestamptz not null,
        constraint stress_runs_pkey primary key (id),
        constraint stress_runs_submission_id_fkey foreign key (submission_id) references submissions(id),
        constraint stress_runs_task_id_fkey foreign key (task_id) references tasks(id),
        constraint stress_runs_dataset_version_id_fkey foreign key (dataset_version_id) references dataset_versions(id),
        constraint stress_runs_state_check check (
          state in ('queued', 'running', 'scored', 'rejected', 'failed', 'cancelled')
        ),
        constraint stress_runs_scored_check check ((state = 'scored') = (scores is not null)),
        constraint stress_runs_rejected_check check ((state = 'rejected') = (rejection is not null))
      )`);
    await queryRunner.query(`
      create unique index stress_runs_key
        on stress_runs (submission_id, task_id, dataset_version_id, protocol, variant)
        where state not in ('failed', 'cancelled')`);
    await queryRunner.query(`
      alter table jobs
        add column stress_run_id uuid,
        add constraint jobs_stress_run_id_fkey foreign key (stress_run_id) references stress_runs(id)`);
    await queryRunner.query('create index jobs_stress_run_id_idx on jobs (stress_run_id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('delete from jobs where stress_run_id is not null');
    await queryRunner.query('drop index jobs_stress_run_id_idx');
    await queryRunner.query(
      'alter table jobs drop constraint jobs_stress_run_id_fkey, drop column stress_run_id',
    );
    await queryRunner.query('drop table stress_runs');
  }
}
