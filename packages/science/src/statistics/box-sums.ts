import { axisSpacing, type RegularGrid } from '../grid.js';
import {
  sumOfArrays,
  type Accumulator,
  type LatitudeBand,
  type Statistic,
  type StatisticFrame,
} from './statistic.js';

/** Even boxes over a scored grid; those of the last row and column may reach beyond it. */
export type BoxLayout = {
  readonly sizeDeg: number;
  readonly southDeg: number;
  readonly westDeg: number;
  readonly rowCount: number;
  readonly columnCount: number;
};

/** Sums over the nodes of a box on one day; `[day × box]`, box = row · columnCount + column. */
export type BoxSums = {
  readonly layout: BoxLayout;
  /** Nodes valid in both fields. */
  readonly count: Float64Array;
  /** Σ (reconstruction − reference)², m². */
  readonly squaredError: Float64Array;
  /** Σ reference², m², of the same nodes. */
  readonly squaredReference: Float64Array;
};

const SIZES_DEG = [0.5, 1, 2, 5, 10, 20, 45];
/** Boxes are read on a map and in a list: finer ones than this are nobody's region. */
const MAX_ROWS = 8;
const MAX_COLUMNS = 24;
/** Share of a box: a node that round-off puts just before an edge belongs behind it. */
const EDGE_TOLERANCE = 1e-6;

/**
 * The smallest boxes of 0.5°, 1°, 2°, 5°, … that divide the area into at most 8 × 24. They begin at a half degree where one
 * lies within a step of the first node: nodes may stand in the middle of cells, and 33° is easier to read than 33.025°.
 */
export function boxLayout({ latDeg, lonDeg }: Pick<RegularGrid, 'latDeg' | 'lonDeg'>): BoxLayout {
  return evenBoxes(reachOf(latDeg, 'latitude'), reachOf(lonDeg, 'longitude'));
}

/** The same of an area with edges instead of nodes, degrees. */
export function boxLayoutOfArea(area: {
  south: number;
  north: number;
  west: number;
  east: number;
}): BoxLayout {
  return evenBoxes(
    { start: area.south, span: area.north - area.south },
    { start: area.west, span: area.east - area.west },
  );
}

/** From where, and how far, boxes have to reach; degrees. */
type Reach = { start: number; span: number };

function evenBoxes(
  { start: southDeg, span: height }: Reach,
  { start: westDeg, span: width }: Reach,
): BoxLayout {
  const countOf = (span: number, size: number): number =>
    Math.max(1, Math.ceil(span / size - EDGE_TOLERANCE));
  const sizeDeg =
    SIZES_DEG.find((size) => countOf(height, size) <= MAX_ROWS && countOf(width, size) <= MAX_COLUMNS) ??
    SIZES_DEG.at(-1)!;
  return {
    sizeDeg,
    southDeg,
    westDeg,
    rowCount: countOf(height, sizeDeg),
    columnCount: countOf(width, sizeDeg),
  };
}

/** Where boxes begin, and how far they have to reach; a last node that stands on an edge belongs to the box before it. */
function reachOf(axis: Float64Array, name: 'latitude' | 'longitude'): Reach {
  const first = axis[0]!;
  if (axis.length < 2) return { start: first, span: 0 };
  const step = axisSpacing(axis, name);
  const halfDegree = Math.floor(2 * first + EDGE_TOLERANCE) / 2;
  const start = first - halfDegree < step ? halfDegree : first;
  return { start, span: axis.at(-1)! - step / 2 - start };
}

/** Collects the sums of boxes band by band, in memory for the sums alone. */
class BoxAccumulator implements Accumulator<BoxSums> {
  private readonly total: BoxSums;
  private readonly grid: RegularGrid;
  private readonly columnOf: Int32Array;

  constructor({ grid }: StatisticFrame) {
    this.grid = grid;
    const layout = boxLayout(grid);
    const length = grid.timeDays.length * layout.rowCount * layout.columnCount;
    this.total = {
      layout,
      count: new Float64Array(length),
      squaredError: new Float64Array(length),
      squaredReference: new Float64Array(length),
    };
    this.columnOf = Int32Array.from(grid.lonDeg, (lon) =>
      boxIndex(lon, layout.westDeg, layout.sizeDeg, layout.columnCount),
    );
  }

  /** Adds a band; each row of the grid may be added once. */
  addBand({ latStart, latCount, reconstruction, reference }: LatitudeBand): void {
    const { layout, count, squaredError, squaredReference } = this.total;
    const boxCount = layout.rowCount * layout.columnCount;
    const lonCount = this.grid.lonDeg.length;
    for (let day = 0; day < this.grid.timeDays.length; day++) {
      for (let row = 0; row < latCount; row++) {
        const lat = this.grid.latDeg[latStart + row]!;
        const boxRow = boxIndex(lat, layout.southDeg, layout.sizeDeg, layout.rowCount);
        const base = day * boxCount + boxRow * layout.columnCount;
        const offset = (day * latCount + row) * lonCount;
        for (let column = 0; column < lonCount; column++) {
          const expected = reference[offset + column]!;
          const error = reconstruction[offset + column]! - expected;
          if (!Number.isFinite(error)) continue;
          const box = base + this.columnOf[column]!;
          count[box]! += 1;
          squaredError[box]! += error * error;
          squaredReference[box]! += expected * expected;
        }
      }
    }
  }

  sums(): BoxSums {
    return this.total;
  }
}

/** Errors by box and day. */
export const BOXES: Statistic<BoxSums, BoxSums> = {
  neighbourRows: 0,
  accumulate: (frame) => new BoxAccumulator(frame),
  merge: (parts) => ({
    layout: parts[0]!.layout,
    count: sumOfArrays(parts.map(({ count }) => count)),
    squaredError: sumOfArrays(parts.map(({ squaredError }) => squaredError)),
    squaredReference: sumOfArrays(parts.map(({ squaredReference }) => squaredReference)),
  }),
  finish: (sums) => sums,
};

/** Row or column of a coordinate; what lies beyond the last box belongs to it. */
export function boxIndex(coordinate: number, first: number, size: number, count: number): number {
  return Math.min(count - 1, Math.floor((coordinate - first) / size + EDGE_TOLERANCE));
}
