import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { datasetReportSchema } from '@sillage/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSillage } from './testing/run-sillage.js';

const demo = fileURLToPath(new URL('../../../datasets/demo-ose/', import.meta.url));
const PATHS = ['dt_gulfstream_cryosat2_phy_l3_synthetic.nc', 'observations-gf-nadir4.nc', 'oi-gf-nadir4.nc'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-check-dataset-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the demo in a folder of its own, without the files that are left out. */
function copyOf(name: string, leftOut: readonly string[] = []): string {
  const copy = join(folder, name);
  mkdirSync(copy);
  for (const path of [...PATHS, 'challenge.yaml'])
    if (!leftOut.includes(path)) copyFileSync(join(demo, path), join(copy, path));
  return copy;
}

describe('sillage challenge check', () => {
  test('prints files, comparisons and findings of a challenge that is shipped', async () => {
    const run = await runSillage(['challenge', 'check', 'demo-ose']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toMatch(
      /^demo-ose 1\.0\.0, level 'practice': 3 files, no errors, no warnings, 1 note \(/,
    );
    expect(run.stdout).toMatch(
      /oi-gf-nadir4\.nc +oi +465 kB +NetCDF-4 \(HDF5\) +gssh +2012-10-22…2013-01-19/,
    );
    expect(run.stdout).toMatch(/oi-gf-nadir4\.nc +gf × nadir4 +gssh +\d+ +−?0\.\d\d +\d\.\d\d +0\.99\d\d +–/);
    expect(run.stdout).toContain(
      "Notes\n  observations-gf-nadir4.nc, gf (sealed-content)\n    found:  'ssh_model' is by its name",
    );
    expect(run.stdout).not.toMatch(/undefined|NaN|null/);
  });

  test('asks for more where the level withholds the track', async () => {
    const run = await runSillage(['challenge', 'check', 'demo-ose', '--disclosure', 'blind']);
    expect(run.status).toBe(0);
    expect(run.stdout).toContain("level 'blind': 3 files, no errors, 1 warning, no notes");
    expect(run.stdout).toMatch(/1 × gives the truth away/);
  });

  test('says what is wrong with a folder, and ends with status 1', async () => {
    const broken = copyOf('broken', ['oi-gf-nadir4.nc']);
    writeFileSync(join(broken, 'observations-gf-nadir4.nc'), '<html>Please log in</html>');
    const run = await runSillage(['challenge', 'check', broken]);
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('3 errors');
    expect(run.stdout).toContain(
      'oi-gf-nadir4.nc (unreadable)\n    found:  the definition names it, and there is no such file',
    );
    expect(run.stdout).toContain('it is a page of the web, not data');
    expect(run.stdout).toContain('(sha256-differs)');
  });

  test('prints the report as JSON, which fits the contract', async () => {
    const run = await runSillage(['challenge', 'check', copyOf('good'), '--json']);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    const printed: unknown = JSON.parse(run.stdout);
    expect(printed).toMatchObject({ challenge: 'demo-ose', disclosure: 'practice' });
    const report = datasetReportSchema.parse(printed);
    expect(report.files.map(({ path }) => path).sort()).toEqual([...PATHS].sort());
  });

  test('says that a challenge without data has none, and what a folder lacks', async () => {
    const described = await runSillage(['challenge', 'check', 'ose-2021a']);
    expect(described).toMatchObject({ status: 0 });
    expect(described.stdout).toContain('its data are not installed');
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const run = await runSillage(['challenge', 'check', empty]);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain('there is no challenge.yaml in it');
  });
});
