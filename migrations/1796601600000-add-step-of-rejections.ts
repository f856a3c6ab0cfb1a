import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A rejection says which step found it: what was found beside the truth is withheld with it. */
export class AddStepOfRejections1796601600000 implements MigrationInterface {
  name = 'AddStepOfRejections1796601600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Where a checked map is there, only the score could still reject it.
    await changeFinal(
      queryRunner,
      `update evaluations e set rejection = e.rejection || jsonb_build_object('step',
         case when coalesce(e.canonical_sha256, s.canonical_sha256) is null then 'check' else 'score' end)
       from submissions s where s.id = e.submission_id and e.rejection is not null`,
    );
    await queryRunner.query(
      `update stress_runs set rejection = rejection || jsonb_build_object('step', case when rejection ->> 'code'
         in ('holes-in-reconstruction', 'area-not-covered', 'days-missing') then 'score' else 'predict' end)
       where rejection is not null`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await changeFinal(
      queryRunner,
      `update evaluations set rejection = rejection - 'step' where rejection is not null`,
    );
    await queryRunner.query(
      `update stress_runs set rejection = rejection - 'step' where rejection is not null`,
    );
  }
}

async function changeFinal(queryRunner: QueryRunner, update: string): Promise<void> {
  await queryRunner.query('alter table evaluations disable trigger evaluations_final_is_frozen');
  await queryRunner.query(update);
  await queryRunner.query('alter table evaluations enable trigger evaluations_final_is_frozen');
}
