import { expect, test } from 'vitest';
import { oneOf, planRounds, randomOf, shuffled } from './plan.mjs';

const KINDS = ['kill', 'pause', 'fill', 'cut'];

test('a seed says what every round does', () => {
  expect(planRounds(1, 9, KINDS)).toEqual(planRounds(1, 9, KINDS));
  expect(planRounds(1, 40, KINDS)).not.toEqual(planRounds(2, 40, KINDS));
});

test('every kind comes once before any comes again', () => {
  const kinds = planRounds(7, 10, KINDS).map(({ kind }) => kind);
  expect(kinds.slice(0, 4).sort()).toEqual([...KINDS].sort());
  expect(kinds.slice(4, 8).sort()).toEqual([...KINDS].sort());
  expect(kinds).toHaveLength(10);
});

test('a longer run begins as a shorter one does', () => {
  const order = (count: number) => planRounds(3, count, KINDS).map(({ kind }) => kind);
  expect(order(8).slice(0, 4)).toEqual(order(4));
});

test('random numbers stay within 0 and 1, and choose among all items', () => {
  const random = randomOf(5);
  const drawn = Array.from({ length: 1_000 }, random);
  expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(new Set(drawn.map(() => oneOf(KINDS, random)))).toEqual(new Set(KINDS));
  expect(shuffled(KINDS, random).sort()).toEqual([...KINDS].sort());
});
