import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a leaderboard needs besides scores: physics columns, sums per day for rank intervals, and powers by band. */
export class AddBoardStatistics1795496400000 implements MigrationInterface {
  name = 'AddBoardStatistics1795496400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table evaluations add column physics jsonb');
    await queryRunner.query(`
      create table evaluation_statistics (
        evaluation_id uuid not null,
        daily jsonb not null,
        bands jsonb,
        constraint evaluation_statistics_pkey primary key (evaluation_id),
        constraint evaluation_statistics_evaluation_id_fkey
          foreign key (evaluation_id) references evaluations(id) on delete cascade
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table evaluation_statistics');
    await queryRunner.query('alter table evaluations drop column physics');
  }
}
