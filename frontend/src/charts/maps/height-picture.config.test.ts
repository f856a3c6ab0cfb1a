import { packHeights, type PreviewFrame } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { scaleOfFrames } from './height-picture.config';

function frame(heightsM: number[], offset = 0): PreviewFrame {
  const units = { scale: 0.001, offset };
  const size = { latCount: 1, lonCount: heightsM.length };
  return { day: '2012-10-22', ...size, ...units, values: packHeights(heightsM, units) };
}

describe('the pictures of days', () => {
  test('share one scale, over what they hold and not over what is missing', () => {
    const scale = scaleOfFrames([frame([-0.5, Number.NaN]), frame([1.1, 1.2], 1)]);
    expect(scale.min).toBeCloseTo(-0.5);
    expect(scale.max).toBeCloseTo(1.2);
    expect(scaleOfFrames([frame([Number.NaN])])).toMatchObject({ min: -1, max: 1 });
    expect(scaleOfFrames([])).toMatchObject({ min: -1, max: 1 });
  });
});
