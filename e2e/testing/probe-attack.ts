import fs from 'node:fs/promises';
import path from 'node:path';
import { submissionViewSchema, type SubmissionView } from '@sillage/contracts';
import { writeGriddedField } from '@sillage/netcdf';
import { seededRandom } from '../../tools/fuzz/mutations.ts';
import { artefactOf, finalSubmission, jsonOf, uploadedFile } from './api.js';
import { everythingTold, type Reader, type Told } from './everything-told.js';

/*
 * An attack on a hidden truth by an ordinary account. The attacker has a map, and knows in which few patterns its error lies,
 * which nobody does: it is worse for the platform than any real attack. It sends its map with these patterns added at random:
 * first with so much of them that each map is clearly better than the one before, and is told, then near its own map. It takes
 * every number of every reply and file, and solves for the error.
 */

const DAYS = 24;
const SIDE = 16;
const NODES = DAYS * SIDE * SIDE;
const SPACING_DEG = 0.25;
/** 2012-10-22; every day of the file is scored. */
export const PROBED_PERIOD = ['--start', '2012-10-22', '--end', '2012-11-14'];
const FIRST_DAY = 22_940;
const RELATIVE_ERROR = 0.3;
const AT_ONCE = 4;
/** Of one rung of the ladder to the next the error falls by more than a tenth. */
const RUNG = 0.85;
const COARSE_DAYS = 5;
/** Relative: ten steps a decade. */
const COARSE_STEP = Math.log(10) / 10;

const grid = {
  timeDays: Float64Array.from({ length: DAYS }, (_, day) => FIRST_DAY + day),
  latDeg: Float64Array.from({ length: SIDE }, (_, row) => 33 + row * SPACING_DEG),
  lonDeg: Float64Array.from({ length: SIDE }, (_, column) => -65 + column * SPACING_DEG),
};

/** Values on the grid, m. */
type Values = Float64Array;
/** What was asked with a map, and every number that was told of it, by the place in the replies. */
export type Probe = { id: string; change: number[]; told: Told };

export type World = {
  truth: Values;
  /** The attacker's map: the truth without the error. */
  own: Values;
  /** Of unit mean square, and at right angles to each other. */
  patterns: Values[];
  /** The error in these patterns: what the attacker is after, m. */
  error: number[];
};

export const meanSquare = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length;

/** @param patternCount - how many patterns make up the error. */
export function makeWorld(patternCount: number, seed: number): World {
  const random = normalNumbers(seed);
  const patterns = Array.from({ length: patternCount }, (_, index) =>
    cosines(1 + (index % 3), 1 + (Math.floor(index / 3) % 4), Math.floor(index / 12)),
  );
  const truth = combined(
    [cosines(0, 1, 0), cosines(1, 0, 0), cosines(1, 1, 1), cosines(5, 4, 2), ...patterns],
    [0.2, 0.15, 0.1, 0.05, ...patterns.map(() => 0.02 * random())],
  );
  const raw = patterns.map(random);
  const scale = RELATIVE_ERROR * Math.sqrt(meanSquare(truth) / raw.reduce((sum, c) => sum + c * c, 0));
  const error = raw.map((value) => value * scale);
  const off = combined(patterns, error);
  return { truth, own: truth.map((value, index) => value - off[index]!), patterns, error };
}

export async function writeValues(file: string, values: Values): Promise<void> {
  const attributes = { units: 'm', standard_name: 'sea_surface_height_above_geoid' };
  await writeGriddedField(file, {
    grid,
    variables: [{ name: 'ssh', type: 'float32', attributes, values: Float32Array.from(values) }],
    attributes: { title: 'A small sea' },
  });
}

/** Mean square of the error of the map that a probe sends, m². */
export function errorOf({ error }: Pick<World, 'error'>, change: readonly number[]): number {
  return change.reduce((sum, value, index) => sum + (value - error[index]!) ** 2, 0);
}

/** Changes of the own map: down a ladder of errors to the map itself, and then of the size of its error. */
export function plannedChanges(world: World, { count, seed }: { count: number; seed: number }): number[][] {
  const random = normalNumbers(seed);
  const own = Math.sqrt(errorOf(world, noChange(world)));
  const lengths: number[] = [];
  for (let error = Math.sqrt(meanSquare(world.truth)); error > own / RUNG; error *= RUNG)
    lengths.push(Math.sqrt(error ** 2 - own ** 2));
  lengths.push(0);
  return Array.from({ length: count }, (_, index) => {
    const raw = world.patterns.map(random);
    const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0));
    return raw.map((value) => (value * (lengths[index] ?? own)) / length);
  });
}

const noChange = ({ patterns }: World): number[] => patterns.map(() => 0);

