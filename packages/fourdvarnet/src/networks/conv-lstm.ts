import type { GraphBuilder } from '../graph/graph-builder.js';
import { GraphError } from '../graph/graph-error.js';
import type { NodeId } from '../graph/graph.js';
import type { NetworkWeights } from './network-weights.js';

/** Both `[B, width, Y, X]`. */
export type LstmMemory = { readonly hidden: NodeId; readonly cell: NodeId };

/**
 * One step of a convolutional LSTM whose gates lie in one stored layer, in the order IN, REMEMBER, OUT, CELL.
 *
 * Each gate is a convolution of its own here, followed by its activation: the same sums, but an executor can apply the
 * activation while it writes the convolution, and never holds the four gates at once (the largest tensor of all).
 * Without memory, hidden and cell are 0: the weights that would meet zeros are left out.
 *
 * @param memory - of the step before; null at the first step.
 */
export function convLstm(
  g: GraphBuilder,
  weights: NetworkWeights,
  { layer, x, memory }: { layer: string; x: NodeId; memory: LstmMemory | null },
): LstmMemory {
  const width = lstmWidth(weights, layer, g.shape(x)[1]);
  const known = memory === null ? x : g.concatenate(x, memory.hidden); // [B, inputs + width, Y, X]
  const gate = (name: string, position: number) =>
    weights.partOfLayer(known, layer, { name, first: position * width, outputs: width });

  const written = g.multiply(g.sigmoid(gate('IN', 0)), g.tanh(gate('CELL', 3)));
  const cell =
    memory === null ? written : g.add(g.multiply(g.sigmoid(gate('REMEMBER', 1)), memory.cell), written);
  const hidden = g.multiply(g.sigmoid(gate('OUT', 2)), g.tanh(cell));
  return { hidden, cell };
}

function lstmWidth(weights: NetworkWeights, layer: string, inputs: number): number {
  const [gates, channels] = weights.shape(`${layer}.weight`, [null, null, null, null]);
  const width = gates! / 4;
  if (channels !== inputs + width) {
    throw new GraphError({
      where: `tensor '${layer}.weight'`,
      found: `for ${gates} outputs and ${channels} inputs`,
      needed: `four gates of a width, and ${inputs} + width inputs`,
    });
  }
  return width;
}
