import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runSillage } from './testing/run-sillage.js';

const demo = (name: string): string =>
  fileURLToPath(new URL(`../../../datasets/demo-ose/${name}`, import.meta.url));

const SCORE = [
  'score',
  '--reconstruction',
  demo('oi-gf-nadir4.nc'),
  '--box=-65,-55,33,43',
  ...['--start', '2012-10-22', '--end', '2013-01-19'],
];
const TRACK = ['--track', demo('dt_gulfstream_cryosat2_phy_l3_synthetic.nc')];

describe('sillage score --track', () => {
  test('prints one JSON object with the agreed keys, under ose-2021a by default', async () => {
    const run = await runSillage([...SCORE, ...TRACK, '--json']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const scores: Record<string, unknown> = JSON.parse(run.stdout);
    expect(scores).toMatchObject({ protocol: 'ose-2021a', unresolved: null, warnings: [] });
    expect(scores['lambda_x_km']).toBeTypeOf('number');
    expect(Number.isInteger(scores['lambda_x_km'])).toBe(true);
    expect(scores['wavelength_km']).toHaveLength(78);
    expect(scores['psd_score']).toHaveLength(78);
    expect(scores['rmse_t']).toHaveLength((scores['time'] as string[]).length);
    expect(scores['variants']).toEqual([
      { protocol: 'ose-2021a', mu: scores['mu'], sigma: scores['sigma'], lambda_x_km: scores['lambda_x_km'] },
      expect.objectContaining({ protocol: 'ose-along-track', mu: scores['mu'] }),
    ]);
  });

  test('prints a table for people', async () => {
    const run = await runSillage([...SCORE, ...TRACK, '--protocol', 'ose-along-track']);
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/µ\(RMSE\)\s+0\.8\d\d/);
    expect(run.stdout).toMatch(/λx\s+1\d\d km/);
    expect(run.stdout).toMatch(/Protocol ose-along-track; \d+ points of the track, \d+ days .* 996 km/);
  });

  test.each([
    { name: 'a gridded protocol', more: [...TRACK, '--protocol', 'osse-2020a'], message: /give --reference/ },
    { name: 'both references', more: [...TRACK, '--reference', 'x.nc'], message: /not both/ },
    { name: 'the other rule for holes', more: [...TRACK, '--holes', 'as-2020a'], message: /as-2021a/ },
    { name: 'no reference at all', more: [], message: /--reference <file>.*--track <file>/ },
    {
      name: 'an along-track protocol without a track',
      more: ['--reference', 'x.nc', '--protocol', 'ose-2021a'],
      message: /give --track/,
    },
  ])('refuses $name in one line', async ({ more, message }) => {
    const run = await runSillage([...SCORE, ...more]);
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(message);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
  });
});
