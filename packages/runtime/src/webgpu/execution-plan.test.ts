import { describe, expect, it } from 'vitest';
import { SmallGraph, spreadValues } from '../testing/small-graph.js';
import { assignBuffers } from './assign-buffers.js';
import { planExecution } from './execution-plan.js';
import { simplifyGraph } from './simplify-graph.js';

const FLOAT32 = { operandFormat: 'float32', operandQuads: 1, maxBody: Infinity } as const;

/** Steps of a cell with four gates, as the networks write it. */
function cells(steps: number) {
  const small = new SmallGraph();
  let x = small.input('x', [1, 5, 8, 8]);
  let hidden = small.input('hidden', [1, 6, 8, 8]);
  let cell = small.input('cell', [1, 6, 8, 8]);
  const weights = [1, 2, 3, 4].map((seed) => small.constant([6, 11, 3, 3], spreadValues(594, seed)));
  const back = small.constant([5, 6, 3, 3], spreadValues(270, 5));
  for (let step = 0; step < steps; step++) {
    const both = small.concatenate(x, hidden);
    const gates = weights.map((weight) => small.convolution(both, weight, { padding: 1 }));
    const [enter, forget, leave] = gates.slice(0, 3).map((gate) => small.unary('sigmoid', gate));
    const candidate = small.unary('tanh', gates[3]!);
    cell = small.binary(
      'add',
      small.binary('multiply', forget!, cell),
      small.binary('multiply', enter!, candidate),
    );
    hidden = small.binary('multiply', leave!, small.unary('tanh', cell));
    x = small.unary('tanh', small.convolution(hidden, back, { padding: 1 }));
  }
  return simplifyGraph(small.graph({ hidden, cell, x }));
}

describe('planExecution', () => {
  it('computes a cell with its four gates in one kernel', () => {
    const { groups, stores } = planExecution(cells(3), FLOAT32);
    const convolutions = groups.filter(({ kind }) => kind === 'convolution');
    expect(convolutions.map(({ roots }) => roots.length)).toEqual([4, 1, 4, 1, 4, 1]);
    // the rest fetches the inputs
    const others = groups.filter(({ kind }) => kind !== 'convolution').flatMap(({ body }) => body);
    expect(others).toHaveLength(3);
    for (const root of convolutions.flatMap(({ roots }) => roots)) expect(stores.has(root)).toBe(false);
  });

  it('writes the parts of a concatenation where the convolution reads them', () => {
    const { containers, groups } = planExecution(cells(1), FLOAT32);
    const operand = groups.find(({ kind }) => kind === 'convolution')!.operand!;
    expect(operand.quads).toBe(2 + 2);
    expect(containers).toContain(operand);
  });

  it('never reads what a later group writes', () => {
    const plan = planExecution(cells(3), FLOAT32);
    for (const { first, last, isDense } of plan.containers) {
      if (!isDense && first !== Infinity) expect(last).toBeGreaterThanOrEqual(first);
    }
  });

  it('keeps the groups short where it is asked to', () => {
    const { groups } = planExecution(cells(1), { ...FLOAT32, maxBody: 2 });
    for (const { body } of groups) expect(body.length).toBeLessThanOrEqual(2);
  });
});

describe('assignBuffers', () => {
  it('needs no more buffers for many steps than for three', () => {
    const sizes = (steps: number) => assignBuffers(planExecution(cells(steps), FLOAT32).containers).sizes;
    expect(sizes(12)).toEqual(sizes(3));
  });

  it('gives no two containers that live together the same buffer', () => {
    const { containers } = planExecution(cells(4), FLOAT32);
    const { bufferOf, sizes } = assignBuffers(containers);
    const living = containers.filter(({ id }) => bufferOf.has(id));
    for (const a of living) {
      expect(sizes[bufferOf.get(a.id)!]).toBeGreaterThanOrEqual(a.byteLength);
      for (const b of living) {
        if (a === b || bufferOf.get(a.id) !== bufferOf.get(b.id)) continue;
        expect(a.last < b.first || b.last < a.first).toBe(true);
      }
    }
  });
});
