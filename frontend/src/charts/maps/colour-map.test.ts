import { describe, expect, test } from 'vitest';
import { amp, balance, colourAt, colourGradient, colourIndex, deep, fromControlPoints } from './colour-map';

/** Relative luminance, CIE Y of sRGB. */
function luminance(table: Uint8Array, index: number): number {
  const [red, green, blue] = [0, 1, 2].map((channel) => ((table[index * 3 + channel] ?? 0) / 255) ** 2.2);
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

describe('colour maps', () => {
  test('go through their control points', () => {
    const map = fromControlPoints('two', [
      [0, 0, 0],
      [255, 255, 255],
    ]);
    expect([...map.table.slice(0, 3)]).toEqual([0, 0, 0]);
    expect([...map.table.slice(-3)]).toEqual([255, 255, 255]);
    expect(colourAt(balance, 0)).toBe('rgb(23, 28, 66)');
    expect(colourAt(balance, 1)).toBe('rgb(60, 9, 17)');
  });

  test.each([{ map: amp }, { map: deep }])(
    '$map.name darkens all the way, so that grey prints and colour-blind eyes read it',
    ({ map }) => {
      for (let index = 1; index < 256; index += 1) {
        expect(luminance(map.table, index)).toBeLessThanOrEqual(luminance(map.table, index - 1) + 0.004);
      }
    },
  );

  test('balance is lightest in the middle and equally dark at both ends', () => {
    const middle = Math.max(luminance(balance.table, 127), luminance(balance.table, 128));
    for (const index of [0, 64, 191, 255]) expect(luminance(balance.table, index)).toBeLessThan(middle);
    expect(Math.abs(luminance(balance.table, 0) - luminance(balance.table, 255))).toBeLessThan(0.02);
  });
});

describe('colourIndex', () => {
  test.each([
    { name: 'the smallest value', value: -1, min: -1, max: 1, index: 0 },
    { name: 'the middle', value: 0, min: -1, max: 1, index: 128 },
    { name: 'the largest value', value: 1, min: -1, max: 1, index: 255 },
    { name: 'a value above the range', value: 9, min: -1, max: 1, index: 255 },
    { name: 'any value of a range without width', value: 3, min: 3, max: 3, index: 128 },
  ])('takes $name to $index', ({ value, min, max, index }) => {
    expect(colourIndex(value, min, max)).toBe(index);
  });
});

test('a colour bar runs from the first to the last colour', () => {
  expect(colourGradient(balance)).toMatch(
    /^linear-gradient\(to right, rgb\(23, 28, 66\), .*rgb\(60, 9, 17\)\)$/,
  );
});
