import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Re-scores, and the evaluations that belong to them. Until its re-score is promoted such an evaluation is a shadow: what people
 * see is read from `shown_evaluations`, and what boards rank from `ranked_evaluations`.
 */
export class AddRescores1795506600000 implements MigrationInterface {
  name = 'AddRescores1795506600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table rescores (
        id uuid not null,
        challenge_id text not null,
        dataset_version_id uuid not null,
        from_version_id uuid not null,
        state text not null,
        changes text,
        created_by text not null,
        created_at timestamptz not null,
        ended_by text,
        ended_at timestamptz,
        report jsonb,
        constraint rescores_pkey primary key (id),
        constraint rescores_challenge_id_fkey foreign key (challenge_id) references challenges(id),
        constraint rescores_dataset_version_id_fkey foreign key (dataset_version_id) references dataset_versions(id),
        constraint rescores_from_version_id_fkey foreign key (from_version_id) references dataset_versions(id),
        constraint rescores_state_check check (state in ('open', 'promoted', 'discarded', 'cancelled')),
        constraint rescores_end_check check ((state = 'open') = (ended_at is null) and (state = 'open') = (ended_by is null)),
        constraint rescores_changes_check check (state <> 'promoted' or changes is not null)
      )`);
    await queryRunner.query('create index rescores_challenge_id_idx on rescores (challenge_id)');
    // Two at once could not both be compared with the boards as they are.
    await queryRunner.query(
      `create unique index rescores_one_open_idx on rescores (challenge_id) where state = 'open'`,
    );
    await queryRunner.query(`
      alter table evaluations
        add column rescore_id uuid,
        add column previous_evaluation_id uuid,
        add constraint evaluations_rescore_id_fkey foreign key (rescore_id) references rescores(id),
        add constraint evaluations_previous_evaluation_id_fkey foreign key (previous_evaluation_id) references evaluations(id)`);
    await queryRunner.query('create index evaluations_rescore_id_idx on evaluations (rescore_id)');
    await queryRunner.query(
      'create index evaluations_previous_evaluation_id_idx on evaluations (previous_evaluation_id)',
    );
    // Once for everybody, and once in each re-score. What failed or was cancelled is no score, and stands in nobody's way.
    await queryRunner.query('alter table evaluations drop constraint evaluations_five_part_key');
    await queryRunner.query(`
      create unique index evaluations_five_part_key
      on evaluations (submission_id, task_id, dataset_version_id, protocol, evaluator_version, rescore_id)
      nulls not distinct where state not in ('failed', 'cancelled')`);
    await queryRunner.query(`
      alter table submissions
        add column rescore_id uuid,
        add constraint submissions_rescore_id_fkey foreign key (rescore_id) references rescores(id)`);
    await queryRunner.query('create index submissions_rescore_id_idx on submissions (rescore_id)');
    await queryRunner.query(`
      alter table jobs
        add column rescore_id uuid,
        add constraint jobs_rescore_id_fkey foreign key (rescore_id) references rescores(id)`);
    await queryRunner.query('create index jobs_rescore_id_idx on jobs (rescore_id)');
    await queryRunner.query(`
      create view shown_evaluations as
      select e.* from evaluations e
      where e.rescore_id is null
        or exists (select 1 from rescores r where r.id = e.rescore_id and r.state = 'promoted')`);
    // A score that a promoted re-score did again on the same dataset version is on no board any more, whatever came out.
    await queryRunner.query(`
      create view ranked_evaluations as
      select e.* from shown_evaluations e
      where e.state = 'scored' and not exists (
        select 1 from evaluations newer
        join rescores r on r.id = newer.rescore_id
        where newer.previous_evaluation_id = e.id and newer.dataset_version_id = e.dataset_version_id
          and r.state = 'promoted')`);
  }

  /** Shadows and what a promotion brought go; the scores from before are the boards again. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop view ranked_evaluations');
    await queryRunner.query('drop view shown_evaluations');
    await queryRunner.query(
      'delete from jobs where rescore_id is not null or evaluation_id in (select id from evaluations where rescore_id is not null)',
    );
    await queryRunner.query(
      'delete from artefacts where evaluation_id in (select id from evaluations where rescore_id is not null)',
    );
    await queryRunner.query(
      'alter table evaluations drop constraint evaluations_previous_evaluation_id_fkey',
    );
    await queryRunner.query('delete from evaluations where rescore_id is not null');
    await queryRunner.query('delete from submissions where rescore_id is not null');
    await queryRunner.query('alter table jobs drop column rescore_id');
    await queryRunner.query('alter table submissions drop column rescore_id');
    await queryRunner.query('drop index evaluations_five_part_key');
    await queryRunner.query(`
      alter table evaluations
        drop column previous_evaluation_id,
        drop column rescore_id,
        add constraint evaluations_five_part_key
          unique (submission_id, task_id, dataset_version_id, protocol, evaluator_version)`);
    await queryRunner.query('drop table rescores');
  }
}
