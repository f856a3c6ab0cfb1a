import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseYamlMapping, type RawManifest } from '@sillage/fourdvarnet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NetworkRuntime } from '@sillage/runtime';
import { temporaryFolder } from '../testing/sample-files.js';
import { openRuntime } from './open-runtime.js';
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
async function search(hidden: readonly string[]): Promise<SearchSettingsResult & { truth: RawManifest }> {
  const manifest = parseYamlMapping(readFileSync(dataset('4dvarnet-gf.yaml'), 'utf8'), 'the manifest');
  const given = Object.entries(manifest).filter(([key]) => !hidden.includes(key));
  const result = await searchSettings({
    checkpointPath: dataset('4dvarnet-gf.pt'),
    fileName: '4dvarnet-gf.pt',
    manifestText: JSON.stringify({ ...Object.fromEntries(given), patch: { time: 15, lat: 24, lon: 24 } }),
    observations: [{ path: dataset('gridded-gf-nadir4.nc') }],
    oi: null,
    sst: null,
    truth: { path: dataset('truth-gf.nc'), variable: null },
    box: { west: -65, east: -55, south: 33, north: 43 },
    period: { start: '2012-10-22', end: '2012-11-12' },
    windows: 3,
    runtime,
    temporaryPath: files.path('oi.nc'),
    now: new Date('2026-11-27T00:00:00Z'),
  });
  return { ...result, truth: Object.fromEntries(hidden.map((key) => [key, manifest[key]])) };
}

describe('searchSettings', () => {
  test('finds what the reference network was trained with', async () => {
    const { best, margins, trials, truth } = await search(
      process.env['SEARCH_ALL'] ? ['n_step', 'final_projection', 'input_fill', 'lr_grad', 'bilin_quad', 'prior_downsamp'] : ['n_step', 'final_projection', 'input_fill', 'lr_grad'],
    );
    console.log(trials.length, JSON.stringify(truth), JSON.stringify(margins, null, 1));
    for (const { mu, settings, windowMu } of trials.slice(0, 14)) console.log(mu, windowMu.join(' '), JSON.stringify(settings));
    const { lr_grad: __, ...others } = best.settings;
    const { lr_grad: _, ...wanted } = truth;
    expect(others).toEqual(wanted);
  });
});
