import { previewFrameSchema } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { previewFrame } from './preview-frame.js';

const heightsOf = (values: string): number[] => {
  const bytes = Buffer.from(values, 'base64');
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(2 * index));
};

describe('previewFrame', () => {
  test('keeps a small day as it is, to the millimetre, with gaps and what no picture reaches', () => {
    const heightsM = Float32Array.of(0.1234, -1.5, Number.NaN, 0, 99, -99);
    const frame = previewFrame({ day: '2012-10-22', latCount: 2, lonCount: 3, heightsM });
    expect(frame).toMatchObject({ day: '2012-10-22', latCount: 2, lonCount: 3, scale: 0.001, offset: 0 });
    expect(heightsOf(frame.values)).toEqual([123, -1500, -32_768, 0, 32_767, -32_767]);
  });

  test.each([
    { latCount: 200, lonCount: 200, rows: 50, columns: 50 },
    { latCount: 65, lonCount: 10, rows: 33, columns: 5 },
    { latCount: 1, lonCount: 640, rows: 1, columns: 64 },
  ])('leaves nodes out of $latCount × $lonCount evenly', ({ latCount, lonCount, rows, columns }) => {
    const heightsM = Float32Array.from({ length: latCount * lonCount }, (_, index) =>
      Math.fround(Math.floor(index / lonCount) / 100 + (index % lonCount) / 1000),
    );
    const frame = previewFrameSchema.parse(previewFrame({ day: '2012-10-22', latCount, lonCount, heightsM }));
    expect([frame.latCount, frame.lonCount]).toEqual([rows, columns]);
    const step = Math.ceil(Math.max(latCount, lonCount) / 64);
    expect(heightsOf(frame.values).at(-1)).toBe(10 * step * (rows - 1) + step * (columns - 1));
  });
});
