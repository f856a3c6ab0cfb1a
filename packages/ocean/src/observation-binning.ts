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

/** Means over the observations of a node, in double precision; one accumulator is used for day after day. */
export type NodeMeans = {
  add(node: number, sshM: number, sshObservedM: number, lagDays: number, flag: number): void;
  /** NaN where nothing was added; lags in steps of 0.1 days. Clears the sums. */
  take(): NodeMeansMaps;
};

export type NodeMeansMaps = {
  sshM: Float64Array<ArrayBuffer>;
  sshObservedM: Float64Array<ArrayBuffer>;
  lagDays: Float32Array<ArrayBuffer>;
  flag: Float32Array<ArrayBuffer>;
  observationCount: number;
};

export function createNodeMeans(nodeCount: number): NodeMeans {
  const counts = new Uint32Array(nodeCount);
  const sums = new Float64Array(4 * nodeCount);
  let observationCount = 0;
  return {
    add(node, sshM, sshObservedM, lagDays, flag) {
      counts[node]!++;
      observationCount++;
      const at = 4 * node;
      sums[at]! += sshM;
      sums[at + 1]! += sshObservedM;
      sums[at + 2]! += lagDays;
      sums[at + 3]! += flag;
    },
    take() {
      const sshM = new Float64Array(nodeCount).fill(NaN);
      const sshObservedM = new Float64Array(nodeCount).fill(NaN);
      const lagDays = new Float32Array(nodeCount).fill(NaN);
      const flag = new Float32Array(nodeCount).fill(NaN);
      for (let node = 0; node < nodeCount; node++) {
        const count = counts[node]!;
        if (count === 0) continue;
        const at = 4 * node;
        sshM[node] = sums[at]! / count;
        sshObservedM[node] = sums[at + 1]! / count;
        lagDays[node] = Math.round((10 * sums[at + 2]!) / count) / 10;
        flag[node] = sums[at + 3]! / count;
        counts[node] = 0;
        sums.fill(0, at, at + 4);
      }
      const result = { sshM, sshObservedM, lagDays, flag, observationCount };
      observationCount = 0;
      return result;
    },
  };
}
