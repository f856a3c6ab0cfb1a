import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mapsOfReference, type ChallengeDefinition } from '@sillage/contracts';
import { openAlongTrack, openGriddedField, openSwath } from '@sillage/netcdf';
import { daysSince1950, isoDay } from '@sillage/science';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeClassicFile } from '../testing/classic-file.js';
import {
  HOURLY_BOX,
  LIKE_OCEAN,
  OTHER_OCEAN,
  smallDefinition,
  writeHourlyLike,
  writeKarinLike,
  writeNadirLike,
  writePublishedMapLike,
} from '../testing/natl60-files.js';
import { temporaryFolder } from '../testing/sample-files.js';
import { scoreReconstruction } from '../score/score-reconstruction.js';
import { importNatl60, type ImportNatl60Options } from './index.js';

const files = temporaryFolder();
afterAll(() => files.remove());
const shipped: unknown = parse(
  readFileSync(new URL('../../../../datasets/natl60-2020a/challenge.yaml', import.meta.url), 'utf8'),
);
const small = smallDefinition(shipped);
const definition: ChallengeDefinition = {
  ...small,
  areas: small.areas.map((area) => ({ ...area, scoredBox: HOURLY_BOX })),
};
const from = files.path('2020a');
const first = daysSince1950('2012-10-20');
const days = Array.from({ length: 46 }, (_, index) => isoDay(first + index));
const observationFile = (name: string): string => join(from, 'dc_obs', `2020a_SSH_mapping_NATL60_${name}.nc`);

beforeAll(() => {
  for (const day of days) writeHourlyLike(join(from, 'dc_ref'), day);
  ['topex-poseidon_interleaved', 'jason1', 'geosat2', 'envisat', 'nadir_swot'].forEach((name, index) =>
    writeNadirLike(observationFile(name), { phase: index * 0.03 }),
  );
  writeKarinLike(observationFile('karin_swot'));
  writePublishedMapLike(join(from, 'dc_maps', '2020a_SSH_mapping_NATL60_DUACS_en_j1_tpn_g2.nc'), {
    ...{ variable: 'gssh', first, dayCount: 46, box: HOURLY_BOX, lonTo360: true },
  });
  writePublishedMapLike(join(from, 'dc_maps', '2020a_SSH_mapping_NATL60_MIOST_swot_en_j1_tpn_g2.nc'), {
    ...{ variable: 'gssh', first, dayCount: 46, box: HOURLY_BOX },
  });
});

const optionsFor = (name: string, changes: Partial<ImportNatl60Options> = {}): ImportNatl60Options => ({
  definition,
  from,
  outputFolder: files.path(name),
  now: new Date('2026-11-24T03:00:00Z'),
  ...changes,
});

