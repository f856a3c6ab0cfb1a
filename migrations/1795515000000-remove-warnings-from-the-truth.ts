import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Earlier evaluators computed these doubts from the truth, with numbers that gave it away; today's come from the public OI. */
export class RemoveWarningsFromTheTruth1795515000000 implements MigrationInterface {
  name = 'RemoveWarningsFromTheTruth1795515000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('alter table evaluations disable trigger evaluations_final_is_frozen');
    await queryRunner.query(`
      update evaluations set warnings = (
        select coalesce(jsonb_agg(warning order by place), '[]')
        from jsonb_array_elements(warnings) with ordinality found (warning, place)
        where warning ->> 'code' not in ('units-suspected', 'sla-suspected'))
      where warnings @> '[{"code": "units-suspected"}]' or warnings @> '[{"code": "sla-suspected"}]'`);
    await queryRunner.query('alter table evaluations enable trigger evaluations_final_is_frozen');
  }

  /** What is gone told the truth: it does not come back. */
  async down(): Promise<void> {}
}
