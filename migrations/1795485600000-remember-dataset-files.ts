import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the files of dataset folders hashed to, so that a start does not read every byte of them again. */
export class RememberDatasetFiles1795485600000 implements MigrationInterface {
  name = 'RememberDatasetFiles1795485600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table hashed_files (
        path text not null,
        stamp text not null,
        sha256 text not null,
        size_bytes bigint not null,
        constraint hashed_files_pkey primary key (path)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table hashed_files');
  }
}
