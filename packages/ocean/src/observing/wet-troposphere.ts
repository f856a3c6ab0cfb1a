import { createFft2d } from '@sillage/science';
import { combineKeys, fillNormal } from '../counter-random.js';
import {
  pathDelaySpectrum,
  RADIOMETER_FOOTPRINT_KM,
  radiometerSpectrum,
  type ErrorSpectrum,
} from './error-spectra.js';
import { createCache, createRandomSignals } from './random-signal.js';

/** Nodes of the path delay, along and across the track. Wavelengths below 16 km are left out: 3 % of its spread at 60 km. */
const NODE_KM = 8;
/** A block is 8192 km long and 256 km wide, and starts in the middle of the one before. */
const COLUMNS = 1024;
const ROWS = 32;
const HOP_COLUMNS = COLUMNS / 2;
/** Rows that are kept: 64 km to both sides of the track. */
const HALF_ROWS = 8;
const KEPT_ROWS = 2 * HALF_ROWS + 1;
const KEPT_PAIRS = 4;
/** A day has less than 64 hops over an ocean: the nadir altimeter makes them, the swaths find them made. */
const KEPT_HOPS = 64;

/** What the radiometer leaves of the path delay by water vapour. */
export type WetTroposphere = {
  /** Error at a distance along the track and across it (negative to the left, within ±64 km), both km; m. */
  at(alongKm: number, acrossKm: number): number;
  /** The same for all cells of a line. */
  fillLine(alongKm: number, acrossKm: Float64Array, target: Float64Array): void;
};

/**
 * Residual of the wet troposphere around the track of a satellite with a one-beam radiometer at nadir: a random path delay in
 * two dimensions, minus its mean over the beam's footprint, minus the radiometer's own error. Both corrections are the same for
 * all cells of a line.
 *
 * @param key - what the field is made from; the value at a place depends on the key alone.
 * Source: science.rst of the CNES SWOT simulator, "Wet troposphere errors".
 * Differs: the field repeats across the track every 256 km, so its largest scales vary along the track only.
 */
export function createWetTroposphere(key: number): WetTroposphere {
  const radiometer = createRandomSignals(combineKeys(key, 1), radiometerSpectrum);
  const fft = createFft2d(ROWS, COLUMNS);
  const beam = createFft2d(1, COLUMNS);
  const { deviation, footprint } = modes();
  const normals = new Float64Array(2 * ROWS);
  const window = Float64Array.from({ length: COLUMNS }, (_, node) =>
    Math.sin((Math.PI * (node + 0.5)) / COLUMNS),
  );
  const pathKey = combineKeys(key, 2);
  // Real and imaginary parts are independent fields: one transform makes two blocks.
  const pairs = createCache<Float64Array>(KEPT_PAIRS, (pair) => {
    const data = new Float64Array(2 * ROWS * COLUMNS);
    const line = new Float64Array(2 * COLUMNS);
    const pairKey = combineKeys(pathKey, pair);
    for (let column = 0; column < COLUMNS; column++) {
      if (deviation[column] === 0) continue;
      fillNormal(combineKeys(pairKey, column), normals, 0, normals.length);
      for (let row = 0; row < ROWS; row++) {
        const at = row * COLUMNS + column;
        const real = deviation[at]! * normals[2 * row]!;
        const imaginary = deviation[at]! * normals[2 * row + 1]!;
        data[2 * at] = real;
        data[2 * at + 1] = imaginary;
        line[2 * column]! += footprint[at]! * real;
        line[2 * column + 1]! += footprint[at]! * imaginary;
      }
    }
    fft.inverse(data);
    beam.inverse(line);
    const kept = new Float64Array(2 * KEPT_ROWS * COLUMNS);
    for (let row = -HALF_ROWS; row <= HALF_ROWS; row++) {
      const from = 2 * ((row + ROWS) % ROWS) * COLUMNS;
      for (let column = 0; column < COLUMNS; column++) {
        for (let part = 0; part < 2; part++) {
          const difference =
            data[from + 2 * column + part]! * ROWS * COLUMNS - line[2 * column + part]! * COLUMNS;
          kept[(part * KEPT_ROWS + row + HALF_ROWS) * COLUMNS + column] = difference * window[column]!;
        }
      }
    }
    return kept;
  });
  // [column, row]: the rows of a line lie side by side.
  const hops = createCache<Float64Array>(KEPT_HOPS, (hop) => {
    const nodes = new Float64Array(KEPT_ROWS * HOP_COLUMNS);
    for (const [block, firstColumn] of [
      [hop - 1, HOP_COLUMNS],
      [hop, 0],
    ] as const) {
      const fields = pairs(Math.floor(block / 2));
      const part = block - 2 * Math.floor(block / 2);
      for (let row = 0; row < KEPT_ROWS; row++) {
        const from = (part * KEPT_ROWS + row) * COLUMNS + firstColumn;
        for (let column = 0; column < HOP_COLUMNS; column++)
          nodes[column * KEPT_ROWS + row]! += fields[from + column]!;
      }
    }
    return nodes;
  });
  const before = new Float64Array(KEPT_ROWS);
  const copyRows = (column: number, weight: number): void => {
    const hop = Math.floor(column / HOP_COLUMNS);
    const nodes = hops(hop);
    const from = (column - hop * HOP_COLUMNS) * KEPT_ROWS;
    for (let row = 0; row < KEPT_ROWS; row++) before[row]! += weight * nodes[from + row]!;
  };
  const fillLine = (alongKm: number, acrossKm: Float64Array, target: Float64Array): void => {
    const position = alongKm / NODE_KM;
    const column = Math.floor(position);
    before.fill(0);
    copyRows(column, 1 - (position - column));
    copyRows(column + 1, position - column);
    const instrument = radiometer.at(alongKm, 0);
    for (let cell = 0; cell < acrossKm.length; cell++) {
      const place = acrossKm[cell]! / NODE_KM + HALF_ROWS;
      const row = Math.min(KEPT_ROWS - 2, Math.max(0, Math.floor(place)));
      const fraction = place - row;
      target[cell] = (1 - fraction) * before[row]! + fraction * before[row + 1]! - instrument;
    }
  };
  const single = { across: new Float64Array(1), value: new Float64Array(1) };
  return {
    at(alongKm, acrossKm) {
      single.across[0] = acrossKm;
      fillLine(alongKm, single.across, single.value);
      return single.value[0]!;
    },
    fillLine,
  };
}

