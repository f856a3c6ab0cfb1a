import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often passwords were tried within a minute, counted by all API processes together. Lost in a crash, and no loss. */
export class CreateRateCounts1795508700000 implements MigrationInterface {
  name = 'CreateRateCounts1795508700000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create unlogged table rate_counts (
        key text not null,
        hits integer not null,
        expires_at timestamptz not null,
        constraint rate_counts_key primary key (key))`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table rate_counts');
  }
}
