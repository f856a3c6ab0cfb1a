import { createFftPlan } from '@sillage/science';
import { combineKeys, fillNormal } from '../counter-random.js';
import type { ErrorSpectrum } from './error-spectra.js';

/** A block is 12 288 km long and starts in the middle of the one before. */
const BLOCK_KM = 12_288;
const KEPT_HOPS = 6;

/** Two independent random signals of one spectrum along a track of any length. */
export type RandomSignals = {
  /** Value of the first or second signal at a distance along the track, km. */
  at(distanceKm: number, which: 0 | 1): number;
};

/**
 * Gaussian random signals of a given power spectrum, known everywhere without a beginning: the value at a distance depends on
 * the key alone.
 *
 * Overlapping blocks of Fourier modes with random coefficients are joined by windows whose squares add up to 1, which keeps
 * variance and spectrum; wavelengths up to 12 288 km. Between nodes, five to the shortest wavelength, values are interpolated.
 *
 * @param key - what the signals are made from; another key gives independent signals.
 * @param spectrum - one-sided power spectral density, square of the signal's unit per cycle/km.
 * @param shortestKm - wavelengths below it are left out.
 */
export function createRandomSignals(
  key: number,
  spectrum: ErrorSpectrum,
  shortestKm: 15 | 30 = 15,
): RandomSignals {
  const nodeKm = shortestKm / 5;
  const blockNodes = BLOCK_KM / nodeKm;
  const hopNodes = blockNodes / 2;
  const plan = createFftPlan(blockNodes);
  const modeCount = Math.floor(BLOCK_KM / shortestKm);
  const deviation = Float64Array.from({ length: modeCount + 1 }, (_, mode) =>
    mode === 0 ? 0 : blockNodes * Math.sqrt(spectrum(mode / BLOCK_KM) / BLOCK_KM / 2),
  );
  const window = Float64Array.from({ length: blockNodes }, (_, node) =>
    Math.sin((Math.PI * (node + 0.5)) / blockNodes),
  );
  const normals = new Float64Array(4 * modeCount);
  const blocks = createCache<Float64Array>(KEPT_HOPS, (block) => {
    fillNormal(combineKeys(key, block), normals, 0, normals.length);
    const data = new Float64Array(2 * blockNodes);
    for (let mode = 1; mode <= modeCount; mode++) {
      const from = 4 * (mode - 1);
      const opposite = 2 * (blockNodes - mode);
      data[2 * mode] = deviation[mode]! * normals[from]!;
      data[2 * mode + 1] = deviation[mode]! * normals[from + 1]!;
      data[opposite] = deviation[mode]! * normals[from + 2]!;
      data[opposite + 1] = deviation[mode]! * normals[from + 3]!;
    }
    plan.inverse(data);
    for (let node = 0; node < blockNodes; node++) {
      data[2 * node]! *= window[node]!;
      data[2 * node + 1]! *= window[node]!;
    }
    return data;
  });
  // A hop is covered by the second half of the block before and the first half of its own.
  const hops = createCache<Float64Array>(KEPT_HOPS, (hop) => {
    const before = blocks(hop - 1);
    const nodes = blocks(hop).slice(0, blockNodes);
    for (let index = 0; index < blockNodes; index++) nodes[index]! += before[blockNodes + index]!;
    return nodes;
  });
  const nodeAt = (node: number, which: number): number => {
    const hop = Math.floor(node / hopNodes);
    return hops(hop)[2 * (node - hop * hopNodes) + which]!;
  };
  return {
    at(distanceKm, which) {
      const position = distanceKm / nodeKm;
      const node = Math.floor(position);
      const fraction = position - node;
      return catmullRom(
        nodeAt(node - 1, which),
        nodeAt(node, which),
        nodeAt(node + 1, which),
        nodeAt(node + 2, which),
        fraction,
      );
    },
  };
}

function catmullRom(before: number, from: number, to: number, after: number, fraction: number): number {
  const slope = 0.5 * (to - before);
  const nextSlope = 0.5 * (after - from);
  const square = fraction * fraction;
  const cube = square * fraction;
  return (
    (2 * cube - 3 * square + 1) * from +
    (cube - 2 * square + fraction) * slope +
    (3 * square - 2 * cube) * to +
    (cube - square) * nextSlope
  );
}

/** Remembers the last results of `make`; the one that was asked for last is found at once. */
export function createCache<T>(size: number, make: (index: number) => T): (index: number) => T {
  const kept = new Map<number, T>();
  let lastIndex = Number.NaN;
  let last: T | undefined;
  return (index) => {
    if (index === lastIndex) return last!;
    let value = kept.get(index);
    if (value === undefined) {
      value = make(index);
      kept.set(index, value);
      const oldest = kept.size > size ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
    }
    lastIndex = index;
    last = value;
    return value;
  };
}
