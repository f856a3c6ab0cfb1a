import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * These may read the table itself: they move evaluations along, shadows included, or compare shadows for organisers. Everything
 * else reads `shown_evaluations` or `ranked_evaluations`, which leave out what a re-score has not shown.
 */
const MAY_READ_THE_TABLE = [
  'evaluations/evaluation-contexts.repository.ts',
  'evaluations/evaluation-progress.repository.ts',
  'evaluations/evaluations.repository.ts',
  'evaluations/shadow-evaluations.repository.ts',
  'evaluations/standing-sql.ts',
  'leaderboard/compared-entries.repository.ts',
  // How many there are, for the operator.
  'metrics/metrics.repository.ts',
  // What an object in the store is still needed for, shadows included.
  'object-store/object-references.ts',
  // Failures and sizes, for organisers.
  'operations/operations.repository.ts',
  // The re-score of a job, whatever its state.
  'queue/queue.repository.ts',
];

const SOURCES = path.join(import.meta.dirname, '..');

describe('the table of evaluations', () => {
  it('is read by nobody who might show a shadow', async () => {
    const files = (await readdir(SOURCES, { recursive: true })).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
    );
    expect(files.length).toBeGreaterThan(100);
    const readers: string[] = [];
    for (const file of files) {
      const text = await readFile(path.join(SOURCES, file), 'utf8');
      if (/\b(from|join)\s+evaluations\b/.test(text)) readers.push(file);
    }
    expect(readers.toSorted()).toEqual(MAY_READ_THE_TABLE);
  });
});
