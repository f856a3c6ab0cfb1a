import { z } from 'zod';
import { SCORE_TABLE, type PresenceOf, type ScoreKey, type ScoreRow } from './score-table.js';

type ValueSchema<Key extends ScoreKey> = {
  always: z.ZodNumber;
  null: z.ZodNullable<z.ZodNumber>;
  optional: z.ZodOptional<z.ZodNullable<z.ZodNumber>>;
}[PresenceOf<Key>];

/** The shape of an object that holds some rows of the table of scores. */
export function scoreShape<Key extends ScoreKey>(keys: readonly Key[]): { [K in Key]: ValueSchema<K> } {
  const shape = keys.map((key) => [key, valueSchema(SCORE_TABLE[key])]);
  return Object.fromEntries(shape) as { [K in Key]: ValueSchema<K> };
}

function valueSchema({ values, presence }: ScoreRow): z.ZodType {
  const numbers = {
    any: z.number(),
    'at most 1': z.number().max(1),
    'not negative': z.number().nonnegative(),
    positive: z.number().positive(),
  };
  switch (presence) {
    case 'always':
      return numbers[values];
    case 'null':
      return numbers[values].nullable();
    case 'optional':
      return numbers[values].nullable().optional();
  }
}
