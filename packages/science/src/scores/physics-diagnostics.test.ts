import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FieldValues, RegularGrid } from '../grid.js';
import { mergeStatistics, statisticsOfMap, StatisticsCollector } from '../statistics/map-statistics.js';
import { physicsDiagnostics, type PhysicsStatistics } from './physics-diagnostics.js';

const PHYSICS = ['daily', 'derivatives', 'zonalSpectrum'] as const;

const folder = new URL('../../test/golden/', import.meta.url);
// As tools/golden/physics.py wrote it.
const golden = JSON.parse(readFileSync(new URL('physics.json', folder), 'utf8')) as {
  grid: { timeDays: number[]; latDeg: number[]; lonDeg: number[] };
  expected: {
    varianceRatio: number;
    gradientRatio: number;
    vorticityRatio: number;
    gradientPointCount: number;
    vorticityPointCount: number;
    referenceGradientRms: number;
    referenceVorticityRms: number;
    pieceCount: number;
    spectralSlope: number;
    referenceSpectralSlope: number;
    slopeWavelengthsKm: [number, number];
    referencePsd: number[];
  };
};
const goldenGrid: RegularGrid = {
  timeDays: Float64Array.from(golden.grid.timeDays),
  latDeg: Float64Array.from(golden.grid.latDeg),
  lonDeg: Float64Array.from(golden.grid.lonDeg),
};
const readField = (name: string) =>
  new Float32Array(new Uint8Array(gunzipSync(readFileSync(new URL(name, folder)))).buffer);
const goldenFields = {
  reconstruction: readField('physics_rec.f32.gz'),
  reference: readField('physics_ref.f32.gz'),
};

type Fields = { reconstruction: FieldValues; reference: FieldValues };

function rowsOf(values: FieldValues, grid: RegularGrid, latStart: number, latCount: number): Float64Array {
  const [latTotal, lonTotal] = [grid.latDeg.length, grid.lonDeg.length];
  const rows: number[] = [];
  for (let t = 0; t < grid.timeDays.length; t++)
    rows.push(
      ...values.subarray(
        (t * latTotal + latStart) * lonTotal,
        (t * latTotal + latStart + latCount) * lonTotal,
      ),
    );
  return Float64Array.from(rows);
}

function sumsOf(fields: Fields, grid: RegularGrid): PhysicsStatistics {
  return statisticsOfMap(PHYSICS, { protocol: 'osse-natl', grid, ...fields });
}

function physicsOf(fields: Fields, grid: RegularGrid) {
  return physicsDiagnostics(sumsOf(fields, grid));
}

function gridOf(options: {
  dayCount?: number;
  latCount?: number;
  lonCount?: number;
  south?: number;
}): RegularGrid {
  const { dayCount = 3, latCount = 12, lonCount = 48, south = 38 } = options;
  const axis = (count: number, first: number, step: number) =>
    Float64Array.from({ length: count }, (_, index) => first + step * index);
  return {
    timeDays: axis(dayCount, 22_940, 1),
    latDeg: axis(latCount, south, 0.25),
    lonDeg: axis(lonCount, -65, 0.25),
  };
}

function fieldOf(grid: RegularGrid, value: (t: number, lat: number, lon: number) => number): Float64Array {
  const values: number[] = [];
  for (const t of grid.timeDays)
    for (const lat of grid.latDeg) for (const lon of grid.lonDeg) values.push(value(t, lat, lon));
  return Float64Array.from(values);
}

const waves = (t: number, lat: number, lon: number) =>
  0.3 + 0.2 * Math.sin(2.1 * lon + lat - t / 5) + 0.03 * Math.cos(5.3 * lon - 2 * lat);

