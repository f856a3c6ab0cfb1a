import type { StorageReport } from '@sillage/contracts';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { StorageSection } from './storage-section';

const REPORT: StorageReport = {
  at: '2027-03-01T12:34:00.000Z',
  place: 'folder',
  total: { count: 1203, sizeBytes: 5_200_000_000 },
  kinds: [
    { kind: 'dataset', count: 3, sizeBytes: 4_000_000_000 },
    { kind: 'product', count: 1200, sizeBytes: 1_200_000_000 },
  ],
  collectable: { count: 0, sizeBytes: 0, largest: [] },
  young: { count: 0, sizeBytes: 0 },
  missing: { count: 0, objects: [] },
  uploads: { count: 1, sizeBytes: 20_000 },
  graceHours: 24,
  everyHours: 24,
  lastCollection: null,
};
const textOf = (changes: Partial<StorageReport> = {}): string =>
  renderToStaticMarkup(createElement(StorageSection, { report: { ...REPORT, ...changes } }))
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the object store on the overview', () => {
  test('says what lies there, by what it is, and how it is kept clean', () => {
    const text = textOf();
    expect(text).toMatch(/1.?203 objects, 5\.2 GB, counted in the folder at/);
    expect(text).toContain('Dataset files 3 4.0 GB');
    expect(text).toContain('It is removed every 24 h, once it is 24 h old. Nothing was removed so far.');
    expect(text).not.toContain('is not there although');
  });

  test('warns of what is missing, and tells of the last collection', () => {
    const text = textOf({
      everyHours: null,
      missing: { count: 2, objects: [] },
      lastCollection: {
        id: '5f0e3a64-6a0b-4d7e-9a58-3c2f8f6f1a11',
        startedAt: '2027-02-28T01:00:00.000Z',
        finishedAt: '2027-02-28T01:00:05.000Z',
        startedBy: 'Marie Tharp',
        removed: { count: 7, sizeBytes: 70_000_000 },
        leftovers: { count: 0, sizeBytes: 0 },
        remainingCount: 0,
      },
    });
    expect(text).toContain('2 objects are not there although something refers to them');
    expect(text).toContain('removed only when an organiser asks for it');
    expect(text).toMatch(/by Marie Tharp: 7 objects, 70\.0 MB/);
  });
});
