/** Finds the node of an even, ascending axis that is nearest to a coordinate. */
export type NodeLocator = {
  /** Index of the nearest node; −1 beyond the ends by more than half a step. */
  nearest(coordinateDeg: number): number;
};

/** Share of a step: a coordinate in the middle of two nodes goes to the upper one, whatever round-off says. */
const MIDDLE_TOLERANCE = 1e-6;

export function createNodeLocator(axisDeg: Float64Array): NodeLocator {
  const first = axisDeg[0]!;
  const stepDeg = axisDeg.length < 2 ? 1 : (axisDeg.at(-1)! - first) / (axisDeg.length - 1);
  return {
    nearest: (coordinateDeg) => {
      const index = Math.floor((coordinateDeg - first) / stepDeg + 0.5 + MIDDLE_TOLERANCE);
      return index >= 0 && index < axisDeg.length ? index : -1;
    },
  };
}
