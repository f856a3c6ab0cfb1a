import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { groundSpeedKmPerS, groundTrack, sampleNumber } from './ground-track.js';
import { SATELLITES } from './satellite.js';
import { acrossTrackKm, swathLines, swathSatellite } from './swath-geometry.js';

const START = 22_919; // 2012-10-01
const BOX = { west: -66, east: -54, south: 32, north: 44 };
const EQUATORIAL_KM = 6378.137;
const FLATTENING = 1 / 298.257223563;

/** Length of the geodesic on WGS 84, km. Source: T. Vincenty, Survey Review 23, 1975, inverse formula. */
function geodesicKm(latA: number, lonA: number, latB: number, lonB: number): number {
  const radians = Math.PI / 180;
  const reduced = (lat: number): number => Math.atan((1 - FLATTENING) * Math.tan(lat * radians));
  const [sinA, cosA] = [Math.sin(reduced(latA)), Math.cos(reduced(latA))];
  const [sinB, cosB] = [Math.sin(reduced(latB)), Math.cos(reduced(latB))];
  const difference = (lonB - lonA) * radians;
  let lambda = difference;
  for (let iteration = 0; ; iteration++) {
    const sinSigma = Math.hypot(cosB * Math.sin(lambda), cosA * sinB - sinA * cosB * Math.cos(lambda));
    if (sinSigma === 0) return 0;
    const cosSigma = sinA * sinB + cosA * cosB * Math.cos(lambda);
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosA * cosB * Math.sin(lambda)) / sinSigma;
    const cos2Alpha = 1 - sinAlpha * sinAlpha;
    const cosMiddle = cos2Alpha === 0 ? 0 : cosSigma - (2 * sinA * sinB) / cos2Alpha;
    const c = (FLATTENING / 16) * cos2Alpha * (4 + FLATTENING * (4 - 3 * cos2Alpha));
    const next =
      difference +
      (1 - c) *
        FLATTENING *
        sinAlpha *
        (sigma + c * sinSigma * (cosMiddle + c * cosSigma * (2 * cosMiddle * cosMiddle - 1)));
    const isSettled = Math.abs(next - lambda) < 1e-13;
    lambda = next;
    if (!isSettled && iteration < 100) continue;
    const polar = EQUATORIAL_KM * (1 - FLATTENING);
    const u2 = (cos2Alpha * (EQUATORIAL_KM ** 2 - polar ** 2)) / polar ** 2;
    const a = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
    const b = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
    const correction =
      b *
      sinSigma *
      (cosMiddle +
        (b / 4) *
          (cosSigma * (2 * cosMiddle ** 2 - 1) -
            (b / 6) * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3)));
    return polar * a * (sigma - correction);
  }
}

describe('acrossTrackKm', () => {
  test('has the 52 cells of the 2020a challenge at 2 km', () => {
    const across = acrossTrackKm(2);
    expect(across).toHaveLength(52);
    expect([across[0], across[25], across[26], across[51]]).toEqual([-60, -10, 10, 60]);
    across.forEach((x, cell) => expect(x).toBeCloseTo(-across[51 - cell]!, 12));
  });

  test.each([
    [5, 22],
    [10, 12],
    [0.5, 202],
    [7, 16],
  ])('starts at 10 km and stays within 60 km with cells of %d km', (postingKm, count) => {
    const across = acrossTrackKm(postingKm);
    expect(across).toHaveLength(count);
    expect(across[count / 2]).toBe(10);
    expect(across[count - 1]).toBeLessThanOrEqual(60);
    expect(across[count - 1]).toBeGreaterThan(60 - postingKm);
  });

  test.each([0, -1, NaN, 26])('refuses cells of %d km', (postingKm) => {
    expect(() => acrossTrackKm(postingKm)).toThrow('0.25 to 25 km apart');
  });
});

