import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When objects that nothing refers to were collected, and how many. */
export class CreateStoreCollections1795507800000 implements MigrationInterface {
  name = 'CreateStoreCollections1795507800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table store_collections (
        id uuid not null,
        started_at timestamptz not null,
        finished_at timestamptz,
        started_by text not null,
        removed_count integer not null default 0,
        removed_bytes bigint not null default 0,
        leftover_count integer not null default 0,
        leftover_bytes bigint not null default 0,
        remaining_count integer not null default 0,
        constraint store_collections_pkey primary key (id)
      )`);
    await queryRunner.query(
      'create index store_collections_started_at_idx on store_collections (started_at)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table store_collections');
  }
}
