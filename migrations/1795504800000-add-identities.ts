import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sign-in elsewhere: who somebody is there, and attempts that are on their way. An account from there may have no address. */
export class AddIdentities1795504800000 implements MigrationInterface {
  name = 'AddIdentities1795504800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table accounts alter column email drop not null');
    await queryRunner.query(`
      create table identities (
        id uuid primary key,
        account_id uuid not null references accounts (id) on delete cascade,
        provider text not null,
        issuer text not null,
        subject text not null,
        name text not null,
        linked_at timestamptz not null,
        constraint identities_issuer_subject_key unique (issuer, subject)
      )`);
    await queryRunner.query('create index identities_account_id_idx on identities (account_id)');
    await queryRunner.query(`
      create table sign_in_attempts (
        secret_hash text primary key,
        provider text not null,
        state text not null,
        nonce text not null,
        code_verifier text not null,
        next_path text not null,
        account_id uuid references accounts (id) on delete cascade,
        expires_at timestamptz not null
      )`);
    await queryRunner.query(
      'create index sign_in_attempts_expires_at_idx on sign_in_attempts (expires_at)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table sign_in_attempts');
    await queryRunner.query('drop table identities');
    // The older tables know no account without an address: it gets one that nothing can be sent to.
    await queryRunner.query(
      `update accounts set email = id || '@no-address.invalid' where email is null`,
    );
    await queryRunner.query('alter table accounts alter column email set not null');
  }
}
