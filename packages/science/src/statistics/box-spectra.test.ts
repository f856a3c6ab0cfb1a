import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { RegularGrid } from '../grid.js';
import { SCORE_PROTOCOLS } from '../protocols/score-protocols.js';
import { BOX_SPECTRA, boxSpectrumLayout, type ZonalBoxes } from './box-spectra.js';

const folder = new URL('../../test/golden/', import.meta.url);
type GoldenBox = {
  pieceCount: number;
  kmPerDeg?: number;
  wavelength: number | null;
  unresolved: string | null;
  referencePsd?: number[];
  errorPsd?: number[];
};
// Written by tools/golden/box-resolution.py: numpy and scipy, from the definition.
const golden = (
  JSON.parse(readFileSync(new URL('box_resolution.json', folder), 'utf8')) as {
    zonal: {
      latDeg: number[];
      lonDeg: number[];
      timeDays: number[];
      boxLatDeg: number[];
      boxLonDeg: number[];
      boxes: GoldenBox[];
      whole: { pieceCount: number; wavelength: number; kmPerDeg: number };
    };
  }
).zonal;
const grid: RegularGrid = {
  timeDays: Float64Array.from(golden.timeDays),
  latDeg: Float64Array.from(golden.latDeg),
  lonDeg: Float64Array.from(golden.lonDeg),
};
const readField = (name: string) =>
  new Float32Array(new Uint8Array(gunzipSync(readFileSync(new URL(name, folder)))).buffer);
const reference = readField('box_resolution_ref.f32.gz');
const reconstruction = readField('box_resolution_rec.f32.gz');

const axis = (first: number, count: number, step: number) =>
  Float64Array.from({ length: count }, (_, index) => first + index * step);

function rowsOf(values: Float32Array, { latDeg, lonDeg, timeDays }: RegularGrid, start: number, end: number) {
  const width = lonDeg.length;
  return Float32Array.from(
    Array.from(timeDays.keys()).flatMap((day) =>
      Array.from(values.subarray((day * latDeg.length + start) * width, (day * latDeg.length + end) * width)),
    ),
  );
}

function boxesOf(
  on: RegularGrid,
  fields: { reconstruction: Float32Array; reference: Float32Array },
  cuts: readonly number[] = [],
): ZonalBoxes | null {
  const frame = { grid: on, protocol: SCORE_PROTOCOLS['osse-2020a'], oceanSegmentDeg: null };
  const edges = [0, ...cuts, on.latDeg.length];
  const parts = edges.slice(1).map((end, index) => {
    const latStart = edges[index]!;
    const accumulator = BOX_SPECTRA.accumulate(frame);
    accumulator.addBand({
      latStart,
      latCount: end - latStart,
      reconstruction: rowsOf(fields.reconstruction, on, latStart, end),
      reference: rowsOf(fields.reference, on, latStart, end),
    });
    return accumulator.sums();
  });
  return BOX_SPECTRA.finish(BOX_SPECTRA.merge(parts), frame);
}

/** A field of waves along the rows, by wavelength in degrees and amplitude in metres. */
function waves(on: RegularGrid, parts: readonly (readonly [number, number])[], seed: number): Float32Array {
  const { timeDays, latDeg, lonDeg } = on;
  return Float32Array.from({ length: timeDays.length * latDeg.length * lonDeg.length }, (_, index) => {
    const row = Math.floor(index / lonDeg.length);
    const lon = lonDeg[index % lonDeg.length]!;
    return parts.reduce(
      (sum, [wavelength, amplitude], part) =>
        sum + amplitude * Math.sin((2 * Math.PI * lon) / wavelength + row * (seed + 1.7 * part)),
      0,
    );
  });
}

