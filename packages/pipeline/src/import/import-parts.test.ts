import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { daysSince1950 } from '@sillage/science';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { samplePoints, SAMPLED_POINTS } from './steps/compare-with-truth.js';
import { nominalNodes } from './steps/daily-maps.js';
import { namedInputs } from './find-inputs.js';
import { filesOfPeriod, hourlyFiles } from './steps/hourly-truth-step.js';
import { ImportError, importErrorFrom } from './import-error.js';
import { periodConventionText } from './imported-definition.js';
import { openJournal } from './import-journal.js';
import type { Quirk } from './import-report.js';
import { accumulateStatistics } from '../files/value-statistics.js';

describe('statistics', () => {
  test('are those of all values, however they are cut into pieces', () => {
    const value = fc.oneof(fc.double({ min: -50, max: 350, noNaN: true }), fc.constant(NaN));
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 20 }), { maxLength: 8 }), (pieces) => {
        const accumulator = accumulateStatistics('sst', '°C');
        for (const piece of pieces) accumulator.add(piece);
        const { count, missing, mean, standardDeviation, min, max } = accumulator.result();
        const all = pieces.flat();
        const valid = all.filter((entry) => !Number.isNaN(entry));
        expect([count, missing]).toEqual([valid.length, all.length - valid.length]);
        if (valid.length === 0) {
          expect([mean, min, max]).toEqual([null, null, null]);
          return;
        }
        const naiveMean = valid.reduce((sum, entry) => sum + entry, 0) / valid.length;
        const naive = Math.sqrt(
          valid.reduce((sum, entry) => sum + (entry - naiveMean) ** 2, 0) / valid.length,
        );
        // Round-off of sums of numbers up to 350.
        expect(Math.abs(mean! - naiveMean)).toBeLessThan(1e-10);
        expect(Math.abs(standardDeviation! - naive)).toBeLessThan(1e-6);
        expect([min, max]).toEqual([Math.min(...valid), Math.max(...valid)]);
      }),
    );
  });
});

describe('coordinates', () => {
  test('with accumulated round-off are put on the nodes that they mean', () => {
    const stored = new Float64Array(1721);
    for (let index = 0, lon = -79; index < stored.length; index++, lon += 0.05) stored[index] = lon;
    expect(stored[1720]).not.toBe(7);
    const quirks: Quirk[] = [];
    const nodes = nominalNodes(stored, 20, 'longitude', 'truth.nc', quirks);
    expect([nodes[0], nodes[1720], nodes[280]]).toEqual([-79, 7, -65]);
    expect(quirks[0]?.found).toMatch(/round-off of up to \d\.\de-1[0-3]°/);
  });

  test('that lie visibly beside the nodes are kept, and reported', () => {
    const stored = Float64Array.of(33.0001, 33.0501, 33.1001);
    const quirks: Quirk[] = [];
    expect(nominalNodes(stored, 20, 'latitude', 'truth.nc', quirks)).toEqual(stored);
    expect(quirks[0]?.handled).toBe('kept as stored');
  });

  test('of another grid are refused with the first that is wrong', () => {
    const stored = Float64Array.of(33, 33.05, 33.075, 33.1);
    expect(() => nominalNodes(stored, 20, 'latitude', 'truth.nc', [])).toThrow(
      /truth\.nc, latitude 3 of 4 in the area: 33\.075; needed: 33\.1/,
    );
  });
});

test('a stream of points is thinned evenly to some thousand', () => {
  const sampler = samplePoints();
  for (let index = 0; index < 123_456; index++) sampler.add(index, 0, 0, 0);
  const { timeDays } = sampler.points();
  expect(timeDays.length).toBeGreaterThanOrEqual(SAMPLED_POINTS);
  expect(timeDays.length).toBeLessThan(2 * SAMPLED_POINTS);
  const steps = new Set(timeDays.slice(1).map((time, index) => time - timeDays[index]!));
  expect(steps.size).toBe(1);
});

test('daily files are known by their names, and every day of the period is asked for', () => {
  const name = (day: string): string => `/data/NATL60-CJM165_GULFSTREAM_${day}.1h_SSH.nc`;
  const found = hourlyFiles([name('y2012m10d22'), name('y2012m10d24'), '/data/README.nc']);
  expect(found.map(({ day }) => day)).toEqual(['2012-10-22', '2012-10-24'].map(daysSince1950));
  expect(() => filesOfPeriod(found, { start: '2012-10-22', end: '2012-10-24' })).toThrow(
    /1 of 3 are not there: 2012-10-23/,
  );
});

test('two files for one scenario are refused with both names', () => {
  const keyOf = (name: string): string | null => (name.startsWith('dataset') ? 'nadir4' : null);
  expect(() => namedInputs('observations', [], ['/a/dataset.nc', '/b/dataset.nc'], keyOf)).toThrow(
    /observations for nadir4: two files: \/a\/dataset\.nc and \/b\/dataset\.nc/,
  );
  expect(namedInputs('observations', [], ['/a/dataset.nc', '/a/other.nc'], keyOf)).toEqual([
    { path: '/a/dataset.nc', key: 'nadir4' },
  ]);
});

describe('the journal', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sillage-journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const record = { statistics: [], quirks: [], warnings: [], truthMatch: null };

  test('knows what was finished, and drops a line that a crash cut off', () => {
    const first = openJournal(folder, 'options');
    first.addInput({ path: 'in.nc', sha256: 'a' });
    first.addFinished({ path: 'truth.nc', sha256: 'b', sizeBytes: 3, record });
    first.close();
    const path = join(folder, '.import-journal.jsonl');
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"kind":"finished","path":"oi.nc","sha2`);
    const second = openJournal(folder, 'options');
    expect([...second.finished.keys()]).toEqual(['truth.nc']);
    expect(second.inputHashes.get('in.nc')).toBe('a');
    second.addFinished({ path: 'oi.nc', sha256: 'c', sizeBytes: 4, record });
    second.close();
    const third = openJournal(folder, 'options');
    expect([...third.finished.keys()]).toEqual(['truth.nc', 'oi.nc']);
    third.close();
  });

  test('belongs to one set of options and inputs', () => {
    openJournal(folder, 'options').close();
    expect(() => openJournal(folder, 'others')).toThrow(/began with other options or other input files/);
  });
});

test.each([
  Object.assign(new Error('write'), { code: 'ENOSPC' }),
  new Error('truth.nc cannot be written: No space left on device'),
])('a full disk has one name: %s', (cause) => {
  const error = importErrorFrom(cause, 'out/truth.nc');
  expect(error).toBeInstanceOf(ImportError);
  expect(error).toMatchObject({ code: 'disk-full', where: 'out/truth.nc', cause });
});

test('a report counts the days of the period, and knows the two conventions', () => {
  const text = (end: string): string => periodConventionText({ start: '2012-10-22', end });
  expect(text('2012-12-02')).toBe('42 days, the convention of this platform');
  expect(text('2012-12-01')).toBe('41 days, the historical convention of the notebooks');
  expect(text('2012-10-23')).toBe('2 days');
});
