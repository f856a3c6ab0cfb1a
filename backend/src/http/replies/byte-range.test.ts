import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteRange } from './byte-range.js';

describe('parseByteRange', () => {
  it.each([
    { header: 'bytes=0-0', range: { start: 0, end: 0 } },
    { header: 'bytes=2-', range: { start: 2, end: 9 } },
    { header: 'bytes=-3', range: { start: 7, end: 9 } },
    { header: 'bytes=-99', range: { start: 0, end: 9 } },
    { header: 'bytes=5-99', range: { start: 5, end: 9 } },
    { header: 'bytes=10-', range: 'unsatisfiable' },
    { header: 'bytes=-0', range: 'unsatisfiable' },
    { header: 'bytes=5-4', range: null },
    { header: 'bytes=0-1,3-4', range: null },
    { header: 'lines=1-2', range: null },
    { header: 'bytes=-', range: null },
    { header: undefined, range: null },
  ])('reads $header of ten bytes as $range', ({ header, range }) => {
    expect(parseByteRange(header, 10)).toEqual(range);
  });

  it('never leaves the body, whatever the header says', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(), fc.nat()).map(([from, to]) => `bytes=${from}-${to}`),
    );
    fc.assert(
      fc.property(header, fc.nat(1000), (text, sizeBytes) => {
        const range = parseByteRange(text, sizeBytes);
        if (range === null || range === 'unsatisfiable') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.start).toBeLessThanOrEqual(range.end);
        expect(range.end).toBeLessThan(sizeBytes);
      }),
    );
  });
});