describe('effective resolution by box', () => {
  test('is that of numpy and scipy on a field with land and a hole', () => {
    const found = boxesOf(grid, { reconstruction, reference })!;
    expect(found.latDeg).toEqual(golden.boxLatDeg);
    expect(found.lonDeg).toEqual(golden.boxLonDeg);
    expect(found.boxes).toHaveLength(golden.boxes.length);
    golden.boxes.forEach((expected, index) => {
      const box = found.boxes[index]!;
      expect(box.pieceCount).toBe(expected.pieceCount);
      expect(box.resolution.unresolved).toBe(expected.unresolved);
      if (expected.wavelength === null) expect(box.resolution.wavelength).toBeNull();
      else expect(box.resolution.wavelength).toBeCloseTo(expected.wavelength, 9);
      // float64 on both sides, sums in another order
      (expected.referencePsd ?? []).forEach((density, k) => {
        expect(box.referencePsd[k]! / density).toBeCloseTo(1, 9);
        expect(box.errorPsd[k]! / expected.errorPsd![k]!).toBeCloseTo(1, 9);
      });
      if (expected.kmPerDeg !== undefined) expect(box.kmPerDeg).toBeCloseTo(expected.kmPerDeg, 9);
    });
    expect(new Set(golden.boxes.map(({ unresolved }) => unresolved))).toEqual(
      new Set([null, 'too-few-pieces', 'longer-than-box']),
    );
    expect(found.whole.pieceCount).toBe(golden.whole.pieceCount);
    expect(found.whole.resolution.wavelength).toBeCloseTo(golden.whole.wavelength, 9);
    expect(found.whole.kmPerDeg).toBeCloseTo(golden.whole.kmPerDeg, 9);
  });

  test('does not depend on how the rows come', () => {
    const whole = boxesOf(grid, { reconstruction, reference })!;
    const parts = boxesOf(grid, { reconstruction, reference }, [7, 20, 21])!;
    parts.boxes.forEach((box, index) => {
      expect(box.pieceCount).toBe(whole.boxes[index]!.pieceCount);
      expect(box.resolution.unresolved).toBe(whole.boxes[index]!.resolution.unresolved);
      expect(box.resolution.wavelength ?? -1).toBeCloseTo(
        whole.boxes[index]!.resolution.wavelength ?? -1,
        10,
      );
    });
  });

  test('does not change with the unit of the heights, nor with what is added to both fields', () => {
    const whole = boxesOf(grid, { reconstruction, reference })!;
    const changed = boxesOf(grid, {
      reconstruction: reconstruction.map((value) => 100 * value + 7),
      reference: reference.map((value) => 100 * value + 7),
    })!;
    changed.boxes.forEach(({ resolution }, index) => {
      const before = whole.boxes[index]!.resolution;
      expect(resolution.unresolved).toBe(before.unresolved);
      expect(resolution.wavelength ?? -1).toBeCloseTo(before.wavelength ?? -1, 4); // float32 heights
    });
  });

  test.each([
    { name: 'the Gulf Stream', lat: axis(33, 200, 0.05), lon: axis(-65, 200, 0.05), size: 5, shape: [3, 3] },
    {
      name: 'its nodes on both edges',
      lat: axis(33, 201, 0.05),
      lon: axis(-65, 201, 0.05),
      size: 5,
      shape: [4, 4],
    },
    { name: 'OSMOSIS', lat: axis(45, 200, 0.05), lon: axis(-19.5, 160, 0.05), size: 5, shape: [3, 3] },
    { name: 'the basin', lat: axis(27, 152, 0.25), lon: axis(-79, 344, 0.25), size: 10, shape: [7, 17] },
  ])('has boxes of $size° over $name', ({ lat, lon, size, shape }) => {
    const layout = boxSpectrumLayout({ latDeg: lat, lonDeg: lon })!;
    expect(layout.sizeDeg).toBe(size);
    expect([layout.latStarts.length, layout.lonStarts.length]).toEqual(shape);
    expect(layout.latStarts.at(-1)! + layout.latCount).toBe(lat.length);
    expect(layout.lonStarts.at(-1)! + layout.lonCount).toBe(lon.length);
  });

  test('has no boxes where the area is smaller than one', () => {
    const small = { timeDays: axis(0, 2, 1), latDeg: axis(33, 18, 0.25), lonDeg: axis(-65, 40, 0.25) };
    const flat = new Float32Array(2 * 18 * 40);
    expect(boxesOf(small, { reconstruction: flat, reference: flat })).toBeNull();
  });

  const square: RegularGrid = {
    timeDays: axis(0, 2, 1),
    latDeg: axis(40, 20, 0.25),
    lonDeg: axis(0, 20, 0.25),
  };
  const truth = waves(
    square,
    [
      [2.5, 0.3],
      [1.25, 0.2],
      [0.625, 0.1],
    ],
    0.4,
  );
  test.each([
    { name: 'a perfect map resolves everything', map: truth, reason: 'everything-resolved' },
    {
      name: 'an all-zero map resolves nothing that a box tells',
      map: truth.map(() => 0),
      reason: 'longer-than-box',
    },
    {
      name: 'the opposite of the truth resolves nothing',
      map: truth.map((value) => -value),
      reason: 'longer-than-box',
    },
  ])('$name', ({ map, reason }) => {
    expect(boxesOf(square, { reconstruction: map, reference: truth })!.boxes[0]!.resolution).toEqual({
      wavelength: null,
      unresolved: reason,
    });
  });

  test('lies between a wave that is kept and one that is lost', () => {
    const map = waves(square, [[2.5, 0.3]], 0.4);
    const { wavelength } = boxesOf(square, { reconstruction: map, reference: truth })!.boxes[0]!.resolution;
    expect(wavelength).toBeGreaterThan(1.25);
    expect(wavelength).toBeLessThan(2.5);
  });

  test('is not defined where the reference is flat', () => {
    const flat = truth.map(() => 0);
    const [box] = boxesOf(square, { reconstruction: truth, reference: flat })!.boxes;
    expect(box!.resolution).toEqual({ wavelength: null, unresolved: 'undefined-spectrum' });
  });
});
