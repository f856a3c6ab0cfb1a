import { expect, test } from 'vitest';
import { eddyField, mapShare, trackPoints } from './eddy-field';

test('track points lie inside the picture and sample the field itself', () => {
  const points = trackPoints();
  expect(points.length).toBeGreaterThan(500);
  for (const { x, y, height } of points) {
    expect(x > 0 && x < 1 && y > 0 && y < 1).toBe(true);
    expect(height).toBe(eddyField(x, y));
  }
});

test('the map grows from nothing to whole without going back', () => {
  expect(mapShare(0)).toBe(0);
  expect(mapShare(1)).toBe(1);
  for (let x = 0.01; x <= 1; x += 0.01) expect(mapShare(x)).toBeGreaterThanOrEqual(mapShare(x - 0.01));
});
