import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * λx along a track; maps that the platform computes itself, which are submissions before they have a file; several
 * submissions that came as one set; and a queue in which computing maps stands behind everything else.
 */
export class AddSetsAndComputedMaps1795482000000 implements MigrationInterface {
  name = 'AddSetsAndComputedMaps1795482000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table evaluations add column lambda_x_km double precision');
    await queryRunner.query(`
      alter table submissions
        alter column file_name drop not null,
        alter column size_bytes drop not null,
        alter column sha256 drop not null,
        add column upload_id text,
        add column set_id uuid,
        add constraint submissions_upload_id_key unique (upload_id),
        add constraint submissions_file_check check (
          (sha256 is null) = (file_name is null) and (sha256 is null) = (size_bytes is null)
          and (kind = 'reference' or sha256 is not null)
        )`);
    await queryRunner.query('create index submissions_set_id_idx on submissions (set_id)');
    await queryRunner.query('alter table jobs add column queue_rank smallint');
    await queryRunner.query(`
      update jobs set queue_rank = case jobs.step when 'score' then 0 when 'check' then 2 else 4 end
        + case submissions.kind when 'participant' then 0 else 1 end
      from submissions where submissions.id = jobs.submission_id`);
    await queryRunner.query('alter table jobs alter column queue_rank set not null');
    await queryRunner.query('drop index jobs_created_at_id_idx');
    await queryRunner.query(
      `create index jobs_queue_rank_created_at_id_idx on jobs (queue_rank, created_at, id) where state = 'queued'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop index jobs_queue_rank_created_at_id_idx');
    await queryRunner.query(
      `create index jobs_created_at_id_idx on jobs (created_at, id) where state = 'queued'`,
    );
    await queryRunner.query('alter table jobs drop column queue_rank');
    await queryRunner.query('drop index submissions_set_id_idx');
    await queryRunner.query(`
      alter table submissions
        drop constraint submissions_file_check,
        drop constraint submissions_upload_id_key,
        drop column set_id,
        drop column upload_id`);
    // The older tables know no submission without a file: what was never computed gets an empty one.
    await queryRunner.query(`
      update submissions set file_name = '', size_bytes = 0,
        sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
      where sha256 is null`);
    await queryRunner.query(`
      alter table submissions
        alter column file_name set not null,
        alter column size_bytes set not null,
        alter column sha256 set not null`);
    await queryRunner.query('alter table evaluations drop column lambda_x_km');
  }
}
