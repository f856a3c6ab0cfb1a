import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the columns were called, and what the values are called in JSON. */
const VALUES = {
  mu: 'mu',
  sigma: 'sigma',
  lambda_x_deg: 'lambdaXDeg',
  lambda_x_km: 'lambdaXKm',
  lambda_t_days: 'lambdaTDays',
  unresolved: 'unresolved',
  at_grid_limit: 'atGridLimit',
  rmse_m: 'rmseM',
};

const CHECK = 'evaluations_scored_check';
const VIEWS = {
  shown_evaluations: `select e.* from evaluations e
    where (e.rescore_id is null
        or exists (select 1 from rescores r where r.id = e.rescore_id and r.state = 'promoted'))
      and not exists (
        select 1 from evaluations later
        join submissions again on again.id = later.submission_id
        join submissions s on s.id = e.submission_id
        where later.rescore_id = e.rescore_id and later.task_id = e.task_id
          and (later.created_at, later.id) > (e.created_at, e.id)
          and (later.submission_id = e.submission_id
            or s.rescore_id = e.rescore_id and again.rescore_id = e.rescore_id
              and again.card ->> 'name' = s.card ->> 'name'))`,
  ranked_evaluations: `select e.* from shown_evaluations e
    where e.state = 'scored' and not exists (
      select 1 from evaluations newer
      join rescores r on r.id = newer.rescore_id
      where newer.previous_evaluation_id = e.id and newer.dataset_version_id = e.dataset_version_id
        and r.state = 'promoted')`,
};

/** One column holds the scores, so that another score needs no other table; µ stays beside it, by which boards are sorted. */
export class StoreScoresAsJson1795690800000 implements MigrationInterface {
  name = 'StoreScoresAsJson1795690800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table evaluations add column score_values jsonb');
    const pairs = Object.entries(VALUES).map(([column, name]) =>
      column === 'at_grid_limit' ? `'${name}', to_jsonb(${column})` : `'${name}', ${column}`,
    );
    await this.#changeFinal(
      queryRunner,
      `update evaluations set score_values = jsonb_build_object(${pairs.join(', ')}) where state = 'scored'`,
    );
    await queryRunner.query(`alter table evaluations drop constraint ${CHECK}`);
    await queryRunner.query(
      `alter table evaluations add constraint ${CHECK}
         check ((state = 'scored') = (mu is not null and score_values is not null and scored_at is not null))`,
    );
    await this.#dropViews(queryRunner);
    await queryRunner.query(
      `alter table evaluations drop column sigma, drop column lambda_x_deg, drop column lambda_x_km,
         drop column lambda_t_days, drop column unresolved, drop column at_grid_limit, drop column rmse_m`,
    );
    await this.#createViews(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `alter table evaluations add column sigma double precision, add column lambda_x_deg double precision,
         add column lambda_x_km double precision, add column lambda_t_days double precision, add column unresolved text,
         add column at_grid_limit text[] not null default '{}', add column rmse_m double precision`,
    );
    await this.#changeFinal(
      queryRunner,
      `update evaluations set sigma = (score_values ->> 'sigma')::double precision,
         lambda_x_deg = (score_values ->> 'lambdaXDeg')::double precision,
         lambda_x_km = (score_values ->> 'lambdaXKm')::double precision,
         lambda_t_days = (score_values ->> 'lambdaTDays')::double precision,
         unresolved = score_values ->> 'unresolved', rmse_m = (score_values ->> 'rmseM')::double precision,
         at_grid_limit = array(select jsonb_array_elements_text(score_values -> 'atGridLimit'))
       where state = 'scored'`,
    );
    await queryRunner.query(`alter table evaluations drop constraint ${CHECK}`);
    await queryRunner.query(
      `alter table evaluations add constraint ${CHECK} check ((state = 'scored') = (mu is not null and scored_at is not null))`,
    );
    await this.#dropViews(queryRunner);
    await queryRunner.query('alter table evaluations drop column score_values');
    await this.#createViews(queryRunner);
  }

  async #changeFinal(queryRunner: QueryRunner, update: string): Promise<void> {
    await queryRunner.query('alter table evaluations disable trigger evaluations_final_is_frozen');
    await queryRunner.query(update);
    await queryRunner.query('alter table evaluations enable trigger evaluations_final_is_frozen');
  }

  /** A view has the columns that its table had when it was made. */
  async #dropViews(queryRunner: QueryRunner): Promise<void> {
    for (const name of Object.keys(VIEWS).toReversed()) await queryRunner.query(`drop view ${name}`);
  }

  async #createViews(queryRunner: QueryRunner): Promise<void> {
    for (const [name, query] of Object.entries(VIEWS))
      await queryRunner.query(`create view ${name} as ${query}`);
  }
}
