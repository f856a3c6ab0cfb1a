import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeGriddedField } from '@sillage/netcdf';
import { daysSince1950 } from '@sillage/science';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSillage } from './testing/run-sillage.js';

const bin = fileURLToPath(new URL('../bin/sillage.mjs', import.meta.url));
let folder = '';
const file = (name: string): string => join(folder, name);

/** Daily maps at noon on 1/20°, under the names of the real files, around GF only. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-import-'));
  const axis = (first: number, count: number): Float64Array =>
    Float64Array.from({ length: count }, (_, index) => (Math.round(first * 20) + index) / 20);
  const first = daysSince1950('2012-10-01');
  const write = async (name: string, variable: string, hours: number): Promise<void> => {
    const grid = {
      timeDays: Float64Array.from({ length: 77 }, (_, day) => first + day + hours / 24),
      latDeg: axis(33, 201),
      lonDeg: axis(-65, 201),
    };
    const maps = [variable, ...(variable === 'ssh_mod' ? ['ssh_obs', 'lag', 'flag'] : [])];
    await writeGriddedField(file(name), {
      grid,
      variables: maps.map((map) => ({
        name: map,
        type: 'float32',
        attributes: { units: map === 'lag' ? 'days' : map === 'flag' ? '1' : 'm' },
        readDay: (index) =>
          Float32Array.from({ length: 201 * 201 }, (_, cell) => {
            if (map === 'lag') return 0.5;
            if (map === 'flag') return 0;
            return 0.3 * Math.sin(0.05 * cell + 0.01 * index) + 0.1 * Math.cos(0.03 * Math.floor(cell / 201));
          }),
      })),
    });
  };
  await write('NATL60-CJM165_GULFSTREAM_ssh_y2013.1y.nc', 'ssh', 12);
  await write('dataset_nadir_0d_swot.nc', 'ssh_mod', 0);
  await write('ssh_NATL60_swot_4nadir.nc', 'ssh_mod', 0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parameters = (out: string, ...more: string[]): string[] => [
  ...['challenge', 'import-natl60', '--challenge', 'natl60-osse', '--from', folder, '--areas', 'gf'],
  ...['--out', out, ...more],
];

test('sillage challenge import-natl60 survives kill -9 and goes on with --resume', async () => {
  const out = file('killed');
  const kill = new AbortController();
  const watch = setInterval(() => {
    if (existsSync(join(out, 'truth-gf.nc'))) kill.abort();
  }, 20);
  const killed = await runSillage(parameters(out), { killOn: kill.signal });
  clearInterval(watch);
  expect(killed.status).toBeNull();
  expect(existsSync(join(out, 'challenge.yaml'))).toBe(false);

  const again = await runSillage(parameters(out));
  expect(again).toMatchObject({ status: 1, stdout: '' });
  expect(again.stderr).toMatch(/^sillage: [^\n]*an import was begun in this folder[^\n]*--resume[^\n]*\n$/);

  const resumed = await runSillage(parameters(out, '--resume', '--json'));
  expect(resumed.status).toBe(0);
  const report: { outputs: { path: string; isWritten: boolean }[] } = JSON.parse(resumed.stdout);
  expect(report.outputs[0]).toMatchObject({ path: 'truth-gf.nc', isWritten: false });
  expect(report.outputs.slice(1).every((output) => output.isWritten)).toBe(true);
  expect(readFileSync(join(out, 'challenge.yaml'), 'utf8')).toContain('id: natl60-osse');
  expect(readdirSync(out).filter((name) => /importing|partial/.test(name))).toEqual([]);

  const complete = await runSillage(parameters(out, '--resume'));
  expect(complete.status).toBe(0);
  expect(complete.stdout).toContain(`Register it with: sillage challenge register ${out}`);
});

const hasOwnMounts = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0;
if (!hasOwnMounts)
  console.warn('The import on a full disk is not tested: this machine gives no mounts (unshare -rm).');

describe.skipIf(!hasOwnMounts)('on a disk that fills', () => {
  test('says so, registers nothing, and goes on once there is room', () => {
    // The disk is large enough for the check in advance, and filled by somebody else meanwhile.
    const script = `
      mount -t tmpfs -o size=64m tmpfs "$OUT"
      node=$1; bin=$2; shift 2
      mkdir "$OUT/challenge"
      ( while [ ! -e "$OUT/challenge/truth-gf.nc" ]; do sleep 0.02; done; cat /dev/zero > "$OUT/others" ) 2>/dev/null &
      "$node" "$bin" "$@" 2> "$OUT.first"; echo "first $?"
      wait
      ls "$OUT/challenge"; echo resumed
      rm "$OUT/others"
      "$node" "$bin" "$@" --resume 2> "$OUT.second"; echo "second $?"
      ls "$OUT/challenge"`;
    const out = file('disk');
    execFileSync('mkdir', [out]);
    const output = execFileSync(
      'unshare',
      ['-rm', 'bash', '-c', script, 'bash', process.execPath, bin, ...parameters(join(out, 'challenge'))],
      { env: { ...process.env, OUT: out, HOME: '/nonexistent' }, encoding: 'utf8' },
    );
    const [first = '', second = ''] = output.split(/^resumed$/m);
    expect(first).toMatch(/^first 1$/m);
    expect(second).toMatch(/^second 0$/m);
    expect(readFileSync(`${out}.first`, 'utf8')).toMatch(
      /^sillage: [^\n]*challenge[^\n]*: the disk is full; needed: room[^\n]*--resume[^\n]*\n$/,
    );
    expect(first).toContain('truth-gf.nc');
    expect(first).not.toContain('challenge.yaml');
    expect(second).toContain('challenge.yaml');
  });
});

describe('bad input gets one line on stderr', () => {
  test.each([
    {
      name: 'no place to look',
      given: () => ['challenge', 'import-natl60', '--challenge', 'natl60-osse', '--out', file('x')],
      says: /say where the files are: --from/,
    },
    {
      name: 'a challenge without importer',
      given: () => [
        'challenge',
        'import-natl60',
        '--challenge',
        'demo-osse',
        '--from',
        folder,
        '--out',
        file('x'),
      ],
      says: /no importer for 'demo-osse'; there are natl60-2020a, natl60-osse, ose-2021a/,
    },
    {
      name: 'an area that the truth does not reach',
      given: () => [
        ...['challenge', 'import-natl60', '--challenge', 'natl60-osse', '--from', folder],
        ...['--areas', 'gf,osmosis', '--out', file('far')],
      ],
      says: /GULFSTREAM_ssh_y2013\.1y\.nc, variable 'ssh': longitudes −65…−55 .*needed: longitudes −19\.5…−11\.5/,
    },
    {
      name: 'a truncated file',
      given: () => {
        const cut = file('cut.nc');
        writeFileSync(cut, readFileSync(file('NATL60-CJM165_GULFSTREAM_ssh_y2013.1y.nc')).subarray(0, 1e6));
        return parameters(file('cut'), '--truth', cut);
      },
      says: /cut\.nc.*it is cut off/,
    },
  ])('$name', async ({ given, says }) => {
    const run = await runSillage(given());
    expect(run.stderr).toMatch(says);
    expect(run.stderr).toMatch(/^sillage: [^\n]*\n$/);
    expect(run.status).toBe(1);
  });
});
