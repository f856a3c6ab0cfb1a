import { describe, expect, test } from 'vitest';
import { coastRings, oceanMask } from './ocean-mask.js';

function isOcean(latDeg: number, lonDeg: number): boolean {
  return oceanMask({ latDeg: Float64Array.of(latDeg), lonDeg: Float64Array.of(lonDeg) })[0] === 1;
}

describe('oceanMask', () => {
  test.each([
    { name: 'the middle of the Atlantic', lat: 45, lon: -35 },
    { name: 'the Gulf Stream extension', lat: 38, lon: -60 },
    { name: 'the Porcupine Abyssal Plain', lat: 49, lon: -16.5 },
    { name: 'the Bay of Biscay', lat: 45, lon: -4 },
    { name: 'the corner of the Bay of Biscay', lat: 43.6, lon: -1.8 },
    { name: 'the North Sea', lat: 56, lon: 3 },
    { name: 'the English Channel', lat: 50.1, lon: -2 },
    { name: 'the Irish Sea', lat: 53.7, lon: -4.8 },
    { name: 'the Gulf of Saint Lawrence', lat: 48, lon: -61 },
    { name: 'the Labrador Sea', lat: 58, lon: -53 },
    { name: 'the Gulf of Cádiz', lat: 36.3, lon: -7.5 },
  ])('has sea in $name', ({ lat, lon }) => {
    expect(isOcean(lat, lon)).toBe(true);
  });

  test.each([
    { name: 'Madrid', lat: 40.42, lon: -3.7 },
    { name: 'Newfoundland', lat: 48.9, lon: -56 },
    { name: 'Bermuda', lat: 32.3, lon: -64.76 },
    { name: 'São Miguel in the Azores', lat: 37.78, lon: -25.5 },
    { name: 'Iceland', lat: 64.8, lon: -18.5 },
    { name: 'Ireland', lat: 53.3, lon: -8 },
    { name: 'the tip of Greenland', lat: 60.5, lon: -45 },
    { name: 'the Sahara', lat: 28, lon: -5 },
    { name: 'New York State', lat: 43, lon: -75 },
  ])('has land in $name', ({ lat, lon }) => {
    expect(isOcean(lat, lon)).toBe(false);
  });

  test.each([
    { name: 'Lake Ontario', lat: 43.6, lon: -77.9 },
    { name: 'the Alborán Sea', lat: 36, lon: -4 },
    { name: 'the Gulf of Lion', lat: 42.5, lon: 4.5 },
    { name: 'the Ligurian Sea', lat: 43.5, lon: 6.9 },
    { name: 'James Bay', lat: 58, lon: -78.5 },
  ])('counts $name as land: not the Atlantic', ({ lat, lon }) => {
    expect(isOcean(lat, lon)).toBe(false);
  });

  test('gives each node its own answer, whatever the order and the spacing of the grid', () => {
    const latDeg = Float64Array.of(53.3, 36.3, 58);
    const lonDeg = Float64Array.of(-8, -53, -7.5);
    const mask = oceanMask({ latDeg, lonDeg });
    const one = [...latDeg].flatMap((lat) => [...lonDeg].map((lon) => (isOcean(lat, lon) ? 1 : 0)));
    expect([...mask]).toEqual(one);
    expect(mask.includes(0) && mask.includes(1)).toBe(true);
  });

  test('agrees with the winding of the coast around random places', () => {
    // Slow oracle: the angle under which each ring is seen adds up to a full turn or to nothing.
    const places = [
      [50.2, -5.3],
      [57.2, -6.4],
      [46.4, -63.2],
      [33.1, -16.3],
      [62, -7],
      [47.4, -3.1],
    ] as const;
    for (const [lat, lon] of places) {
      const isInside = coastRings().some((ring) => {
        let turn = 0;
        for (let vertex = 0; vertex + 3 < ring.length; vertex += 2) {
          const from = Math.atan2(ring[vertex + 1]! - lat, ring[vertex]! - lon);
          const to = Math.atan2(ring[vertex + 3]! - lat, ring[vertex + 2]! - lon);
          turn += Math.atan2(Math.sin(to - from), Math.cos(to - from));
        }
        return Math.abs(turn) > Math.PI;
      });
      expect(isOcean(lat, lon)).toBe(!isInside);
    }
  });
});