describe('physics columns', () => {
  it('are those of numpy and scipy on a field with land', () => {
    const { expected } = golden;
    const sums = sumsOf(goldenFields, goldenGrid);
    const found = physicsOf(goldenFields, goldenGrid);
    expect(sums.derivatives.gradientPointCount).toBe(expected.gradientPointCount);
    expect(sums.derivatives.vorticityPointCount).toBe(expected.vorticityPointCount);
    expect(sums.zonalSpectrum.pieceCount).toBe(expected.pieceCount);
    // Both sum the same float32 heights in float64, in another order.
    const digits = (value: number) => Math.abs(value) * 1e-10;
    const close = (value: number | null, wanted: number) =>
      expect(Math.abs((value ?? Number.NaN) - wanted)).toBeLessThan(digits(wanted));
    close(found.varianceRatio, expected.varianceRatio);
    close(found.gradientRatio, expected.gradientRatio);
    close(found.vorticityRatio, expected.vorticityRatio);
    close(found.spectralSlope, expected.spectralSlope);
    close(found.referenceSpectralSlope, expected.referenceSpectralSlope);
    close(found.slopeWavelengthsKm?.[0] ?? null, expected.slopeWavelengthsKm[0]);
    close(found.slopeWavelengthsKm?.[1] ?? null, expected.slopeWavelengthsKm[1]);
    const { derivatives: d, zonalSpectrum: spectrum } = sums;
    close(Math.sqrt(d.referenceGradientSum / d.gradientPointCount), expected.referenceGradientRms);
    close(Math.sqrt(d.referenceVorticitySum / d.vorticityPointCount), expected.referenceVorticityRms);
    expected.referencePsd.forEach((psd, k) =>
      close((spectrum.referencePsdSum[k] ?? Number.NaN) / spectrum.pieceCount, psd),
    );
  });

  it('are 1 for a perfect map, with equal slopes', () => {
    const grid = gridOf({});
    const reference = fieldOf(grid, waves);
    const found = physicsOf({ reconstruction: reference, reference }, grid);
    expect(found).toMatchObject({ varianceRatio: 1, gradientRatio: 1, vorticityRatio: 1 });
    expect(found.spectralSlope).toBeCloseTo(found.referenceSpectralSlope ?? Number.NaN, 12);
  });

  it('are 0 for an all-zero map, which has no slope', () => {
    const grid = gridOf({});
    const reference = fieldOf(grid, waves);
    const found = physicsOf({ reconstruction: reference.map(() => 0), reference }, grid);
    expect(found.varianceRatio).toBeCloseTo(0, 12);
    expect(found).toMatchObject({
      gradientRatio: 0,
      vorticityRatio: 0,
      spectralSlope: null,
      slopeWavelengthsKm: null,
    });
  });

  it('are undefined where the truth is flat', () => {
    const grid = gridOf({});
    const flat = fieldOf(grid, () => 0.5);
    expect(physicsOf({ reconstruction: fieldOf(grid, waves), reference: flat }, grid)).toMatchObject({
      varianceRatio: null,
      gradientRatio: null,
      vorticityRatio: null,
      spectralSlope: null,
    });
  });

  it('do not change with the unit or the offset of the heights', () => {
    const grid = gridOf({});
    const reference = fieldOf(grid, waves);
    const reconstruction = fieldOf(
      grid,
      (t, lat, lon) => waves(t, lat, lon) * 0.8 + 0.02 * Math.sin(9 * lon),
    );
    const metres = physicsOf({ reconstruction, reference }, grid);
    const inCentimetres = (values: Float64Array) => values.map((value) => 100 * value + 3);
    const centimetres = physicsOf(
      { reconstruction: inCentimetres(reconstruction), reference: inCentimetres(reference) },
      grid,
    );
    for (const column of ['varianceRatio', 'gradientRatio', 'vorticityRatio', 'spectralSlope'] as const)
      expect(centimetres[column]).toBeCloseTo(metres[column] ?? Number.NaN, 9);
  });

  it('tell a smooth map from a noisy one, where both have about the same variance', () => {
    const grid = gridOf({});
    const reference = fieldOf(grid, waves);
    const smooth = fieldOf(grid, (t, lat, lon) => 0.3 + 0.2 * Math.sin(2.1 * lon + lat - t / 5));
    const noisy = fieldOf(grid, (t, lat, lon) => waves(t, lat, lon) + 0.03 * Math.cos(7 * lon + 6 * lat));
    const [ofSmooth, ofNoisy] = [smooth, noisy].map((reconstruction) =>
      physicsOf({ reconstruction, reference }, grid),
    );
    expect(ofSmooth?.varianceRatio).toBeGreaterThan(0.95);
    expect(ofSmooth?.vorticityRatio).toBeLessThan(0.9);
    expect(ofNoisy?.vorticityRatio).toBeGreaterThan(1.2);
  });
});

