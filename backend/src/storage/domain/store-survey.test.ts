import type { StoredKind } from '@sillage/contracts';
import { expect, it } from 'vitest';
import { surveyStore } from './store-survey.js';

const bound = new Date('2027-03-02T00:00:00Z');
const [old, young] = [new Date('2027-03-01T00:00:00Z'), bound];

async function* listing(...objects: [sha256: string, sizeBytes: number, writtenAt: Date][]) {
  for (const [sha256, sizeBytes, writtenAt] of objects) yield [{ sha256, sizeBytes, writtenAt }];
}

it('counts each object once, whatever it is', async () => {
  const references = new Map<string, StoredKind>([
    ['a', 'submission'],
    ['b', 'dataset'],
    ['gone', 'map'],
  ]);
  const survey = await surveyStore(
    listing(['a', 1, old], ['b', 2, young], ['b', 2, young], ['c', 4, old], ['d', 8, young]),
    references,
    bound,
  );
  expect(survey).toEqual({
    total: { count: 4, sizeBytes: 15 },
    kinds: [
      { kind: 'dataset', count: 1, sizeBytes: 2 },
      { kind: 'submission', count: 1, sizeBytes: 1 },
    ],
    collectable: [{ sha256: 'c', sizeBytes: 4, writtenAt: old }],
    young: { count: 1, sizeBytes: 8 },
    missing: [{ sha256: 'gone', kind: 'map' }],
  });
});

it('never finds an object collectable that something refers to, however old', async () => {
  const survey = await surveyStore(listing(['a', 1, new Date(0)]), new Map([['a', 'job' as const]]), bound);
  expect(survey.collectable).toEqual([]);
});
