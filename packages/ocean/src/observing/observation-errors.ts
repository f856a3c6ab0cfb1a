import { combineKeys, fillNormal, keyOf } from '../counter-random.js';
import type { ErrorName, ErrorSwitches } from './error-switches.js';
import {
  CORRELATED_SHARES,
  karinNoiseM,
  NADIR_WHITE_PSD,
  nadirCorrelatedSpectrum,
  swathCorrelatedSpectrum,
} from './error-spectra.js';
import { groundSpeedKmPerS } from './ground-track.js';
import { createRandomSignals } from './random-signal.js';
import type { Satellite } from './satellite.js';
import { SWATH_INNER_KM, SWATH_OUTER_KM } from './swath-geometry.js';
import { createWetTroposphere, nadirWetSpectrum, type WetTroposphere } from './wet-troposphere.js';

export type ErrorModelOptions = {
  seed: number;
  switches: ErrorSwitches;
  /** The wet troposphere around the satellite's track, where it is known already; default: as `createWetField` makes it. */
  wetField?: WetTroposphere | null;
};

/** The residual of the wet troposphere around the track of a satellite with swaths. */
export function createWetField(satellite: Satellite, seed: number): WetTroposphere {
  return createWetTroposphere(errorKey(satellite, seed)('wetTroposphere'));
}

/** Below this wavelength the correlated errors of nadir altimeters have less than 3 % of the white noise's power. */
const NADIR_SHORTEST_KM = 30;

/** Error of a nadir altimeter at one of its samples, m; the sample is counted from the satellite's reference crossing. */
export type NadirErrors = (sample: number) => number;

/**
 * Errors of a nadir altimeter: white noise, correlated noise and the residual of the wet troposphere, as they are switched on.
 * The same satellite, seed and sample have the same error in every file.
 *
 * @throws RangeError unless the seed is a whole number ≥ 0.
 */
export function createNadirErrors(
  satellite: Satellite,
  { seed, switches, wetField: known }: ErrorModelOptions,
): NadirErrors {
  const key = errorKey(satellite, seed);
  const spacingKm = satellite.samplingSeconds * groundSpeedKmPerS(satellite);
  // White noise of a density P sampled every d km has the variance P / 2d.
  const whiteDeviation = Math.sqrt(NADIR_WHITE_PSD / (2 * spacingKm));
  const whiteKey = key('nadirWhite');
  const correlated = switches.nadirCorrelated
    ? createRandomSignals(key('nadirCorrelated'), nadirCorrelatedSpectrum, NADIR_SHORTEST_KM)
    : null;
  // The field around SWOT's track is that of its swaths.
  const isWet = switches.wetTroposphere;
  const hasField = known || satellite.id.startsWith('swot');
  const wetField = isWet && hasField ? (known ?? createWetField(satellite, seed)) : null;
  const wetLine =
    isWet && !hasField
      ? createRandomSignals(key('wetTroposphere'), nadirWetSpectrum, NADIR_SHORTEST_KM)
      : null;
  const normal = new Float64Array(1);
  return (sample) => {
    const distanceKm = sample * spacingKm;
    let error = 0;
    if (switches.nadirWhite) {
      fillNormal(combineKeys(whiteKey, sample), normal, 0, 1);
      error += whiteDeviation * normal[0]!;
    }
    if (correlated) error += correlated.at(distanceKm, 0);
    if (wetField) error += wetField.at(distanceKm, 0);
    if (wetLine) error += wetLine.at(distanceKm, 0);
    return error;
  };
}

/** Errors of the cells of one line of two swaths, m; zero where an error is switched off. */
export type SwathErrorLine = Record<Exclude<ErrorName, 'nadirWhite' | 'nadirCorrelated'>, Float64Array>;

export type SwathErrors = {
  /** An empty line for `fill`. */
  createLine(): SwathErrorLine;
  /** Writes the errors of a line, counted from the satellite's reference crossing in steps of the posting. */
  fill(line: number, target: SwathErrorLine): void;
};

