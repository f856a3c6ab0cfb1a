/** Sums of what was measured on the nodes of one day. */
export type NodeSums = {
  readonly heights: Float64Array;
  /** Days from the time of the map to the measurements. */
  readonly lags: Float64Array;
  readonly counts: Uint32Array;
};

/** Heights of one day by node of a grid: any number of them on a node, in the order of reading. */
class DaySamples {
  #nodes = new Int32Array(64);
  #heights = new Float64Array(64);
  #lags = new Float32Array(64);
  #count = 0;

  add(node: number, heightM: number, lagDays: number): void {
    if (this.#count === this.#nodes.length) {
      const nodes = new Int32Array(2 * this.#count);
      const heights = new Float64Array(2 * this.#count);
      const lags = new Float32Array(2 * this.#count);
      nodes.set(this.#nodes);
      heights.set(this.#heights);
      lags.set(this.#lags);
      this.#nodes = nodes;
      this.#heights = heights;
      this.#lags = lags;
    }
    this.#nodes[this.#count] = node;
    this.#heights[this.#count] = heightM;
    this.#lags[this.#count] = lagDays;
    this.#count++;
  }

  addTo({ heights, lags, counts }: NodeSums): void {
    for (let index = 0; index < this.#count; index++) {
      const node = this.#nodes[index]!;
      heights[node] = heights[node]! + this.#heights[index]!;
      lags[node] = lags[node]! + this.#lags[index]!;
      counts[node] = counts[node]! + 1;
    }
  }
}

/** Measured heights by UTC day and node: 16 bytes each, however large the grid is. */
export class GridSamples {
  readonly #days = new Map<number, DaySamples>();

  get isEmpty(): boolean {
    return this.#days.size === 0;
  }

  /** `lagDays`: from the time of the day's map to the measurement. */
  add(day: number, node: number, heightM: number, lagDays: number): void {
    let samples = this.#days.get(day);
    if (samples === undefined) this.#days.set(day, (samples = new DaySamples()));
    samples.add(node, heightM, lagDays);
  }

  /** Adds what was measured on a day to the sums of a map. */
  addTo(day: number, sums: NodeSums): void {
    this.#days.get(day)?.addTo(sums);
  }
}
