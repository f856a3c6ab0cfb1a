import { describe, expect, test } from 'vitest';
import { sampleAlongTrack } from './along-track-sampling.js';
import { NO_ERRORS, NOISE_LEVELS } from './error-switches.js';
import { groundTrack } from './ground-track.js';
import type { FieldMaps } from './map-sampler.js';
import {
  createObservationSampler,
  type ObservationPlan,
  type ObservedPeriod,
} from './observation-sampler.js';
import { SATELLITES } from './satellite.js';
import { scenarioObservations } from './scenario.js';
import { swathLines } from './swath-geometry.js';

const START = 22_925; // 2012-10-07: SWOT passes in the days that follow
const LAT = Float64Array.from({ length: 61 }, (_, row) => 33 + row * 0.1);
const LON = Float64Array.from({ length: 71 }, (_, column) => -65 + column * 0.1);
const BOX = { west: LON[0]!, east: LON[70]!, south: LAT[0]!, north: LAT[60]! };

const heightAt = (lat: number, lon: number, time: number): number =>
  0.5 * Math.sin(lat) * Math.cos(2 * lon) + 0.1 * (time - START);

/** A corner of the field is land. */
const isLand = (row: number, column: number): boolean => row < 12 && column < 15;

function mapsFrom(first: number, count: number): FieldMaps {
  const timeDays = Float64Array.from({ length: count }, (_, index) => first + index);
  return {
    timeDays,
    latDeg: LAT,
    lonDeg: LON,
    maps: Array.from(timeDays, (time) =>
      Float64Array.from({ length: 61 * 71 }, (_, node) => {
        const [row, column] = [Math.floor(node / 71), node % 71];
        return isLand(row, column) ? NaN : heightAt(LAT[row]!, LON[column]!, time);
      }),
    ),
  };
}

const day = (offset: number, days = 1): ObservedPeriod => ({
  maps: mapsFrom(START + offset, days + 1),
  firstMapIndex: offset,
  startDays: START + offset,
  endDays: START + offset + days,
  dateDays: START + offset,
});

const PLAN: ObservationPlan = {
  nadirs: scenarioObservations('swot1-nadir4').nadirs,
  swath: SATELLITES.swot,
  errors: NO_ERRORS,
  seed: 1,
  postingKm: 5,
  keepAlongTrack: true,
  keepSwath: 'errors',
  nodes: { latDeg: LAT, lonDeg: LON, rule: 'nearest' },
};