/** Sends the planned maps: what is on the ladder one after the other, what is near the own map several at once. */
export async function probe(
  target: Reader,
  world: World,
  plan: { count: number; seed: number },
): Promise<Probe[]> {
  const changes = plannedChanges(world, plan);
  const rungs = changes.findIndex((change) => change.every((value) => value === 0)) + 1;
  const views: SubmissionView[] = [];
  while (views.length < changes.length) {
    const first = views.length;
    const sent = changes.slice(first, first < rungs ? first + 1 : first + AT_ONCE);
    views.push(
      ...(await Promise.all(sent.map((change, index) => sendMap(target, world, change, first + index)))),
    );
  }
  for (const { id, evaluations } of views)
    // What is held back has no maps.
    if (evaluations[0]?.scores) await artefactOf(target.url, id, target.account.token, 'maps.json');
  const entries = views.map(({ id, evaluations }, index) => ({
    id,
    evaluationId: evaluations[0]!.id,
    sent: mapOf(world, changes[index]!),
  }));
  const told = await everythingTold(target, entries);
  return entries.map(({ id }, index) => ({ id, change: changes[index]!, told: told[index]! }));
}

/** The own map with a change. */
function mapOf({ own, patterns }: World, change: readonly number[]): Values {
  const off = combined(patterns, change);
  return own.map((value, index) => value + off[index]!);
}

