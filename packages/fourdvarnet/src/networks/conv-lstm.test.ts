import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.js';
import type { Shape } from '../graph/graph.js';
import { interpretGraph } from '../graph/interpret-graph.js';
import { largestDifference } from '../testing/differences.js';
import { noise } from '../testing/noise.js';
import { lstmShapes, randomWeights } from '../testing/random-weights.js';
import { convLstm } from './conv-lstm.js';
import { NetworkWeights } from './network-weights.js';

const [BATCH, T, WIDTH, LAT, LON] = [2, 3, 4, 9, 6];
const REPEATED = 7;
const LAYER = 'grad_mod.gates';

type Maps = { hidden: Float64Array; cell: Float64Array };

/** Two steps of the cell on the same input, with what each leaves behind. */
function run(kernel: number, isPeriodic: boolean, x: Float32Array): Maps[] {
  const g = new GraphBuilder();
  const weights = new NetworkWeights(g, randomWeights(lstmShapes(T, WIDTH, kernel)));
  const input = g.input('x', [BATCH, T, LAT, LON]);
  const first = convLstm(g, weights, { layer: LAYER, x: input, memory: null, isPeriodic });
  const second = convLstm(g, weights, { layer: LAYER, x: input, memory: first, isPeriodic });
  const found = interpretGraph(
    g.build({ h1: first.hidden, c1: first.cell, h2: second.hidden, c2: second.cell }),
    {
      x,
    },
  );
  return [
    { hidden: found['h1']!, cell: found['c1']! },
    { hidden: found['h2']!, cell: found['c2']! },
  ];
}

/** As the authors write it: seven rows of the other edge around everything, a cell with zeros around that, and a cut. */
function slowly(kernel: number, x: Float32Array): Maps[] {
  const shape = (channels: number): Shape => [BATCH, channels, LAT + 2 * REPEATED, LON];
  const steps: Maps[] = [];
  for (let step = 0; step < 2; step++) {
    const g = new GraphBuilder();
    const weights = new NetworkWeights(g, randomWeights(lstmShapes(T, WIDTH, kernel)));
    const last = steps.at(-1);
    const memory =
      last === undefined
        ? null
        : { hidden: g.input('hidden', shape(WIDTH)), cell: g.input('cell', shape(WIDTH)) };
    const { hidden, cell } = convLstm(g, weights, { layer: LAYER, x: g.input('x', shape(T)), memory });
    const found = interpretGraph(g.build({ hidden, cell }), {
      x: continued(x),
      ...(last === undefined ? {} : { hidden: continued(last.hidden), cell: continued(last.cell) }),
    });
    steps.push({ hidden: cut(found['hidden']!), cell: cut(found['cell']!) });
  }
  return steps;
}

function continued(values: ArrayLike<number>): Float64Array {
  const maps = values.length / (LAT * LON);
  const rows = LAT + 2 * REPEATED;
  return Float64Array.from({ length: maps * rows * LON }, (_, index) => {
    const row = (Math.floor(index / LON) % rows) - REPEATED;
    const map = Math.floor(index / (rows * LON));
    return values[(map * LAT + ((row + LAT) % LAT)) * LON + (index % LON)]!;
  });
}

function cut(values: Float64Array): Float64Array {
  const rows = LAT + 2 * REPEATED;
  return values.filter((_, index) => {
    const row = Math.floor(index / LON) % rows;
    return row >= REPEATED && row < REPEATED + LAT;
  });
}

describe('convLstm', () => {
  it.each([3, 5])('with periodic rows is the cell on repeated rows, cut, with kernels of %d', (kernel) => {
    const x = noise(BATCH * T * LAT * LON, 4);
    const [found, expected] = [run(kernel, true, x), slowly(kernel, x)];
    for (const step of [0, 1]) {
      expect(largestDifference(found[step]!.hidden, expected[step]!.hidden)).toBeLessThan(1e-15);
      expect(largestDifference(found[step]!.cell, expected[step]!.cell)).toBeLessThan(1e-15);
    }
    expect(largestDifference(found[1]!.hidden, run(kernel, false, x)[1]!.hidden)).toBeGreaterThan(1e-3);
  });

  it('refuses periodic rows where there are fewer than it repeats', () => {
    const g = new GraphBuilder();
    const weights = new NetworkWeights(g, randomWeights(lstmShapes(T, WIDTH)));
    const x = g.input('x', [1, T, 6, 8]);
    expect(() => convLstm(g, weights, { layer: LAYER, x, memory: null, isPeriodic: true })).toThrow(
      /periodic rows .* of 6 rows/,
    );
  });
});
