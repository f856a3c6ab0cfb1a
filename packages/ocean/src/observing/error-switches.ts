/** The errors of the observation simulator, each on or off. */
export type ErrorSwitches = {
  /** White noise of nadir altimeters. */
  nadirWhite: boolean;
  /** Noise of nadir altimeters that is correlated along the track. */
  nadirCorrelated: boolean;
  /** Random noise of KaRIn from cell to cell, by distance from the ground track. */
  karin: boolean;
  roll: boolean;
  phase: boolean;
  baselineDilation: boolean;
  timing: boolean;
  /** What is left of the wet troposphere's path delay after the radiometer's correction; nadirs and KaRIn. */
  wetTroposphere: boolean;
};

export type ErrorName = keyof ErrorSwitches;

export const NO_ERRORS: ErrorSwitches = {
  nadirWhite: false,
  nadirCorrelated: false,
  karin: false,
  roll: false,
  phase: false,
  baselineDilation: false,
  timing: false,
  wetTroposphere: false,
};

/** Every error by name, in the order of the files' variables. */
export const ERROR_NAMES = Object.keys(NO_ERRORS) as ErrorName[];

const NOISE_1: ErrorSwitches = { ...NO_ERRORS, nadirWhite: true, karin: true };
const NOISE_2: ErrorSwitches = {
  ...NOISE_1,
  nadirCorrelated: true,
  roll: true,
  phase: true,
  baselineDilation: true,
  timing: true,
};

/** The rungs of the noise ladder: random noise, then every instrument error, then the wet troposphere as well. */
export const NOISE_LEVELS = {
  noise0: NO_ERRORS,
  noise1: NOISE_1,
  noise2: NOISE_2,
  noise3: { ...NOISE_2, wetTroposphere: true },
} as const satisfies Record<string, ErrorSwitches>;

/** Whether any error is on. */
export function hasErrors(switches: ErrorSwitches): boolean {
  return ERROR_NAMES.some((name) => switches[name]);
}
