import type { Phase } from '@sillage/contracts';
import { expect, test } from 'vitest';
import { stretchesOf, warningsOf } from './phase-timeline';

const phase = (
  name: string,
  opens: string,
  closes: string | null,
  disclosure: Phase['disclosure'],
): Phase => ({
  name,
  opens,
  closes,
  disclosure,
  acceptsSubmissions: true,
});
const TEST = phase('Test', '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z', 'blind');
const OPEN = phase('Open', '2026-05-01T00:00:00Z', null, 'practice');

test('has the gaps between phases, with the level of the definition', () => {
  const stretches = stretchesOf([TEST, OPEN], 'public-test', '2026-04-01T00:00:00Z');
  expect(stretches.map(({ phase: of, disclosure, isNow }) => [of?.name ?? null, disclosure, isNow])).toEqual([
    [null, 'public-test', false],
    ['Test', 'blind', false],
    [null, 'public-test', true],
    ['Open', 'practice', false],
  ]);
  expect(stretchesOf([], 'blind', '2026-04-01T00:00:00Z')).toEqual([
    { phase: null, from: null, to: null, disclosure: 'blind', isNow: true },
  ]);
});

test('warns where a truth that was shown is withheld later', () => {
  const now = '2026-01-01T00:00:00Z';
  expect(warningsOf(stretchesOf([TEST, OPEN], 'blind', now))).toEqual([]);
  expect(warningsOf(stretchesOf([TEST, OPEN], 'practice', now))).toEqual([
    expect.stringMatching(/^“Test” withholds the truth that the time outside of phases shows/),
  ]);
});
