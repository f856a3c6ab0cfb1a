/** How observations come to nodes: the nearest one, or the first at or beyond them, as `numpy.searchsorted` of 4DVarNet. */
export type BinningRule = 'nearest' | 'searchsorted';

/**
 * Prepares the choice of a node along one axis.
 *
 * @param nodes - strictly ascending.
 * @returns a function from a coordinate to the index of its node; −1 outside: for `nearest` further than half a step beyond the
 *   ends, for `searchsorted` beyond the last node or more than a step before the first.
 */
export function createBinning(nodes: Float64Array, rule: BinningRule): (value: number) => number {
  const last = nodes.length - 1;
  if (last < 1) throw new RangeError(`an axis of ${nodes.length} nodes has no step to bin by`);
  const first = nodes[0]!;
  const perUnit = last / (nodes[last]! - first);
  const below = nodes[0]! - (nodes[1]! - nodes[0]!) * (rule === 'nearest' ? 0.5 : 1);
  const above = nodes[last]! + (rule === 'nearest' ? 0.5 * (nodes[last]! - nodes[last - 1]!) : 0);
  if (rule === 'nearest' && isEven(nodes)) {
    return (value) =>
      value > below && value <= above
        ? Math.min(last, Math.max(0, Math.floor((value - first) * perUnit + 0.5)))
        : -1;
  }
  return (value) => {
    if (!(value > below && value <= above)) return -1;
    // The first node at or beyond the value; guessed from the mean step, then moved.
    let next = Math.min(last, Math.max(0, Math.ceil((value - first) * perUnit)));
    while (next > 0 && nodes[next - 1]! >= value) next--;
    while (next < last && nodes[next]! < value) next++;
    if (rule === 'searchsorted' || next === 0 || nodes[next]! < value) return next;
    return value - nodes[next - 1]! < nodes[next]! - value ? next - 1 : next;
  };
}

/** Even to 1e-6 of a step: there the nearest node is a matter of rounding. */
function isEven(nodes: Float64Array): boolean {
  const last = nodes.length - 1;
  const step = (nodes[last]! - nodes[0]!) / last;
  return nodes.every((node, index) => Math.abs(node - nodes[0]! - index * step) <= 1e-6 * step);
}

/** Means over the observations of a node, in double precision; one accumulator is used for day after day. */
export type NodeMeans = {
  add(node: number, sshM: number, sshObservedM: number, lagDays: number, flag: number): void;
  /** The nodes that something was added to since the last time, ascending. Clears the sums. */
  take(): ObservedNodes;
};

/** Nodes that were observed, and the means of their observations; one entry each. */
export type ObservedNodes = {
  /** Index of the node in C order [lat, lon], ascending. */
  nodes: Int32Array<ArrayBuffer>;
  sshM: Float64Array<ArrayBuffer>;
  sshObservedM: Float64Array<ArrayBuffer>;
  /** In steps of 0.1. */
  lagDays: Float64Array<ArrayBuffer>;
  flag: Float64Array<ArrayBuffer>;
};

/** @param nodeCount - `add` takes nodes below it; each costs 40 bytes. */
export function createNodeMeans(nodeCount: number): NodeMeans {
  const counts = new Uint32Array(nodeCount);
  const sums = new Float64Array(4 * nodeCount);
  const seen = new Int32Array(nodeCount);
  let seenCount = 0;
  return {
    add(node, sshM, sshObservedM, lagDays, flag) {
      if (counts[node] === 0) seen[seenCount++] = node;
      counts[node]!++;
      const at = 4 * node;
      sums[at]! += sshM;
      sums[at + 1]! += sshObservedM;
      sums[at + 2]! += lagDays;
      sums[at + 3]! += flag;
    },
    take() {
      const nodes = seen.slice(0, seenCount).sort();
      const sshM = new Float64Array(seenCount);
      const sshObservedM = new Float64Array(seenCount);
      const lagDays = new Float64Array(seenCount);
      const flag = new Float64Array(seenCount);
      for (let index = 0; index < seenCount; index++) {
        const node = nodes[index]!;
        const count = counts[node]!;
        const at = 4 * node;
        sshM[index] = sums[at]! / count;
        sshObservedM[index] = sums[at + 1]! / count;
        lagDays[index] = Math.round((10 * sums[at + 2]!) / count) / 10;
        flag[index] = sums[at + 3]! / count;
        counts[node] = 0;
        sums.fill(0, at, at + 4);
      }
      seenCount = 0;
      return { nodes, sshM, sshObservedM, lagDays, flag };
    },
  };
}
