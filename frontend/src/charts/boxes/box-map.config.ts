import type { Box } from '@sillage/contracts';
import type { Extent } from '../maps/field-map.config';

/** What a map of boxes shows: a centre and a width; the height follows from the picture. Degrees. */
export type MapView = { lon: number; lat: number; lonSpan: number };
export type Size = { width: number; height: number };

export type Grip = 'move' | 'nw' | 'ne' | 'sw' | 'se';
export const CORNERS = ['nw', 'ne', 'sw', 'se'] as const;

const LEAST_SPAN_DEG = 2;
const MOST_SPAN_DEG = 360;
const MARGIN_PART = 0.25;
const LEAST_BOX_DEG = 0.1;
/** Beyond it a kilometre north and a kilometre east look too different to draw. */
const MOST_LAT_DEG = 78;

/** A kilometre is as long in both directions in the middle of the picture. */
export function extentOfView(view: MapView, { width, height }: Size): Extent {
  const latSpan = (view.lonSpan * Math.cos(radians(boundedLat(view.lat))) * height) / width;
  return {
    west: view.lon - view.lonSpan / 2,
    east: view.lon + view.lonSpan / 2,
    south: view.lat - latSpan / 2,
    north: view.lat + latSpan / 2,
  };
}

/** A view that shows all of the boxes with some sea around them; the Atlantic where there is none. */
export function viewOfBoxes(boxes: readonly Box[], size: Size): MapView {
  if (boxes.length === 0) return { lon: -40, lat: 30, lonSpan: 110 };
  const west = Math.min(...boxes.map((box) => box.west));
  const east = Math.max(...boxes.map((box) => box.east));
  const south = Math.min(...boxes.map((box) => box.south));
  const north = Math.max(...boxes.map((box) => box.north));
  const lat = (south + north) / 2;
  const neededLonSpan = ((north - south) / Math.cos(radians(boundedLat(lat)))) * (size.width / size.height);
  return zoomed(
    { lon: (west + east) / 2, lat, lonSpan: Math.max(east - west, neededLonSpan) * (1 + 2 * MARGIN_PART) },
    1,
  );
}

/** A smaller factor than 1 looks closer. */
export function zoomed(view: MapView, factor: number): MapView {
  const lonSpan = Math.max(LEAST_SPAN_DEG, Math.min(MOST_SPAN_DEG, view.lonSpan * factor));
  return { ...view, lonSpan };
}

export function panned(view: MapView, lonDeg: number, latDeg: number): MapView {
  return {
    ...view,
    lon: Math.max(-180, Math.min(180, view.lon + lonDeg)),
    lat: boundedLat(view.lat + latDeg),
  };
}

/** Steps that a pointer can hit: a box is not dragged to 33.4871°. */
export function snapStepDeg(lonSpan: number, width: number): number {
  const degreesPerPixel = lonSpan / width;
  return [0.05, 0.1, 0.25, 0.5].find((step) => step >= degreesPerPixel) ?? 1;
}

export function snapped(valueDeg: number, stepDeg: number): number {
  return Number((Math.round(valueDeg / stepDeg) * stepDeg).toFixed(6));
}

/**
 * The box after one of its grips went some degrees east and north. A corner stops before it passes the opposite one; a moved box
 * keeps its size. Longitudes stay within [−180, 180), latitudes within [−90, 90].
 */
export function draggedBox(box: Box, grip: Grip, lonDeg: number, latDeg: number, stepDeg: number): Box {
  if (grip === 'move') {
    const lon = within(lonDeg, -180 - box.west, 180 - box.east);
    const lat = within(latDeg, -90 - box.south, 90 - box.north);
    const west = snapped(box.west + lon, stepDeg);
    const south = snapped(box.south + lat, stepDeg);
    return {
      west,
      south,
      east: rounded(west + box.east - box.west),
      north: rounded(south + box.north - box.south),
    };
  }
  const result = { ...box };
  if (grip === 'nw' || grip === 'sw')
    result.west = within(snapped(box.west + lonDeg, stepDeg), -180, rounded(box.east - LEAST_BOX_DEG));
  else result.east = within(snapped(box.east + lonDeg, stepDeg), rounded(box.west + LEAST_BOX_DEG), 180);
  if (grip === 'nw' || grip === 'ne')
    result.north = within(snapped(box.north + latDeg, stepDeg), rounded(box.south + LEAST_BOX_DEG), 90);
  else result.south = within(snapped(box.south + latDeg, stepDeg), -90, rounded(box.north - LEAST_BOX_DEG));
  return result;
}

/** The box between two places, in whatever order they were pressed. Null where it has no size. */
export function boxBetween(
  first: { lon: number; lat: number },
  second: { lon: number; lat: number },
  stepDeg: number,
): Box | null {
  const lon = [first.lon, second.lon].map((value) => within(snapped(value, stepDeg), -180, 180));
  const lat = [first.lat, second.lat].map((value) => within(snapped(value, stepDeg), -90, 90));
  const box = {
    west: Math.min(...lon),
    east: Math.max(...lon),
    south: Math.min(...lat),
    north: Math.max(...lat),
  };
  return box.east - box.west < LEAST_BOX_DEG || box.north - box.south < LEAST_BOX_DEG ? null : box;
}

/** Sides of `needed` that `given` does not reach, with how far it falls short, degrees. */
export function shortfalls(
  given: Box,
  needed: Box,
): { side: 'west' | 'east' | 'south' | 'north'; deg: number }[] {
  return (
    [
      { side: 'west', deg: given.west - needed.west },
      { side: 'east', deg: needed.east - given.east },
      { side: 'south', deg: given.south - needed.south },
      { side: 'north', deg: needed.north - given.north },
    ] as const
  ).filter(({ deg }) => deg > 1e-6);
}

function within(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

function rounded(value: number): number {
  return Number(value.toFixed(6));
}

function boundedLat(lat: number): number {
  return within(lat, -MOST_LAT_DEG, MOST_LAT_DEG);
}

function radians(deg: number): number {
  return (deg * Math.PI) / 180;
}
