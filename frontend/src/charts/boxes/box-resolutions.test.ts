import type { BoxResolutionView, ResolutionByBox } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import {
  boxText,
  hasSameBoxes,
  longestOf,
  resolutionComparisons,
  resolutionText,
  resolutionTint,
  resolutionWords,
  unitsOf,
} from './box-resolutions';

const box = (
  wavelength: number | null,
  unresolved: BoxResolutionView['unresolved'] = null,
): BoxResolutionView => ({
  wavelength,
  unresolved,
  pieceCount: unresolved === 'too-few-pieces' ? 3 : 20,
  kmPerDeg: 90,
  reference: [],
  error: [],
});
const own: ResolutionByBox = {
  version: 1,
  direction: 'zonal',
  unit: 'deg',
  sizeDeg: 5,
  latDeg: [35.5, 38],
  lonDeg: [-62.5, -60],
  wavelength: [5, 2.5, 1.25, 0.5],
  longestWavelength: 2.5,
  leastPieceCount: 10,
  boxes: [box(1), box(1.5), box(null, 'longer-than-box'), box(null, 'too-few-pieces')],
  whole: box(1.2),
};
const other: ResolutionByBox = {
  ...own,
  boxes: [box(1.25), box(1), box(2), box(null, 'everything-resolved')],
};

describe('effective resolution by box', () => {
  test('is compared box by box, where both have a number', () => {
    const parts = resolutionComparisons(own, other, 'deg');
    expect(parts.map(({ loss }) => loss)).toEqual([-0.25, 0.5, null, null]);
    expect(parts[1]).toMatchObject({ row: 0, column: 1, southDeg: 33, northDeg: 38, westDeg: -62.5 });
    expect(resolutionComparisons(own, null, 'deg').map(({ loss }) => loss)).toEqual([null, null, null, null]);
  });

  test('has a number or says why there is none, in degrees and in km', () => {
    const texts = (unit: 'deg' | 'km') =>
      resolutionComparisons(own, other, unit).map((part) => resolutionText(part.own, unit));
    expect(texts('deg')).toEqual(['1.00', '1.50', '>\u202f2.50', '–']);
    expect(texts('km')).toEqual(['90', '135', '>\u202f225', '–']);
    const last = resolutionComparisons(own, other, 'deg')[3]!;
    expect(resolutionText(last.other!, 'deg')).toBe('≤\u202f0.50');
    expect(resolutionWords(last.own, 'deg')).toBe('– (not enough sea or passes of the satellite)');
    expect(unitsOf(own)).toEqual(['deg', 'km']);
    expect(unitsOf({ ...own, unit: 'km', direction: 'along-track' })).toEqual(['km']);
  });

  test('that is no number is never among the worst, nor coloured', () => {
    const parts = resolutionComparisons(own, other, 'deg');
    expect(longestOf(parts).map(({ column, row }) => [row, column])).toEqual([[0, 1]]);
    const alone = resolutionComparisons(own, null, 'deg');
    expect(longestOf(alone).map(({ own: { value } }) => value)).toEqual([1.5, 1]);
    expect(longestOf(alone, 1)).toHaveLength(1);
    expect(parts.map((part) => resolutionTint(part, parts)).slice(2)).toEqual([null, null]);
    expect(alone.map((part) => resolutionTint(part, alone)).slice(2)).toEqual([null, null]);
  });

  test('has the colour of what is gained or lost, as a ratio', () => {
    const parts = resolutionComparisons(own, other, 'deg');
    expect(resolutionTint(parts[1]!, parts)).toBe(1);
    expect(resolutionTint(parts[0]!, parts)).toBeCloseTo(Math.log(1 / 1.25) / Math.log(1.5), 12);
    const alone = resolutionComparisons(own, null, 'deg');
    expect(resolutionTint(alone[0]!, alone)).toBe(0);
    expect(resolutionTint(alone[1]!, alone)).toBe(1);
    // A difference of a hundredth is no full colour.
    const near = resolutionComparisons(own, { ...own, boxes: own.boxes.map(() => box(1.01)) }, 'deg');
    expect(Math.abs(resolutionTint(near[0]!, near)!)).toBeLessThan(0.1);
  });

  test('is compared over the same boxes only', () => {
    expect(hasSameBoxes(own, other)).toBe(true);
    expect(hasSameBoxes(own, { ...other, sizeDeg: 10 })).toBe(false);
    expect(hasSameBoxes(own, { ...other, lonDeg: [-62.5, -59] })).toBe(false);
    expect(hasSameBoxes(own, { ...other, direction: 'along-track' })).toBe(false);
  });

  test('names its box by its edges', () => {
    expect(boxText({ southDeg: 33, northDeg: 38, westDeg: -62.5, eastDeg: -57.5 })).toBe(
      '33°N–38°N, 62.5°W–57.5°W',
    );
    expect(boxText({ southDeg: 33, northDeg: 38.0000000001, westDeg: -60, eastDeg: -55 })).toBe(
      '33°N–38°N, 60°W–55°W',
    );
  });
});
