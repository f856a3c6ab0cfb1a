/** Sums of what was measured on the nodes of one day. */
export type NodeSums = {
  readonly heights: Float64Array;
  /** Days from the time of the map to the measurements. */
  readonly lags: Float64Array;
  readonly counts: Uint32Array;
};

/** One height, where and when it was measured. */
export type Measurement = {
  readonly heightM: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  /** From the time of the day's map. */
  readonly lagDays: number;
};

/** What counts of a measurement, m: its height, or what that is above a first guess. */
export type HeightAbove = (measurement: Measurement) => number;

/** Heights of one day by node of a grid: any number of them on a node, in the order of reading. */
class DaySamples {
  #nodes = new Int32Array(64);
  #heights = new Float64Array(64);
  #lags = new Float32Array(64);
  #lats = new Float32Array(64);
  #lons = new Float32Array(64);
  #count = 0;

  add(node: number, { heightM, latDeg, lonDeg, lagDays }: Measurement): void {
    if (this.#count === this.#nodes.length) {
      const length = 2 * this.#count;
      this.#nodes = grown(this.#nodes, new Int32Array(length));
      this.#heights = grown(this.#heights, new Float64Array(length));
      this.#lags = grown(this.#lags, new Float32Array(length));
      this.#lats = grown(this.#lats, new Float32Array(length));
      this.#lons = grown(this.#lons, new Float32Array(length));
    }
    this.#nodes[this.#count] = node;
    this.#heights[this.#count] = heightM;
    this.#lags[this.#count] = lagDays;
    this.#lats[this.#count] = latDeg;
    this.#lons[this.#count] = lonDeg;
    this.#count++;
  }

  addTo({ heights, lags, counts }: NodeSums, heightAbove: HeightAbove): void {
    for (let index = 0; index < this.#count; index++) {
      const node = this.#nodes[index]!;
      const [heightM, lagDays] = [this.#heights[index]!, this.#lags[index]!];
      const [latDeg, lonDeg] = [this.#lats[index]!, this.#lons[index]!];
      heights[node] = heights[node]! + heightAbove({ heightM, latDeg, lonDeg, lagDays });
      lags[node] = lags[node]! + lagDays;
      counts[node] = counts[node]! + 1;
    }
  }
}

function grown<Values extends Int32Array | Float32Array | Float64Array>(from: Values, to: Values): Values {
  to.set(from);
  return to;
}

/** Measured heights by UTC day and node: 24 bytes each, however large the grid is. */
export class GridSamples {
  readonly #days = new Map<number, DaySamples>();

  get isEmpty(): boolean {
    return this.#days.size === 0;
  }

  add(day: number, node: number, measurement: Measurement): void {
    let samples = this.#days.get(day);
    if (samples === undefined) this.#days.set(day, (samples = new DaySamples()));
    samples.add(node, measurement);
  }

  /** Adds what was measured on a day to the sums of a map. */
  addTo(day: number, sums: NodeSums, heightAbove: HeightAbove): void {
    this.#days.get(day)?.addTo(sums, heightAbove);
  }
}
