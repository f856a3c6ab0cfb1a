import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Box, Period } from '@sillage/contracts';
import { parseYamlMapping, type RawManifest } from '@sillage/fourdvarnet';
import { createGriddedObservationsWriter } from '@sillage/netcdf';
import { daysSince1950 } from '@sillage/science';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NetworkRuntime } from '@sillage/runtime';
import { rejectionOf } from '../testing/rejection-of.js';
import { temporaryFolder } from '../testing/sample-files.js';
import { openRuntime } from './network/open-runtime.js';
import { searchSettings, type SearchSettingsResult } from './search-settings.js';

const dataset = (name: string): string =>
  fileURLToPath(new URL(`../../../../datasets/demo-osse/${name}`, import.meta.url));
const files = temporaryFolder();
let runtime: NetworkRuntime;

beforeAll(async () => {
  runtime = await openRuntime('onnxruntime-cpu');
});
afterAll(async () => {
  await runtime.close();
  files.remove();
});

/** The reference network on a corner of its patch and a few days, some keys of its manifest hidden. */
async function search(
  hidden: readonly string[],
  changes: {
    manifest?: RawManifest;
    observations?: string;
    box?: Box;
    period?: Period;
    hasSst?: boolean;
  } = {},
): Promise<SearchSettingsResult & { truth: RawManifest }> {
  const manifest = parseYamlMapping(readFileSync(dataset('4dvarnet-gf.yaml'), 'utf8'), 'the manifest');
  const given = Object.entries(manifest).filter(([key]) => !hidden.includes(key));
  const result = await searchSettings({
    checkpointPath: dataset('4dvarnet-gf.pt'),
    fileName: '4dvarnet-gf.pt',
    manifestText: JSON.stringify({
      ...Object.fromEntries(given),
      patch: { time: 15, lat: 24, lon: 24 },
      ...changes.manifest,
    }),
    observations: [{ path: changes.observations ?? dataset('gridded-gf-nadir4.nc') }],
    oi: null,
    sst: changes.hasSst === true ? { path: dataset('sst-gf.nc'), variable: 'sst' } : null,
    truth: { path: dataset('truth-gf.nc'), variable: null },
    box: changes.box ?? { west: -65, east: -55, south: 33, north: 43 },
    period: changes.period ?? { start: '2012-10-22', end: '2012-11-12' },
    windows: 3,
    runtime,
    temporaryPath: files.path('oi.nc'),
    now: new Date('2026-11-27T00:00:00Z'),
  });
  return { ...result, truth: Object.fromEntries(hidden.map((key) => [key, manifest[key]])) };
}

/** Gridded observations from the first day of the search on that do not say when they were made. */
async function untimedObservations(name: string, dayCount: number): Promise<string> {
  const path = files.path(name);
  const axis = (first: number) => Float64Array.from({ length: 61 }, (_, node) => first + 0.2 * node);
  const firstDay = daysSince1950('2012-10-22');
  const grid = {
    timeDays: Float64Array.from({ length: dayCount }, (_, day) => firstDay + day),
    latDeg: axis(32),
    lonDeg: axis(-66),
  };
  const writer = await createGriddedObservationsWriter(path, {
    grid,
    mask: new Uint8Array(61 * 61).fill(1),
    storage: 'float32',
  });
  for (const timeDays of grid.timeDays) {
    const sshM = Float64Array.from({ length: 61 * 61 }, (_, node) =>
      node % 40 === 0 ? Math.sin(timeDays + node) / 4 : Number.NaN,
    );
    const unknown = sshM.map(() => Number.NaN);
    writer.append({ sshM, sshObservedM: sshM, lagDays: unknown, flag: sshM.map(() => 0) });
  }
  await writer.finish();
  return path;
}

/** ms: a hundred networks are made ready and run, on a machine that may do other things. */
const LONG_MS = 600_000;

describe('searchSettings', () => {
  /**
   * On a quarter of the patch and with three windows a batch, λ acts on a gradient that is several times as large: it is not
   * asked for here. Everything else stands out.
   */
  test(
    'finds what the reference network was trained with, though 6 steps are in no list',
    async () => {
      const hidden = ['n_step', 'final_projection', 'input_fill', 'bilin_quad'];
      const { best, margins, trials, truth, windowCount } = await search(hidden, {
        manifest: { fgat_passes: 0 },
      });
      expect(truth).toEqual({ n_step: 6, final_projection: false, input_fill: 'nan', bilin_quad: false });
      expect(best.settings).toEqual(truth);
      expect(windowCount).toBe(3);
      expect(best.windowMu).toHaveLength(3);
      expect(trials[0]).toBe(best);
      // the ones that anybody would call clear: µ falls by a tenth or more
      expect(margins['input_fill']).toMatchObject({ value: 'zero', windowsLost: 3 });
      expect(margins['input_fill']!.loss).toBeGreaterThan(0.1);
      expect(margins['bilin_quad']!.loss).toBeGreaterThan(0.01);
      for (const key of hidden) expect(margins[key]!.loss, key).toBeGreaterThan(0);
    },
    LONG_MS,
  );

  test(
    'moves observations in time as the manifest says, and tries it where it says nothing',
    async () => {
      const { trials, best } = await search(['fgat_passes']);
      const mus = new Map(trials.map(({ settings, mu }) => [settings['fgat_passes'], mu]));
      expect([...mus.keys()].toSorted()).toEqual([0, 1]);
      expect(best.mu).toBe(Math.max(...trials.map(({ mu }) => mu!)));
      for (const passes of [0, 1]) {
        const given = await search(['final_projection'], { manifest: { fgat_passes: passes } });
        const same = given.trials.find(({ settings }) => settings['final_projection'] === false);
        expect(same?.mu).toBeCloseTo(mus.get(passes)!, 9);
      }
      expect(mus.get(0)).not.toBeCloseTo(mus.get(1)!, 6);
    },
    LONG_MS,
  );

  test('says what the truth or the observations lack, instead of judging settings by nothing', async () => {
    const beside = await rejectionOf(
      search(['n_step'], { box: { west: 20, east: 25, south: 33, north: 43 } }),
    );
    expect(beside).toMatchObject({ code: 'inputs-missing', where: 'truth-gf.nc' });
    expect(beside.found).toMatch(/^no value on the 24 × 24 nodes .* on 2012-10-29, /);
    const period = { start: '2013-10-22', end: '2013-11-12' };
    expect((await rejectionOf(search(['n_step'], { period }))).found).toMatch(/on 2013-10-29, /);
    const unobserved = await rejectionOf(
      search(['n_step'], {
        observations: await untimedObservations('three-days.nc', 3),
        manifest: { second_field: 'sst', fgat_passes: 0 },
        hasSst: true,
      }),
    );
    expect(unobserved).toMatchObject({ code: 'inputs-missing', where: 'the observations' });
    expect(unobserved.found).toMatch(
      /none on the patch in 2 windows, the first from 2012-10-26 to 2012-11-09/,
    );
  });

  test(
    'leaves observations where they are if the file does not say when they were made',
    async () => {
      const path = await untimedObservations('without-lag.nc', 22);
      const { trials } = await search(['fgat_passes', 'final_projection'], { observations: path });
      expect(trials.map(({ settings }) => Object.keys(settings))).toEqual([
        ['final_projection'],
        ['final_projection'],
      ]);
      const rejection = await rejectionOf(
        search(['final_projection'], { observations: path, manifest: { fgat_passes: 1 } }),
      );
      expect(rejection).toMatchObject({ code: 'inputs-missing', found: expect.stringContaining("'lag'") });
    },
    LONG_MS,
  );
});
