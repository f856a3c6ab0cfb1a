import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { groundTrack } from './ground-track.js';
import { repeatOrbit } from './repeat-orbit.js';
import { SATELLITES, type Satellite } from './satellite.js';
import { SCENARIOS, scenarioSatellites } from './scenario.js';

const EARTH_RADIUS_KM = 6371;
const START = 22_919; // 2012-10-01
const satellites: Satellite[] = Object.values(SATELLITES);

function degreesApart(a: number, b: number): number {
  const difference = Math.abs(a - b) % 360;
  return Math.min(difference, 360 - difference);
}

function distanceKm(latA: number, lonA: number, latB: number, lonB: number): number {
  const radians = Math.PI / 180;
  const half = Math.sin(((latB - latA) * radians) / 2) ** 2;
  const lon = Math.sin(((lonB - lonA) * radians) / 2) ** 2;
  return (
    2 *
    EARTH_RADIUS_KM *
    Math.asin(Math.sqrt(half + Math.cos(latA * radians) * Math.cos(latB * radians) * lon))
  );
}

describe('repeatOrbit', () => {
  // Mean semi-major axes of the mission handbooks, km.
  test.each([
    ['jason1', 7714.43],
    ['topex-poseidon-interleaved', 7714.43],
    ['geosat2', 7162.6],
    ['envisat', 7159.5],
    ['swot-calval', 6378.137 + 857.244],
  ] as const)('finds the published size of the orbit of %s', (id, semiMajorAxisKm) => {
    // 0.5 km: the handbooks include the higher zonal harmonics that are left out here.
    expect(Math.abs(repeatOrbit(SATELLITES[id]).semiMajorAxisM / 1000 - semiMajorAxisKm)).toBeLessThan(0.5);
  });

  test.each(satellites)('closes after a whole number of turns of the Earth: $id', (satellite) => {
    const orbit = repeatOrbit(satellite);
    // The published period and inclination and J2 agree to 2e-4 of a turn, 0.07° of longitude per cycle.
    expect(Math.abs(orbit.unroundedNodalDaysPerRepeat - orbit.nodalDaysPerRepeat)).toBeLessThan(3e-4);
  });

  test('keeps Envisat in step with the sun and precesses prograde orbits westward', () => {
    expect(repeatOrbit(SATELLITES.envisat).nodePrecessionDegPerDay).toBeCloseTo(360 / 365.2422, 2);
    expect(repeatOrbit(SATELLITES.jason1).nodePrecessionDegPerDay).toBeCloseTo(-2.08, 2);
  });
});

