/** Heights of one day by node of a grid: any number of them on a node, in the order of reading. */
class DaySamples {
  #nodes = new Int32Array(64);
  #heights = new Float64Array(64);
  #count = 0;

  add(node: number, heightM: number): void {
    if (this.#count === this.#nodes.length) {
      const nodes = new Int32Array(2 * this.#count);
      const heights = new Float64Array(2 * this.#count);
      nodes.set(this.#nodes);
      heights.set(this.#heights);
      this.#nodes = nodes;
      this.#heights = heights;
    }
    this.#nodes[this.#count] = node;
    this.#heights[this.#count] = heightM;
    this.#count++;
  }

  /** Adds to the sums and the counts of a map. */
  addTo(sums: Float64Array, counts: Uint32Array): void {
    for (let index = 0; index < this.#count; index++) {
      const node = this.#nodes[index]!;
      sums[node] = sums[node]! + this.#heights[index]!;
      counts[node] = counts[node]! + 1;
    }
  }
}

/** Measured heights by UTC day and node: 12 bytes each, however large the grid is. */
export class GridSamples {
  readonly #days = new Map<number, DaySamples>();

  get isEmpty(): boolean {
    return this.#days.size === 0;
  }

  add(day: number, node: number, heightM: number): void {
    let samples = this.#days.get(day);
    if (samples === undefined) this.#days.set(day, (samples = new DaySamples()));
    samples.add(node, heightM);
  }

  /** Adds what was measured on a day to the sums and the counts of a map. */
  addTo(day: number, sums: Float64Array, counts: Uint32Array): void {
    this.#days.get(day)?.addTo(sums, counts);
  }
}
