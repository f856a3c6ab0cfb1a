/** Where queries fall on an axis: between node `lower[q]` and the next one, at `fraction[q]` of the way. */
export type AxisPositions = {
  /** Shape `[Q]`; −1 outside the axis. */
  readonly lower: Int32Array;
  /** Shape `[Q]`, in [0, 1]; exactly 0 or 1 for a query that coincides with a node. */
  readonly fraction: Float64Array;
};

/** An axis whose steps are equal to within this (in its unit) is taken as start + i·step, as pyinterp's Axis does. */
const EVEN_TOLERANCE = 1e-6;

/**
 * Brackets queries between the nodes of an ascending axis. The lower node is the last one ≤ the query; a query on the
 * last node uses the last cell. Queries outside have no bracket, except within `tolerance` of the ends.
 *
 * @param axis - ascending, shape `[N]`, N ≥ 1.
 * @param queries - same unit, any order, shape `[Q]`.
 * @param tolerance - queries closer than this to a node are on it.
 */
export function locateOnAxis(axis: Float64Array, queries: Float64Array, tolerance: number): AxisPositions {
  const nodes = evenNodes(axis) ?? axis;
  const lower = new Int32Array(queries.length);
  const fraction = new Float64Array(queries.length);
  for (let index = 0; index < queries.length; index++) {
    const query = queries[index]!;
    const cell = bracket(nodes, query, tolerance);
    lower[index] = cell;
    if (cell < 0 || nodes.length === 1) continue;
    fraction[index] = snappedFraction(nodes[cell]!, nodes[cell + 1]!, query, tolerance);
  }
  return { lower, fraction };
}

function evenNodes(axis: Float64Array): Float64Array | null {
  const step = (axis[axis.length - 1]! - axis[0]!) / (axis.length - 1);
  for (let index = 1; index < axis.length; index++) {
    if (Math.abs(axis[index]! - axis[index - 1]! - step) > EVEN_TOLERANCE) return null;
  }
  return axis.map((_, index) => (index === 0 ? axis[0]! : axis[0]! + index * step));
}

function bracket(nodes: Float64Array, query: number, tolerance: number): number {
  const last = nodes.length - 1;
  if (!(query >= nodes[0]! - tolerance && query <= nodes[last]! + tolerance)) return -1;
  let low = 0;
  let high = Math.max(1, last);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (nodes[middle]! <= query) low = middle;
    else high = middle;
  }
  return low;
}

function snappedFraction(from: number, to: number, query: number, tolerance: number): number {
  if (query <= from + tolerance) return 0;
  if (query >= to - tolerance) return 1;
  return (query - from) / (to - from);
}
