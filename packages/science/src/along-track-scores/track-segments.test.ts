import { describe, expect, test } from 'vitest';
import { segmentSampleCount, segmentStepCount } from '../protocols/along-track-protocol.js';
import { OSE_2021A } from '../protocols/ose-2021a.js';
import { OSE_ALONG_TRACK } from '../protocols/ose-along-track.js';
import { segmentStarts, trackPieces } from './track-segments.js';

/** Sampling instants of pieces of some lengths, a minute apart. */
function times(lengths: readonly number[], gapSeconds = 60): Float64Array {
  const seconds: number[] = [];
  for (const length of lengths) {
    const start = seconds.length === 0 ? 0 : seconds.at(-1)! + gapSeconds;
    for (let index = 0; index < length; index++) seconds.push(start + 0.9434 * index);
  }
  return Float64Array.from(seconds, (second) => 24_838 + second / 86_400);
}

test('a segment has 156 samples and starts every 39', () => {
  expect(segmentSampleCount(OSE_2021A)).toBe(156);
  expect(segmentStepCount(OSE_2021A)).toBe(39);
  expect(segmentSampleCount(OSE_ALONG_TRACK)).toBe(156);
});

describe('pieces between gaps', () => {
  test('are whole: first and last samples and the last piece included', () => {
    expect(trackPieces(times([3, 4, 5]), OSE_ALONG_TRACK)).toEqual([
      { start: 0, end: 3 },
      { start: 3, end: 7 },
      { start: 7, end: 12 },
    ]);
  });

  test('of 2021a start with the last sample before the gap, lose their own last one, and the last piece is not used', () => {
    expect(trackPieces(times([3, 4, 5]), OSE_2021A)).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 6 },
    ]);
  });

  test.each([
    { name: 'three missing samples pass', gapSeconds: 4 * 0.9434, count: 1 },
    { name: 'exactly 4 s pass', gapSeconds: 4, count: 1 },
    { name: 'four missing samples cut', gapSeconds: 5 * 0.9434, count: 2 },
  ])('$name', ({ gapSeconds, count }) => {
    expect(trackPieces(times([50, 50], gapSeconds), OSE_ALONG_TRACK)).toHaveLength(count);
  });

  test('of an empty track are none', () => {
    expect(trackPieces(new Float64Array(0), OSE_ALONG_TRACK)).toEqual([]);
    expect(trackPieces(new Float64Array(0), OSE_2021A)).toEqual([]);
  });
});

describe('segments', () => {
  test.each([
    { length: 155, whole: 0, faithful: 0 },
    { length: 156, whole: 1, faithful: 0 },
    { length: 157, whole: 1, faithful: 0 },
    { length: 158, whole: 1, faithful: 1 },
    { length: 195, whole: 2, faithful: 1 },
    { length: 197, whole: 2, faithful: 2 },
  ])(
    'of a first piece of $length samples: $whole, and $faithful under 2021a',
    ({ length, whole, faithful }) => {
      const first = (starts: number[]) => starts.filter((start) => start < length - 100);
      expect(first(segmentStarts(times([length, 10]), OSE_ALONG_TRACK))).toHaveLength(whole);
      expect(first(segmentStarts(times([length, 10]), OSE_2021A))).toHaveLength(faithful);
    },
  );

  test('of 2021a reach over the gap before a later piece by one sample', () => {
    expect(segmentStarts(times([20, 200, 20]), OSE_2021A)).toEqual([19, 58]);
    expect(segmentStarts(times([20, 200, 20]), OSE_ALONG_TRACK)).toEqual([20, 59]);
  });

  test('of 2021a are none where the track has no gap', () => {
    expect(segmentStarts(times([1000]), OSE_2021A)).toEqual([]);
    expect(segmentStarts(times([1000]), OSE_ALONG_TRACK)).toHaveLength(22);
  });
});