describe('swathLines', () => {
  const lines = swathLines(SATELLITES.swot, { startDays: START, endDays: START + 9, box: BOX, postingKm: 5 });
  const cells = lines.acrossTrackKm.length;

  test('puts every cell at its distance from the track', () => {
    let largestM = 0;
    for (let line = 0; line < lines.track.timeDays.length; line += 7) {
      for (let cell = 0; cell < cells; cell++) {
        const at = line * cells + cell;
        const { latDeg, lonDeg } = lines.track;
        const found = geodesicKm(latDeg[line]!, lonDeg[line]!, lines.latDeg[at]!, lines.lonDeg[at]!);
        largestM = Math.max(largestM, 1000 * Math.abs(found - Math.abs(lines.acrossTrackKm[cell]!)));
      }
    }
    // The normal section differs from the geodesic, and the parabola from the section, by centimetres.
    expect(largestM).toBeLessThan(0.5);
  });

  test('lays the cells square to the flight, the negative ones to its left', () => {
    let checked = 0;
    for (let line = 1; line < lines.track.timeDays.length; line++) {
      const { latDeg, lonDeg, timeDays, pass } = lines.track;
      if (timeDays[line]! - timeDays[line - 1]! > 1e-5 || line % 5 !== 0) continue;
      const scale = Math.cos((latDeg[line]! * Math.PI) / 180);
      const along = [latDeg[line]! - latDeg[line - 1]!, (lonDeg[line]! - lonDeg[line - 1]!) * scale] as const;
      const left = line * cells + cells / 2 - 1; // the innermost, 10 km away
      const across = [
        lines.latDeg[left]! - latDeg[line]!,
        (lines.lonDeg[left]! - lonDeg[line]!) * scale,
      ] as const;
      const dot = along[0] * across[0] + along[1] * across[1];
      const lengths = Math.hypot(...along) * Math.hypot(...across);
      // 1 degree: latitude and longitude differ in scale by 0.3 % on the ellipsoid, and the track turns between two lines.
      expect(Math.abs(dot / lengths)).toBeLessThan(Math.sin(Math.PI / 180));
      // A prograde satellite: left is west where it climbs and east where it falls.
      expect(across[1] < 0).toBe(pass[line]! % 2 === 1);
      checked++;
    }
    expect(checked).toBeGreaterThan(50);
  });

  test('sets the lines a posting apart all around the orbit, as often as the 2020a challenge', () => {
    const satellite = swathSatellite(SATELLITES.swot, 2);
    expect(satellite.samplingSeconds).toBeCloseTo(0.3126, 3);
    const track = groundTrack(satellite, { startDays: START, endDays: START + 0.08 });
    for (let point = 1; point < track.timeDays.length; point += 97) {
      const step = geodesicKm(
        track.latDeg[point - 1]!,
        track.lonDeg[point - 1]!,
        track.latDeg[point]!,
        track.lonDeg[point]!,
      );
      expect(Math.abs(step - 2)).toBeLessThan(0.02);
    }
    expect(groundSpeedKmPerS(SATELLITES.swot)).toBeCloseTo(6.4, 1);
  });

  test('gives the same bits whether a period is taken at once or in two pieces', () => {
    const cut = START + 6.2345;
    const pieces = [
      [START, cut],
      [cut, START + 9],
    ].map(([startDays, endDays]) =>
      swathLines(SATELLITES.swot, { startDays: startDays!, endDays: endDays!, box: BOX, postingKm: 5 }),
    );
    expect(pieces.flatMap((piece) => [...piece.latDeg])).toEqual([...lines.latDeg]);
    expect(pieces.flatMap((piece) => [...piece.lonDeg])).toEqual([...lines.lonDeg]);
  });

  test('finds every cell inside a box, whatever lies outside', () => {
    const options = { startDays: START, endDays: START + 9, postingKm: 10 };
    const inside = (box: typeof BOX): number => {
      const { latDeg, lonDeg } = swathLines(SATELLITES.swot, { ...options, box });
      return latDeg.filter((lat, cell) => {
        const lon = lonDeg[cell]!;
        return lat >= BOX.south && lat <= BOX.north && lon >= BOX.west && lon <= BOX.east;
      }).length;
    };
    expect(inside(BOX)).toBeGreaterThan(1000);
    expect(inside(BOX)).toBe(inside({ west: -80, east: -40, south: 20, north: 60 }));
  });

  test('numbers lines from the reference crossing', () => {
    const satellite = swathSatellite(SATELLITES.swot, 5);
    const first = sampleNumber(satellite, lines.track.timeDays[0]!);
    expect(satellite.nodeTimeDays + (first * satellite.samplingSeconds) / 86_400).toBe(
      lines.track.timeDays[0],
    );
  });
});

const sharedFolder =
  process.env.SILLAGE_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const ephemeris = `${sharedFolder}/data/real/ephemeris_calval_june2015_ell.txt`;

describe.skipIf(!existsSync(ephemeris))(
  'swathLines beside the ephemeris of the SWOT calibration orbit (skipped where the shared data folder is absent)',
  () => {
    test('lays the swaths at their distance to both sides of the real track', () => {
      const rows = readFileSync(ephemeris, 'utf8')
        .split('\n')
        .filter((row) => row !== '' && !row.startsWith('#'))
        .map((row) => row.split(' ').map(Number) as [number, number, number]);
      const crossing = rows.findIndex((row, index) => index > 0 && rows[index - 1]![2] < 0 && row[2] >= 0);
      const [beforeSeconds, , beforeLat] = rows[crossing - 1]!;
      const nodeSeconds = beforeSeconds + (30 * -beforeLat) / (rows[crossing]![2] - beforeLat);
      const satellite = SATELLITES['swot-calval'];
      let largestKm = 0;
      let checked = 0;
      for (const index of [crossing + 20, crossing + 55, crossing + 75, crossing + 300, crossing + 640]) {
        // The real track between two rows 30 s apart, and our outermost cells when it passes half-way.
        const [seconds, lonA, latA] = rows[index]!;
        const [, lonB, latB] = rows[index + 1]!;
        const timeDays = satellite.nodeTimeDays + (seconds + 15 - nodeSeconds) / 86_400;
        const { latDeg, lonDeg } = swathLines(satellite, {
          startDays: timeDays - 1 / 86_400,
          endDays: timeDays + 1 / 86_400,
          box: { west: -180, east: 180, south: -90, north: 90 },
          postingKm: 5,
        });
        const east = (lon: number): number => ((((lon - lonA) % 360) + 540) % 360) - 180;
        const scale = Math.cos((latA * Math.PI) / 180) * 111.32;
        const along = [(latB - latA) * 111.13, east(lonB) * scale] as const;
        const length = Math.hypot(...along);
        const distanceOf = (cell: number): number => {
          const north = (latDeg[cell]! - latA) * 111.13;
          return (along[0] * east(lonDeg[cell]!) * scale - along[1] * north) / length;
        };
        largestKm = Math.max(largestKm, Math.abs(distanceOf(0) + 60), Math.abs(distanceOf(21) - 60));
        checked++;
      }
      expect(checked).toBe(5);
      // The track itself is within 3 km; 100 km of it as a straight line on a flat map add the rest.
      expect(largestKm).toBeLessThan(6);
    });
  },
);
