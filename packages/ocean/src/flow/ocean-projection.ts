import { MEAN_RADIUS_M } from '../earth.js';

/** The grid reaches beyond the periodic domain, where the ocean would repeat itself. */
export class GridOutsideOceanError extends Error {
  readonly tag = 'grid-outside-ocean';
  constructor(
    readonly axis: 'latitude' | 'longitude',
    found: string,
    allowed: string,
  ) {
    super(`the ${axis} axis spans ${found}, but the simulated ocean only ${allowed}`);
    this.name = 'GridOutsideOceanError';
  }
}

/**
 * How the flat domain lies on the Earth. `plane`: a degree is everywhere as long as at the centre, for an area of some
 * degrees. `mercator`: conformal, so that eddies stay round over a whole basin and shrink towards the pole, as the
 * deformation radius does; lengths are true at the centre latitude.
 */
export type OceanProjection = 'plane' | 'mercator';

export type ProjectedDomain = {
  projection?: OceanProjection;
  centreLonDeg: number;
  centreLatDeg: number;
  widthM: number;
  heightM: number;
};

const RADIANS_PER_DEGREE = Math.PI / 180;
export const METRES_PER_DEGREE_NORTH = (MEAN_RADIUS_M * Math.PI) / 180;

/** Metres on the domain per degree of longitude: on the Earth only at the centre latitude. */
export function metresPerDegreeEast(domain: ProjectedDomain): number {
  return METRES_PER_DEGREE_NORTH * Math.cos((domain.centreLatDeg * Math.PI) / 180);
}

/** Metres on the domain per degree of latitude, at a latitude. */
export function metresPerDegreeNorth(domain: ProjectedDomain, latDeg: number): number {
  if (domain.projection !== 'mercator') return METRES_PER_DEGREE_NORTH;
  const scale = Math.cos(domain.centreLatDeg * RADIANS_PER_DEGREE) / Math.cos(latDeg * RADIANS_PER_DEGREE);
  return METRES_PER_DEGREE_NORTH * scale;
}

/**
 * Distances from the centre of the domain, m, of the nodes of a grid.
 *
 * @throws GridOutsideOceanError if a node lies outside the periodic domain.
 */
export function projectGrid(
  domain: ProjectedDomain,
  latDeg: Float64Array,
  lonDeg: Float64Array,
): { eastM: Float64Array; northM: Float64Array } {
  const perDegreeEast = metresPerDegreeEast(domain);
  const eastM = lonDeg.map((lon) => (lon - domain.centreLonDeg) * perDegreeEast);
  const northM =
    domain.projection === 'mercator'
      ? latDeg.map((lat) => mercatorNorthM(domain, lat))
      : latDeg.map((lat) => (lat - domain.centreLatDeg) * METRES_PER_DEGREE_NORTH);
  requireInside('longitude', lonDeg, eastM, domain.widthM);
  requireInside('latitude', latDeg, northM, domain.heightM);
  return { eastM, northM };
}

function mercatorNorthM(domain: ProjectedDomain, latDeg: number): number {
  const stretched = (degrees: number): number => Math.asinh(Math.tan(degrees * RADIANS_PER_DEGREE));
  const radiusM = MEAN_RADIUS_M * Math.cos(domain.centreLatDeg * RADIANS_PER_DEGREE);
  return radiusM * (stretched(latDeg) - stretched(domain.centreLatDeg));
}

function requireInside(
  axis: 'latitude' | 'longitude',
  degrees: Float64Array,
  metres: Float64Array,
  lengthM: number,
): void {
  const isInside = metres.every((distance) => Math.abs(distance) < lengthM / 2);
  if (isInside) return;
  const found = `${degrees[0]} … ${degrees[degrees.length - 1]}`;
  const degreesPerMetre =
    (degrees[degrees.length - 1]! - degrees[0]!) / (metres[metres.length - 1]! - metres[0]!);
  const centre = degrees[0]! - metres[0]! * degreesPerMetre;
  const half = (lengthM / 2) * degreesPerMetre;
  throw new GridOutsideOceanError(
    axis,
    found,
    `${(centre - half).toFixed(2)} … ${(centre + half).toFixed(2)}`,
  );
}
