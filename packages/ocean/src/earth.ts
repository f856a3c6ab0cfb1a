/** Radius of the sphere of the same volume, m: what a flat model of an ocean is laid on. */
export const MEAN_RADIUS_M = 6_371_000;
/** Rotation against the stars, rad/s. */
export const ROTATION_RAD_PER_S = 7.292115e-5;
/** Standard gravity as ocean models round it, m/s². */
export const GRAVITY_M_PER_S2 = 9.81;
