import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAlongTrack, openGriddedObservations, openSwath } from '@sillage/netcdf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSillage } from './testing/run-sillage.js';
import { writeSampleMap } from './testing/sample-maps.js';

let folder = '';
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-simulate-'));
  await writeSampleMap({ path: file('truth.nc'), name: 'sossheig' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const simulate = (...options: string[]) => runSillage(['simulate', '--truth', file('truth.nc'), ...options]);

describe('sillage simulate', () => {
  test('writes tracks, swaths and gridded observations with the errors that are named', async () => {
    const run = await simulate(
      ...['--scenario', 'swot1-nadir4', '--errors', 'nadir-white, karin', '--seed', '7'],
      ...['--karin-spacing', '5', '--compact', '--out', file('noisy.nc')],
      ...['--swath-out', file('swath.nc'), '--gridded-out', file('gridded.nc')],
    );
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect((await openAlongTrack(file('noisy.nc'))).sshObservedM).not.toBeNull();
    const swath = await openSwath(file('swath.nc'));
    expect(swath.cellCount).toBe(22);
    expect(swath.attributes['source']).toContain('with errors (nadirWhite, karin; seed 7)');
    swath.close();
    const gridded = await openGriddedObservations(file('gridded.nc'));
    expect((await gridded.readDay(0)).sshM).toHaveLength(40 * 40);
    gridded.close();
    expect(run.stdout).toMatch(/noisy\.nc: \d+ observations of .*swot\n.*swath\.nc: \d+ cells/);
  });

  test('takes the errors of a rung of the noise ladder, or none', async () => {
    const titles = await Promise.all(
      ['none', 'noise2'].map(async (level) => {
        const path = file(`${level}.nc`);
        const run = await simulate('--scenario', 'nadir1', '--noise', level, '--out', path);
        expect(run).toMatchObject({ status: 0, stderr: '' });
        return (await openAlongTrack(path)).attributes['source'];
      }),
    );
    expect(titles[0]).toContain('sampled without error');
    expect(titles[1]).toContain('nadirCorrelated');
  });

  const refused: { name: string; options: () => string[]; message: RegExp }[] = [
    {
      name: 'no output',
      options: () => ['--scenario', 'swot1'],
      message: /--out, --swath-out, --gridded-out/,
    },
    {
      name: 'swaths of nadirs',
      options: () => ['--scenario', 'nadir1', '--swath-out', file('x.nc')],
      message: /'nadir1' has no swath/,
    },
    {
      name: 'an unknown error',
      options: () => ['--scenario', 'swot1', '--out', file('x.nc'), '--errors', 'karin,rolling'],
      message: /no 'rolling'; there are nadir-white, .*wet-troposphere/,
    },
    {
      name: 'errors given twice',
      options: () => ['--scenario', 'swot1', '--out', file('x.nc'), '--errors', 'karin', '--noise', 'noise1'],
      message: /--noise.*--errors/,
    },
    {
      name: 'cells as wide as the swath',
      options: () => ['--scenario', 'swot1', '--swath-out', file('x.nc'), '--karin-spacing', '50'],
      message: /0\.25 to 25 km apart, found 50/,
    },
    {
      name: 'a negative seed',
      options: () => ['--scenario', 'swot1', '--out', file('x.nc'), '--seed', '-1'],
      message: /whole number from 0/,
    },
    {
      name: 'a folder that is not there, before anything is computed',
      options: () => ['--scenario', 'swot1', '--gridded-out', file('no/x.nc')],
      message: /no\/x\.nc: the folder .* does not exist/,
    },
    {
      name: 'one file for two outputs',
      options: () => ['--scenario', 'swot1', '--out', file('x.nc'), '--swath-out', file('x.nc')],
      message: /same name/,
    },
  ];
  test.each(refused)('refuses $name in one line', async ({ options, message }) => {
    const run = await simulate(...options());
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toMatch(/^sillage: [^\n]*\n$/);
    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(existsSync(file('x.nc'))).toBe(false);
  });
});
