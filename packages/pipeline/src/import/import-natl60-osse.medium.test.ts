import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { challengeDefinitionSchema, type ChallengeDefinition } from '@sillage/contracts';
import { openGriddedField } from '@sillage/netcdf';
import { daysSince1950 } from '@sillage/science';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { scoreReconstruction } from '../score/score-reconstruction.js';
import {
  LIKE_BOX,
  LIKE_OCEAN,
  OTHER_OCEAN,
  smallDefinition,
  writeObservationsLike,
  writeOiLike,
  writeTruthLike,
} from '../testing/natl60-files.js';
import { temporaryFolder } from '../testing/sample-files.js';
import { sha256OfFile } from '../files/file-hash.js';
import { ImportError, importNatl60, type ImportNatl60Options } from './index.js';

const files = temporaryFolder();
afterAll(() => files.remove());
const shipped: unknown = parse(
  readFileSync(new URL('../../../../datasets/natl60-osse/challenge.yaml', import.meta.url), 'utf8'),
);
const definition = smallDefinition(shipped);
const from = files.path('natl60');

beforeAll(() => {
  writeTruthLike(join(from, 'NATL60-CJM165_NATL_ssh_y2013.1y.nc'));
  writeTruthLike(join(from, 'NATL60-CJM165_NATL_sst_y2013.1y.nc'), { variable: 'sst' });
  writeObservationsLike(join(from, 'dataset_nadir_0d_swot.nc'));
  writeObservationsLike(join(from, 'dataset_nadir_0d.nc'));
  writeOiLike(join(from, 'ssh_NATL60_swot_4nadir.nc'));
});

const optionsFor = (name: string, changes: Partial<ImportNatl60Options> = {}): ImportNatl60Options => ({
  definition,
  from,
  areas: ['gf'],
  outputFolder: files.path(name),
  now: new Date('2026-11-24T03:00:00Z'),
  ...changes,
});

const refusalOf = async (outcome: Promise<unknown>): Promise<ImportError> => {
  const end: unknown = await outcome.catch((caught: unknown) => caught);
  if (end instanceof ImportError) return end;
  throw end instanceof Error ? end : new Error(`not refused: ${JSON.stringify(end)}`);
};

test('a map of a method that is the truth is refused where the truth is sealed, and else a warning', async () => {
  const refusal = await refusalOf(
    importNatl60(optionsFor('sealed', { definition: { ...definition, disclosure: 'blind' } })),
  );
  expect(refusal).toMatchObject({
    code: 'gives-truth-away',
    where: 'oi-gf-swot1-nadir4.nc',
    found: expect.stringContaining("'gssh' is the truth of 42 days of the evaluation period"),
    expected: "nothing of the truth of these days in a file with the role 'oi'",
  });
  expect(existsSync(join(files.path('sealed'), 'challenge.yaml'))).toBe(false);
});

