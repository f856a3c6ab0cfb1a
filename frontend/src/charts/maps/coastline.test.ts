import { describe, expect, test } from 'vitest';
import { clip, landPolygons } from './coastline';

const extent = { west: 0, east: 10, south: 0, north: 10 };

describe('clip', () => {
  test('keeps what is inside and cuts what sticks out', () => {
    const inside = [[1, 1], [2, 1], [2, 2]] as const; // oxfmt-ignore
    expect(clip(inside, extent)).toEqual(inside);
    const half = clip([[-5, 2], [5, 2], [5, 4], [-5, 4]], extent); // oxfmt-ignore
    expect(half).toHaveLength(4);
    expect(half).toEqual(expect.arrayContaining([[0, 2], [5, 2], [5, 4], [0, 4]])); // oxfmt-ignore
  });

  test('leaves nothing of what is outside, and the whole extent of what is all around', () => {
    expect(clip([[20, 20], [30, 20], [30, 30]], extent)).toEqual([]); // oxfmt-ignore
    const around = clip([[-1, -1], [11, -1], [11, 11], [-1, 11]], extent); // oxfmt-ignore
    expect(around).toEqual(expect.arrayContaining([[0, 0], [10, 0], [10, 10], [0, 10]])); // oxfmt-ignore
  });
});

test('land of the North Atlantic holds Ireland and no open sea', () => {
  const polygons = landPolygons({ west: -79, east: 7, south: 27, north: 65 });
  const isLand = (lon: number, lat: number) =>
    polygons.filter((ring) => encloses(ring, lon, lat)).length % 2 === 1;
  expect(isLand(-8, 53)).toBe(true);
  expect(isLand(-60, 38)).toBe(false);
  expect(isLand(-15, 50)).toBe(false);
});

function encloses(ring: readonly (readonly [number, number])[], lon: number, lat: number): boolean {
  let isInside = false;
  ring.forEach(([x2, y2], index) => {
    const [x1, y1] = ring.at(index - 1)!;
    if (y1 > lat !== y2 > lat && lon < x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1)) isInside = !isInside;
  });
  return isInside;
}
