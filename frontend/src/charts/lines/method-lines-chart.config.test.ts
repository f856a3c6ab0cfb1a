import { describe, expect, test } from 'vitest';
import type { ChartColours } from '../chart-colours';
import {
  contourLinesConfig,
  dailyLinesConfig,
  evenTicks,
  halfCrossing,
  psdScoreLinesConfig,
  recordLinesConfig,
} from './method-lines-chart.config';

const colours: ChartColours = {
  ink: 'ink',
  inkFaint: 'faint',
  line: 'line',
  surface: 'surface',
  land: 'land',
  submission: 'own',
  reference: 'reference',
};
const palette = { colours, ofMethod: (slot: number) => `colour ${slot}` };
const series = [
  { label: 'OI', slot: 0, points: [{ x: 1, y: 0.9 }, { x: 2, y: 0.8 }] },
  { label: 'Mine', slot: 3, points: [{ x: 1, y: 0.95 }] },
]; // oxfmt-ignore

describe('lines of methods', () => {
  test('take colour and dashes of their slot, on every chart', () => {
    for (const config of [
      dailyLinesConfig(series, { axis: 'RMSE (cm)', decimals: 2 }, palette),
      psdScoreLinesConfig(series, 'degrees', palette),
      contourLinesConfig(series, palette),
      recordLinesConfig(series, { axis: 'µ', decimals: 3 }, palette),
    ]) {
      expect(config.data.datasets.map(({ borderColor, label }) => `${label} ${String(borderColor)}`)).toEqual(
        ['OI colour 0', 'Mine colour 3'],
      );
    }
    expect(
      dailyLinesConfig(series, { axis: '', decimals: 2 }, palette).data.datasets[1]?.borderDash,
    ).not.toEqual([]);
  });

  test('a single value is drawn as a point: a line of one point shows nothing', () => {
    const { datasets } = dailyLinesConfig(series, { axis: '', decimals: 2 }, palette).data;
    expect(datasets.map(({ pointRadius }) => pointRadius)).toEqual([0, 3]);
  });

  test('contours lie further right and further up where smaller scales are resolved, as the page says', () => {
    const { scales } = contourLinesConfig(series, palette).options ?? {};
    expect(scales?.['x']).toMatchObject({ type: 'logarithmic', reverse: true });
    expect(scales?.['y']).toMatchObject({ type: 'logarithmic', reverse: true });
  });

  test('the axis of a PSD score reaches below zero only where a score does', () => {
    const minOf = (y: number) =>
      psdScoreLinesConfig([{ label: 'a', slot: 1, points: [{ x: 1, y }] }], 'km', palette).options?.scales?.[
        'y'
      ]?.min;
    expect(minOf(0.2)).toBe(0);
    expect(minOf(-3)).toBe(-0.25);
  });
});

describe('the crossing of 0.5', () => {
  test.each([
    { name: 'half way in the logarithm', points: [{ x: 4, y: 0.75 }, { x: 1, y: 0.25 }], expected: 2 },
    { name: 'none where it stays above', points: [{ x: 4, y: 0.9 }, { x: 1, y: 0.6 }], expected: null },
    { name: 'none where it begins below', points: [{ x: 4, y: 0.4 }, { x: 2, y: 0.9 }, { x: 1, y: 0.1 }], expected: null },
    { name: 'none of nothing', points: [], expected: null },
  ])('is $name', ({ points, expected }) => {
    const crossing = halfCrossing(points);
    if (expected === null) expect(crossing).toBeNull();
    else expect(crossing).toBeCloseTo(expected, 12);
  }); // oxfmt-ignore
});

describe('the days under a chart', () => {
  const at = (...values: number[]) => values.map((value) => ({ value }));
  test('end with a whole step, or with the last day where it is one', () => {
    expect(evenTicks(at(0, 5, 10, 11))).toEqual(at(0, 5, 10));
    expect(evenTicks(at(0, 5, 10, 15))).toEqual(at(0, 5, 10, 15));
    expect(evenTicks(at(3))).toEqual(at(3));
  });
});
