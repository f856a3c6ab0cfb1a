import type { MigrationInterface, QueryRunner } from 'typeorm';

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

/** What a public test tells of a score: its standard errors, and whether it is held back. Scores that are there have been told. */
export class AddPublicTest1795600800000 implements MigrationInterface {
  name = 'AddPublicTest1795600800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table evaluations add column public_test jsonb');
    await queryRunner.query('alter table evaluations disable trigger evaluations_final_is_frozen');
    await queryRunner.query(
      `update evaluations set public_test = '{"muError": null, "sigmaError": null, "isHeldBack": false, "coarseErrors": null}' where state = 'scored'`,
    );
    await queryRunner.query('alter table evaluations enable trigger evaluations_final_is_frozen');
    await this.#replaceViews(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop view ranked_evaluations');
    await queryRunner.query('drop view shown_evaluations');
    await queryRunner.query('alter table evaluations drop column public_test');
    await this.#replaceViews(queryRunner);
  }

  /** A view has the columns that its table had when it was made. */
  async #replaceViews(queryRunner: QueryRunner): Promise<void> {
    for (const [name, query] of Object.entries(VIEWS))
      await queryRunner.query(`create or replace view ${name} as ${query}`);
  }
}
