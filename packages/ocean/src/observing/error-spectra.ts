/**
 * Power spectra of the errors of altimeters along their track: one-sided, m²/(cycle/km), of wavenumbers in cycles/km.
 *
 * Source: the scientific documentation and code of CNES' and JPL's SWOT simulators (docs/source/science.rst, altimeter.py,
 * build_error.py), after Esteban-Fernandez, SWOT Project Mission Performance and Error Budget, JPL D-79084, 2014.
 * Differs: the simulators read the spectra of roll, phase, baseline dilation and timing from a file of the project that is not
 * ours to ship. Here all four have the shape of the correlated part of SWOT's requirement (SWOT Science Requirements Document,
 * JPL D-61923: 2 + 0.00125 f⁻² cm²/(cycle/km) from 15 to 1000 km) and share it: errors as they may remain after calibration.
 */
export type ErrorSpectrum = (wavenumber: number) => number;

const CM2 = 1e-4; // m²

/** PSD of the white noise of nadir altimeters. Source: altimeter.py of the CNES simulator, global estimates of Jason-2. */
export const NADIR_WHITE_PSD = 8 * CM2;

/** The rest of that altimeter's spectrum: noise that is correlated along the track, up to 3000 km. */
export const nadirCorrelatedSpectrum: ErrorSpectrum = (f) => (f < 1 / 3000 ? 0 : 1.05e-4 * CM2 * f ** -2.2);

/**
 * All correlated instrument errors of KaRIn together, mean over the cells from 10 to 60 km; wavelengths beyond 1000 km are
 * held at its level, as the simulators do for what calibration removes.
 */
export const swathCorrelatedSpectrum: ErrorSpectrum = (f) => 0.00125 * CM2 * Math.max(f, 1e-3) ** -2;

/** Shares of the correlated errors in `swathCorrelatedSpectrum`; ours: roll and phase dominate in the project's budget. */
export const CORRELATED_SHARES = { roll: 0.45, phase: 0.4, baselineDilation: 0.05, timing: 0.1 } as const;

/** Path delay by water vapour before any correction. Source: science.rst, AMSR-E and HAMSR, global mean. */
export const pathDelaySpectrum: ErrorSpectrum = (f) => {
  if (f < 1 / 3000) return 0;
  return CM2 * (f <= 1e-2 ? 3.156e-5 * f ** (-8 / 3) : 1.4875e-4 * f ** -2.33);
};

/** Error of the radiometer that corrects it; wavelengths below 25 km are filtered. Source: science.rst, build_error.py. */
export const radiometerSpectrum: ErrorSpectrum = (f) => {
  if (f < 1 / 3000 || f > 1 / 25) return 0;
  return CM2 * (f < 0.0023 ? 9.5e-5 * Math.max(f, 1e-3) ** -1.79 : 0.036 * f ** -0.814);
};

/** Half-width of the radiometer's footprint, km: standard deviation of a Gaussian. Source: science.rst. */
export const RADIOMETER_FOOTPRINT_KM = 8;

/**
 * Standard deviation of KaRIn's noise in a cell of 1 km², by distance from the track, waves of 2 m (significant height): m.
 *
 * Source: level from science.rst, 6 cm²/(cycle/km) along the track for cells of 2 km × 2 km, mean over 10 to 60 km. Differs:
 * the curve across the swath (their Fig. 5) is followed by a parabola with its least noise at 30 km, not by its table.
 */
export function karinNoiseM(distanceKm: number): number {
  const shape = 1 + 0.5 * ((distanceKm - 30) / 30) ** 2;
  return (KARIN_MEAN_NOISE_M * shape) / KARIN_SHAPE_RMS;
}

// 6 cm²/(cycle/km) up to the Nyquist wavenumber of 2 km is a variance of 1.5 cm² in a cell of 4 km².
const KARIN_MEAN_NOISE_M = Math.sqrt(6 * CM2 * 0.25 * 4);
/** Root mean square of 1 + ½ u², u = (x − 30)/30, over x from 10 to 60: mean of 1 + u² + ¼ u⁴. */
const KARIN_SHAPE_RMS = Math.sqrt(1 + (1 + (2 / 3) ** 3) / 3 / (5 / 3) + (1 + (2 / 3) ** 5) / 20 / (5 / 3));