describe('groundTrack', () => {
  test.each(satellites)('repeats itself after one cycle: $id', (satellite) => {
    const hour = 1 / 24;
    const start = satellite.nodeTimeDays;
    // Sampled at a divisor of the cycle, so that the samples of both cycles fall on the same phases.
    const samplesPerCycle = Math.round((satellite.repeatDays * 86_400) / 10);
    const even = { ...satellite, samplingSeconds: (satellite.repeatDays * 86_400) / samplesPerCycle };
    const first = groundTrack(even, { startDays: start - 1e-6, endDays: start + hour });
    const second = groundTrack(even, {
      startDays: start + satellite.repeatDays - 1e-6,
      endDays: start + satellite.repeatDays + hour,
    });
    expect(second.timeDays.length).toBe(first.timeDays.length);
    first.latDeg.forEach((lat, point) => {
      expect(Math.abs(lat - second.latDeg[point]!)).toBeLessThan(1e-5);
      expect(degreesApart(first.lonDeg[point]!, second.lonDeg[point]!)).toBeLessThan(1e-5);
    });
    expect(second.cycle[0]).toBe(first.cycle[0]! + 1);
    expect(second.pass[0]).toBe(first.pass[0]);
  });

  test.each(satellites)('turns at the latitude of its inclination: $id', (satellite) => {
    const track = groundTrack(
      { ...satellite, samplingSeconds: 5 },
      { startDays: START, endDays: START + 0.2 },
    );
    const highest = Math.max(...track.latDeg);
    const bound = Math.min(satellite.inclinationDeg, 180 - satellite.inclinationDeg);
    // Geodetic latitude exceeds the geocentric one by up to 0.2°.
    expect(highest).toBeGreaterThan(bound - 0.01);
    expect(highest).toBeLessThan(bound + 0.2);
    expect(Math.min(...track.latDeg)).toBeCloseTo(-highest, 1);
  });

  test.each(satellites)('moves 5.5 to 7 km over the ground in a second: $id', (satellite) => {
    const track = groundTrack(
      { ...satellite, samplingSeconds: 1 },
      { startDays: START, endDays: START + 0.08 },
    );
    for (let point = 1; point < track.timeDays.length; point += 50) {
      const step = distanceKm(
        track.latDeg[point - 1]!,
        track.lonDeg[point - 1]!,
        track.latDeg[point]!,
        track.lonDeg[point]!,
      );
      expect(step).toBeGreaterThan(5.5);
      expect(step).toBeLessThan(7.3);
    }
  });

  test('crosses the equator where and when the elements say', () => {
    const { jason1 } = SATELLITES;
    const track = groundTrack(
      { ...jason1, samplingSeconds: 1 },
      { startDays: jason1.nodeTimeDays - 1e-4, endDays: jason1.nodeTimeDays + 1e-4 },
    );
    const node = track.timeDays.findIndex((time) => time >= jason1.nodeTimeDays - 1e-9);
    expect(track.latDeg[node]).toBeCloseTo(0, 6);
    expect(track.lonDeg[node]).toBeCloseTo(99.92, 6);
    expect(track.pass[node]).toBe(1);
    expect(track.cycle[node]).toBe(3);
    expect(track.latDeg[node + 1]).toBeGreaterThan(0);
  });

  test('spaces the ascending equator crossings of a cycle by 360° / 127, the interleaved ones half-way between', () => {
    const crossings = (satellite: Satellite): number[] => {
      const found: number[] = [];
      const cycles = Math.ceil((START - satellite.nodeTimeDays) / satellite.repeatDays);
      const start = satellite.nodeTimeDays + cycles * satellite.repeatDays - 1e-4;
      const track = groundTrack(
        { ...satellite, samplingSeconds: 10 },
        { startDays: start, endDays: start + satellite.repeatDays },
      );
      for (let point = 1; point < track.latDeg.length; point++) {
        const before = track.latDeg[point - 1]!;
        const after = track.latDeg[point]!;
        if (before > 0 || after <= 0) continue;
        const fraction = before / (before - after);
        const step = ((track.lonDeg[point]! - track.lonDeg[point - 1]! + 540) % 360) - 180;
        found.push((track.lonDeg[point - 1]! + fraction * step + 360) % 360);
      }
      return found.sort((a, b) => a - b);
    };
    const spacing = 360 / 127;
    const jason = crossings(SATELLITES.jason1);
    expect(jason).toHaveLength(127);
    for (let index = 1; index < jason.length; index++) {
      expect(jason[index]! - jason[index - 1]!).toBeCloseTo(spacing, 3);
    }
    const interleaved = crossings(SATELLITES['topex-poseidon-interleaved']);
    const offset = (interleaved[0]! - jason[0]! + 360) % spacing;
    expect(offset).toBeCloseTo(spacing / 2, 1);
  });

  test('gives the same points whether a period is taken at once or in two pieces', () => {
    const box = { west: -66, east: -54, south: 32, north: 44 };
    const whole = groundTrack(SATELLITES.geosat2, { startDays: START, endDays: START + 3, box });
    const pieces = [START, START + 1.2345].map((startDays, index) =>
      groundTrack(SATELLITES.geosat2, { startDays, endDays: index === 0 ? START + 1.2345 : START + 3, box }),
    );
    expect(whole.timeDays.length).toBeGreaterThan(100);
    expect([...pieces[0]!.timeDays, ...pieces[1]!.timeDays]).toEqual([...whole.timeDays]);
    expect([...pieces[0]!.lonDeg, ...pieces[1]!.lonDeg]).toEqual([...whole.lonDeg]);
  });

  test('leaves out exactly the points outside the box', () => {
    const box = { west: -20, east: 10, south: 45, north: 66.1 };
    const options = { startDays: START, endDays: START + 0.5 };
    const all = groundTrack(SATELLITES.envisat, options);
    const inside = [...all.timeDays].filter((_, point) => {
      const lat = all.latDeg[point]!;
      const lon = all.lonDeg[point]!;
      return lat >= box.south && lat <= box.north && lon >= box.west && lon <= box.east;
    });
    expect(inside.length).toBeGreaterThan(100);
    expect([...groundTrack(SATELLITES.envisat, { ...options, box }).timeDays]).toEqual(inside);
  });

  test('has odd passes that ascend and even ones that descend', () => {
    const track = groundTrack(
      { ...SATELLITES.jason1, samplingSeconds: 20 },
      { startDays: START, endDays: START + 1 },
    );
    for (let point = 1; point < track.timeDays.length; point++) {
      if (track.pass[point] !== track.pass[point - 1]) continue;
      const climbs = track.latDeg[point]! > track.latDeg[point - 1]!;
      expect(climbs).toBe(track.pass[point]! % 2 === 1);
    }
    expect(Math.min(...track.pass)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...track.pass)).toBeLessThanOrEqual(254);
  });

  test('refuses a period that ends before it starts', () => {
    expect(() => groundTrack(SATELLITES.jason1, { startDays: 2, endDays: 1 })).toThrow(
      'start < end, found 2 … 1',
    );
  });
});