/** Spectrum of the same residual below a nadir altimeter, without the field around it. */
export const nadirWetSpectrum: ErrorSpectrum = (f) => {
  let left = 0;
  for (const { share, footprint } of acrossModes(f)) left += share * (1 - footprint) ** 2;
  return left * pathDelaySpectrum(f) + radiometerSpectrum(f);
};

/** Modes across the track that make up the wavenumber `f` along it: their shares of its power, and what the beam passes. */
function acrossModes(f: number): { row: number; share: number; footprint: number }[] {
  const list = Array.from({ length: ROWS }, (_, row) => {
    const across = (row < ROWS / 2 ? row : row - ROWS) / (ROWS * NODE_KM);
    const wavenumber = Math.hypot(f, across);
    // An isotropic field: its spectrum in two dimensions falls one power faster than along a line.
    const share = pathDelaySpectrum(wavenumber) / wavenumber;
    const footprint = Math.exp(-2 * (Math.PI * RADIOMETER_FOOTPRINT_KM * wavenumber) ** 2);
    return { row, share, footprint };
  });
  const total = list.reduce((sum, { share }) => sum + share, 0);
  return list.map((mode) => ({ ...mode, share: total > 0 ? mode.share / total : 0 }));
}

/** Standard deviations of the coefficients, and what the beam passes of them, [row, column]. */
function modes(): { deviation: Float64Array; footprint: Float64Array } {
  const deviation = new Float64Array(ROWS * COLUMNS);
  const footprint = new Float64Array(ROWS * COLUMNS);
  const lengthKm = COLUMNS * NODE_KM;
  for (let column = 1; column < COLUMNS; column++) {
    const f = Math.min(column, COLUMNS - column) / lengthKm;
    const power = pathDelaySpectrum(f) / lengthKm;
    if (power === 0) continue;
    for (const mode of acrossModes(f)) {
      // Half of the power for each of the two directions along the track, half of that for each part of a coefficient,
      // twice for the real and the imaginary field together.
      deviation[mode.row * COLUMNS + column] = Math.sqrt((power * mode.share) / 2);
      footprint[mode.row * COLUMNS + column] = mode.footprint;
    }
  }
  return { deviation, footprint };
}
