import { ROTATION_RAD_PER_S } from '../earth.js';
import type { Satellite } from './satellite.js';

/** Gravitational parameter of the Earth, m³/s² (EGM96). */
const EARTH_GM = 3.986004418e14;
/** Equatorial radius, m (WGS 84). */
export const EARTH_RADIUS_M = 6_378_137;
/** Squared first eccentricity of the ellipsoid (WGS 84). */
export const ELLIPSOID_E2 = 6.69437999014e-3;
const EARTH_J2 = 1.08262668e-3;
const SECONDS_PER_DAY = 86_400;

/** A repeat orbit as the propagator needs it. */
export type RepeatOrbit = {
  semiMajorAxisM: number;
  altitudeKm: number;
  /** Node-to-node period, seconds. */
  nodalPeriodSeconds: number;
  /** Precession of the node against the stars by J2, degrees per day; negative is westward. */
  nodePrecessionDegPerDay: number;
  /** Turns of the Earth under the orbital plane in one cycle: a whole number, or the track would not repeat. */
  nodalDaysPerRepeat: number;
  /** What J2 gives before rounding to that whole number: how well the elements agree with each other. */
  unroundedNodalDaysPerRepeat: number;
};

/** Secular rates of a circular orbit under J2, rad/s. */
function secularRates(
  semiMajorAxisM: number,
  inclinationRad: number,
): { latitudeArgument: number; node: number } {
  const meanMotion = Math.sqrt(EARTH_GM / (semiMajorAxisM * semiMajorAxisM * semiMajorAxisM));
  const ratio = EARTH_RADIUS_M / semiMajorAxisM;
  const factor = 1.5 * EARTH_J2 * ratio * ratio * meanMotion;
  const cosine = Math.cos(inclinationRad);
  return { latitudeArgument: meanMotion + factor * (4 * cosine * cosine - 1), node: -factor * cosine };
}

/**
 * Size and precession of the circular orbit that makes the satellite's revolutions in its repeat period, under J2.
 *
 * The semi-major axis is the one whose nodal period is repeatDays / revolutionsPerRepeat; the node then precesses by
 * J2, and the whole number of turns the Earth makes under it closes the track.
 *
 * Source: secular J2 rates, e.g. Vallado, Fundamentals of Astrodynamics, §9.6.
 */
export function repeatOrbit(satellite: Satellite): RepeatOrbit {
  const inclinationRad = (satellite.inclinationDeg * Math.PI) / 180;
  const nodalPeriodSeconds = (satellite.repeatDays * SECONDS_PER_DAY) / satellite.revolutionsPerRepeat;
  const wanted = (2 * Math.PI) / nodalPeriodSeconds;
  let semiMajorAxisM = Math.cbrt(EARTH_GM / (wanted * wanted));
  for (let iteration = 0; iteration < 20; iteration++) {
    const { latitudeArgument } = secularRates(semiMajorAxisM, inclinationRad);
    semiMajorAxisM *= 1 + ((2 / 3) * (latitudeArgument - wanted)) / wanted;
  }
  const { node } = secularRates(semiMajorAxisM, inclinationRad);
  const turns = ((ROTATION_RAD_PER_S - node) * satellite.repeatDays * SECONDS_PER_DAY) / (2 * Math.PI);
  return {
    semiMajorAxisM,
    altitudeKm: (semiMajorAxisM - EARTH_RADIUS_M) / 1000,
    nodalPeriodSeconds,
    nodePrecessionDegPerDay: (node * 180 * SECONDS_PER_DAY) / Math.PI,
    nodalDaysPerRepeat: Math.round(turns),
    unroundedNodalDaysPerRepeat: turns,
  };
}

/**
 * Geodetic latitude (WGS 84) of the point below a satellite.
 *
 * @param sineGeocentric - sine of the geocentric latitude.
 * @param radiusM - distance from the Earth's centre, m.
 * @returns radians.
 */
export function geodeticLatitude(sineGeocentric: number, radiusM: number): number {
  const z = radiusM * sineGeocentric;
  const p = radiusM * Math.sqrt(Math.max(0, 1 - sineGeocentric * sineGeocentric));
  let latitude = Math.atan2(z, p * (1 - ELLIPSOID_E2));
  // Each pass shrinks the error by about e²; three leave less than a millimetre.
  for (let iteration = 0; iteration < 3; iteration++) {
    const sine = Math.sin(latitude);
    const curvature = EARTH_RADIUS_M / Math.sqrt(1 - ELLIPSOID_E2 * sine * sine);
    latitude = Math.atan2(z + ELLIPSOID_E2 * curvature * sine, p);
  }
  return latitude;
}
