/** A score on a grid of nodes: row j has ordinate y[j], column i abscissa x[i]. */
export type ContourField = {
  /** Shape `[x.length]`. */
  readonly x: Float64Array;
  /** Shape `[y.length]`. */
  readonly y: Float64Array;
  /** Shape `[y.length, x.length]`, finite. */
  readonly z: Float64Array;
};

/** A line as [x, y] points; a closed line repeats its first point. */
export type ContourLine = readonly (readonly [number, number])[];

/** The way one goes on inside a cell: 0 north (towards larger j), 1 east (larger i), 2 south, 3 west. */
type Heading = 0 | 1 | 2 | 3;
type Position = { readonly j: number; readonly i: number; readonly heading: Heading };

const NORTH = 0;
const EAST = 1;
const SOUTH = 2;
const WEST = 3;
/** Edge of the cell that one enters by when heading so, in the order the generator tries the border: S, W, N, E. */
const BORDER_HEADINGS: readonly Heading[] = [NORTH, EAST, SOUTH, WEST];

/** Whether the first line of `contourLines` exists, and that line. */
export function firstContour(field: ContourField, level: number): ContourLine | null {
  return contourLines(field, level).next().value ?? null;
}

/**
 * Contour lines in the order of matplotlib's default generator up to 3.7: lines that start on the border, found by
 * scanning the cells row by row, then closed loops in the same order. Crossings are interpolated linearly in x and y.
 *
 * Source: contourpy's mpl2014. Order, lengths and minima of all lines equal contourpy 1.3.1's on 240 random fields
 * (tools/golden/contours.py).
 */
export function* contourLines(field: ContourField, level: number): Generator<ContourLine, undefined> {
  const tracer = createTracer(field, level);
  for (const cell of cellsOf(field)) {
    for (const heading of BORDER_HEADINGS) {
      const start = { ...cell, heading };
      if (tracer.isBorderEntry(start) && tracer.isEntry(start)) yield tracer.trace(start);
    }
  }
  for (const cell of cellsOf(field)) {
    for (const heading of BORDER_HEADINGS) {
      const start = { ...cell, heading };
      if (tracer.isEntry(start)) yield tracer.trace(start);
    }
  }
  return undefined;
}

function* cellsOf(field: ContourField): Generator<{ j: number; i: number }, undefined> {
  for (let j = 0; j + 1 < field.y.length; j++) {
    for (let i = 0; i + 1 < field.x.length; i++) yield { j, i };
  }
  return undefined;
}

type Tracer = {
  isBorderEntry(position: Position): boolean;
  /** A line not drawn yet enters this cell here with its high side on the left. */
  isEntry(position: Position): boolean;
  trace(start: Position): ContourLine;
};

function createTracer({ x, y, z }: ContourField, level: number): Tracer {
  const columns = x.length;
  const lastJ = y.length - 2;
  const lastI = columns - 2;
  const drawn = new Set<string>();

  const node = (j: number, i: number): number => j * columns + i;
  const isHigh = (index: number): boolean => z[index]! > level;

  /** Corners as one enters: behind (on the entry edge) and ahead (opposite), left and right of the heading. */
  const corners = ({ j, i, heading }: Position) => {
    const southWest = node(j, i);
    const southEast = node(j, i + 1);
    const northEast = node(j + 1, i + 1);
    const northWest = node(j + 1, i);
    const ring = [southWest, northWest, northEast, southEast]; // clockwise from the left corner behind, heading north
    return {
      behindLeft: ring[heading]!,
      aheadLeft: ring[(heading + 1) % 4]!,
      aheadRight: ring[(heading + 2) % 4]!,
      behindRight: ring[(heading + 3) % 4]!,
    };
  };
  const edgeKey = (position: Position): string => {
    const { behindLeft, behindRight } = corners(position);
    return behindLeft < behindRight ? `${behindLeft}-${behindRight}` : `${behindRight}-${behindLeft}`;
  };
  const crossing = (position: Position): readonly [number, number] => {
    const { behindLeft: a, behindRight: b } = corners(position);
    const fraction = (z[b]! - level) / (z[b]! - z[a]!);
    const between = (from: number, to: number): number =>
      from === to ? from : fraction * from + (1 - fraction) * to;
    return [
      between(x[a % columns]!, x[b % columns]!),
      between(y[Math.floor(a / columns)]!, y[Math.floor(b / columns)]!),
    ];
  };
  /** Summed in one order whatever the heading: two lines through a cell must agree when the mean is at the level. */
  const saddleMean = ({ j, i }: Position): number =>
    0.25 * (z[node(j, i)]! + z[node(j, i + 1)]! + z[node(j + 1, i)]! + z[node(j + 1, i + 1)]!);
  const turn = (position: Position): Heading => {
    const { aheadLeft, aheadRight } = corners(position);
    const left = ((position.heading + 3) % 4) as Heading;
    const right = ((position.heading + 1) % 4) as Heading;
    if (isHigh(aheadLeft)) return isHigh(aheadRight) ? right : position.heading;
    if (!isHigh(aheadRight)) return left;
    return saddleMean(position) > level ? right : left;
  };
  const step = ({ j, i }: Position, heading: Heading): Position => ({
    j: j + (heading === NORTH ? 1 : heading === SOUTH ? -1 : 0),
    i: i + (heading === EAST ? 1 : heading === WEST ? -1 : 0),
    heading,
  });
  const isInside = ({ j, i }: Position): boolean => j >= 0 && j <= lastJ && i >= 0 && i <= lastI;

  return {
    isBorderEntry: ({ j, i, heading }) =>
      (heading === NORTH && j === 0) ||
      (heading === EAST && i === 0) ||
      (heading === SOUTH && j === lastJ) ||
      (heading === WEST && i === lastI),
    isEntry: (position) => {
      const { behindLeft, behindRight } = corners(position);
      return isHigh(behindLeft) && !isHigh(behindRight) && !drawn.has(edgeKey(position));
    },
    trace: (start) => {
      const line: (readonly [number, number])[] = [];
      let position = start;
      let isDone = false;
      while (!isDone) {
        line.push(crossing(position));
        isDone = drawn.has(edgeKey(position)) || !isInside(position);
        drawn.add(edgeKey(position));
        if (!isDone) position = step(position, turn(position));
      }
      return line;
    },
  };
}