describe('the files of the 2020a challenge', () => {
  let imported: Awaited<ReturnType<typeof importNatl60>>;
  beforeAll(async () => {
    imported = await importNatl60(optionsFor('all'));
  });
  const path = (name: string): string => join(files.path('all'), name);

  test('become four boards with their observations, published maps and baselines', () => {
    const { files: made, tasks, references, published } = imported.definition;
    expect(tasks).toEqual(definition.tasks);
    expect(published).toEqual(definition.published);
    expect(made.map(({ role, scenario, path: name }) => [role, scenario ?? '', name].join(' '))).toEqual([
      'truth  truth-gf.nc',
      'observations nadir1 observations-gf-nadir1.nc',
      'observations nadir4 observations-gf-nadir4.nc',
      'observations swot1 observations-gf-swot1.nc',
      'observations swot1-nadir4 observations-gf-swot1-nadir4.nc',
      'swath-observations swot1 swath-gf-swot1.nc',
      'swath-observations swot1-nadir4 swath-gf-swot1.nc',
      'oi nadir4 map-gf-duacs-nadir4.nc',
      'oi swot1-nadir4 map-gf-miost-swot1-nadir4.nc',
    ]);
    const enters = (id: string): string[] =>
      mapsOfReference(
        made,
        references.find((reference) => reference.id === id)!,
      ).map((file) => file.path);
    expect(enters('duacs-nadir4')).toEqual(['map-gf-duacs-nadir4.nc']);
    expect(enters('oi-nadir4')).toEqual([]);
    expect(references.find(({ id }) => id === 'oi-swot1-nadir4')).toMatchObject({
      inputs: ['ssh-nadir', 'ssh-swot'],
      compute: { method: 'oi', parameters: { lengthTimeDays: 7 } },
    });
  });

  test('give daily means of 24 hours, stamped 00:00 of their day', async () => {
    const truth = await openGriddedField(path('truth-gf.nc'));
    const { timeDays, latDeg, lonDeg } = truth.grid;
    expect(timeDays).toHaveLength(42);
    expect([latDeg.length, lonDeg.length]).toEqual([31, 31]);
    const day = 5;
    let sum = 0;
    for (let hour = 0; hour < 24; hour++)
      sum += Math.fround(LIKE_OCEAN(timeDays[day]! + (hour + 0.5) / 24, latDeg[3]!, lonDeg[4]!));
    const stored = (await truth.readDays(day, 1))[3 * 31 + 4]!;
    expect(Math.abs(stored - sum / 24)).toBeLessThan(3e-8); // float32
    truth.close();
  });

  test('give tracks in −180…180, merged in time, and cut to what an OI reads', async () => {
    const track = await openAlongTrack(path('observations-gf-nadir4.nc'));
    expect(track.satellites).toEqual(['topex-poseidon-interleaved', 'jason1', 'geosat2', 'envisat']);
    expect(track.timeDays.every((time, index) => index === 0 || time >= track.timeDays[index - 1]!)).toBe(
      true,
    );
    expect(isoDay(track.timeDays.at(-1)!)).toBe('2012-12-15');
    const at = 1234;
    const expected = LIKE_OCEAN(track.timeDays[at]!, track.latDeg[at]!, track.lonDeg[at]!);
    expect(track.sshM[at]).toBeCloseTo(expected, 9);
    expect(track.sshObservedM![at]).not.toBe(track.sshM[at]);
    expect(new Set(track.satelliteIndex).size).toBe(4);
  });

  test('give swaths of 52 cells', async () => {
    const swath = await openSwath(path('swath-gf-swot1.nc'));
    expect(swath.cellCount).toBe(52);
    const lines = await swath.readLines(100, 1);
    const cell = lines.sshM.findIndex((height) => !Number.isNaN(height));
    const expected = LIKE_OCEAN(lines.timeDays[0]!, lines.latDeg[cell]!, lines.lonDeg[cell]!);
    // Places are rounded by 5e-6°, heights by 5e-5 m.
    expect(Math.abs(lines.sshM[cell]! - expected)).toBeLessThan(2e-4);
    swath.close();
  });

  test('are reported: half past hours, longitudes to 360°, how far observations are from the truth', () => {
    const text = readFileSync(path('import-report.md'), 'utf8');
    expect(text).toContain('24 hourly means, the first at 30 minutes past midnight');
    expect(text).toMatch(/y2012m10d22\.1h_SSH\.nc and 41 more/);
    expect(text).toContain('longitudes run from 0 to 360');
    for (const { path: name, truthMatch } of imported.report.outputs) {
      if (!/^(observations|swath)/.test(name)) continue;
      expect(truthMatch?.rmsDifferenceM, name).toBeLessThan(0.01);
    }
    // 42 of the 46 daily files were read, and hashed.
    expect(imported.report.inputs.filter((input) => input.path.includes('dc_ref'))).toHaveLength(42);
  });
});

