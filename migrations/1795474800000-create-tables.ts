import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTables1795474800000 implements MigrationInterface {
  name = 'CreateTables1795474800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table accounts (
        id uuid not null,
        email text not null,
        display_name text not null,
        password_hash text,
        role text not null,
        created_at timestamptz not null,
        constraint accounts_email_key unique (email),
        constraint accounts_pkey primary key (id)
      )`);
    await queryRunner.query(`
      create table sessions (
        token_hash text not null,
        account_id uuid not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        constraint sessions_pkey primary key (token_hash),
        constraint sessions_account_id_fkey foreign key (account_id) references accounts(id) on delete cascade
      )`);
    await queryRunner.query(`create index sessions_account_id_idx on sessions (account_id)`);
    await queryRunner.query(`create index sessions_expires_at_idx on sessions (expires_at)`);
    await queryRunner.query(`
      create table api_tokens (
        id uuid not null,
        account_id uuid not null,
        name text not null,
        token_hash text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        last_used_at timestamptz,
        constraint api_tokens_token_hash_key unique (token_hash),
        constraint api_tokens_pkey primary key (id),
        constraint api_tokens_account_id_fkey foreign key (account_id) references accounts(id) on delete cascade
      )`);
    await queryRunner.query(`create index api_tokens_account_id_idx on api_tokens (account_id)`);
    await queryRunner.query(`
      create table challenges (
        id text not null,
        current_version_id uuid,
        created_at timestamptz not null,
        constraint challenges_pkey primary key (id)
      )`);
    await queryRunner.query(`
      create table dataset_versions (
        id uuid not null,
        challenge_id text not null,
        version text not null,
        definition jsonb not null,
        fingerprint text not null,
        created_at timestamptz not null,
        constraint dataset_versions_challenge_id_version_key unique (challenge_id, version),
        constraint dataset_versions_pkey primary key (id),
        constraint dataset_versions_challenge_id_fkey foreign key (challenge_id) references challenges(id)
      )`);
    await queryRunner.query(`
      create table dataset_files (
        id uuid not null,
        dataset_version_id uuid not null,
        role text not null,
        area text not null,
        scenario text,
        path text not null,
        variable text,
        description text not null,
        sha256 text not null,
        size_bytes bigint not null,
        constraint dataset_files_pkey primary key (id),
        constraint dataset_files_dataset_version_id_fkey foreign key (dataset_version_id) references dataset_versions(id)
      )`);
    await queryRunner.query(
      `create index dataset_files_dataset_version_id_idx on dataset_files (dataset_version_id)`,
    );
    await queryRunner.query(`
      create table tasks (
        id uuid not null,
        challenge_id text not null,
        area text not null,
        scenario text not null,
        board_version bigint not null default '0',
        constraint tasks_challenge_id_area_scenario_key unique (challenge_id, area, scenario),
        constraint tasks_pkey primary key (id),
        constraint tasks_challenge_id_fkey foreign key (challenge_id) references challenges(id)
      )`);
    await queryRunner.query(`
      create table uploads (
        id text not null,
        account_id uuid not null,
        file_name text not null,
        size_bytes bigint not null,
        expected_sha256 text,
        sha256 text,
        transfer jsonb,
        created_at timestamptz not null,
        finished_at timestamptz,
        used_at timestamptz,
        constraint uploads_pkey primary key (id),
        constraint uploads_account_id_fkey foreign key (account_id) references accounts(id) on delete cascade
      )`);
    await queryRunner.query(`create index uploads_account_id_idx on uploads (account_id)`);
    await queryRunner.query(`create index uploads_created_at_idx on uploads (created_at)`);
    await queryRunner.query(`
      create table submissions (
        id uuid not null,
        challenge_id text not null,
        dataset_version_id uuid not null,
        account_id uuid,
        kind text not null,
        card jsonb not null,
        file_name text not null,
        size_bytes bigint not null,
        sha256 text not null,
        variable text,
        canonical_sha256 text,
        canonical_size_bytes bigint,
        warnings jsonb not null default '[]',
        created_at timestamptz not null,
        constraint submissions_pkey primary key (id),
        constraint submissions_challenge_id_fkey foreign key (challenge_id) references challenges(id),
        constraint submissions_dataset_version_id_fkey foreign key (dataset_version_id) references dataset_versions(id),
        constraint submissions_account_id_fkey foreign key (account_id) references accounts(id)
      )`);
    await queryRunner.query(`create index submissions_challenge_id_idx on submissions (challenge_id)`);
    await queryRunner.query(`create index submissions_account_id_idx on submissions (account_id)`);
    await queryRunner.query(`create index submissions_created_at_idx on submissions (created_at)`);
    await queryRunner.query(`
      create table evaluations (
        id uuid not null,
        submission_id uuid not null,
        task_id uuid not null,
        dataset_version_id uuid not null,
        protocol text not null,
        evaluator_version text not null default '',
        state text not null,
        step text,
        state_since timestamptz not null,
        mu double precision,
        sigma double precision,
        lambda_x_deg double precision,
        lambda_t_days double precision,
        unresolved text,
        at_grid_limit text[] not null default '{}',
        rmse_m double precision,
        scored_at timestamptz,
        rejection jsonb,
        failure_message text,
        warnings jsonb not null default '[]',
        created_at timestamptz not null,
        constraint evaluations_five_part_key unique (submission_id, task_id, dataset_version_id, protocol, evaluator_version),
        constraint evaluations_rejected_check check ((state = 'rejected') = (rejection is not null)),
        constraint evaluations_scored_check check ((state = 'scored') = (mu is not null and scored_at is not null)),
        constraint evaluations_state_check check (state in ('queued', 'running', 'scored', 'rejected', 'failed', 'cancelled')),
        constraint evaluations_pkey primary key (id),
        constraint evaluations_submission_id_fkey foreign key (submission_id) references submissions(id),
        constraint evaluations_task_id_fkey foreign key (task_id) references tasks(id),
        constraint evaluations_dataset_version_id_fkey foreign key (dataset_version_id) references dataset_versions(id)
      )`);
    await queryRunner.query(`create index evaluations_task_id_idx on evaluations (task_id)`);
    await queryRunner.query(`
      create table artefacts (
        evaluation_id uuid not null,
        name text not null,
        sha256 text not null,
        size_bytes bigint not null,
        constraint artefacts_pkey primary key (evaluation_id, name),
        constraint artefacts_evaluation_id_fkey foreign key (evaluation_id) references evaluations(id)
      )`);
    await queryRunner.query(`
      create table jobs (
        id uuid not null,
        step text not null,
        submission_id uuid not null,
        evaluation_id uuid,
        payload jsonb not null,
        state text not null,
        attempt integer not null default '0',
        ticket_id uuid,
        lease_token_hash text,
        lease_expires_at timestamptz,
        worker text,
        progress double precision,
        activity text not null default '',
        created_at timestamptz not null,
        finished_at timestamptz,
        constraint jobs_pkey primary key (id),
        constraint jobs_submission_id_fkey foreign key (submission_id) references submissions(id),
        constraint jobs_evaluation_id_fkey foreign key (evaluation_id) references evaluations(id)
      )`);
    await queryRunner.query(`create index jobs_submission_id_idx on jobs (submission_id)`);
    await queryRunner.query(`create index jobs_evaluation_id_idx on jobs (evaluation_id)`);
    await queryRunner.query(
      `create index jobs_lease_expires_at_idx on jobs (lease_expires_at) where state = 'leased'`,
    );
    await queryRunner.query(`
      create table workers (
        name text not null,
        evaluator_version text not null,
        last_seen_at timestamptz not null,
        constraint workers_pkey primary key (name)
      )`);
    // What a participant was told stays true: neither code nor a hand-written update leaves a final state or
    // touches its result. Only the list of artefacts, in its own table, grows afterwards.
    await queryRunner.query(`
      create function refuse_change_of_final_evaluation() returns trigger language plpgsql as $$
      begin
        raise exception 'evaluation % is final (%): it cannot be changed', old.id, old.state
          using errcode = 'check_violation', constraint = 'evaluations_final_is_frozen';
      end $$`);
    await queryRunner.query(`
      create trigger evaluations_final_is_frozen before update on evaluations
      for each row when (old.state in ('scored', 'rejected', 'failed', 'cancelled') and old.* is distinct from new.*)
      execute function refuse_change_of_final_evaluation()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop trigger evaluations_final_is_frozen on evaluations');
    await queryRunner.query('drop function refuse_change_of_final_evaluation()');
    await queryRunner.query('drop table workers');
    await queryRunner.query('drop table jobs');
    await queryRunner.query('drop table artefacts');
    await queryRunner.query('drop table evaluations');
    await queryRunner.query('drop table submissions');
    await queryRunner.query('drop table uploads');
    await queryRunner.query('drop table tasks');
    await queryRunner.query('drop table dataset_files');
    await queryRunner.query('drop table dataset_versions');
    await queryRunner.query('drop table challenges');
    await queryRunner.query('drop table api_tokens');
    await queryRunner.query('drop table sessions');
    await queryRunner.query('drop table accounts');
  }
}
