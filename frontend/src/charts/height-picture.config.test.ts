import type { PreviewFrame } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { decodedHeights, scaleOfFrames } from './height-picture.config';

function frame(raw: number[], over: Partial<PreviewFrame> = {}): PreviewFrame {
  const bytes = new Uint8Array(new Int16Array(raw).buffer);
  const values = btoa(String.fromCharCode(...bytes));
  return { day: '2012-10-22', latCount: 1, lonCount: raw.length, scale: 0.001, offset: 0, values, ...over };
}

describe('the pictures of days', () => {
  test('are read as little-endian int16, row by row', () => {
    expect([...decodedHeights(frame([1, -2, 32_767, -32_768], { latCount: 2, lonCount: 2 }))]).toEqual([
      1, -2, 32_767, -32_768,
    ]);
  });

  test('share one scale, over what they hold and not over what is missing', () => {
    const scale = scaleOfFrames([frame([-500, -32_768]), frame([100, 200], { offset: 1 })]);
    expect(scale.min).toBeCloseTo(-0.5);
    expect(scale.max).toBeCloseTo(1.2);
    expect(scaleOfFrames([frame([-32_768])])).toMatchObject({ min: -1, max: 1 });
    expect(scaleOfFrames([])).toMatchObject({ min: -1, max: 1 });
  });
});
