import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Submissions that are networks: how they are run and what they are, a map for each of their evaluations with what
 * computing it took, the days that are finished so far, and which evaluator has the memory for which job.
 */
export class AddNetworks1795489200000 implements MigrationInterface {
  name = 'AddNetworks1795489200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table submissions
        add column form text not null default 'map',
        add column manifest text,
        add column network_sha256 text,
        add column network_size_bytes bigint,
        add column network_summary jsonb,
        add constraint submissions_form_check check (form in ('map', 'network'))`);
    await queryRunner.query(`
      alter table evaluations
        add column canonical_sha256 text,
        add column canonical_size_bytes bigint,
        add column run jsonb`);
    await queryRunner.query(`
      create table preview_frames (
        evaluation_id uuid not null,
        day text not null,
        frame jsonb not null,
        constraint preview_frames_pkey primary key (evaluation_id, day),
        constraint preview_frames_evaluation_id_fkey foreign key (evaluation_id) references evaluations(id) on delete cascade
      )`);
    await queryRunner.query('alter table jobs add column memory_bytes bigint');
    await queryRunner.query(`
      alter table workers
        add column capabilities text array not null default '{}',
        add column runtime jsonb`);
    // Running networks has its place in the order of the queue before the maps of the platform.
    await queryRunner.query(`update jobs set queue_rank = queue_rank + 2 where step = 'map'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // The older platform would take a checkpoint for a map: what is not final yet ends here.
    await queryRunner.query(`
      update jobs set state = 'cancelled', finished_at = clock_timestamp(), lease_expires_at = null
      from submissions
      where submissions.id = jobs.submission_id and submissions.form = 'network' and jobs.state in ('queued', 'leased')`);
    await queryRunner.query(`
      update evaluations set state = 'cancelled', step = null, state_since = clock_timestamp()
      from submissions
      where submissions.id = evaluations.submission_id and submissions.form = 'network'
        and evaluations.state in ('queued', 'running')`);
    await queryRunner.query(`update jobs set queue_rank = queue_rank - 2 where step = 'map'`);
    await queryRunner.query('alter table workers drop column runtime, drop column capabilities');
    await queryRunner.query('alter table jobs drop column memory_bytes');
    await queryRunner.query('drop table preview_frames');
    await queryRunner.query(`
      alter table evaluations
        drop column run,
        drop column canonical_size_bytes,
        drop column canonical_sha256`);
    await queryRunner.query(`
      alter table submissions
        drop constraint submissions_form_check,
        drop column network_summary,
        drop column network_size_bytes,
        drop column network_sha256,
        drop column manifest,
        drop column form`);
  }
}