describe('a truth whose nodes begin a step inside the box, as the real ones do', () => {
  test.each([
    { name: 'in single precision', rounded: Math.fround },
    { name: 'cut after five decimals', rounded: (valueDeg: number) => Math.trunc(valueDeg * 1e5) / 1e5 },
  ])('keeps all of them and can be scored: coordinates $name', async ({ name, rounded }) => {
    const folder = files.path(`nodes ${name}`);
    for (const day of days) writeHourlyLike(folder, day, { rounded, firstNode: 1 });
    const out = files.path(`out ${name}`);
    const { report } = await importNatl60(
      optionsFor(`out ${name}`, { truth: folder, observations: [observationFile('jason1')] }),
    );
    const truth = await openGriddedField(join(out, 'truth-gf.nc'));
    const steps = (axis: Float64Array): number[] => Array.from(axis, (value) => value * 60);
    const expected = (firstDeg: number): number[] =>
      Array.from({ length: 30 }, (_, index) => Math.round(firstDeg * 60) + 1 + index);
    expect(steps(truth.grid.lonDeg).map(Math.round)).toEqual(expected(HOURLY_BOX.west));
    expect(steps(truth.grid.latDeg).map(Math.round)).toEqual(expected(HOURLY_BOX.south));
    for (const step of [...steps(truth.grid.lonDeg), ...steps(truth.grid.latDeg)])
      expect(Math.abs(step - Math.round(step))).toBeLessThan(1e-9);
    truth.close();
    expect(report.quirks.map(({ found }) => found).join()).toMatch(
      /longitudes have round-off of up to \d\.\de-6°/,
    );
    const { scores } = await scoreReconstruction({
      referencePath: join(out, 'truth-gf.nc'),
      reconstructionPath: join(out, 'map-gf-duacs-nadir4.nc'),
      protocol: 'osse-2020a',
      scoredBox: HOURLY_BOX,
      period: definition.periods.evaluation,
    });
    expect(scores.mu).toBeGreaterThan(0.5);
  });

  test('is refused where nothing could be scored on its nodes', async () => {
    const folder = files.path('nodes beside');
    for (const day of days)
      writeHourlyLike(folder, day, { rounded: (valueDeg) => valueDeg + 1e-4, firstNode: 1 });
    await expect(importNatl60(optionsFor('out-beside', { truth: folder }))).rejects.toMatchObject({
      code: 'wrong-grid',
      message: expect.stringMatching(
        /y2012m10d22\.1h_SSH\.nc, its nodes in the area: .*nothing could be scored/,
      ),
    });
    expect(existsSync(join(files.path('out-beside'), 'challenge.yaml'))).toBe(false);
  });
});

describe('a published map with 2-D coordinates and its times as text, like that of 4DVarNet', () => {
  const name = '2020a_SSH_mapping_NATL60_4DVarNet_en_j1_tpn_g2.nc';
  /** One text for every day; places on the truth's own kind of nodes, 1/20° apart. */
  const writeLike4dVarNet = (path: string, texts: string[]): string => {
    const lat = Array.from({ length: 13 }, (_, index) => 34.7 + index / 20);
    const lon = Array.from({ length: 13 }, (_, index) => -59.3 + index / 20);
    mkdirSync(dirname(path), { recursive: true });
    return writeClassicFile(path, {
      dimensions: { time: texts.length, lat: lat.length, lon: lon.length, string10: 10 },
      variables: [
        {
          name: 'Time',
          type: 'char',
          dimensions: ['time', 'string10'],
          values: texts.flatMap((text) => [...Buffer.from(text.padEnd(10).slice(0, 10))]),
        },
        // What the method's code leaves behind: a number per map, in units that are wrong by three weeks.
        {
          name: 'time',
          type: 'int32',
          dimensions: ['time'],
          attributes: { units: 'days since 2012-10-01 00:00:00' },
          values: texts.map((_, index) => index),
        },
        {
          name: 'longitude',
          type: 'float64',
          dimensions: ['lat', 'lon'],
          values: lat.flatMap(() => lon),
        },
        {
          name: 'latitude',
          type: 'float64',
          dimensions: ['lat', 'lon'],
          values: lat.flatMap((y) => lon.map(() => y)),
        },
        {
          name: 'gssh',
          type: 'float32',
          dimensions: ['time', 'lat', 'lon'],
          values: texts.flatMap((_, index) =>
            lat.flatMap((y) => lon.map((x) => LIKE_OCEAN(daysSince1950('2012-10-22') + index, y, x))),
          ),
        },
      ],
    });
  };
  const evaluated = Array.from({ length: 42 }, (_, index) => isoDay(daysSince1950('2012-10-22') + index));

  test('becomes a reference on its own days', async () => {
    const path = writeLike4dVarNet(files.path(join('text-time', name)), evaluated);
    const { definition: imported, report } = await importNatl60(optionsFor('with-4dvarnet', { oi: [path] }));
    expect(imported.references.map(({ id }) => id)).toContain('4dvarnet-nadir4');
    const map = await openGriddedField(join(files.path('with-4dvarnet'), 'map-gf-4dvarnet-nadir4.nc'));
    expect(Array.from(map.grid.timeDays, isoDay)).toEqual(evaluated);
    const { latDeg, lonDeg } = map.grid;
    const expected = LIKE_OCEAN(map.grid.timeDays[3]!, latDeg[4]!, lonDeg[5]!);
    expect((await map.readDays(3, 1))[4 * lonDeg.length + 5]).toBe(Math.fround(expected));
    map.close();
    expect(report.quirks).toContainEqual({
      file: name,
      found: "'Time' gives the times as text",
      handled: 'read as UTC: 2012-10-22 to 2012-12-02',
    });
  });

  test('is left out and named in the report where a text is no day', async () => {
    const texts = evaluated.with(7, '29 October');
    const path = writeLike4dVarNet(files.path(join('no-day', name)), texts);
    const { definition: imported, report } = await importNatl60(optionsFor('without-map', { oi: [path] }));
    expect(imported.files.some(({ role }) => role === 'oi')).toBe(false);
    expect(report.warnings.join()).toMatch(
      /The published map 2020a_SSH_mapping_NATL60_4DVarNet_en_j1_tpn_g2\.nc is left out: .*value 8 of 42.*'29 October'/,
    );
  });
});

