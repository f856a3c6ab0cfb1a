import { describe, expect, it } from 'vitest';
import {
  boxBetween,
  draggedBox,
  extentOfView,
  panned,
  shortfalls,
  snapStepDeg,
  viewOfBoxes,
  zoomed,
} from './box-map.config';

const box = { west: -65, east: -55, south: 33, north: 43 };
const size = { width: 800, height: 400 };

describe('the view of a map of boxes', () => {
  it('shows every box, and a kilometre as long to the north as to the east', () => {
    const other = { west: -20, east: -10, south: 45, north: 55 };
    const view = viewOfBoxes([box, other], size);
    const extent = extentOfView(view, size);
    expect(extent.west).toBeLessThan(-65);
    expect(extent.east).toBeGreaterThan(-10);
    expect(extent.south).toBeLessThan(33);
    expect(extent.north).toBeGreaterThan(55);
    const kmPerPixelEast = ((extent.east - extent.west) / 800) * Math.cos((view.lat * Math.PI) / 180);
    expect((extent.north - extent.south) / 400).toBeCloseTo(kmPerPixelEast, 10);
  });

  it('shows a tall box in a wide picture', () => {
    const tall = { west: -20, east: -15, south: 0, north: 60 };
    const extent = extentOfView(viewOfBoxes([tall], size), size);
    expect(extent.south).toBeLessThan(0);
    expect(extent.north).toBeGreaterThan(60);
  });

  it('does not zoom past the world or into nothing, nor leave it', () => {
    expect(zoomed({ lon: 0, lat: 0, lonSpan: 300 }, 4).lonSpan).toBe(360);
    expect(zoomed({ lon: 0, lat: 0, lonSpan: 3 }, 0.1).lonSpan).toBe(2);
    expect(panned({ lon: 170, lat: 70, lonSpan: 20 }, 30, 30)).toEqual({ lon: 180, lat: 78, lonSpan: 20 });
  });
});

describe('a box that is dragged', () => {
  it('moves as a whole and keeps its size', () => {
    expect(draggedBox(box, 'move', 1.23, -2.04, 0.1)).toEqual({
      west: -63.8,
      east: -53.8,
      south: 31,
      north: 41,
    });
  });

  it('stops at the date line and at the pole with its size', () => {
    const moved = draggedBox(box, 'move', 400, 400, 0.1);
    expect(moved).toEqual({ west: 170, east: 180, south: 80, north: 90 });
  });

  it.each([
    { grip: 'nw', expected: { west: -64, east: -55, south: 33, north: 44 } },
    { grip: 'ne', expected: { west: -65, east: -54, south: 33, north: 44 } },
    { grip: 'sw', expected: { west: -64, east: -55, south: 34, north: 43 } },
    { grip: 'se', expected: { west: -65, east: -54, south: 34, north: 43 } },
  ] as const)('changes two sides by its corner $grip', ({ grip, expected }) => {
    expect(draggedBox(box, grip, 1, 1, 0.5)).toEqual(expected);
  });

  it('never turns inside out', () => {
    const small = draggedBox(box, 'nw', 50, -50, 0.1);
    expect(small.west).toBeLessThan(small.east);
    expect(small.south).toBeLessThan(small.north);
    expect(small.west).toBeCloseTo(-55.1, 9);
  });

  it('snaps to steps that a pixel can hit', () => {
    expect(snapStepDeg(10, 800)).toBe(0.05);
    expect(snapStepDeg(60, 800)).toBe(0.1);
    expect(snapStepDeg(360, 300)).toBe(1);
  });
});

describe('a box that is drawn', () => {
  it('lies between two places in any order', () => {
    expect(boxBetween({ lon: -50.02, lat: 40 }, { lon: -60, lat: 29.96 }, 0.1)).toEqual({
      west: -60,
      east: -50,
      south: 30,
      north: 40,
    });
  });

  it('is none where nothing was drawn', () => {
    expect(boxBetween({ lon: -50, lat: 40 }, { lon: -50, lat: 41 }, 0.1)).toBeNull();
  });
});

describe('what data lack of a box', () => {
  it('is told side by side, and nothing where they cover it', () => {
    expect(shortfalls(box, box)).toEqual([]);
    const found = shortfalls({ west: -64, east: -55, south: 33, north: 42.5 }, box);
    expect(found).toEqual([
      { side: 'west', deg: 1 },
      { side: 'north', deg: 0.5 },
    ]);
  });
});
