import { describe, expect, it } from 'vitest';
import { PlaceSampler } from './place-sampler.js';

function sampled(count: number, limit: number): PlaceSampler {
  const sampler = new PlaceSampler(limit);
  for (let index = 0; index < count; index++) if (sampler.wants()) sampler.keep(index, index % 200, 0, index);
  return sampler;
}

describe('PlaceSampler', () => {
  it('keeps everything of a short stream', () => {
    expect(sampled(150, 100).places.values).toEqual(Array.from({ length: 150 }, (_value, index) => index));
  });

  it.each([1000, 12_345, 1_000_000])(
    'keeps about as many as are wanted of %i, from begin to end',
    (count) => {
      const { places, seen } = sampled(count, 100);
      expect(seen).toBe(count);
      expect(places.values.length).toBeGreaterThanOrEqual(80);
      expect(places.values.length).toBeLessThanOrEqual(200);
      expect(places.values[0]).toBeLessThan(0.1 * count);
      expect(places.values.at(-1)).toBeGreaterThan(0.9 * count);
    },
  );

  it('prefers no column of a grid', () => {
    const columns = new Set(sampled(1_000_000, 2000).places.latDeg);
    // 2000 to 4000 places in 200 columns: an empty column has a chance of e⁻¹⁰.
    expect(columns.size).toBeGreaterThan(195);
  });

  it('takes the same places again', () => {
    expect(sampled(50_000, 100).places).toEqual(sampled(50_000, 100).places);
  });
});
