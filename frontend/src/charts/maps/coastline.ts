import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import land from 'world-atlas/land-110m.json';
import type { Extent } from './field-map.config';

type Point = readonly [number, number];

/**
 * Land inside an extent as closed lines of longitude and latitude, cut at its edges: Natural Earth 1:110m, public domain.
 * For pages that the server writes; the browser gets the drawing, not the coastline of the world.
 */
export function landPolygons(extent: Extent): Point[][] {
  const topology = land as unknown as Topology<{ land: GeometryCollection }>;
  const { features } = feature(topology, topology.objects.land);
  return features.flatMap(({ geometry }) => {
    const polygons =
      geometry.type === 'MultiPolygon'
        ? geometry.coordinates
        : geometry.type === 'Polygon'
          ? [geometry.coordinates]
          : [];
    return polygons
      .flat()
      .map((ring) =>
        clip(
          ring.map(([lon, lat]) => [lon ?? 0, lat ?? 0] as const),
          extent,
        ),
      )
      .filter((ring) => ring.length > 2);
  });
}

/** Sutherland and Hodgman: cuts a closed line at one edge of the extent after the other. */
export function clip(ring: readonly Point[], { west, east, south, north }: Extent): Point[] {
  const edges = [
    { axis: 0, bound: west, side: 1 },
    { axis: 0, bound: east, side: -1 },
    { axis: 1, bound: south, side: 1 },
    { axis: 1, bound: north, side: -1 },
  ] as const;
  return edges.reduce<Point[]>(
    (points, { axis, bound, side }) => {
      const isInside = (point: Point) => side * (point[axis] - bound) >= 0;
      const crossing = (from: Point, to: Point): Point => {
        const part = (bound - from[axis]) / (to[axis] - from[axis]);
        return [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
      };
      return points.flatMap((point, index) => {
        const before = points.at(index - 1)!;
        const isEntering = isInside(point) && !isInside(before);
        const isLeaving = !isInside(point) && isInside(before);
        if (isEntering) return [crossing(before, point), point];
        if (isLeaving) return [crossing(before, point)];
        return isInside(point) ? [point] : [];
      });
    },
    [...ring],
  );
}