describe('createObservationSampler', () => {
  const observed = createObservationSampler(PLAN)(day(0, 4));

  test('sees along the tracks what sampling the whole field along them gives', () => {
    const { maps } = day(0, 4);
    const valuesM = Float64Array.from(maps.maps.flatMap((map) => [...map]));
    const tracks = PLAN.nadirs.map((satellite) =>
      groundTrack(satellite, { startDays: START, endDays: START + 4, box: BOX }),
    );
    const expected = sampleAlongTrack({ grid: maps, valuesM }, tracks);
    expect(expected.sshM.length).toBeGreaterThan(500);
    expect([...observed.tracks!.sshM]).toEqual([...expected.sshM]);
    expect([...observed.tracks!.timeDays]).toEqual([...expected.timeDays]);
    expect([...observed.tracks!.satelliteIndex]).toEqual([...expected.satelliteIndex]);
  });

  test('sees in the swaths the field at the place and time of each cell, and nothing on land or outside', () => {
    const { swath } = observed;
    const cells = 22;
    let seen = 0;
    swath!.sshM.forEach((height, at) => {
      const [lat, lon, time] = [
        swath!.latDeg[at]!,
        swath!.lonDeg[at]!,
        swath!.timeDays[Math.floor(at / cells)]!,
      ];
      const isInside = lat >= BOX.south && lat <= BOX.north && lon >= BOX.west && lon <= BOX.east;
      const [row, column] = [Math.floor((lat - 33) * 10), Math.floor((lon + 65) * 10)];
      if (!isInside || isLand(row, column)) {
        expect(height).toBeNaN();
        return;
      }
      seen++;
      // Linear interpolation on 0.1° of a field that varies over 3°: second differences.
      expect(Math.abs(height - heightAt(lat, lon, time))).toBeLessThan(4e-3);
    });
    expect(seen).toBe(observed.swathCellCount);
    expect(seen).toBeGreaterThan(2000);
    expect(swath!.sshM.some((height) => Number.isNaN(height))).toBe(true);
  });

  test('keeps no line of which nothing is seen', () => {
    const lines = swathLines(SATELLITES.swot, {
      startDays: START,
      endDays: START + 4,
      box: BOX,
      postingKm: 5,
    });
    const { swath } = observed;
    expect(swath!.timeDays.length).toBeLessThanOrEqual(lines.track.timeDays.length);
    for (let line = 0; line < swath!.timeDays.length; line++) {
      const heights = swath!.sshM.subarray(line * 22, (line + 1) * 22);
      expect(heights.some((height) => !Number.isNaN(height))).toBe(true);
    }
  });

  test('has observations equal to the field where no error is on', () => {
    expect(observed.tracks!.errorM.every((error) => error === 0)).toBe(true);
    expect([...observed.swath!.sshObservedM]).toEqual([...observed.swath!.sshM]);
    expect([...observed.nodes!.sshObservedM]).toEqual([...observed.nodes!.sshM]);
  });

  test('averages tracks and swaths on the nodes, nadirs as 0 and swaths as 1', () => {
    const sums = new Map<number, { height: number; flag: number; lag: number; count: number }>();
    const add = (lat: number, lon: number, height: number, time: number, flag: number): void => {
      const node = Math.round((lat - 33) * 10) * 71 + Math.round((lon + 65) * 10);
      const sum = sums.get(node) ?? { height: 0, flag: 0, lag: 0, count: 0 };
      sums.set(node, {
        height: sum.height + height,
        flag: sum.flag + flag,
        lag: sum.lag + time - START,
        count: sum.count + 1,
      });
    };
    const { tracks, swath, nodes } = observed;
    tracks!.sshM.forEach((height, i) =>
      add(tracks!.latDeg[i]!, tracks!.lonDeg[i]!, height, tracks!.timeDays[i]!, 0),
    );
    swath!.sshM.forEach((height, i) => {
      if (!Number.isNaN(height))
        add(swath!.latDeg[i]!, swath!.lonDeg[i]!, height, swath!.timeDays[Math.floor(i / 22)]!, 1);
    });
    expect([...nodes!.nodes]).toEqual([...sums.keys()].sort((a, b) => a - b));
    nodes!.nodes.forEach((node, i) => {
      const sum = sums.get(node)!;
      expect(nodes!.sshM[i]).toBeCloseTo(sum.height / sum.count, 10);
      expect(nodes!.flag[i]).toBeCloseTo(sum.flag / sum.count, 10);
      expect(nodes!.lagDays[i]).toBeCloseTo(Math.round((10 * sum.lag) / sum.count) / 10, 10);
    });
    expect(nodes!.flag.some((flag) => flag > 0 && flag < 1)).toBe(true);
  });

  test('adds every error by itself to the heights of the swaths', () => {
    const { swath } = createObservationSampler({ ...PLAN, errors: NOISE_LEVELS.noise3 })(day(0, 4));
    const errors = Object.values(swath!.errorsM!);
    expect(errors).toHaveLength(6);
    const seen = Array.from(swath!.sshM.keys()).filter((at) => !Number.isNaN(swath!.sshM[at]));
    expect(seen.length).toBeGreaterThan(1000);
    const sums = seen.map((at) => errors.reduce((total, error) => total + error[at]!, 0));
    const differences = seen.map((at, index) =>
      Math.abs(swath!.sshObservedM[at]! - swath!.sshM[at]! - sums[index]!),
    );
    expect(differences.reduce((most, difference) => Math.max(most, difference), 0)).toBeLessThan(5e-13);
    expect(sums.filter((sum) => sum === 0)).toEqual([]);
  });

  test('has the same observations and errors whether days are seen at once, one by one or in another order', () => {
    const noisy = { ...PLAN, errors: NOISE_LEVELS.noise3 };
    const whole = createObservationSampler(noisy)(day(0, 3));
    const byDay = createObservationSampler(noisy);
    const days = new Map([2, 0, 1].map((offset) => [offset, byDay(day(offset))]));
    const joined = (pick: (offset: number) => Float64Array): number[] =>
      [0, 1, 2].flatMap((offset) => [...pick(offset)]);
    expect(joined((offset) => days.get(offset)!.tracks!.errorM)).toEqual([...whole.tracks!.errorM]);
    expect(joined((offset) => days.get(offset)!.swath!.errorsM!.roll)).toEqual([
      ...whole.swath!.errorsM!.roll,
    ]);
    expect(joined((offset) => days.get(offset)!.swath!.errorsM!.karin)).toEqual([
      ...whole.swath!.errorsM!.karin,
    ]);
    expect(joined((offset) => days.get(offset)!.tracks!.timeDays)).toEqual([...whole.tracks!.timeDays]);
  });

  test('counts the distance along the track from the start of the pass', () => {
    const { tracks } = observed;
    let checked = 0;
    for (let i = 1; i < tracks!.timeDays.length; i++) {
      if (tracks!.satelliteIndex[i] !== 1 || tracks!.satelliteIndex[i - 1] !== 1) continue;
      const seconds = (tracks!.timeDays[i]! - tracks!.timeDays[i - 1]!) * 86_400;
      if (seconds > 10) continue;
      const km = tracks!.alongTrackKm[i]! - tracks!.alongTrackKm[i - 1]!;
      expect(km / seconds).toBeCloseTo(5.8, 0);
      expect(tracks!.alongTrackKm[i]).toBeLessThan(20_100);
      checked++;
    }
    expect(checked).toBeGreaterThan(50);
  });
});
