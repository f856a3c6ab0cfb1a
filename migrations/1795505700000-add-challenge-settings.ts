import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What organisers change of a challenge without a new dataset version, and which files of scores hold the truth. */
export class AddChallengeSettings1795505700000 implements MigrationInterface {
  name = 'AddChallengeSettings1795505700000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table challenge_settings (
        challenge_id text not null,
        revision integer not null,
        phases jsonb not null,
        quota jsonb not null,
        changed_at timestamptz not null,
        changed_by text not null,
        constraint challenge_settings_pkey primary key (challenge_id),
        constraint challenge_settings_challenge_id_fkey foreign key (challenge_id) references challenges (id)
      )`);
    await queryRunner.query('alter table artefacts add column holds_truth boolean not null default false');
    // So far a challenge had one level, and its files were made at it.
    await queryRunner.query(`
      update artefacts set holds_truth = true
      where evaluation_id in (
        select e.id from evaluations e join dataset_versions v on v.id = e.dataset_version_id
        where v.definition ->> 'disclosure' = 'practice')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table artefacts drop column holds_truth');
    await queryRunner.query('drop table challenge_settings');
  }
}