async function sendMap(
  { url, challenge, account, workFolder }: Reader,
  world: World,
  change: number[],
  number: number,
): Promise<SubmissionView> {
  const file = path.join(workFolder, `${challenge}-${number}.nc`);
  await writeValues(file, mapOf(world, change));
  const created = await fetch(`${url}/api/submissions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      challenge,
      tasks: [{ area: 'all', scenario: 'nadir4' }],
      uploadId: await uploadedFile(url, account.token, file),
      card: { name: `Map ${number}`, inputs: ['ssh-nadir'] },
    }),
  });
  const { id } = submissionViewSchema.parse(await jsonOf(created));
  await fs.rm(file);
  return finalSubmission(url, id, account.token);
}

/**
 * The error that the attacker finds, in the patterns. For every place in the replies the best guess of the error of a map is
 * fitted with the truth of the other maps at hand, so that no formula is overlooked; and µ by its own formula.
 */
export function solve(world: World, probes: readonly Probe[]): { found: number[]; best: string | null } {
  const power = meanSquare(world.truth);
  const errors = probes.map(({ change }) => errorOf(world, change));
  const guesses: { place: string; guess: (number | null)[]; deviation: number }[] = [];
  for (const place of new Set(probes.flatMap(({ told }) => [...told.keys()]))) {
    const values = probes.map(({ told }) => told.get(place) ?? null);
    const ways = [1, 2].map((degree) => fitted(values, errors, degree));
    if (/(^|\.)mu$/.test(place))
      ways.push(values.map((value) => (value === null ? null : power * (1 - value) ** 2)));
    for (const guess of ways.filter((way) => way !== null)) {
      const offs = guess.flatMap((value, index) => (value === null ? [] : [value - errors[index]!]));
      guesses.push({ place, guess, deviation: Math.sqrt(meanSquare(offs)) });
    }
  }
  guesses.sort((one, other) => one.deviation - other.deviation);
  const own = errorOf(world, noChange(world));
  // ⟨error, change⟩ of each map of which anything was told, from the guess that is known to be the best.
  const equations = probes.flatMap(({ change }, index) => {
    const known = guesses.find(({ guess }) => guess[index] !== null);
    const length = change.reduce((sum, value) => sum + value * value, 0);
    if (known === undefined || length === 0) return [];
    return [{ change, value: (own + length - known.guess[index]!) / 2, deviation: known.deviation / 2 }];
  });
  return {
    found: posteriorMean([...equations, ...coarseEquations(world, probes)], own / world.patterns.length),
    best: guesses[0]?.place ?? null,
  };
}

/** ⟨error, change⟩ over five days each; the attacker is given how large its own error is in them. */
function coarseEquations(world: World, probes: readonly Probe[]): Equation[] {
  const told = probes.map(({ change, told: numbers }) => ({
    change,
    errors: [...numbers].flatMap(([place, value]) => {
      const [, window] = /coarseErrors\.(\d+)\.rmseM$/.exec(place) ?? [];
      return window === undefined ? [] : [{ window: Number(window), rmseM: value }];
    }),
  }));
  const windows = new Set(told.flatMap(({ errors }) => errors.map(({ window }) => window)));
  const products = new Map([...windows].map((window) => [window, innerProducts(world, window)]));
  return told.flatMap(({ change, errors }) =>
    errors.map(({ window, rmseM }) => {
      const matrix = products.get(window)!;
      const ofChange = times(matrix, change);
      const [ownSquare, changeSquare] = [dot(times(matrix, world.error), world.error), dot(ofChange, change)];
      return {
        change: ofChange,
        value: (ownSquare + changeSquare - rmseM ** 2) / 2,
        // Of the mean square: twice the relative deviation of a step, half of which the value may be off.
        deviation: (rmseM ** 2 * COARSE_STEP) / Math.sqrt(12),
      };
    }),
  );
}

/** Mean over the nodes of five days of each pattern times each other. */
function innerProducts({ patterns }: World, window: number): number[][] {
  const [first, end] = [window * COARSE_DAYS, (window + 1) * COARSE_DAYS].map((day) => day * SIDE ** 2);
  const parts = patterns.map((pattern) => pattern.subarray(first, end));
  return parts.map((one) => parts.map((other) => dot(one, other) / one.length));
}

function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += one[index]! * other[index]!;
  return sum;
}
const times = (matrix: readonly number[][], vector: readonly number[]): number[] =>
  matrix.map((row) => dot(row, vector));

const LEAST_TOLD = 5;

/** The error of each map, from what a place says of it and a line or parabola through all others; null where it says too little. */
function fitted(
  values: readonly (number | null)[],
  errors: readonly number[],
  degree: number,
): (number | null)[] | null {
  const said = values.flatMap((value, index) => (value === null ? [] : [{ value, error: errors[index]! }]));
  const mean = said.reduce((sum, { value }) => sum + value, 0) / said.length;
  const spread = Math.sqrt(meanSquare(said.map(({ value }) => value - mean)));
  if (said.length < LEAST_TOLD || !(spread > 1e-12 * Math.abs(mean))) return null;
  const powers = Array.from({ length: degree + 1 }, (_, power) => power);
  const termsOf = (value: number) => powers.map((power) => ((value - mean) / spread) ** power);
  const rows = said.map(({ value, error }) => ({ terms: termsOf(value), error }));
  const sums = (from: readonly (typeof rows)[number][]) => ({
    normal: powers.map((i) =>
      powers.map((j) => from.reduce((sum, { terms }) => sum + terms[i]! * terms[j]!, 0)),
    ),
    right: powers.map((i) => from.reduce((sum, { terms, error }) => sum + terms[i]! * error, 0)),
  });
  const all = sums(rows);
  return values.map((value, index) => {
    if (value === null) return null;
    const own = sums([{ terms: termsOf(value), error: errors[index]! }]);
    const normal = all.normal.map((row, i) =>
      row.map((sum, j) => sum - own.normal[i]![j]! + (i === j ? 1e-9 : 0)),
    );
    return dot(
      termsOf(value),
      solveLinear(
        normal,
        all.right.map((sum, i) => sum - own.right[i]!),
      ),
    );
  });
}

type Equation = { change: number[]; value: number; deviation: number };

/** Least squares with what is known before: each part of the error is about `variance`. */
function posteriorMean(equations: readonly Equation[], variance: number): number[] {
  const size = equations[0]?.change.length ?? 0;
  const matrix = Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (__, column) => (row === column ? 1 / variance : 0)),
  );
  const right = Array.from({ length: size }, () => 0);
  for (const { change, value, deviation } of equations) {
    const weight = 1 / (deviation ** 2 + 1e-12 * value ** 2 + 1e-30);
    for (const [row, at] of change.entries()) {
      right[row]! += weight * at * value;
      for (const [column, other] of change.entries()) matrix[row]![column]! += weight * at * other;
    }
  }
  return solveLinear(matrix, right);
}

/** Gauss with the largest pivot. */
function solveLinear(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    const pivot = rows
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot);
    for (const row of rows)
      if (row !== pivot) {
        const factor = row[column]! / pivot[column]!;
        for (let at = column; at <= size; at += 1) row[at]! -= factor * pivot[at]!;
      }
  }
  return rows.map((row, index) => row[size]! / row[index]!);
}

/** A wave along each axis, of unit mean square on the nodes. */
function cosines(rowWaves: number, columnWaves: number, dayWaves: number): Values {
  const wave = (waves: number, index: number, length: number) =>
    (waves === 0 ? 1 : Math.SQRT2) * Math.cos((Math.PI * waves * (index + 0.5)) / length);
  return Float64Array.from({ length: NODES }, (_, index) => {
    const [day, row, column] = [Math.floor(index / SIDE ** 2), Math.floor(index / SIDE) % SIDE, index % SIDE];
    return wave(rowWaves, row, SIDE) * wave(columnWaves, column, SIDE) * wave(dayWaves, day, DAYS);
  });
}

function combined(patterns: readonly Values[], factors: readonly number[]): Values {
  return Float64Array.from({ length: NODES }, (_, index) =>
    patterns.reduce((sum, pattern, which) => sum + factors[which]! * pattern[index]!, 0),
  );
}

/** Of mean 0 and variance 1, the same for the same seed. */
function normalNumbers(seed: number): () => number {
  const random = seededRandom(seed);
  const uniform = () => (random(2 ** 31) + 0.5) / 2 ** 31;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