/**
 * Errors of KaRIn: noise from cell to cell, and signals along the track in their shapes across it: roll is linear, phase linear
 * on each side, baseline dilation quadratic, timing constant on each side; with the residual of the wet troposphere.
 *
 * @param acrossTrackKm - distances of the cells, negative to the left; cells are square.
 * @throws RangeError unless the seed is a whole number ≥ 0.
 */
export function createSwathErrors(
  satellite: Satellite,
  acrossTrackKm: Float64Array,
  { seed, switches, postingKm, wetField }: ErrorModelOptions & { postingKm: number },
): SwathErrors {
  const key = errorKey(satellite, seed);
  const cellCount = acrossTrackKm.length;
  const noiseDeviation = acrossTrackKm.map((x) => karinNoiseM(Math.abs(x)) / postingKm);
  const noiseKey = key('karin');
  const signalsOf = (name: keyof typeof CORRELATED_SHARES) =>
    createRandomSignals(key(name), (f) => CORRELATED_SHARES[name] * swathCorrelatedSpectrum(f));
  const roll = switches.roll ? signalsOf('roll') : null;
  const phase = switches.phase ? signalsOf('phase') : null;
  const dilation = switches.baselineDilation ? signalsOf('baselineDilation') : null;
  const timing = switches.timing ? signalsOf('timing') : null;
  const wet = switches.wetTroposphere ? (wetField ?? createWetField(satellite, seed)) : null;
  const linear = acrossTrackKm.map((x) => x / LINEAR_RMS);
  const linearOnBothSides = acrossTrackKm.map((x) => Math.abs(x) / LINEAR_RMS);
  const quadratic = acrossTrackKm.map((x) => -(x * x) / QUADRATIC_RMS);
  return {
    createLine: () => ({
      karin: new Float64Array(cellCount),
      roll: new Float64Array(cellCount),
      phase: new Float64Array(cellCount),
      baselineDilation: new Float64Array(cellCount),
      timing: new Float64Array(cellCount),
      wetTroposphere: new Float64Array(cellCount),
    }),
    fill(line, target) {
      const distanceKm = line * postingKm;
      if (switches.karin) {
        fillNormal(combineKeys(noiseKey, line), target.karin, 0, cellCount);
        for (let cell = 0; cell < cellCount; cell++) target.karin[cell]! *= noiseDeviation[cell]!;
      }
      if (roll) scaleInto(target.roll, linear, roll.at(distanceKm, 0));
      if (dilation) scaleInto(target.baselineDilation, quadratic, dilation.at(distanceKm, 0));
      if (phase || timing) {
        const phases = phase ? [phase.at(distanceKm, 0), phase.at(distanceKm, 1)] : [0, 0];
        const times = timing ? [timing.at(distanceKm, 0), timing.at(distanceKm, 1)] : [0, 0];
        for (let cell = 0; cell < cellCount; cell++) {
          const side = acrossTrackKm[cell]! < 0 ? 0 : 1;
          target.phase[cell] = phases[side]! * linearOnBothSides[cell]!;
          target.timing[cell] = times[side]!;
        }
      }
      if (wet) wet.fillLine(distanceKm, acrossTrackKm, target.wetTroposphere);
    },
  };
}

/** Root mean squares of x and x² over both swaths: the spectra hold for the mean over their cells. */
const LINEAR_RMS = Math.sqrt(meanPower(2));
const QUADRATIC_RMS = Math.sqrt(meanPower(4));

function meanPower(exponent: number): number {
  const integral = (SWATH_OUTER_KM ** (exponent + 1) - SWATH_INNER_KM ** (exponent + 1)) / (exponent + 1);
  return integral / (SWATH_OUTER_KM - SWATH_INNER_KM);
}

function scaleInto(target: Float64Array, shape: Float64Array, factor: number): void {
  for (let cell = 0; cell < target.length; cell++) target[cell] = factor * shape[cell]!;
}

/** Keys of a satellite's errors: independent of each other, of other satellites and of other seeds. */
function errorKey(satellite: Satellite, seed: number): (name: ErrorName) => number {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`the seed of errors must be a whole number from 0, found ${seed}`);
  return (name) => combineKeys(keyOf(`${satellite.id} ${name}`), seed);
}