describe('a truth of daily files is refused', () => {
  const cases: { name: string; make: (folder: string) => void; says: RegExp; code: string }[] = [
    {
      name: 'with the missing day',
      make: (folder) =>
        days.filter((day) => day !== '2012-11-05').forEach((day) => writeHourlyLike(folder, day)),
      says: /1 of 42 are not there: 2012-11-05/,
      code: 'missing-day',
    },
    {
      name: 'with both files of a day that is there twice',
      make: (folder) => {
        for (const day of days) writeHourlyLike(folder, day);
        writeHourlyLike(folder, '2012-11-05', { subfolder: 'copy' });
      },
      says: /daily files of 2012-11-05: two of them: .*d05\.1h_SSH\.nc and .*copy\/NATL60.*d05\.1h_SSH\.nc/,
      code: 'duplicate-day',
    },
    {
      name: 'where a file holds another day than its name says',
      make: (folder) => {
        for (const day of days)
          writeHourlyLike(folder, day, day === '2012-11-05' ? { contentDay: '2012-11-06' } : {});
      },
      says: /d05\.1h_SSH\.nc, time 1 of 24: 2012-11-06 00:30; needed: hours of 2012-11-05/,
      code: 'wrong-day',
    },
    {
      name: 'where a day has not all of its hours',
      make: (folder) => {
        for (const day of days) writeHourlyLike(folder, day, day === '2012-10-23' ? { hourCount: 23 } : {});
      },
      says: /d23\.1h_SSH\.nc, the time axis: 23 times; needed: 24 hourly means/,
      code: 'missing-day',
    },
  ];
  test.each(cases)('$name', async ({ name, make, says, code }) => {
    const folder = files.path(`truth-${name.replaceAll(' ', '-')}`);
    make(folder);
    const outcome = importNatl60(optionsFor(`out-${name.replaceAll(' ', '-')}`, { truth: folder }));
    await expect(outcome).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
  });
});

test('observations of another truth are refused with the numbers', async () => {
  const path = writeNadirLike(files.path('other/2020a_SSH_mapping_NATL60_jason1.nc'), { ocean: OTHER_OCEAN });
  const outcome = importNatl60(optionsFor('other-truth', { observations: [path] }));
  await expect(outcome).rejects.toMatchObject({
    code: 'other-truth',
    message: expect.stringMatching(
      /jason1\.nc: its error-free heights differ from the truth \(dc_ref\) by 0\.\d{3} m/,
    ),
  });
  expect(existsSync(join(files.path('other-truth'), 'challenge.yaml'))).toBe(false);
});
