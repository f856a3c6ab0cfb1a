import { describe, expect, it } from 'vitest';
import { mapFindings, observationFindings } from './agreement-findings.js';
import type { ShiftComparison } from './shift-comparison.js';

const ABOUT = { path: 'observations.nc', area: 'gf', scenario: 'nadir4' };
const fits = (over: Partial<ShiftComparison> = {}): ShiftComparison => ({
  pointCount: 3000,
  bias: 0.001,
  rmse: 0.02,
  correlation: 0.998,
  largestCorrelation: 0.998,
  slope: 1.01,
  truthStd: 0.3,
  bestShiftDays: 0,
  shiftEvidence: 0,
  ...over,
});

describe('observationFindings', () => {
  it.each<{ name: string; over: Partial<ShiftComparison>; expected: string[] }>([
    { name: 'good observations', over: {}, expected: [] },
    {
      name: 'noise as large as a quiet sea',
      over: { correlation: 0.82, rmse: 0.035, truthStd: 0.05 },
      expected: [],
    },
    { name: 'another sea', over: { correlation: 0.03 }, expected: ['error observations-disagree'] },
    { name: 'a doubtful one', over: { correlation: 0.7 }, expected: ['warning observations-disagree'] },
    {
      name: 'the wrong sign',
      over: { correlation: -0.99, slope: -1 },
      expected: ['error observations-disagree'],
    },
    { name: 'centimetres', over: { slope: 100, rmse: 30 }, expected: ['error observations-disagree'] },
    { name: 'half a metre of bias', over: { bias: 0.5 }, expected: ['warning observations-disagree'] },
    { name: 'a bias within what the sea varies', over: { bias: 0.2 }, expected: [] },
    {
      name: 'a shift of a day',
      over: { bestShiftDays: -1, shiftEvidence: 0.95 },
      expected: ['error observations-shifted'],
    },
    {
      name: 'a shift of half a day',
      over: { bestShiftDays: 0.5, shiftEvidence: 0.9 },
      expected: ['warning observations-shifted'],
    },
    { name: 'a hint of a shift', over: { bestShiftDays: 0.5, shiftEvidence: 0.3 }, expected: [] },
  ])('says of $name: $expected', ({ over, expected }) => {
    const found = observationFindings(ABOUT, 'ssh_obs', fits(over));
    expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
    for (const { found: text, needed, fix, path } of found) {
      expect(path).toBe('observations.nc');
      expect(Math.min(text.length, needed.length, fix.length)).toBeGreaterThan(10);
    }
  });

  it('says in which direction times are off', () => {
    const [late] = observationFindings(ABOUT, 'ssh_obs', fits({ bestShiftDays: -1, shiftEvidence: 0.95 }));
    expect(late!.found).toContain('about 1 day later than those of the truth');
    const [early] = observationFindings(ABOUT, 'ssh_obs', fits({ bestShiftDays: 1, shiftEvidence: 0.95 }));
    expect(early!.found).toContain('about 1 day earlier than those of the truth');
  });
});

describe('mapFindings', () => {
  it('says nothing of a poor map, and says that a strange one is none', () => {
    expect(mapFindings(ABOUT, 'gssh', fits({ correlation: 0.6, slope: 0.3 }), [])).toEqual([]);
    expect(mapFindings(ABOUT, 'gssh', fits({ correlation: 0.3 }), [])).toMatchObject([
      { severity: 'warning' },
    ]);
    expect(mapFindings(ABOUT, 'gssh', fits({ correlation: 0 }), [])).toMatchObject([
      { severity: 'error', code: 'oi-disagrees' },
    ]);
  });

  it('passes on the usual mistakes: dates are an error, an offset may be meant', () => {
    const found = mapFindings(ABOUT, 'gssh', fits(), [
      { kind: 'shifted-in-time', days: 1, correlation: 0.97, correlationAsIs: 0.9 },
      { kind: 'constant-offset', offsetM: 0.2, rmsM: 0.03, rmsAsIsM: 0.2 },
    ]);
    expect(found.map(({ severity }) => severity)).toEqual(['error', 'warning']);
    expect(found[0]!.found).toContain('a day too early');
  });
});