describe('gradients and vorticities', () => {
  it('are those of a plane wave: k·a/√2 and g/f·k²·a/√2', () => {
    // a·sin(n·λ) at latitude φ: ∂/∂x = n/(R·cosφ); the differences attenuate it by sin(nΔ)/(nΔ) and 2(1 − cos nΔ)/(nΔ)².
    const grid = gridOf({ latCount: 3, lonCount: 361, south: 40 });
    const n = 36; // wavelength 10°
    const reference = fieldOf(grid, (_t, _lat, lon) => 0.1 * Math.sin((n * lon * Math.PI) / 180));
    const { derivatives } = sumsOf({ reconstruction: reference, reference }, grid);
    const step = (0.25 * Math.PI) / 180;
    const k = n / (6_371_000 * Math.cos((40.25 * Math.PI) / 180));
    const gradient = (0.1 / Math.SQRT2) * k * (Math.sin(n * step) / (n * step));
    const f = 2 * 7.292115e-5 * Math.sin((40.25 * Math.PI) / 180);
    const vorticity =
      (9.81 / f) * (0.1 / Math.SQRT2) * k * k * ((2 * (1 - Math.cos(n * step))) / (n * step) ** 2);
    const rms = (sum: number) => Math.sqrt(sum / derivatives.gradientPointCount);
    // 359 interior columns are not a whole number of waves: a part in 359.
    expect(rms(derivatives.referenceGradientSum) / gradient).toBeCloseTo(1, 2);
    expect(rms(derivatives.referenceVorticitySum) / vorticity).toBeCloseTo(1, 2);
  });

  it('leave out every point whose stencil misses a height, in both fields', () => {
    const grid = gridOf({ dayCount: 1, latCount: 7, lonCount: 7 });
    const reference = fieldOf(grid, waves);
    const reconstruction = reference.slice();
    expect(sumsOf({ reconstruction, reference }, grid).derivatives.gradientPointCount).toBe(25);
    reference[3 * 7 + 3] = Number.NaN; // the centre: 5 stencils
    expect(sumsOf({ reconstruction, reference }, grid).derivatives.gradientPointCount).toBe(20);
    reconstruction[7 + 1] = Number.NaN; // next to the corner: 3 more
    expect(sumsOf({ reconstruction, reference }, grid).derivatives.gradientPointCount).toBe(17);
  });

  it('have no vorticity within 5° of the equator', () => {
    const grid = gridOf({ south: -1, latCount: 8 });
    const fields = { reconstruction: fieldOf(grid, waves), reference: fieldOf(grid, waves) };
    const { gradientPointCount, vorticityPointCount } = sumsOf(fields, grid).derivatives;
    expect(gradientPointCount).toBeGreaterThan(0);
    expect(vorticityPointCount).toBe(0);
    expect(physicsOf(fields, grid).vorticityRatio).toBeNull();
  });
});

describe('sums by chunks of rows', () => {
  it.each([1, 2, 5, 44])('are those of the whole map, with bands of %i rows', (bandRows) => {
    const grid = goldenGrid;
    const latTotal = grid.latDeg.length;
    const whole = sumsOf(goldenFields, grid);
    const band = (latStart: number, latCount: number) => ({
      latStart,
      latCount,
      reconstruction: rowsOf(goldenFields.reconstruction, grid, latStart, latCount),
      reference: rowsOf(goldenFields.reference, grid, latStart, latCount),
    });
    const chunks = [
      { start: 0, count: 17 },
      { start: 17, count: 20 },
      { start: 37, count: 7 },
    ];
    const [first, ...others] = chunks.map(({ start, count }) => {
      const collector = new StatisticsCollector(PHYSICS, { protocol: 'osse-natl', grid });
      if (start > 0) collector.addNeighbours(band(start - 1, 1));
      for (let done = 0; done < count; done += bandRows)
        collector.addBand(band(start + done, Math.min(bandRows, count - done)));
      if (start + count < latTotal) collector.addNeighbours(band(start + count, 1));
      return collector.statistics();
    });
    const merged = mergeStatistics(first!, ...others);
    expect(merged.derivatives.gradientPointCount).toBe(whole.derivatives.gradientPointCount);
    expect(merged.zonalSpectrum.pieceCount).toBe(whole.zonalSpectrum.pieceCount);
    const close = (a: number, b: number) => expect(a / b).toBeCloseTo(1, 12); // another order of addition
    close(merged.derivatives.referenceVorticitySum, whole.derivatives.referenceVorticitySum);
    close(merged.derivatives.reconstructionGradientSum, whole.derivatives.reconstructionGradientSum);
    whole.zonalSpectrum.reconstructionPsdSum.forEach((psd, k) =>
      close(merged.zonalSpectrum.reconstructionPsdSum[k] ?? 0, psd),
    );
  });

  it('start anew after a gap between bands', () => {
    const grid = gridOf({ dayCount: 1, latCount: 6, lonCount: 5 });
    const values = fieldOf(grid, waves);
    const collector = new StatisticsCollector(['derivatives'], { protocol: 'osse-natl', grid });
    for (const latStart of [0, 1, 3, 4]) {
      const rows = rowsOf(values, grid, latStart, 1);
      collector.addBand({ latStart, latCount: 1, reconstruction: rows, reference: rows });
    }
    expect(collector.statistics().derivatives.gradientPointCount).toBe(0);
  });
});