describe('the files of 4DVarNet', () => {
  let imported: ChallengeDefinition;
  let report: Awaited<ReturnType<typeof importNatl60>>['report'];
  beforeAll(async () => {
    ({ definition: imported, report } = await importNatl60(optionsFor('gf')));
  });

  test('become a challenge that is complete, hashed and keeps its published scores', async () => {
    const folder = files.path('gf');
    const read = challengeDefinitionSchema.parse(parse(readFileSync(join(folder, 'challenge.yaml'), 'utf8')));
    expect(read).toEqual(imported);
    expect(read).toMatchObject({
      id: 'natl60-osse',
      datasetVersion: '1.0.0',
      synthetic: false,
      protocol: 'osse-natl',
      periods: { evaluation: { start: '2012-10-22', end: '2012-12-02' } },
      expectedFiles: [],
      tasks: [
        { area: 'gf', scenario: 'nadir4' },
        { area: 'gf', scenario: 'swot1-nadir4' },
      ],
    });
    expect(read.published).toEqual(definition.published);
    expect(read.files.map(({ role, path }) => `${role} ${path}`)).toEqual([
      'truth truth-gf.nc',
      'gridded-observations gridded-gf-nadir4.nc',
      'gridded-observations gridded-gf-swot1-nadir4.nc',
      'oi oi-gf-swot1-nadir4.nc',
      'sst sst-gf.nc',
    ]);
    for (const file of read.files) expect(await sha256OfFile(join(folder, file.path))).toBe(file.sha256);
    expect(read.references.map(({ id, compute }) => [id, compute?.method ?? null])).toEqual([
      ['duacs-oi-swot1-nadir4', null],
      ['oi-nadir4', 'oi'],
    ]);
  });

  test('give a truth of 42 midnights on clean nodes, with the values of the source', async () => {
    const truth = await openGriddedField(join(files.path('gf'), 'truth-gf.nc'));
    const { timeDays, latDeg, lonDeg } = truth.grid;
    expect([timeDays[0], timeDays.length, timeDays.at(-1)]).toEqual([
      daysSince1950('2012-10-22'),
      42,
      daysSince1950('2012-12-02'),
    ]);
    expect([latDeg[0], latDeg.length, latDeg.at(-1)]).toEqual([LIKE_BOX.south, 41, LIKE_BOX.north]);
    expect([lonDeg[1], lonDeg.length, lonDeg.at(-1)]).toEqual([-59.95, 41, LIKE_BOX.east]);
    const day = await truth.readDays(3, 1);
    // The mean of a day is the field of its noon; float32 rounds by less than 3e-8 m.
    const expected = LIKE_OCEAN(daysSince1950('2012-10-25') + 0.5, latDeg[7]!, lonDeg[9]!);
    expect(Math.abs(day[7 * 41 + 9]! - expected)).toBeLessThan(1e-7);
    expect(truth.directLayout).not.toBeNull();
    truth.close();
  });

  test('give observations on the same nodes at midnight, and temperature in degrees', async () => {
    const observations = await openGriddedField(join(files.path('gf'), 'gridded-gf-swot1-nadir4.nc'), {
      variable: 'ssh_mod',
    });
    expect(observations.grid.timeDays[0]).toBe(daysSince1950('2012-10-01'));
    expect(observations.grid.timeDays.at(-1)).toBe(daysSince1950('2012-12-15'));
    expect(observations.grid.latDeg[0]).toBe(LIKE_BOX.south);
    observations.close();
    const sst = await openGriddedField(join(files.path('gf'), 'sst-gf.nc'), {
      variable: 'sst',
      quantity: 'other',
    });
    const { latDeg, lonDeg } = sst.grid;
    const expected = 18 + 4 * LIKE_OCEAN(daysSince1950('2012-10-01') + 0.5, latDeg[4]!, lonDeg[2]!);
    expect(Math.abs((await sst.readDays(0, 1))[4 * lonDeg.length + 2]! - expected)).toBeLessThan(6e-4);
    sst.close();
  });

  test('give an OI that can be scored', async () => {
    const { scores, gridding } = await scoreReconstruction({
      reconstructionPath: join(files.path('gf'), 'oi-gf-swot1-nadir4.nc'),
      referencePath: join(files.path('gf'), 'truth-gf.nc'),
      protocol: 'osse-natl',
      scoredBox: LIKE_BOX,
      period: imported.periods.evaluation,
    });
    expect(gridding).toBe('same-grid');
    expect(scores.mu).toBeGreaterThan(0.85);
    expect(scores.mu).toBeLessThan(0.95);
  });

  test('are reported with everything that was odd about them', () => {
    const text = readFileSync(join(files.path('gf'), 'import-report.md'), 'utf8');
    expect(text).toContain('the time axis has no units');
    expect(text).toContain('maps are stamped 12:00, not 00:00');
    expect(text).toMatch(/71 latitudes from 33\.50 to 37\.00; the truth has 91 latitudes from 32\.50/);
    expect(text).toMatch(/latitudes have round-off of up to \d\.\de-1[0-9]°/);
    expect(text).toMatch(/the flag is neither 0 nor 1 in \d+ of \d+ observed cells/);
    expect(text).toContain('No observations of swot1 were given');
    expect(report.inputs.every((input) => /^[0-9a-f]{64}$/.test(input.sha256 ?? ''))).toBe(true);
    const match = report.outputs.find((output) => output.path === 'gridded-gf-swot1-nadir4.nc')?.truthMatch;
    // Half a cell south-west of the node is where the look-alike put the points.
    expect(match?.how).toContain('south-west');
    expect(match!.rmsDifferenceM).toBeLessThan(0.01);
    expect(match!.pointCount).toBeGreaterThan(1000);
  });
});

