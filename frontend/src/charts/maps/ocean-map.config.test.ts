import { mapManifestSchema } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { balance, haline, speed } from './colour-map';
import {
  decodeField,
  differenceOf,
  differenceScale,
  fieldBarLabels,
  fieldScale,
  fieldValueText,
  isSameGrid,
  layerOf,
  outlineOf,
  paintField,
  paintMissing,
  rmseScale,
} from './ocean-map.config';

const range = (min: number, max: number, rms: number) => ({ min, max, rms });

describe('fields', () => {
  test('are decoded with their scale, missing values apart', () => {
    const field = decodeField(Int16Array.of(-32768, 0, 100), { scale: 0.01, offset: 2 });
    expect(Array.from(field)).toEqual([NaN, 2, 3]);
  });

  test('are subtracted point by point, and never from a map of another size', () => {
    const difference = differenceOf(Float32Array.of(3, NaN, 1), Float32Array.of(1, 1, NaN));
    expect(Array.from(difference)).toEqual([2, NaN, NaN]);
    expect(() => differenceOf(new Float32Array(2), new Float32Array(3))).toThrow(/2 and 3 points/);
  });

  test('belong together where points and days are the same', () => {
    const manifest = (change: object) =>
      mapManifestSchema.parse({ lonDeg: [0, 1], latDeg: [3, 4], timeDays: [5], layers: [], ...change });
    expect(isSameGrid(manifest({}), manifest({ lonDeg: [1e-9, 1] }))).toBe(true);
    expect(isSameGrid(manifest({}), manifest({ lonDeg: [0, 1.05] }))).toBe(false);
    expect(isSameGrid(manifest({}), manifest({ timeDays: [5, 6] }))).toBe(false);
  });

  test('have the names of the stacks', () => {
    expect(layerOf('reconstruction', 'height')).toBe('reconstruction');
    expect(layerOf('reference', 'vorticity')).toBe('reference-vorticity');
  });
});

describe('scales', () => {
  test('of heights go from the lowest to the highest, in a map without a middle', () => {
    const scale = fieldScale('height', range(-0.6, 1.1, 0.4));
    expect(scale).toMatchObject({ map: haline, min: -0.6, max: 1.1 });
    expect(fieldBarLabels(scale)).toEqual(['\u221260', '25', '110 cm']);
  });

  test('of gradients begin at nothing, those of vorticity are symmetrical; tails share the last colour', () => {
    const gradient = fieldScale('gradient', range(0, 5e-5, 4e-6));
    expect(gradient).toMatchObject({ map: speed, min: 0, max: 1.5e-5, isOpenAbove: true });
    expect(fieldBarLabels(gradient)).toEqual(['0', '75', '≥ 150 cm / 100 km']);
    const vorticity = fieldScale('vorticity', range(-0.4, 2, 0.1));
    expect(vorticity).toMatchObject({ map: balance, min: -0.3, max: 0.3 });
    expect(fieldBarLabels(vorticity)).toEqual(['≤ \u22120.30', '0.00', '≥ +0.30 f']);
    expect(fieldScale('vorticity', { min: -1, max: 1, rms: null })).toMatchObject({ min: -1, max: 1 });
  });

  test('of differences are symmetrical, and there is one even where there is no difference', () => {
    expect(differenceScale('height', 0.05)).toMatchObject({ min: -0.15, max: 0.15 });
    expect(fieldBarLabels(differenceScale('height', 0.02))).toEqual(['≤ \u22125.0', '0.0', '≥ +5.0 cm']);
    expect(differenceScale('height', 0)).toMatchObject({ min: -0.01, max: 0.01 });
    expect(rmseScale({ max: 0.4 }, 0.05)).toMatchObject({ min: 0, max: 0.1, isOpenAbove: true });
  });

  test('are read at the cursor with their unit', () => {
    expect(fieldValueText(0.1234, 'height')).toBe('12.3 cm');
    expect(fieldValueText(-0.1234, 'height', true)).toBe('\u221212.3 cm');
    expect(fieldValueText(1e-5, 'gradient')).toBe('100.0 cm / 100 km');
    expect(fieldValueText(0.25, 'vorticity')).toBe('+0.250 f');
    expect(fieldValueText(NaN, 'height')).toBe('none');
  });
});

describe('pixels', () => {
  const size = { latCount: 2, lonCount: 2 };

  test('have the north at the top, and missing values shine through', () => {
    const field = Float32Array.of(0, NaN, 1, 0.5); // south-west, south-east, north-west, north-east
    const pixels = paintField(field, { map: haline, min: 0, max: 1 }, size);
    expect(Array.from(pixels.slice(0, 3))).toEqual(Array.from(haline.table.slice(255 * 3)));
    expect(Array.from(pixels.slice(8, 11))).toEqual(Array.from(haline.table.slice(0, 3)));
    expect(pixels[15]).toBe(0);
    expect(Array.from(paintMissing(field, [1, 2, 3], size).slice(12))).toEqual([1, 2, 3, 255]);
    expect(() => paintField(new Float32Array(3), { map: haline, min: 0, max: 1 }, size)).toThrow(
      /need 2 × 2/,
    );
  });

  test.each([
    { map: haline, name: 'heights' },
    { map: speed, name: 'gradients' },
  ])('of $name become lighter or darker all the way, so that they can be read without colour', ({ map }) => {
    const lightness = Array.from({ length: 256 }, (_, index) => {
      const [red, green, blue] = map.table.slice(index * 3, index * 3 + 3);
      return 0.2126 * (red! / 255) ** 2.2 + 0.7152 * (green! / 255) ** 2.2 + 0.0722 * (blue! / 255) ** 2.2;
    });
    const direction = Math.sign(lightness.at(-1)! - lightness[0]!);
    const steps = lightness.slice(8).map((value, index) => direction * (value - lightness[index]!));
    expect(Math.min(...steps)).toBeGreaterThan(0);
  });
});

describe('outlines', () => {
  test('go around what was observed, once, with joined edges', () => {
    // a bar of two points in the northern row of a map of 2 × 3
    const field = Float32Array.of(NaN, NaN, NaN, 1, 1, NaN);
    const edges = outlineOf(field, { latCount: 2, lonCount: 3 });
    expect(edges).toEqual([
      { x1: 0, y1: 0, x2: 2, y2: 0 },
      { x1: 0, y1: 1, x2: 2, y2: 1 },
      { x1: 0, y1: 0, x2: 0, y2: 1 },
      { x1: 2, y1: 0, x2: 2, y2: 1 },
    ]);
    expect(outlineOf(new Float32Array(6).fill(NaN), { latCount: 2, lonCount: 3 })).toEqual([]);
  });
});
