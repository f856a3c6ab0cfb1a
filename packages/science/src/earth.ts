/** Mean radius of the Earth, m. */
export const EARTH_RADIUS_M = 6_371_000;
/** Length of a degree of latitude, km. */
export const KM_PER_DEG = (EARTH_RADIUS_M / 1000) * (Math.PI / 180);
/** Gravity, m/s². */
export const GRAVITY_M_S2 = 9.81;
/** Rotation of the Earth, rad/s. */
const ROTATION_RAD_S = 7.292115e-5;
/** Nearer to the equator than this, degrees, the sea is not in geostrophic balance: f goes to 0. */
export const EQUATOR_DEG = 5;

/** Coriolis parameter f = 2Ω·sin φ, 1/s. */
export function coriolisParameter(latDeg: number): number {
  return 2 * ROTATION_RAD_S * Math.sin((latDeg * Math.PI) / 180);
}
