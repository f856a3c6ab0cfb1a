import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contourLines, firstContour, type ContourField } from './first-contour.js';

function field(rows: number[][], x?: number[], y?: number[]): ContourField {
  return {
    x: Float64Array.from(x ?? rows[0]!.map((_, index) => index)),
    y: Float64Array.from(y ?? rows.map((_, index) => index)),
    z: Float64Array.from(rows.flat()),
  };
}

/**
 * Brute force: every grid edge with a crossing is a node of a graph, every cell joins its crossings in pairs (a saddle by
 * the mean of its corners); lines are the connected components. Returns the sorted crossings of each component.
 */
function bruteForceLines({ x, y, z }: ContourField, level: number): string[][] {
  const columns = x.length;
  const at = (j: number, i: number): number => z[j * columns + i]!;
  const isHigh = (j: number, i: number): boolean => at(j, i) > level;
  const neighbours = new Map<string, string[]>();
  const join = (a: string, b: string): void => {
    neighbours.set(a, [...(neighbours.get(a) ?? []), b]);
    neighbours.set(b, [...(neighbours.get(b) ?? []), a]);
  };
  for (let j = 0; j + 1 < y.length; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const edges: Record<string, boolean> = {
        [`h${j},${i}`]: isHigh(j, i) !== isHigh(j, i + 1),
        [`v${j},${i + 1}`]: isHigh(j, i + 1) !== isHigh(j + 1, i + 1),
        [`h${j + 1},${i}`]: isHigh(j + 1, i) !== isHigh(j + 1, i + 1),
        [`v${j},${i}`]: isHigh(j, i) !== isHigh(j + 1, i),
      };
      const crossed = Object.keys(edges).filter((key) => edges[key]);
      if (crossed.length === 2) join(crossed[0]!, crossed[1]!);
      if (crossed.length === 4) {
        const [south, east, north, west] = crossed as [string, string, string, string];
        const isMeanHigh = 0.25 * (at(j, i) + at(j, i + 1) + at(j + 1, i) + at(j + 1, i + 1)) > level;
        // the corners on the mean's side are joined, so the lines cut off the other two
        if (isHigh(j, i) === isMeanHigh) {
          join(south, east);
          join(north, west);
        } else {
          join(south, west);
          join(north, east);
        }
      }
    }
  }
  const lines: string[][] = [];
  const seen = new Set<string>();
  for (const start of neighbours.keys()) {
    if (seen.has(start)) continue;
    const line: string[] = [];
    const queue = [start];
    seen.add(start);
    for (let edge = queue.pop(); edge !== undefined; edge = queue.pop()) {
      line.push(edge);
      for (const next of neighbours.get(edge)!) if (!seen.has(next)) queue.push(next) && seen.add(next);
    }
    lines.push(line.map((edge) => crossingPoint(edge)).sort());
  }
  return lines.sort((a, b) => (a[0]! < b[0]! ? -1 : 1));

  function crossingPoint(edge: string): string {
    const [j, i] = edge.slice(1).split(',').map(Number) as [number, number];
    const [nextJ, nextI] = edge.startsWith('h') ? [j, i + 1] : [j + 1, i];
    const share = (level - at(j, i)) / (at(nextJ, nextI) - at(j, i));
    return pointKey([x[i]! + share * (x[nextI]! - x[i]!), y[j]! + share * (y[nextJ]! - y[j]!)]);
  }
}

const pointKey = ([x, y]: readonly [number, number]): string => `${x.toFixed(7)} ${y.toFixed(7)}`;

const randomField = fc
  .record({
    rows: fc.integer({ min: 2, max: 7 }),
    columns: fc.integer({ min: 2, max: 7 }),
    seed: fc.integer(),
  })
  .map(({ rows, columns, seed }) => {
    let state = seed >>> 0;
    const next = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    return field(Array.from({ length: rows }, () => Array.from({ length: columns }, next)));
  });

type ContourpyCase = { rows: number; columns: number; z: number[]; lines: [number, number, number][] };

