import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An outbox of what happened, the notifications that became of it, and the mails that are to go out. An event is written in the
 * transaction that makes it true; it is told, and forgotten, in another one.
 */
export class AddNotifications1795504500000 implements MigrationInterface {
  name = 'AddNotifications1795504500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table accounts
        add column email_verified_at timestamptz,
        add column unsubscribe_secret uuid`);
    await queryRunner.query('update accounts set unsubscribe_secret = gen_random_uuid()');
    await queryRunner.query('alter table accounts alter column unsubscribe_secret set not null');
    await queryRunner.query(`
      create table outbox_events (
        id uuid primary key,
        event jsonb not null,
        created_at timestamptz not null,
        attempts integer not null default 0,
        next_attempt_at timestamptz not null
      )`);
    await queryRunner.query(
      'create index outbox_events_next_attempt_at_idx on outbox_events (next_attempt_at)',
    );
    await queryRunner.query(`
      create table notifications (
        id uuid primary key,
        account_id uuid not null references accounts (id) on delete cascade,
        event_id uuid not null,
        kind text not null,
        about text not null,
        title text not null,
        body text not null,
        path text not null,
        created_at timestamptz not null,
        read_at timestamptz,
        constraint notifications_account_id_event_id_about_key unique (account_id, event_id, about)
      )`);
    await queryRunner.query(
      'create index notifications_account_id_created_at_idx on notifications (account_id, created_at)',
    );
    await queryRunner.query(`
      create table notification_preferences (
        account_id uuid not null references accounts (id) on delete cascade,
        kind text not null,
        in_app boolean not null,
        by_mail boolean not null,
        primary key (account_id, kind)
      )`);
    await queryRunner.query(`
      create table mails (
        id uuid primary key,
        recipient text not null,
        subject text not null,
        body text not null,
        unsubscribe_url text,
        state text not null default 'waiting',
        attempts integer not null default 0,
        next_attempt_at timestamptz not null,
        created_at timestamptz not null,
        sent_at timestamptz,
        failure text,
        constraint mails_state_check check (state in ('waiting', 'sent', 'failed'))
      )`);
    await queryRunner.query(
      `create index mails_next_attempt_at_idx on mails (next_attempt_at) where state = 'waiting'`,
    );
    await queryRunner.query(`
      create table mail_links (
        secret_hash text primary key,
        account_id uuid not null references accounts (id) on delete cascade,
        purpose text not null,
        email text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        constraint mail_links_purpose_check check (purpose in ('verify-email', 'reset-password'))
      )`);
    await queryRunner.query('create index mail_links_account_id_idx on mail_links (account_id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['mail_links', 'mails', 'notification_preferences', 'notifications', 'outbox_events'])
      await queryRunner.query(`drop table ${table}`);
    await queryRunner.query(
      'alter table accounts drop column unsubscribe_secret, drop column email_verified_at',
    );
  }
}
