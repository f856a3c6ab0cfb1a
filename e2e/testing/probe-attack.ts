import fs from 'node:fs/promises';
import path from 'node:path';
import {
  artefactNameSchema,
  submissionViewSchema,
  type ArtefactName,
  type SubmissionView,
} from '@sillage/contracts';
import { openNetcdf, writeGriddedField } from '@sillage/netcdf';
import { seededRandom } from '../../tools/fuzz/mutations.ts';
import { artefactOf, finalSubmission, jsonOf, uploadedFile, type Account } from './api.js';

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
export type Probe = { change: number[]; told: Map<string, number> };

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

type Target = { url: string; challenge: string; account: Account; workFolder: string };

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
  target: Target,
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
  const probes: Probe[] = [];
  for (const [index, { id, evaluations }] of views.entries()) {
    // What is held back has no maps.
    if (evaluations[0]?.scores) await artefactOf(target.url, id, target.account.token, 'maps.json');
    probes.push({ change: changes[index]!, told: await everythingTold(target, id) });
  }
  return probes;
}

async function sendMap(
  { url, challenge, account, workFolder }: Target,
  world: World,
  change: number[],
  number: number,
): Promise<SubmissionView> {
  const file = path.join(workFolder, `${challenge}-${number}.nc`);
  const off = combined(world.patterns, change);
  await writeValues(
    file,
    world.own.map((value, index) => value + off[index]!),
  );
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

/** Every number in every reply about one submission. */
async function everythingTold(
  { url, account, challenge, workFolder }: Target,
  id: string,
): Promise<Map<string, number>> {
  const told = new Map<string, number>();
  const ask = async (place: string) => {
    const response = await fetch(`${url}/api${place}`, {
      headers: { authorization: `Bearer ${account.token}` },
    });
    return response.ok ? Buffer.from(await response.arrayBuffer()) : null;
  };
  const view = await ask(`/submissions/${id}`);
  const { evaluations } = JSON.parse(String(view)) as SubmissionView;
  const evaluationId = evaluations[0]?.id ?? '';
  const board = await ask(`/challenges/${challenge}/leaderboard?area=all&scenario=nadir4`);
  const { rows } = JSON.parse(String(board)) as { rows: { submissionId: string }[] };
  addNumbers(told, 'submission', JSON.parse(String(view)));
  addNumbers(told, 'row', rows.find(({ submissionId }) => submissionId === id) ?? null);
  addNumbers(told, 'stress', JSON.parse(String(await ask(`/submissions/${id}/stress`))));
  const receipt = await ask(`/evaluations/${evaluationId}/documents/receipt.json`);
  if (receipt !== null) addNumbers(told, 'receipt', JSON.parse(String(receipt)));
  for (const name of artefactNameSchema.options) {
    const bytes = await ask(`/evaluations/${evaluationId}/artefacts/${name}`);
    if (bytes !== null) await addFile(told, { name, bytes, workFolder });
  }
  return told;
}

async function addFile(
  told: Map<string, number>,
  { name, bytes, workFolder }: { name: ArtefactName; bytes: Buffer; workFolder: string },
): Promise<void> {
  if (name.endsWith('.json')) return addNumbers(told, name, JSON.parse(String(bytes)));
  if (!name.endsWith('.nc')) {
    const values = new Int16Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length - (bytes.length % 2)),
    );
    return addNumbers(told, name, { meanSquare: meanSquare(values) });
  }
  const file = path.join(workFolder, 'told.nc');
  await fs.writeFile(file, bytes);
  const opened = await openNetcdf(file);
  addNumbers(told, name, opened.attributes);
  for (const variable of opened.variables) {
    addNumbers(told, `${name} ${variable.name}`, variable.attributes);
    if (variable.type === 'string' || variable.shape.length === 0) continue;
    const values = await opened.readSlab(
      variable.name,
      variable.shape.map(() => 0),
      variable.shape,
    );
    addNumbers(told, `${name} ${variable.name}`, { meanSquare: meanSquare(Array.from(values, Number)) });
  }
  opened.close();
}

/** Also what is true or false, and numbers within text. */
function addNumbers(told: Map<string, number>, place: string, value: unknown): void {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    told.set(place, Number(value));
  else if (typeof value === 'string')
    for (const [index, text] of (value.match(/-?\d+\.\d+/g) ?? []).entries())
      told.set(`${place} "${index}"`, Number(text));
  else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) addNumbers(told, `${place}.${key}`, part);
}

const LEAST_TOLD = 8;

/**
 * The error that the attacker finds, in the patterns. For every place in the replies the best guess of the error of a map is
 * fitted with the truth at hand, so that no formula is overlooked; and µ by its own formula.
 */
export function solve(world: World, probes: readonly Probe[]): { found: number[]; best: string | null } {
  const power = meanSquare(world.truth);
  const errors = probes.map(({ change }) => errorOf(world, change));
  const guesses: { place: string; guess: (number | null)[]; deviation: number }[] = [];
  for (const place of new Set(probes.flatMap(({ told }) => [...told.keys()]))) {
    const values = probes.map(({ told }) => told.get(place) ?? null);
    const formulas = /(^|\.)mu$/.test(place) ? [(value: number) => power * (1 - value) ** 2] : [];
    const fit = fitted(values, errors);
    for (const formula of fit === null ? formulas : [...formulas, fit]) {
      const guess = values.map((value) => (value === null ? null : formula(value)));
      const squares = guess.flatMap((value, index) =>
        value === null ? [] : [(value - errors[index]!) ** 2],
      );
      guesses.push({
        place,
        guess,
        deviation: Math.sqrt(squares.reduce((sum, s) => sum + s, 0) / squares.length),
      });
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

/** A parabola through what a place says and what is true; null where it says too little. */
function fitted(
  values: readonly (number | null)[],
  errors: readonly number[],
): ((value: number) => number) | null {
  const said = values.flatMap((value, index) => (value === null ? [] : [{ value, error: errors[index]! }]));
  const mean = said.reduce((sum, { value }) => sum + value, 0) / said.length;
  const spread = Math.sqrt(meanSquare(said.map(({ value }) => value - mean)));
  if (said.length < LEAST_TOLD || !(spread > 1e-12 * Math.abs(mean))) return null;
  const termsOf = (value: number) => [1, (value - mean) / spread, ((value - mean) / spread) ** 2];
  const rows = said.map(({ value }) => termsOf(value));
  const normal = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 1e-9 : 0)),
  );
  const right = [0, 1, 2].map((i) => rows.reduce((sum, row, index) => sum + row[i]! * said[index]!.error, 0));
  const terms = solveLinear(normal, right);
  return (value) => termsOf(value).reduce((sum, term, index) => sum + term * terms[index]!, 0);
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