describe('contourLines', () => {
  test('has the lines of contourpy’s mpl2014 in the same order', () => {
    const path = new URL('../../test/golden/contours.json', import.meta.url);
    const cases = JSON.parse(readFileSync(path, 'utf8')) as ContourpyCase[];
    expect(cases.some(({ lines }) => lines.length > 3 && lines[0]![1] > lines[1]![1])).toBe(true);
    for (const { rows, columns, z, lines } of cases) {
      const inverse = (count: number): Float64Array =>
        Float64Array.from({ length: count }, (_, k) => 1 / (k + 1));
      const found = [
        ...contourLines({ x: inverse(columns), y: inverse(rows), z: Float64Array.from(z) }, 0.5),
      ];
      expect(found.length).toBe(lines.length);
      found.forEach((line, index) => {
        const [points, smallestX, smallestY] = lines[index]!;
        expect(line.length).toBe(points);
        expect(Math.min(...line.map(([x]) => x))).toBeCloseTo(smallestX, 12);
        expect(Math.min(...line.map(([, y]) => y))).toBeCloseTo(smallestY, 12);
      });
    }
  });

  test('finds exactly the lines that joining all crossings finds', () => {
    fc.assert(
      fc.property(randomField, (random) => {
        const lines = [...contourLines(random, 0.5)]
          .map((line) => [...new Set(line.map(pointKey))].sort())
          .sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
        expect(lines).toEqual(bruteForceLines(random, 0.5));
      }),
      { numRuns: 200 },
    );
  });

  test('starts border lines on the border and closes the others', () => {
    fc.assert(
      fc.property(randomField, (random) => {
        const isOnBorder = ([x, y]: readonly [number, number]): boolean =>
          x === 0 || y === 0 || x === random.x.length - 1 || y === random.y.length - 1;
        for (const line of contourLines(random, 0.5)) {
          const isClosed = pointKey(line[0]!) === pointKey(line.at(-1)!);
          expect(isClosed || (isOnBorder(line[0]!) && isOnBorder(line.at(-1)!))).toBe(true);
        }
      }),
    );
  });
});

describe('firstContour', () => {
  test('is null without a crossing', () => {
    expect(firstContour(field([[1, 1], [1, 1]]), 0.5)).toBeNull(); // oxfmt-ignore
    expect(firstContour(field([[0, 0], [0, 0]]), 0.5)).toBeNull(); // oxfmt-ignore
  });

  test('interpolates linearly in x and y, not in their index', () => {
    const z = [
      [0.75, 0.25],
      [0.75, 0.25],
    ];
    expect(firstContour(field(z, [8, 4], [20, 10]), 0.5)).toEqual([
      [6, 20],
      [6, 10],
    ]);
  });

  test('takes the border line found first by rows, although a later one has a smaller x', () => {
    const z = [
      [0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0],
    ];
    const line = firstContour(field(z), 0.5)!;
    expect(Math.min(...line.map(([x]) => x))).toBe(3.5);
  });

  test('prefers any border line to a closed loop met earlier', () => {
    const z = [
      [0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0],
      [0, 0, 0, 0, 1],
      [0, 0, 0, 0, 1],
    ];
    expect(firstContour(field(z), 0.5)!.every(([x]) => x > 2)).toBe(true);
  });

  test('closes a loop', () => {
    const z = [
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ];
    const line = firstContour(field(z), 0.5)!;
    expect(line.length).toBe(5);
    expect(line[0]).toEqual(line[4]);
  });

  test('counts a node exactly at the level as low', () => {
    expect(firstContour(field([[0.5, 0.5], [0.5, 0.5]]), 0.5)).toBeNull(); // oxfmt-ignore
  });

  test('joins a saddle the same way from both sides when its mean is at the level to rounding', () => {
    const z = [0.5442153995701429, 0.4075015161791236, 0.3926471834794081, 0.6556359007713256];
    const tie = { x: Float64Array.of(1, 0.5), y: Float64Array.of(1, 0.5), z: Float64Array.from(z) };
    const points = [...contourLines(tie, 0.5)].flat().map(pointKey);
    expect(new Set(points).size).toBe(4);
  });

  test('goes on where its neighbour’s line is not: a saddle follows the mean of its corners', () => {
    const saddle = (corner: number): ContourField =>
      field([
        [corner, 0],
        [0, 1],
      ]);
    expect([...contourLines(saddle(1), 0.4)].length).toBe(2);
    const [line] = [...contourLines(saddle(1), 0.4)];
    // mean 0.5 > 0.4: the high corners are joined, the first line cuts off a low one and leaves by the right
    expect(line!.at(-1)![0]).toBe(1);
  });
});
