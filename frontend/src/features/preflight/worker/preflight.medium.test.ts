import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGriddedField, writeGriddedField } from '@sillage/netcdf';
import { checkReconstruction, RejectionError, scoreReconstruction } from '@sillage/pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobByteSource } from './blob-byte-source';
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
function sourceOf(path: string): ReturnType<typeof blobByteSource> {
  const bytes = readFileSync(path);
  const slice = (from: number, to: number) => ({ from, to }) as unknown as Blob;
  return blobByteSource({ size: bytes.length, slice } as Blob, nameOf(path), {
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

test('the practice score of a map is the score of the server, and a good map shows no mistake', async () => {
  const path = `${DEMO}oi-gf-nadir4.nc`;
  const truth = `${DEMO}truth-gf.nc`;
  const reference = {
    kind: 'truth' as const,
    area: 'gf',
    scenario: null,
    name: 'truth-gf.nc',
    url: '',
    sizeBytes: 0,
    sha256: '',
    variable: null,
  };
  const request = {
    variable: null,
    task: GF,
    protocol: 'osse-natl' as const,
    reference,
    fileName: nameOf(path),
  };
  const here = await practise({ map: sourceOf(path), reference: sourceOf(truth) }, request, () => undefined);
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
    expect(Math.abs((here.scores![metric] ?? Number.NaN) - there.scores[metric]!), metric).toBeLessThan(1e-9);
  expect(here.mistakes).toEqual([]);
});