const sharedFolder =
  process.env.SILLAGE_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const ephemeris = `${sharedFolder}/data/real/ephemeris_calval_june2015_ell.txt`;

describe.skipIf(!existsSync(ephemeris))(
  'groundTrack beside the ephemeris of the SWOT calibration orbit (skipped where the shared data folder is absent)',
  () => {
    test('stays within 3 km of it for the whole one-day cycle', () => {
      const satellite = { ...SATELLITES['swot-calval'], samplingSeconds: 30 };
      const rows = readFileSync(ephemeris, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => line.split(' ').map(Number) as [number, number, number]);
      expect(rows).toHaveLength(2881);
      // The file counts from the start of its cycle: its first ascending crossing, by interpolation, is the node.
      const crossing = rows.findIndex((row, index) => index > 0 && rows[index - 1]![2] < 0 && row[2] >= 0);
      const [beforeSeconds, , beforeLat] = rows[crossing - 1]!;
      const nodeSeconds = beforeSeconds + (30 * -beforeLat) / (rows[crossing]![2] - beforeLat);
      let largestKm = 0;
      for (const [seconds, lon, lat] of rows.filter((_, index) => index % 7 === 0)) {
        const timeDays = satellite.nodeTimeDays + (seconds - nodeSeconds) / 86_400;
        // One sample at that very instant: the node is moved there by whole revolutions' worth of sampling.
        const sampling =
          Math.abs(seconds - nodeSeconds) / Math.max(1, Math.round(Math.abs(seconds - nodeSeconds) / 30));
        const track = groundTrack(
          { ...satellite, samplingSeconds: sampling },
          { startDays: timeDays - 1e-5, endDays: timeDays + 1e-5 },
        );
        largestKm = Math.max(largestKm, distanceKm(track.latDeg[0]!, track.lonDeg[0]!, lat, lon));
      }
      // Short-period perturbations, and the half hundredth of a degree of its turning latitude, make up to 2 km.
      expect(largestKm).toBeLessThan(3);
      expect(largestKm).toBeGreaterThan(0.01);
    });
  },
);

describe('scenarioSatellites', () => {
  test('names the four nadirs of the challenge in the order of its file names', () => {
    expect(scenarioSatellites('nadir4').map((satellite) => satellite.id)).toEqual([...SCENARIOS.nadir4]);
    expect(scenarioSatellites('nadir1').map((satellite) => satellite.id)).toEqual(['jason1']);
  });

  test('names what it knows when asked for another', () => {
    expect(() => scenarioSatellites('nadir7')).toThrow(
      "no scenario 'nadir7'; the observation simulator knows nadir1, nadir4",
    );
  });
});
