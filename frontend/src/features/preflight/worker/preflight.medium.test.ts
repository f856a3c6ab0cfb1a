import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGriddedField, writeGriddedField } from '@sillage/netcdf';
import { checkReconstruction, RejectionError, scoreAlongTrack, scoreReconstruction } from '@sillage/pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReferenceFile } from '../messages';
import { netcdfSource } from './netcdf-source';
import { checkFile, practise } from './preflight';

const ROOT = new URL('../../../../../', import.meta.url).pathname;
const DEMO = `${ROOT}datasets/demo-osse/`;
const FIXTURES = `${ROOT}packages/netcdf/test/fixtures/`;
const GF = {
  area: 'gf',
  scenario: 'nadir4',
  scoredBox: { west: -65, east: -55, south: 33, north: 43 },
  period: { start: '2012-10-22', end: '2012-12-02' },
};

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-preflight-'));
  const field = await openGriddedField(`${DEMO}oi-gf-nadir4.nc`);
  const all = await field.readDays(0, field.grid.timeDays.length);
  const write = (name: string, change: (value: number, index: number) => number, days = all.length) =>
    writeGriddedField(join(folder, name), {
      grid: { ...field.grid, timeDays: field.grid.timeDays.slice(0, days) },
      variables: [
        {
          name: 'ssh',
          type: 'float32',
          attributes: { units: 'm' },
          values: Float32Array.from(
            all.subarray(0, Math.min(all.length, days * field.grid.latDeg.length * field.grid.lonDeg.length)),
            change,
          ),
        },
      ],
      attributes: {},
    });
  await write('centimetres.nc', (value) => value * 100);
  await write('short.nc', (value) => value, 10);
  await write('empty.nc', () => Number.NaN);
  field.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** FileReaderSync of a worker, over bytes in memory. */
function sourceOf(path: string): ReturnType<typeof netcdfSource> {
  const bytes = readFileSync(path);
  const slice = (from: number, to: number) => ({ from, to }) as unknown as Blob;
  return netcdfSource({ size: bytes.length, slice } as Blob, nameOf(path), {
    readAsArrayBuffer: (blob) => {
      const { from, to } = blob as unknown as { from: number; to: number };
      return Uint8Array.from(bytes.subarray(from, to)).buffer;
    },
  });
}

const nameOf = (path: string) => path.split('/').at(-1)!;

async function saidByServer(path: string): Promise<{ rejection: unknown; warnings: unknown }> {
  try {
    const { warnings } = await checkReconstruction({
      inputPath: path,
      fileName: nameOf(path),
      tasks: [GF],
      canonicalPath: join(folder, 'canonical.nc'),
    });
    return { rejection: null, warnings };
  } catch (error) {
    if (error instanceof RejectionError) return { rejection: error.reason, warnings: null };
    throw error;
  }
}

async function saidByBrowser(path: string): Promise<{ rejection: unknown; warnings: unknown }> {
  const request = { variable: null, tasks: [GF], onlyCovered: false, fileName: nameOf(path) };
  const { rejection, warnings } = await checkFile(sourceOf(path), request, () => undefined);
  return { rejection, warnings: rejection === null ? warnings : null };
}

describe('the check in the browser', () => {
  const fixtures = readdirSync(FIXTURES).filter((name) => /\.(nc|h5)$/.test(name));
  const files = [
    ...fixtures.map((name) => `${FIXTURES}${name}`),
    `${DEMO}oi-gf-nadir4.nc`,
    `${DEMO}oi-natl-nadir4.nc`,
    `${DEMO}oi-osmosis-nadir4.nc`,
    `${DEMO}observations-gf-nadir4.nc`,
    `${DEMO}swath-gf-swot1.nc`,
    `${DEMO}challenge.yaml`,
  ];
  test.each(files.map((path) => [nameOf(path), path]))('says of %s what the server says', async (_, path) => {
    expect(await saidByBrowser(path)).toEqual(await saidByServer(path));
  });

  test.each(['centimetres.nc', 'short.nc', 'empty.nc'])('says of %s what the server says', async (name) => {
    const said = await saidByBrowser(join(folder, name));
    expect(said.rejection).not.toBeNull();
    expect(said).toEqual(await saidByServer(join(folder, name)));
  });
});

describe('the practice score', () => {
  /** A public file of a challenge that has come. */
  const reference = (kind: ReferenceFile['kind'], path: string, variable: string | null = null) => ({
    file: {
      kind,
      area: 'gf',
      scenario: null,
      name: nameOf(path),
      url: '',
      sizeBytes: 0,
      sha256: '',
      variable,
    },
    bytes: sourceOf(path),
  });
  const path = `${DEMO}oi-gf-nadir4.nc`;

  test('of a map is the score of the server, and a good map shows no mistake', async () => {
    const truth = `${DEMO}truth-gf.nc`;
    const judge = reference('truth', truth);
    const here = await practise(
      { map: sourceOf(path), judge, likeness: judge },
      { variable: null, task: GF, protocol: 'osse-natl', fileName: nameOf(path) },
      () => undefined,
    );
    const there = await scoreReconstruction({
      reconstructionPath: path,
      referencePath: truth,
      protocol: 'osse-natl',
      scoredBox: GF.scoredBox,
      period: GF.period,
      openOcean: true,
    });
    expect(here.rejection).toBeNull();
    for (const metric of ['mu', 'sigma', 'lambdaXDeg', 'lambdaTDays', 'rmseM'] as const)
      expect(Math.abs((here.scores![metric] ?? Number.NaN) - there.scores[metric]!), metric).toBeLessThan(
        1e-9,
      );
    expect(here.mistakes).toEqual([]);
  });

  describe('along a withheld track', () => {
    const OSE = `${ROOT}datasets/demo-ose/`;
    const trackPath = `${OSE}dt_gulfstream_cryosat2_phy_l3_synthetic.nc`;
    const task = {
      area: 'gf',
      scenario: 'nadir4',
      scoredBox: GF.scoredBox,
      period: { start: '2012-10-22', end: '2013-01-19' },
    };
    const sources = (map: string) => ({
      map: sourceOf(map),
      judge: reference('track', trackPath),
      likeness: reference('oi', `${OSE}oi-gf-nadir4.nc`, 'gssh'),
    });

    test.each(['ose-along-track', 'ose-2021a'] as const)(
      '%s is the score of the server',
      async (protocol) => {
        const map = `${OSE}oi-gf-nadir4.nc`;
        const request = { variable: null, task, protocol, fileName: nameOf(map) };
        const here = await practise(sources(map), request, () => undefined);
        const there = await scoreAlongTrack({
          reconstructionPath: map,
          trackPath,
          protocol,
          scoredBox: task.scoredBox,
          period: task.period,
        });
        expect(here).toEqual({
          scores: there.scores,
          rejection: null,
          warnings: there.warnings,
          mistakes: [],
        });
        expect(there.scores.mu).toBeGreaterThan(0.5);
      },
    );

    test('is refused in the words of the server where the maps do not reach the track', async () => {
      const request = { variable: null, task, protocol: 'ose-along-track' as const, fileName: nameOf(path) };
      const here = await practise({ ...sources(path), likeness: null }, request, () => undefined);
      const there = await scoreAlongTrack({
        reconstructionPath: path,
        trackPath,
        protocol: 'ose-along-track',
        scoredBox: task.scoredBox,
        period: task.period,
      }).catch((error: unknown) => error);
      expect(there).toBeInstanceOf(RejectionError);
      expect(here).toEqual({
        scores: null,
        rejection: (there as RejectionError).reason,
        warnings: [],
        mistakes: null,
      });
    });
  });
});
