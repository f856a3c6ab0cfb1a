import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  challengeDefinitionSchema,
  datasetReportSchema,
  MAX_DATASET_REPORT_BYTES,
  MISSING_RAW,
  unpackHeights,
  type ChallengeDefinition,
  type DatasetFile,
  type DatasetReport,
} from '@sillage/contracts';
import {
  openAlongTrack,
  openGriddedField,
  writeAlongTrack,
  writeGriddedField,
  type AlongTrack,
} from '@sillage/netcdf';
import { daysSince1950, type FieldValues, type RegularGrid } from '@sillage/science';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sha256OfFile } from '../files/file-hash.js';
import { readEvaluationTrack } from '../files/read-evaluation-track.js';
import { writeClassicFile } from '../testing/classic-file.js';
import { inspectDataset, type InspectDatasetOptions } from './inspect-dataset.js';

const DEMO_OSSE = new URL('../../../../datasets/demo-osse/', import.meta.url).pathname;
const DEMO_OSE = new URL('../../../../datasets/demo-ose/', import.meta.url).pathname;
const HUGE = new URL('../../../netcdf/test/fixtures/declares-200-gib.h5', import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspect-dataset-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function definitionIn(challenge: string): Promise<ChallengeDefinition> {
  return challengeDefinitionSchema.parse(parse(await readFile(join(challenge, 'challenge.yaml'), 'utf8')));
}

async function inspect(
  definition: ChallengeDefinition,
  placeOf: (path: string) => string,
  options: Partial<InspectDatasetOptions> = {},
): Promise<DatasetReport> {
  const paths = [...new Set(definition.files.map(({ path }) => path))];
  const files = await Promise.all(
    paths.map(async (path) => {
      const localPath = placeOf(path);
      return {
        path,
        localPath,
        sha256: await sha256OfFile(localPath),
        sizeBytes: (await stat(localPath)).size,
      };
    }),
  );
  const now = new Date('2026-11-27T00:00:00Z');
  const report = await inspectDataset({ definition, files, evaluatorVersion: 'test', now, ...options });
  return datasetReportSchema.parse(report);
}

const told = (report: DatasetReport, severity: 'error' | 'warning' | 'note') =>
  report.findings.filter((item) => item.severity === severity).map(({ code, path }) => `${code} ${path}`);

/** The Gulf Stream with four nadirs: what a small challenge has. */
async function small(over: Partial<ChallengeDefinition> = {}): Promise<ChallengeDefinition> {
  const demo = await definitionIn(DEMO_OSSE);
  const names = new Set(['truth-gf.nc', 'observations-gf-nadir4.nc', 'oi-gf-nadir4.nc']);
  return {
    ...demo,
    disclosure: 'blind',
    tasks: [{ area: 'gf', scenario: 'nadir4' }],
    files: demo.files.filter(
      ({ path, area, scenario }) => area === 'gf' && names.has(path) && (scenario ?? 'nadir4') === 'nadir4',
    ),
    references: [],
    ...over,
  };
}

const withoutChecksum = (definition: ChallengeDefinition, path: string): ChallengeDefinition => ({
  ...definition,
  files: definition.files.map((file) => {
    if (file.path !== path) return file;
    const { sha256, ...rest } = file;
    return sha256 === undefined ? file : rest;
  }),
});

/** The small challenge with another file in the place of one of its own. */
async function inspectWith(
  path: string,
  localPath: string,
  over: Partial<ChallengeDefinition> = {},
): Promise<DatasetReport> {
  return inspect(withoutChecksum(await small(over), path), (name) =>
    name === path ? localPath : join(DEMO_OSSE, name),
  );
}

/** The small challenge with one file more. */
async function inspectWithMore(
  file: Omit<DatasetFile, 'description'>,
  localPath: string,
  over: Partial<ChallengeDefinition> = {},
): Promise<DatasetReport> {
  const definition = await small(over);
  const files = [...definition.files, { description: '', ...file }];
  return inspect({ ...definition, files }, (name) =>
    name === file.path ? localPath : join(DEMO_OSSE, name),
  );
}

async function tracks(change: (track: AlongTrack) => Partial<AlongTrack>, name: string): Promise<string> {
  const track = await openAlongTrack(join(DEMO_OSSE, 'observations-gf-nadir4.nc'));
  const path = join(folder, name);
  await writeAlongTrack(path, { ...track, ...change(track) });
  return path;
}

/** Only the points of a track that are wanted. */
function only(track: AlongTrack, isWanted: (index: number) => boolean): Partial<AlongTrack> {
  const kept = Array.from(track.timeDays.keys()).filter(isWanted);
  const cut = <Values extends { [index: number]: number }>(values: Values) =>
    kept.map((index) => values[index]!);
  return {
    timeDays: Float64Array.from(cut(track.timeDays)),
    latDeg: Float64Array.from(cut(track.latDeg)),
    lonDeg: Float64Array.from(cut(track.lonDeg)),
    sshM: Float64Array.from(cut(track.sshM)),
    satelliteIndex: Uint8Array.from(cut(track.satelliteIndex)),
    sshObservedM: null,
    cycle: null,
    track: null,
    alongTrackKm: null,
  };
}

async function maps(
  source: string,
  name: string,
  change: (values: FieldValues, day: number) => FieldValues,
  options: {
    variable?: string;
    grid?: (grid: RegularGrid) => RegularGrid;
    units?: string;
  } = {},
): Promise<string> {
  const field = await openGriddedField(join(DEMO_OSSE, source));
  const path = join(folder, name);
  try {
    const grid = options.grid?.(field.grid) ?? field.grid;
    await writeGriddedField(path, {
      grid,
      variables: [
        {
          name: options.variable ?? 'gssh',
          type: 'float32',
          attributes: { units: options.units ?? 'm', standard_name: 'sea_surface_height_above_geoid' },
          readDay: async (day) => change(await field.readDays(day, 1), day),
        },
      ],
    });
    return path;
  } finally {
    field.close();
  }
}

describe('the demo challenges', () => {
  it('finds nothing against demo-osse but notes on the heights without errors beside the noise ladder', async () => {
    const definition = await definitionIn(DEMO_OSSE);
    const report = await inspect(definition, (path) => join(DEMO_OSSE, path));
    expect(told(report, 'error')).toEqual([]);
    expect(told(report, 'warning')).toEqual([]);
    expect(told(report, 'note')).toEqual(
      ['noise1', 'noise2', 'noise3'].map((level) => `sealed-content gridded-gf-swot1-nadir4-${level}.nc`),
    );
    expect(report.files).toHaveLength(new Set(definition.files.map(({ path }) => path)).size);
    expect(JSON.stringify(report).length).toBeLessThan(MAX_DATASET_REPORT_BYTES);

    const truth = report.files.find(({ path }) => path === 'truth-gf.nc')!;
    expect(truth).toMatchObject({
      format: 'NetCDF-4 (HDF5)',
      conventions: 'CF-1.10',
      variable: 'sossheig',
      units: 'm',
      kind: 'grid',
      extent: { period: { start: '2012-10-22', end: '2012-12-02' } },
    });
    expect(truth.spacingDeg).toBeCloseTo(0.05, 6);
    expect(truth.statistics!.count).toBe(42 * 220 * 220);
    expect(unpackHeights(truth.previewMap!).some((raw) => raw !== MISSING_RAW && Math.abs(raw) > 10)).toBe(
      true,
    );
    const observations = report.files.find(({ path }) => path === 'observations-gf-nadir4.nc')!;
    expect(observations).toMatchObject({ kind: 'along-track', variable: 'ssh_model' });
    expect(observations.satellites).toEqual(['topex-poseidon-interleaved', 'jason1', 'geosat2', 'envisat']);
    expect(observations.uses).toHaveLength(2);
    expect(report.files.find(({ path }) => path === '4dvarnet-gf.pt')!.format).toMatch(/starter/);

    // Sampled without error from this truth, daily maps interpolated in time: the same numbers.
    const sampled = report.agreements.find(({ path }) => path === 'observations-gf-nadir4.nc')!;
    expect(sampled.rmseM).toBeLessThan(1e-9);
    const noisy = report.agreements.find(
      ({ path }) => path.endsWith('noise3.nc') && path.startsWith('gridded'),
    )!;
    expect(noisy.variable).toBe('ssh_obs');
    expect(noisy.rmseM).toBeGreaterThan(0.015);
    expect(noisy.rmseM).toBeLessThan(0.025);
    const verdicts = new Set(report.leaks.filter(({ role }) => role === 'oi').map(({ verdict }) => verdict));
    expect([...verdicts]).toEqual(['map']);
  }, 600_000);

  it('finds nothing against demo-ose but a note, and compares its OI with the withheld track', async () => {
    const report = await inspect(await definitionIn(DEMO_OSE), (path) => join(DEMO_OSE, path));
    expect([...told(report, 'error'), ...told(report, 'warning')]).toEqual([]);
    expect(told(report, 'note')).toEqual(['sealed-content observations-gf-nadir4.nc']);
    expect(report.agreements).toMatchObject([{ path: 'oi-gf-nadir4.nc', role: 'oi', bestShiftDays: null }]);
    expect(report.agreements[0]!.correlation).toBeGreaterThan(0.98);
    expect(report.leaks.find(({ variable }) => variable.startsWith('ssh_obs at'))).toMatchObject({
      verdict: 'input',
    });
  });

  it('asks about the heights without errors where the truth of demo-ose would be sealed', async () => {
    const definition: ChallengeDefinition = { ...(await definitionIn(DEMO_OSE)), disclosure: 'public-test' };
    const report = await inspect(definition, (path) => join(DEMO_OSE, path));
    expect(told(report, 'error')).toEqual([]);
    expect(told(report, 'warning')).toEqual(['sealed-content observations-gf-nadir4.nc']);
  });
});

describe('a small challenge that is blind', () => {
  it('has nothing against it', async () => {
    const report = await inspect(await small(), (path) => join(DEMO_OSSE, path));
    expect(report.findings).toEqual([]);
  });

  it('reports progress from 0 to 1, and each file before it is opened', async () => {
    const seen: number[] = [];
    const opened: string[] = [];
    await inspect(await small(), (path) => join(DEMO_OSSE, path), {
      onProgress: (fraction) => seen.push(fraction),
      onFile: (path) => opened.push(path),
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(new Set(opened)).toEqual(new Set(['truth-gf.nc', 'observations-gf-nadir4.nc', 'oi-gf-nadir4.nc']));
  });

  it('does not open again what broke a reader down', async () => {
    const opened: string[] = [];
    const report = await inspect(await small(), (path) => join(DEMO_OSSE, path), {
      broken: [{ path: 'oi-gf-nadir4.nc', found: 'the reader broke down on it' }],
    });
    expect(told(report, 'error')).toEqual(['unreadable oi-gf-nadir4.nc']);
    expect(opened).toEqual([]);
    expect(report.files.find(({ path }) => path === 'oi-gf-nadir4.nc')!.format).toBe('unreadable');
  });
});

describe('observations', () => {
  const OBSERVATIONS = 'observations-gf-nadir4.nc';

  it('that are dated a day late are found, under 3 cm of noise too', async () => {
    let state = 7;
    const noise = () => ((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5) * 0.104; // σ 3 cm
    const path = await tracks(
      ({ timeDays, sshM }) => ({
        timeDays: timeDays.map((time) => time + 1),
        sshM: sshM.map((height) => height + noise()),
      }),
      'late.nc',
    );
    const report = await inspectWith(OBSERVATIONS, path);
    expect(told(report, 'error')).toEqual([`observations-shifted ${OBSERVATIONS}`]);
    expect(report.findings[0]!.found).toContain('1 day later');
    expect(report.agreements.find((row) => row.path === OBSERVATIONS)!.bestShiftDays).toBe(-1);
  });

  it.each([
    { name: 'in centimetres', change: (height: number) => 100 * height, code: 'units-missing' },
    {
      name: 'a third of what they were',
      change: (height: number) => height / 3,
      code: 'observations-disagree',
    },
    { name: 'turned upside down', change: (height: number) => -height, code: 'observations-disagree' },
    { name: 'all missing', change: () => NaN, code: 'not-finite' },
    { name: 'constant', change: () => 0.25, code: 'constant' },
  ])('$name are found', async ({ change, code }) => {
    const path = await tracks(({ sshM }) => ({ sshM: sshM.map(change) }), `${code}-${String(change(3))}.nc`);
    expect(told(await inspectWith(OBSERVATIONS, path), 'error')).toContain(`${code} ${OBSERVATIONS}`);
  });

  it('that end early, of other days, or of another sea are found', async () => {
    const isBefore = (day: string) => (track: AlongTrack) =>
      only(track, (index) => track.timeDays[index]! < daysSince1950(day));
    const early = await inspectWith(OBSERVATIONS, await tracks(isBefore('2012-11-20'), 'early.nc'));
    expect(told(early, 'error')).toEqual([`period-not-covered ${OBSERVATIONS}`]);
    const soon = await inspectWith(OBSERVATIONS, await tracks(isBefore('2012-11-30'), 'soon.nc'));
    expect(told(soon, 'warning')).toEqual([`period-not-covered ${OBSERVATIONS}`]);
    const other = await inspectWith(OBSERVATIONS, await tracks(isBefore('2012-10-20'), 'other.nc'));
    expect(told(other, 'error')).toEqual([`no-observations ${OBSERVATIONS}`]);
    const moved = await tracks(({ lonDeg }) => ({ lonDeg: lonDeg.map((lon) => lon + 40) }), 'moved.nc');
    expect(told(await inspectWith(OBSERVATIONS, moved), 'error')).toEqual([
      `no-observations ${OBSERVATIONS}`,
    ]);
  });

  it('of a part of the box are found', async () => {
    const half = await tracks((track) => only(track, (index) => track.lonDeg[index]! < -60), 'half.nc');
    expect(told(await inspectWith(OBSERVATIONS, half), 'warning')).toEqual([
      `area-not-covered ${OBSERVATIONS}`,
    ]);
  });

  it('without a satellite of the scenario are found', async () => {
    const three = await tracks(
      (track) => only(track, (index) => track.satelliteIndex[index] !== 1),
      'three.nc',
    );
    const report = await inspectWith(OBSERVATIONS, three);
    expect(told(report, 'error')).toEqual([`satellites-differ ${OBSERVATIONS}`]);
    expect(report.findings[0]!.found).toBe('no observation of jason1');
  });

  it('of a satellite that the scenario does not name are found', async () => {
    const scenarios = (await small()).scenarios.map((scenario) => ({
      ...scenario,
      satellites: scenario.satellites.filter((name) => name !== 'envisat'),
    }));
    const report = await inspectWith(OBSERVATIONS, join(DEMO_OSSE, OBSERVATIONS), { scenarios });
    expect(told(report, 'error')).toEqual([`satellites-differ ${OBSERVATIONS}`]);
    expect(report.findings[0]!.found).toContain('envisat');
  });

  it('on land are told', async () => {
    // A truth that is dry west of 60° W.
    const land = await maps(
      'truth-gf.nc',
      'land.nc',
      (values) => values.map((value, node) => (node % 220 < 120 ? NaN : value)),
      {
        variable: 'sossheig',
      },
    );
    const report = await inspectWith('truth-gf.nc', land);
    expect(told(report, 'warning')).toContain(`land-in-along-track ${OBSERVATIONS}`);
  });
});

describe('the truth', () => {
  const TRUTH = 'truth-gf.nc';

  it('that is smaller than the scored box, or ends early, is found', async () => {
    const smaller = await maps(
      TRUTH,
      'smaller.nc',
      (values) =>
        Float32Array.from(
          { length: 220 * 150 },
          (_value, node) => values[Math.floor(node / 150) * 220 + (node % 150)]!,
        ),
      { variable: 'sossheig', grid: (grid) => ({ ...grid, lonDeg: grid.lonDeg.slice(0, 150) }) },
    );
    expect(told(await inspectWith(TRUTH, smaller), 'error')).toEqual([`area-not-covered ${TRUTH}`]);
    const shorter = await maps(TRUTH, 'shorter.nc', (values) => values, {
      variable: 'sossheig',
      grid: (grid) => ({ ...grid, timeDays: grid.timeDays.slice(0, 30) }),
    });
    const report = await inspectWith(TRUTH, shorter);
    expect(told(report, 'error')).toEqual([`period-not-covered ${TRUTH}`]);
    expect(report.findings[0]!.found).toBe('no map on 12 of 42 days: 2012-11-21…2012-12-02');
  });

  it('with a day that is missing and a day that is constant is found', async () => {
    const odd = await maps(
      TRUTH,
      'odd.nc',
      (values, day) => (day === 3 ? values.map(() => NaN) : day === 8 ? values.map(() => 0) : values),
      { variable: 'sossheig' },
    );
    const report = await inspectWith(TRUTH, odd);
    expect(told(report, 'error')).toEqual([`not-finite ${TRUTH}`, `constant ${TRUTH}`]);
    expect(report.findings.map(({ found }) => found).join()).toMatch(/2012-10-25.*2012-10-30/);
  });
});

describe('maps by OI', () => {
  const OI = 'oi-gf-nadir4.nc';

  it.each([
    { name: 'a day late', change: (values: FieldValues) => values, days: 1, found: 'a day too late' },
    {
      name: 'upside down',
      change: (values: FieldValues) => values.map((value) => -value),
      days: 0,
      found: 'sign is flipped',
    },
  ])('$name are found', async ({ change, days, found }) => {
    const path = await maps(OI, `oi-${days}.nc`, change, {
      grid: (grid) => ({ ...grid, timeDays: grid.timeDays.map((time) => time + days) }),
    });
    const report = await inspectWith(OI, path);
    expect(told(report, 'error')).toContain(`oi-disagrees ${OI}`);
    expect(report.findings.map((item) => item.found).join()).toContain(found);
    expect(report.agreements.find((row) => row.path === OI)!.bestShiftDays).toBe(days === 0 ? 0 : -days);
  });
});

describe('what is sealed', () => {
  it('is found in a public map: another name, another unit, another packing', async () => {
    const copy = await maps(
      'truth-gf.nc',
      'copy.nc',
      (values) => values.map((value) => Math.round(100 * value * 4) / 4),
      {
        variable: 'analysis',
        units: 'cm',
      },
    );
    const file = { role: 'reconstruction', area: 'gf', path: 'analysis.nc' } as const;
    const blind = await inspectWithMore(file, copy);
    expect(told(blind, 'error')).toEqual(['sealed-content analysis.nc']);
    expect(blind.leaks.find(({ path }) => path === 'analysis.nc')).toMatchObject({
      verdict: 'leak',
      sealedDayCount: 42,
    });
    const practice = await inspectWithMore(file, copy, { disclosure: 'practice' });
    expect(told(practice, 'error')).toEqual([]);
    expect(told(practice, 'warning')).toEqual(['sealed-content analysis.nc']);
  });

  it('is found as a second variable of a file of temperatures, and as the same bytes', async () => {
    const field = await openGriddedField(join(DEMO_OSSE, 'truth-gf.nc'));
    const path = join(folder, 'sst.nc');
    await writeGriddedField(path, {
      grid: field.grid,
      variables: [
        {
          name: 'sst',
          type: 'float32',
          attributes: { units: 'K' },
          readDay: async (day) =>
            (await field.readDays(day, 1)).map((_value, node) => 290 + Math.sin(node / 37 + day)),
        },
        {
          name: 'quality',
          type: 'float32',
          attributes: { units: '1' },
          readDay: async (day) => (await field.readDays(day, 1)).map((value) => 5 - 3 * value),
        },
      ],
    });
    field.close();
    const report = await inspectWithMore(
      { role: 'sst', area: 'gf', path: 'sst-more.nc', variable: 'sst' },
      path,
    );
    expect(told(report, 'error')).toEqual(['sealed-content sst-more.nc']);
    expect(report.leaks.filter(({ path: name }) => name === 'sst-more.nc')).toMatchObject([
      { variable: 'sst', verdict: 'input' },
      { variable: 'quality', verdict: 'leak' },
    ]);
    expect(report.files.find(({ path: name }) => name === 'sst-more.nc')!.statistics!.mean).toBeCloseTo(
      290 - 273.15,
      1,
    );

    const bytes = join(folder, 'bytes.nc');
    await copyFile(join(DEMO_OSSE, 'truth-gf.nc'), bytes);
    const same = await inspectWithMore({ role: 'reconstruction', area: 'gf', path: 'bytes.nc' }, bytes);
    expect(told(same, 'error')).toEqual(['sealed-content bytes.nc', 'sealed-content bytes.nc']);
  });

  it('is not a truth of other days', async () => {
    const later = await maps('truth-gf.nc', 'later.nc', (values) => values, {
      grid: (grid) => ({ ...grid, timeDays: grid.timeDays.map((time) => time + 100) }),
    });
    const report = await inspectWithMore(
      { role: 'sst', area: 'gf', path: 'later.nc', variable: 'gssh' },
      later,
    );
    expect(told(report, 'error')).toEqual([]);
    expect(report.leaks.filter(({ path }) => path === 'later.nc')).toEqual([]);
  });

  it('is found in gridded observations that observe everything', async () => {
    const field = await openGriddedField(join(DEMO_OSSE, 'truth-gf.nc'));
    const path = join(folder, 'everywhere.nc');
    const attributes = { units: 'm', standard_name: 'sea_surface_height_above_geoid' };
    await writeGriddedField(path, {
      grid: field.grid,
      variables: [
        { name: 'ssh_mod', type: 'float32', attributes, readDay: (day) => field.readDays(day, 1) },
        {
          name: 'lag',
          type: 'float32',
          attributes: {},
          readDay: async (day) => (await field.readDays(day, 1)).map(() => 0),
        },
      ],
    });
    field.close();
    const file = {
      role: 'gridded-observations',
      area: 'gf',
      scenario: 'nadir4',
      path: 'everywhere.nc',
    } as const;
    expect(told(await inspectWithMore(file, path), 'error')).toEqual(['sealed-content everywhere.nc']);
  });

  it('is found where the withheld altimeter was left in the observations', async () => {
    const definition: ChallengeDefinition = { ...(await definitionIn(DEMO_OSE)), disclosure: 'blind' };
    const [trackFile] = definition.files.filter(({ role }) => role === 'evaluation-track');
    const withheld = await readEvaluationTrack(join(DEMO_OSE, trackFile!.path));
    const others = await openAlongTrack(join(DEMO_OSE, 'observations-gf-nadir4.nc'), { variable: 'ssh_obs' });
    const rows = [
      ...Array.from(others.timeDays, (time, index) => [
        time,
        others.latDeg[index]!,
        others.lonDeg[index]!,
        others.sshM[index]!,
        others.satelliteIndex[index]!,
      ]),
      ...Array.from(withheld.timeDays, (time, index) => [
        time,
        withheld.latDeg[index]!,
        withheld.lonDeg[index]!,
        withheld.trackM[index]!,
        3,
      ]),
    ].sort((a, b) => a[0]! - b[0]!);
    const path = join(folder, 'with-cryosat.nc');
    const column = (at: number) => Float64Array.from(rows, (row) => row[at]!);
    await writeAlongTrack(path, {
      timeDays: column(0),
      latDeg: column(1),
      lonDeg: column(2),
      sshM: column(3),
      satelliteIndex: Uint8Array.from(column(4)),
      satellites: others.satellites,
    });
    const files = definition.files.map((file) => {
      if (file.path !== 'observations-gf-nadir4.nc') return file;
      const { sha256, ...rest } = file;
      return sha256 === undefined ? file : { ...rest, variable: 'ssh_model' };
    });
    const report = await inspect({ ...definition, files }, (name) =>
      name === 'observations-gf-nadir4.nc' ? path : join(DEMO_OSE, name),
    );
    expect(told(report, 'error')).toEqual(['sealed-content observations-gf-nadir4.nc']);
    expect(report.findings[0]!.found).toMatch(/^\d+ of \d+ points of the withheld altimeter/);
  });
});

describe('files that cannot be read', () => {
  it.each([
    { name: 'an empty file', write: (path: string) => writeFile(path, ''), found: /empty/ },
    {
      name: 'a page of the web',
      write: (path: string) => writeFile(path, '<!DOCTYPE html><html><body>Please log in</body></html>'),
      found: /page of the web/,
    },
    { name: 'huge dimensions', write: (path: string) => copyFile(HUGE, path), found: /GiB|bytes/ },
    { name: 'text', write: (path: string) => writeFile(path, 'lon lat ssh\n1 2 3\n'), found: /./ },
    {
      name: 'the first half of a file',
      write: async (path: string) =>
        writeFile(path, (await readFile(join(DEMO_OSSE, 'oi-gf-nadir4.nc'))).subarray(0, 100_000)),
      found: /./,
    },
  ])('are findings: $name', async ({ name, write, found }) => {
    const path = join(folder, `${name.replaceAll(' ', '-')}.nc`);
    await write(path);
    const report = await inspectWith('oi-gf-nadir4.nc', path);
    expect(told(report, 'error')).toEqual(['unreadable oi-gf-nadir4.nc']);
    expect(report.findings[0]!.found).toMatch(found);
    // Everything else was read all the same.
    expect(report.files.find((file) => file.path === 'truth-gf.nc')!.statistics).not.toBeNull();
  });

  it('are told by what is missing: another variable than the definition names', async () => {
    const definition = await small();
    const files = definition.files.map((file) =>
      file.role === 'oi' ? { ...file, variable: 'height' } : file,
    );
    const report = await inspect({ ...definition, files }, (path) => join(DEMO_OSSE, path));
    expect(told(report, 'error')).toEqual(['variable-unclear oi-gf-nadir4.nc']);
  });

  it('are told by their units, and by conventions that are missing', async () => {
    const path = join(folder, 'plain.nc');
    const axis = (count: number, first: number, step: number) =>
      Float64Array.from({ length: count }, (_value, index) => first + index * step);
    writeClassicFile(path, {
      dimensions: { time: 42, lat: 41, lon: 41 },
      variables: [
        {
          name: 'time',
          type: 'float64',
          dimensions: ['time'],
          attributes: { units: 'days since 2012-10-22' },
          values: axis(42, 0, 1),
        },
        {
          name: 'lat',
          type: 'float64',
          dimensions: ['lat'],
          attributes: { units: 'degrees_north' },
          values: axis(41, 33, 0.25),
        },
        {
          name: 'lon',
          type: 'float64',
          dimensions: ['lon'],
          attributes: { units: 'degrees_east' },
          values: axis(41, -65, 0.25),
        },
        {
          name: 'gssh',
          type: 'float32',
          dimensions: ['time', 'lat', 'lon'],
          values: Float32Array.from({ length: 42 * 41 * 41 }, (_value, index) => Math.sin(index)),
        },
      ],
    });
    const report = await inspectWith('oi-gf-nadir4.nc', path);
    expect(told(report, 'warning')).toContain('units-missing oi-gf-nadir4.nc');
    expect(told(report, 'note')).toContain('convention oi-gf-nadir4.nc');
    expect(told(report, 'error')).toContain('oi-disagrees oi-gf-nadir4.nc');
  });
});
