import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From here on re-scores wait, whose ranks did not exist before. */
const FIRST_RANK_OF_RESCORES = 18;

/** Jobs that wait get the place that their step has in the order of the queue. */
async function rank(queryRunner: QueryRunner, steps: readonly string[]): Promise<void> {
  await queryRunner.query(
    `update jobs set queue_rank = case
         when jobs.stress_run_id is null
           then 2 * (array_position($1::text[], jobs.step) - 1) + case submissions.kind when 'participant' then 0 else 1 end
         else 2 * cardinality($1::text[]) + array_position($1::text[], jobs.step) - 1
       end
     from submissions
     where submissions.id = jobs.submission_id and jobs.queue_rank < $2 and array_position($1::text[], jobs.step) is not null`,
    [steps, FIRST_RANK_OF_RESCORES],
  );
}

/** Inspections of drafts go behind checks and before pictures: what waits already makes room. */
export class MakeRoomForInspections1795506060000 implements MigrationInterface {
  name = 'MakeRoomForInspections1795506060000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await rank(queryRunner, ['score', 'check', 'inspect', 'products', 'predict', 'map']);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await rank(queryRunner, ['score', 'check', 'products', 'predict', 'map']);
  }
}
