import { coriolisParameter, EARTH_RADIUS_M, EQUATOR_DEG, GRAVITY_M_S2 } from '../earth.js';

const RADIANS = Math.PI / 180;

/**
 * Factors of the five-point Laplacian on the sphere at a node C with neighbours E, W, N, S:
 * ∇²η = (E − C)·east − (C − W)·west + (N − C)·north − (C − S)·south. These two: east = 1/((R·cosφ)²·Δλ·Δλ̄), where Δλ is the
 * step to that neighbour and Δλ̄ the mean of both. On a regular grid east is west.
 *
 * @param steps - to the neighbours, radians.
 * @returns 1/m².
 * Source: second-order finite differences of the Laplacian in spherical coordinates.
 */
export function zonalFactors(
  latDeg: number,
  { westRad, eastRad }: { readonly westRad: number; readonly eastRad: number },
): { readonly west: number; readonly east: number } {
  const eastwardM = EARTH_RADIUS_M * Math.cos(latDeg * RADIANS);
  const meanM = (eastwardM * (eastRad + westRad)) / 2;
  return { west: 1 / (eastwardM * westRad * meanM), east: 1 / (eastwardM * eastRad * meanM) };
}

/**
 * The other two, see `zonalFactors`: north = cos(φ+Δφ/2)/(R²·cosφ·Δφ·Δφ̄), and south with cos(φ−Δφ/2).
 *
 * @param steps - to the neighbours, radians.
 * @returns 1/m².
 */
export function meridionalFactors(
  latDeg: number,
  { southRad, northRad }: { readonly southRad: number; readonly northRad: number },
): { readonly south: number; readonly north: number } {
  const latRad = latDeg * RADIANS;
  const meanM = Math.cos(latRad) * EARTH_RADIUS_M * ((EARTH_RADIUS_M * (northRad + southRad)) / 2);
  return {
    south: Math.cos(latRad - southRad / 2) / (meanM * southRad),
    north: Math.cos(latRad + northRad / 2) / (meanM * northRad),
  };
}

/**
 * The one definition of vorticity here: ζ = g/f·∇²η with f = 2Ω·sinφ of the node, the relative vorticity of the
 * quasi-geostrophic flow with the streamfunction g·η/f. Layers of maps, vorticity ratio and reports all call it.
 *
 * Source: Vallis, Atmospheric and Oceanic Fluid Dynamics (2nd ed., 2017), chapter 5 (ζ = ∇²ψ, ψ = g·η/f₀).
 * Differs: f is that of the node instead of one f₀ for the sea, so that a basin can be shown. The curl of velocities that are each
 * made with their own f would have u·β/f besides; that term is as small as what geostrophy leaves out, and grows without
 * bound towards the equator. docs/adr/0032-one-vorticity.md has its size.
 *
 * @returns g/f, m/s: ∇²η in 1/m times this is ζ in 1/s; null within 5° of the equator.
 */
export function vorticityFactor(latDeg: number): number | null {
  return Math.abs(latDeg) < EQUATOR_DEG ? null : GRAVITY_M_S2 / coriolisParameter(latDeg);
}
