import type { Swath } from '@sillage/netcdf';
import { describe, expect, test } from 'vitest';
import { averagedSwath, blocksAcross, blocksAlong } from './swath-averages.js';

const SECOND = 1 / 86_400;
const FIRST_DAY = 22_940;
const WHOLE = { firstDays: FIRST_DAY - 1, lastDays: FIRST_DAY + 1 };

/** Cell centres of both sides of SWOT's swath, from 10 to 60 km. */
function acrossTrackKm(spacingKm: number): Float64Array {
  const side = Array.from({ length: 50 / spacingKm }, (_, cell) => 10 + spacingKm * (cell + 0.5));
  return Float64Array.from([...side.map((km) => -km).reverse(), ...side]);
}

/** A swath that flies north along 60° W; the height of a cell is what `height` says. */
function swathOf(
  lineCount: number,
  options: {
    lineSeconds?: number;
    across?: Float64Array | null;
    height?: (line: number, cell: number) => number;
  } = {},
): Swath {
  const { lineSeconds = 0.3126, height = () => 0.1 } = options;
  const across = options.across === undefined ? acrossTrackKm(2) : options.across;
  const cellCount = across?.length ?? 52;
  const timeDays = Float64Array.from(
    { length: lineCount },
    (_, line) => FIRST_DAY + line * lineSeconds * SECOND,
  );
  return {
    lineCount,
    cellCount,
    timeDays,
    acrossTrackKm: across,
    variableName: 'ssh_model',
    satellite: 'swot',
    attributes: {},
    readLines: async (lineStart, count) => {
      const cells = (value: (line: number, cell: number) => number): Float64Array =>
        Float64Array.from({ length: count * cellCount }, (_, index) =>
          value(lineStart + Math.floor(index / cellCount), index % cellCount),
        );
      return {
        lineStart,
        lineCount: count,
        timeDays: timeDays.slice(lineStart, lineStart + count),
        latDeg: cells((line) => 30 + 0.018 * line),
        lonDeg: cells((_, cell) => -60 + (across?.[cell] ?? 0) / 95),
        sshM: cells(height),
        sshObservedM: cells((line, cell) => height(line, cell) + 1),
      };
    },
    close: () => undefined,
  };
}

describe('blocks of a swath', () => {
  test.each([
    { name: '2 km cells', spacingKm: 2, sizes: [6, 7, 6, 6] },
    { name: '5 km cells', spacingKm: 5, sizes: [3, 2, 3, 2] },
  ])('cut each side of $name into four equal pieces', ({ spacingKm, sizes }) => {
    const blocks = blocksAcross({
      acrossTrackKm: acrossTrackKm(spacingKm),
      cellCount: 100 / spacingKm,
    });
    expect(blocks.map(({ start, end }) => end - start)).toEqual([...sizes, ...sizes]);
    const ends = [0, ...blocks.map(({ end }) => end)];
    expect(blocks.map(({ start }) => start)).toEqual(ends.slice(0, -1));
  });

  test('are six cells wide where the file does not say how wide a cell is', () => {
    const blocks = blocksAcross({ acrossTrackKm: null, cellCount: 24 });
    expect(blocks).toEqual([0, 6, 12, 18].map((start) => ({ start, end: start + 6 })));
  });

  test.each([
    { name: '2 km', lineSeconds: 0.3126, lines: 15 },
    { name: '5 km', lineSeconds: 0.3126 * 2.5, lines: 6 },
  ])('are 30 km long in lines of $name', ({ lineSeconds, lines }) => {
    const { timeDays } = swathOf(10 * lines, { lineSeconds });
    const blocks = blocksAlong(timeDays, WHOLE);
    expect(blocks.map(({ start, end }) => end - start)).toEqual(Array.from({ length: 10 }, () => lines));
  });

  test('never span a pause, and leave out lines outside the period', () => {
    const seconds = [0, 0.3, 0.6, 100, 100.3, 200];
    const timeDays = Float64Array.from(seconds, (second) => FIRST_DAY + second * SECOND);
    expect(blocksAlong(timeDays, WHOLE)).toEqual([
      { start: 0, end: 3 },
      { start: 3, end: 5 },
      { start: 5, end: 6 },
    ]);
    const middle = { firstDays: FIRST_DAY + 0.2 * SECOND, lastDays: FIRST_DAY + 150 * SECOND };
    expect(blocksAlong(timeDays, middle)).toEqual([
      { start: 1, end: 3 },
      { start: 3, end: 5 },
    ]);
    expect(blocksAlong(timeDays, { firstDays: 0, lastDays: 1 })).toEqual([]);
    expect(blocksAlong(new Float64Array(0), WHOLE)).toEqual([]);
  });
});

describe('averages of a swath', () => {
  test('are the means of their cells, missing cells left out', async () => {
    const height = (line: number, cell: number): number => (cell % 2 === 0 ? NaN : line);
    const means = await averagedSwath(swathOf(30, { height }), WHOLE);
    expect(means.timeDays).toHaveLength(2 * 8);
    expect(Array.from(means.sshM.subarray(0, 8))).toEqual(Array.from({ length: 8 }, () => 7));
    expect(means.sshObservedM?.[15]).toBe(23);
    expect(means.latDeg[8]).toBeCloseTo(30 + 0.018 * 22, 12);
    expect((means.timeDays[8]! - FIRST_DAY) / SECOND).toBeCloseTo(22 * 0.3126, 4);
  });

  test('have no block without a valid cell, as over land', async () => {
    const height = (_: number, cell: number): number => (cell < 25 ? NaN : 0.3);
    const means = await averagedSwath(swathOf(15, { height }), WHOLE);
    expect(means.lonDeg).toHaveLength(4);
    expect(means.lonDeg.every((lon) => lon > -60)).toBe(true);
  });

  test('do not depend on how many lines are read at once', async () => {
    const height = (line: number, cell: number): number => ((line * 31 + cell * 17) % 101) / 100;
    const across = acrossTrackKm(0.25); // 400 cells: a read holds 2500 lines
    const swath = swathOf(3000, { height, across });
    const reads: number[] = [];
    const watched: Swath = {
      ...swath,
      readLines: (lineStart, count) => {
        reads.push(count);
        return swath.readLines(lineStart, count);
      },
    };
    const inTwoReads = await averagedSwath(watched, WHOLE);
    expect(reads).toEqual([2490, 510]);
    const inOneRead = await averagedSwath(swath, { ...WHOLE, firstDays: swath.timeDays[2400]! });
    const first = (2400 / 15) * 8;
    expect(inOneRead.sshM).toEqual(inTwoReads.sshM.slice(first));
    expect(inOneRead.latDeg).toEqual(inTwoReads.latDeg.slice(first));
  });
});
