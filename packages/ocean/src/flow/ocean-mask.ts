import { createRequire } from 'node:module';
import { feature } from 'topojson-client';
import type { MultiPolygon, Polygon } from 'geojson';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** Longitudes and latitudes of a closed line, degrees, one after the other. */
type Ring = Float64Array;

let coastline: readonly Ring[] | null = null;

/**
 * Which nodes of a grid lie in the sea: 1 ocean, 0 land, shape [lat, lon] in C order.
 *
 * A node is ocean if its own position lies outside the land polygons of Natural Earth 1:10m (4.1, public domain, out of the
 * npm package `world-atlas`); the size of the cell around it plays no part. Lakes are land there. The Mediterranean and
 * Hudson Bay are counted as land too: seas of their own behind a strait, which an Atlantic flow says nothing about. The
 * North Sea, the English Channel, the Gulf of Saint Lawrence and the Irish Sea are ocean.
 *
 * @param latDeg - degrees, any order, −90…90.
 * @param lonDeg - degrees, any order, −180…180.
 */
export function oceanMask(grid: { latDeg: Float64Array; lonDeg: Float64Array }): Uint8Array {
  const { latDeg, lonDeg } = grid;
  const crossings = meridianCrossings(latDeg);
  const mask = new Uint8Array(latDeg.length * lonDeg.length);
  latDeg.forEach((lat, row) => {
    const westOf = crossings[row]!.sort((a, b) => a - b);
    lonDeg.forEach((lon, column) => {
      const isSea = countBelow(westOf, lon) % 2 === 0 && !isEnclosedSea(lat, lon);
      mask[row * lonDeg.length + column] = isSea ? 1 : 0;
    });
  });
  return mask;
}

/** The Mediterranean east of Gibraltar, and Hudson Bay with the western end of its strait, in the North Atlantic's box. */
function isEnclosedSea(lat: number, lon: number): boolean {
  const isMediterranean = lon > -5.6 && lat > 30 && lat < (lon < 0 ? 42.5 : 45);
  const isHudsonBay = lon < -76 && lat > 50;
  return isMediterranean || isHudsonBay;
}

/** Longitudes at which the coast crosses each latitude: an odd number of them to the west means land (even–odd rule). */
function meridianCrossings(latDeg: Float64Array): number[][] {
  const order = Array.from(latDeg.keys()).sort((a, b) => latDeg[a]! - latDeg[b]!);
  const ascending = Float64Array.from(order, (row) => latDeg[row]!);
  const crossings: number[][] = Array.from(latDeg, () => []);
  for (const ring of coastRings()) {
    for (let vertex = 0; vertex + 3 < ring.length; vertex += 2) {
      const fromLat = ring[vertex + 1]!;
      const toLat = ring[vertex + 3]!;
      if (fromLat === toLat) continue;
      const south = Math.min(fromLat, toLat);
      const north = Math.max(fromLat, toLat);
      // Half-open, so that a vertex on a latitude counts once.
      for (let index = countBelow(ascending, south); index < ascending.length; index++) {
        const lat = ascending[index]!;
        if (lat >= north) break;
        const share = (lat - fromLat) / (toLat - fromLat);
        crossings[order[index]!]!.push(ring[vertex]! + share * (ring[vertex + 2]! - ring[vertex]!));
      }
    }
  }
  return crossings;
}

/** How many of the ascending numbers are smaller than the value. */
function countBelow(ascending: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The shores, read at first need: most programs that use this package never ask. */
export function coastRings(): readonly Ring[] {
  if (coastline !== null) return coastline;
  const topology = createRequire(import.meta.url)('world-atlas/land-10m.json') as Topology<{
    land: GeometryCollection;
  }>;
  const rings: Ring[] = [];
  for (const { geometry } of feature(topology, topology.objects.land).features) {
    for (const polygon of polygonsOf(geometry as Polygon | MultiPolygon)) {
      for (const ring of polygon) rings.push(Float64Array.from(ring.flatMap(([lon, lat]) => [lon!, lat!])));
    }
  }
  coastline = rings;
  return rings;
}

function polygonsOf(geometry: Polygon | MultiPolygon): number[][][][] {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}
