import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a token may do. Tokens from before could do everything that their account could, and still can. */
export class AddTokenScopes1795503600000 implements MigrationInterface {
  name = 'AddTokenScopes1795503600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table api_tokens add column scopes text[]');
    await queryRunner.query(`
      update api_tokens set scopes = case accounts.role
        when 'organiser' then '{read,submit,account,organise}'::text[] else '{read,submit,account}'::text[] end
      from accounts where accounts.id = api_tokens.account_id`);
    await queryRunner.query('alter table api_tokens alter column scopes set not null');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table api_tokens drop column scopes');
  }
}