describe('an OI with large numbers for missing values', () => {
  test('keeps them missing and counts them', async () => {
    const oi = writeOiLike(files.path('sentinel/ssh_NATL60_swot_4nadir.nc'), {
      sentinels: Array<number>(71 * 61).fill(11),
    });
    const onlyEdge = writeOiLike(files.path('edge/ssh_NATL60_swot_4nadir.nc'), {
      sentinels: [...Array<number>(71 * 61)].map((_, cell) => (Math.floor(cell / 61) === 30 ? 1e4 : 0.5)),
    });
    await expect(importNatl60(optionsFor('all-sentinel', { oi: [oi] }))).rejects.toMatchObject({
      code: 'implausible-values',
    });
    const { report } = await importNatl60(optionsFor('edge-sentinel', { oi: [onlyEdge] }));
    const output = report.outputs.find(({ path }) => path === 'oi-gf-swot1-nadir4.nc');
    expect(output?.statistics[0]).toMatchObject({ missing: 42 * 41, max: 0.5 });
    expect(report.quirks.map(({ found }) => found)).toContain(`${42 * 41} values beyond ±10, up to 1.00e+4`);
  });
});

describe('the historical period', () => {
  test('is 41 days, and another challenge', async () => {
    const { definition: historical } = await importNatl60(
      optionsFor('historical', { periodConvention: '41' }),
    );
    expect(historical.id).toBe('natl60-osse-41-days');
    expect(historical.periods.evaluation).toEqual({ start: '2012-10-22', end: '2012-12-01' });
    const truth = await openGriddedField(join(files.path('historical'), 'truth-gf.nc'));
    expect(truth.grid.timeDays).toHaveLength(41);
    truth.close();
  });
});

