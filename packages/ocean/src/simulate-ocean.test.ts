import { describe, expect, test } from 'vitest';
import { GULF_STREAM_OCEAN, type OceanDefinition } from './ocean-definition.js';
import { coriolisParameter, developedFlow } from './flow/ocean-flow.js';
import { simulateOcean, type SimulateOceanOptions } from './simulate-ocean.js';

/** The demo's ocean on few points and for few days. */
const POND: OceanDefinition = {
  ...GULF_STREAM_OCEAN,
  id: 'pond',
  columnCount: 16,
  rowCount: 16,
  timeStepSeconds: 7200,
  spinUp: { columnCount: 8, rowCount: 8, timeStepSeconds: 14_400, days: 3 },
  refinementDays: 1,
};
const OPTIONS: SimulateOceanOptions = {
  ocean: POND,
  seed: 1,
  latDeg: Float64Array.from([35, 37, 39, 41]),
  lonDeg: Float64Array.from([-64, -61, -58]),
  startDays: 22_919,
  dayCount: 3,
};

describe('simulateOcean', () => {
  test('gives the same bytes for the same seed and another sea for another', () => {
    const first = [...simulateOcean(OPTIONS)];
    expect([...simulateOcean(OPTIONS)]).toEqual(first);
    expect([...simulateOcean({ ...OPTIONS, seed: 2 })]).not.toEqual(first);
  });

  test('yields one map a day from the first day on', () => {
    const days = [...simulateOcean(OPTIONS)];
    expect(days.map((day) => day.timeDays)).toEqual([22_919, 22_920, 22_921]);
    expect(days.every((day) => day.sshM.length === 12)).toBe(true);
    expect(days[1]!.sshM).not.toEqual(days[0]!.sshM);
  });

  test('does not depend on how many days follow', () => {
    const [first] = [...simulateOcean({ ...OPTIONS, dayCount: 1 })];
    expect([...simulateOcean(OPTIONS)][0]).toEqual(first);
  });

  test('is f₀ψ₁/g about the mean where there is no front, at and between the points of the flow', () => {
    const still = { ...POND, front: { ...POND.front, halfStepM: 0 } };
    const metresPerDegree = (6_371_000 * Math.PI) / 180;
    const eastPerDegree = metresPerDegree * Math.cos((POND.centreLatDeg * Math.PI) / 180);
    const spacing = POND.widthM / POND.columnCount;
    // Columns 0, 1, 2 and rows 0, 1 of the flow: its origin is the centre of the domain.
    const lonDeg = Float64Array.from(
      [0, 1, 2],
      (column) => POND.centreLonDeg + (column * spacing) / eastPerDegree,
    );
    const latDeg = Float64Array.from([0, 1], (row) => POND.centreLatDeg + (row * spacing) / metresPerDegree);
    const [day] = [...simulateOcean({ ...OPTIONS, ocean: still, lonDeg, latDeg, dayCount: 1 })];
    const stream = developedFlow(still, OPTIONS.seed).streamfunction();
    for (let row = 0; row < 2; row++) {
      for (let column = 0; column < 3; column++) {
        const eddy = (coriolisParameter(still) / 9.81) * stream[2 * (row * POND.columnCount + column)]!;
        expect(day!.sshM[row * 3 + column]).toBeCloseTo(POND.meanHeightM + eddy, 9);
      }
    }
  });

  test('is high south of the front and low north of it', () => {
    const calm = { ...POND, spinUp: { ...POND.spinUp, days: 0 }, refinementDays: 0 };
    const [day] = [...simulateOcean({ ...OPTIONS, ocean: calm, dayCount: 1 })];
    const southern = day!.sshM.slice(0, 3).reduce((sum, value) => sum + value, 0) / 3;
    const northern = day!.sshM.slice(9).reduce((sum, value) => sum + value, 0) / 3;
    expect(southern - northern).toBeGreaterThan(1.5 * POND.front.halfStepM);
  });

  test('refuses a grid that reaches beyond the periodic domain', () => {
    const wide = Float64Array.from([-75, -60, -50]);
    expect(() => [...simulateOcean({ ...OPTIONS, lonDeg: wide })]).toThrow(
      'the longitude axis spans -75 … -50, but the simulated ocean only -68.76 … -51.24',
    );
  });

  test('says so when the time step is too long instead of giving NaN', () => {
    const wild = { ...POND, upperVelocity: 50, lowerVelocity: -50 };
    expect(() => [...simulateOcean({ ...OPTIONS, ocean: wild })]).toThrow(
      "the simulation of 'pond' diverged",
    );
  });
});
