import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dataset versions that are being written, their files, and jobs that inspect them. */
export class AddDrafts1795506000000 implements MigrationInterface {
  name = 'AddDrafts1795506000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table drafts (
        id uuid not null,
        revision integer not null,
        definition jsonb not null,
        based_on_version_id uuid,
        created_by text not null,
        created_at timestamptz not null,
        changed_by text not null,
        changed_at timestamptz not null,
        inspection_state text not null default 'none',
        inspection_revision integer,
        inspection_failure text,
        report_revision integer,
        report jsonb,
        constraint drafts_pkey primary key (id),
        constraint drafts_based_on_version_id_fkey foreign key (based_on_version_id) references dataset_versions(id),
        constraint drafts_inspection_state_check check (
          inspection_state in ('none', 'queued', 'running', 'done', 'failed')
        ),
        constraint drafts_report_check check ((report is null) = (report_revision is null))
      )`);
    await queryRunner.query(`
      create table draft_files (
        draft_id uuid not null,
        path text not null,
        sha256 text not null,
        size_bytes bigint not null,
        source text not null,
        added_at timestamptz not null,
        constraint draft_files_pkey primary key (draft_id, path),
        constraint draft_files_draft_id_fkey foreign key (draft_id) references drafts(id) on delete cascade,
        constraint draft_files_source_check check (source in ('upload', 'version', 'server'))
      )`);
    // No foreign key: a job outlives its draft, since its worker has still to be told that it is cancelled.
    await queryRunner.query(`
      alter table jobs
        alter column submission_id drop not null,
        add column draft_id uuid,
        add constraint jobs_one_subject_check check (num_nonnulls(submission_id, draft_id) = 1)`);
    await queryRunner.query('create index jobs_draft_id_idx on jobs (draft_id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('delete from jobs where draft_id is not null');
    await queryRunner.query('drop index jobs_draft_id_idx');
    await queryRunner.query(`
      alter table jobs
        drop constraint jobs_one_subject_check,
        drop column draft_id,
        alter column submission_id set not null`);
    await queryRunner.query('drop table draft_files');
    await queryRunner.query('drop table drafts');
  }
}
