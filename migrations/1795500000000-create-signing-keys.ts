import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The key that signs receipts: one for all API processes of a platform, made when the first receipt is. */
export class CreateSigningKeys1795500000000 implements MigrationInterface {
  name = 'CreateSigningKeys1795500000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table signing_keys (
        purpose text not null,
        public_key text not null,
        private_key text not null,
        created_at timestamptz not null,
        constraint signing_keys_pkey primary key (purpose)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table signing_keys');
  }
}
