import { frameMap, wrapMap } from '../graph/axis-map.js';
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
 * @param isPeriodic - whether the gates see the opposite edge beyond the first and the last row (the third axis), zeros
 *   beyond the columns; else zeros on all sides.
 */
export function convLstm(
  g: GraphBuilder,
  weights: NetworkWeights,
  {
    layer,
    x,
    memory,
    isPeriodic = false,
  }: { layer: string; x: NodeId; memory: LstmMemory | null; isPeriodic?: boolean },
): LstmMemory {
  const width = lstmWidth(weights, layer, g.shape(x)[1]);
  const known = memory === null ? x : g.concatenate(x, memory.hidden); // [B, inputs + width, Y, X]
  const seen = isPeriodic ? rowsContinued(g, weights, layer, known) : known;
  const gate = (name: string, position: number) =>
    weights.partOfLayer(seen, layer, {
      name,
      first: position * width,
      outputs: width,
      isPadded: !isPeriodic,
    });

  const written = g.multiply(g.sigmoid(gate('IN', 0)), g.tanh(gate('CELL', 3)));
  const cell =
    memory === null ? written : g.add(g.multiply(g.sigmoid(gate('REMEMBER', 1)), memory.cell), written);
  const hidden = g.multiply(g.sigmoid(gate('OUT', 2)), g.tanh(cell));
  return { hidden, cell };
}

/** Rows that the authors' code repeats; a kernel reaches fewer. */
const REPEATED_ROWS = 7;

/** As far as the kernel reaches: rows from the other edge, columns of zeros. */
function rowsContinued(g: GraphBuilder, weights: NetworkWeights, layer: string, x: NodeId): NodeId {
  const reach = (weights.shape(`${layer}.weight`, [null, null, null, null])[2]! - 1) / 2;
  const [, , lat, lon] = g.shape(x);
  if (reach > REPEATED_ROWS || lat < REPEATED_ROWS) {
    throw new GraphError({
      where: `the periodic rows of '${layer}'`,
      found: `a kernel that reaches ${reach} of ${lat} rows`,
      needed: `at most ${REPEATED_ROWS}, and patches of ${REPEATED_ROWS} rows or more`,
    });
  }
  return g.resample(x, wrapMap(lat, reach), frameMap(lon, reach)); // [B, C, Y + 2·reach, X + 2·reach]
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