describe('what is wrong is refused with its place, and nothing looks finished', () => {
  const truthWith = (name: string, options: Parameters<typeof writeTruthLike>[1]): string =>
    writeTruthLike(files.path(`${name}/NATL60-CJM165_NATL_ssh_y2013.1y.nc`), options);
  const cases: {
    name: string;
    changes: () => Partial<ImportNatl60Options>;
    code: ImportError['code'];
    says: RegExp;
  }[] = [
    {
      name: 'a truth on another grid',
      changes: () => ({
        truth: truthWith('coarse', {
          spacingDeg: 0.1,
          grid: { latFirst: 32.5, latCount: 61, lonFirst: -60.5, lonCount: 41 },
        }),
      }),
      code: 'wrong-grid',
      says: /latitude 2 of 21 in the area: 34\.1\d*; needed: 34\.05: nodes at multiples of 1\/20°/,
    },
    {
      name: 'a truth of another area',
      changes: () => ({
        truth: truthWith('elsewhere', {
          grid: { latFirst: 40, latCount: 61, lonFirst: -60.5, lonCount: 61 },
        }),
      }),
      code: 'wrong-grid',
      says: /latitudes 40…43; needed: latitudes 34…36/,
    },
    {
      name: 'a truth with a day that is missing',
      changes: () => ({ truth: truthWith('gap', { withoutDays: [30, 31] }) }),
      code: 'missing-day',
      says: /no map on 2 of 42 days: 2012-10-31…2012-11-01/,
    },
    {
      name: 'a truth with a day that is there twice',
      changes: () => ({ truth: truthWith('twice', { twice: [25] }) }),
      code: 'duplicate-day',
      says: /2012-10-26 12:00 appears twice/,
    },
    {
      name: 'observations of another truth',
      changes: () => ({
        observations: [
          writeObservationsLike(files.path('other/dataset_nadir_0d_swot.nc'), { ocean: OTHER_OCEAN }),
        ],
      }),
      code: 'other-truth',
      says: /dataset_nadir_0d_swot\.nc.*differ from NATL60-CJM165_NATL_ssh_y2013\.1y\.nc by 0\.\d+ m \(RMS over \d+ points.*varies by 0\.\d+ m/,
    },
    {
      name: 'a file that is cut off',
      changes: () => {
        const path = truthWith('cut', {});
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 3)));
        return { truth: path };
      },
      code: 'input-unreadable',
      says: /NATL60-CJM165_NATL_ssh_y2013\.1y\.nc.*(ends|cut off).* download it again/,
    },
    {
      name: 'a folder without truth',
      changes: () => ({ from: files.path('gf-does-not-exist') }),
      code: 'input-missing',
      says: /no such file or folder/,
    },
    {
      name: 'a disk without room',
      changes: () => ({ freeBytes: () => Promise.resolve(1000) }),
      code: 'disk-full',
      says: /1 MB are free; needed: about \d+ MB/,
    },
  ];

  test.each(cases)('$name', async ({ name, changes, code, says }) => {
    const folder = name.replaceAll(' ', '-');
    const error = await refusalOf(importNatl60(optionsFor(folder, changes())));
    expect(error.message).toMatch(says);
    expect(error.code).toBe(code);
    expect(existsSync(join(files.path(folder), 'challenge.yaml'))).toBe(false);
    const left = existsSync(files.path(folder)) ? readdirSync(files.path(folder)) : [];
    expect(left.filter((file) => /importing|partial/.test(file))).toEqual([]);
  });
});

describe('an import that was interrupted', () => {
  test('goes on where it was, and does again what has changed since', async () => {
    const folder = files.path('resumed');
    const activities: string[] = [];
    const interrupted = importNatl60(
      optionsFor('resumed', {
        onProgress: (_, activity) => {
          if (activity.startsWith('oi-gf')) throw new Error('killed');
        },
      }),
    );
    await expect(interrupted).rejects.toThrow('killed');
    expect(existsSync(join(folder, 'challenge.yaml'))).toBe(false);
    expect(existsSync(join(folder, 'truth-gf.nc'))).toBe(true);
    await expect(importNatl60(optionsFor('resumed'))).rejects.toMatchObject({ code: 'not-resumable' });
    await expect(
      importNatl60(optionsFor('resumed', { resume: true, matchTolerance: 0.5 })),
    ).rejects.toMatchObject({ code: 'not-resumable' });

    writeFileSync(join(folder, 'gridded-gf-nadir4.nc'), 'damaged since');
    writeFileSync(join(folder, 'oi-gf-swot1-nadir4.nc.importing'), 'left by a kill');
    const journal = join(folder, '.import-journal.jsonl');
    writeFileSync(journal, `${readFileSync(journal, 'utf8')}{"kind":"finished","path":"sst-g`);
    const { report } = await importNatl60(
      optionsFor('resumed', { resume: true, onProgress: (_, activity) => activities.push(activity) }),
    );
    expect(report.outputs.map(({ path, isWritten }) => [path, isWritten])).toEqual([
      ['truth-gf.nc', false],
      ['gridded-gf-nadir4.nc', true],
      ['gridded-gf-swot1-nadir4.nc', false],
      ['oi-gf-swot1-nadir4.nc', true],
      ['sst-gf.nc', true],
    ]);
    expect(activities.some((activity) => activity.startsWith('truth-gf'))).toBe(false);
    // What earlier runs found is reported too.
    expect(report.quirks.map(({ found }) => found)).toContain('the time axis has no units');
    for (const { path, sha256 } of report.outputs)
      expect(await sha256OfFile(join(folder, path))).toBe(sha256);
  });
});
