import { describe, expect, test } from 'vitest';
import { errorLine } from './error-line.js';
import { createProgressLine } from './progress-line.js';
import { formatBytes, formatDuration, formatTimeDays } from './quantities.js';
import { formatPhysics, formatScores } from './score-table.js';
import { formatTable } from './table.js';
import type { Column } from './table.js';

type Row = { method: string; mu: number };
const columns: Column<Row>[] = [
  { title: 'method', value: (row) => row.method },
  { title: 'µ', align: 'right', value: (row) => row.mu.toFixed(2) },
];

describe('formatTable', () => {
  test('aligns text left and numbers right', () => {
    const rows = [
      { method: 'OI', mu: 0.9 },
      { method: 'Géostrophie', mu: 10.25 },
    ];
    expect(formatTable(columns, rows)).toBe(
      ['method           µ', '───────────  ─────', 'OI            0.90', 'Géostrophie  10.25'].join('\n'),
    );
  });
});

describe('quantities', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [6_720_000, '6.7 MB'],
    [12_300_000, '12 MB'],
    [2_147_483_648, '2.1 GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test.each([
    [0.2, '1 s'],
    [75, '1 min 15 s'],
    [7300, '2 h 2 min'],
    [Infinity, '?'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  test('days since 1950 are a day, with the hour where it is not midnight', () => {
    expect(formatTimeDays(0)).toBe('1950-01-01');
    expect(formatTimeDays(22940)).toBe('2012-10-22');
    expect(formatTimeDays(22940.5)).toBe('2012-10-22T12:00:00Z');
  });
});

describe('errorLine', () => {
  test('is one line, whatever the message', () => {
    expect(errorLine(new Error('first\n  second\n'))).toBe('first second');
  });

  test('turns a system error into words', () => {
    const error = Object.assign(new Error("ENOENT: no such file or directory, open 'x.nc'"), {
      code: 'ENOENT',
      path: 'x.nc',
    });
    expect(errorLine(error)).toBe('x.nc: no such file or folder');
  });

  test('says where room is needed when a disk is full and no file is named', () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(errorLine(error)).toMatch(/^the disk is full: .* beside the output, or in .*TMPDIR/);
    expect(errorLine(Object.assign(error, { path: 'x.nc' }))).toBe('x.nc: the disk is full');
  });
});

describe('formatScores', () => {
  const scores = {
    mu: 0.91234,
    sigma: 0.0123,
    lambdaXDeg: 1.416,
    lambdaXKm: null,
    lambdaTDays: 12.126,
    unresolved: null,
    atGridLimit: [],
    rmseM: 0.0456,
  };

  test('rounds like the board and says which direction is better', () => {
    const text = formatScores(scores, 'osse-2020a');
    expect(text).toMatch(/µ\(RMSE\)\s+0\.912\s+RMSE score \(higher is better\)/);
    expect(text).toMatch(/λx\s+1\.42 °\s/);
    expect(text).toMatch(/RMSE\s+4\.56 cm/);
  });

  test('marks a resolution at the limit of the grid as an upper bound', () => {
    expect(formatScores({ ...scores, atGridLimit: ['lambdaXDeg'] }, 'osse-2020a')).toMatch(
      /λx\s+≤ 1\.42 °[\s\S]+λt\s+12\.13/,
    );
  });

  test('gives the reason instead of a resolution', () => {
    const text = formatScores(
      { ...scores, lambdaXDeg: null, lambdaTDays: null, unresolved: 'nothing-resolved' },
      'osse-2020a',
    );
    expect(text).toMatch(/λx\s+–/);
    expect(text).toContain('below 0.5 at every wavelength');
  });

  test('of an along-track protocol are its own: λx in km, no λt', () => {
    const text = formatScores(
      { ...scores, lambdaXDeg: null, lambdaXKm: 139.4, lambdaTDays: null },
      'ose-along-track',
    );
    expect(text).toMatch(/λx\s+139 km/);
    expect(text).not.toContain('λt');
  });
});

describe('createProgressLine', () => {
  test('writes nothing where stderr is no terminal', () => {
    const written: string[] = [];
    const line = createProgressLine({ write: (text) => written.push(text) });
    line.update(0.5, 'half');
    line.clear();
    expect(written).toEqual([]);
  });

  test('draws over one line that fits the terminal', () => {
    const written: string[] = [];
    const line = createProgressLine(
      { isTTY: true, columns: 40, write: (text) => written.push(text) },
      () => 0,
    );
    line.update(0.5, 'a very long activity that would wrap around');
    expect(written[0]?.replace('\r\u001b[K', '')).toHaveLength(39);
    expect(written[0]).toContain(' 50 %');
  });
});

describe('formatPhysics', () => {
  const physics = {
    varianceRatio: 0.98815,
    gradientRatio: 0.94416,
    vorticityRatio: null,
    spectralSlope: -10.9287,
    truthSpectralSlope: -5.4409,
    slopeWavelengthsKm: [73.03, 219.08] as [number, number],
  };

  test('tells ratios beside 1, and the slope with its range beside that of the truth', () => {
    const lines = formatPhysics(physics).split('\n');
    expect(lines.find((line) => line.includes('gradient'))).toMatch(/gradient ratio\s+0\.94\s+1/);
    expect(lines.find((line) => line.includes('vorticity'))).toMatch(/vorticity ratio\s+–\s+1/);
    expect(lines.find((line) => line.includes('slope'))).toMatch(
      /spectral slope, 73–219 km\s+-10\.9\s+-5\.4/,
    );
  });

  test('has no range where there is no slope', () => {
    const none = { ...physics, spectralSlope: null, truthSpectralSlope: null, slopeWavelengthsKm: null };
    expect(formatPhysics(none)).toMatch(/spectral slope\s+–\s+–/);
  });
});
