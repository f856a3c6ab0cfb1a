import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was done by whom, each line chained to the one before it; a line is neither changed nor taken out. */
export class AddAuditLog1795505100000 implements MigrationInterface {
  name = 'AddAuditLog1795505100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table audit_entries (
        id uuid not null,
        sequence bigint not null,
        at timestamptz not null,
        actor text not null,
        actor_id uuid,
        action text not null,
        subject_kind text not null,
        subject_id text not null,
        summary text not null,
        details jsonb not null,
        hash text not null,
        constraint audit_entries_sequence_key unique (sequence),
        constraint audit_entries_pkey primary key (id)
      )`);
    await queryRunner.query(
      `create index audit_entries_subject_kind_subject_id_idx on audit_entries (subject_kind, subject_id)`,
    );
    await queryRunner.query(`
      create function refuse_change_of_audit_log() returns trigger language plpgsql as $$
      begin
        raise exception 'the audit log cannot be changed'
          using errcode = 'check_violation', constraint = 'audit_entries_are_frozen';
      end $$`);
    await queryRunner.query(`
      create trigger audit_entries_are_frozen before update or delete on audit_entries
      for each row execute function refuse_change_of_audit_log()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop trigger audit_entries_are_frozen on audit_entries');
    await queryRunner.query('drop function refuse_change_of_audit_log()');
    await queryRunner.query('drop table audit_entries');
  }
}
