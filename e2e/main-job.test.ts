import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { submissionViewSchema } from '@sillage/contracts';
import { artefactOf, finalSubmission, leaderboard, newAccount } from './testing/api.js';
import { sillage, sillageOk } from './testing/command-line.js';
import { ROOT } from './testing/platform.js';
import { PYTHON } from '../tools/system-packages.mjs';
import { takePlatform } from './testing/shared-platforms.js';
import {
  muOfSmallReconstruction,
  SMALL_CHALLENGE,
  writeSmallField,
  writeSmallReconstruction,
} from './testing/small-challenge.js';

const { url, organiserToken, workFolder } = await takePlatform('small');
const inFolder = (name: string) => path.join(workFolder, name);

const canOpenWithXarray =
  spawnSync(PYTHON, ['-c', 'import xarray, netCDF4'], { stdio: 'ignore' }).status === 0;
const SHARED = path.resolve(ROOT, process.env.SILLAGE_SHARED ?? '../shared');
const DUACS = path.join(SHARED, 'data/real/dt_med_allsat_phy_l4_2005T2.nc');
if (!fs.existsSync(DUACS))
  console.warn(`skipped: ${DUACS} is absent; SILLAGE_SHARED says where the shared folder is`);

describe('a map of the real Mediterranean, from DUACS maps to the board', () => {
  test.skipIf(!fs.existsSync(DUACS))(
    'imports, registers, simulates, maps, submits and finds the score',
    async () => {
      const organiser = { SILLAGE_URL: url, SILLAGE_TOKEN: organiserToken };
      const id = `duacs-med-2005-${crypto.randomUUID()}`;
      const folder = inFolder(id);
      await sillageOk(
        [
          'challenge',
          'import',
          '--truth',
          DUACS,
          '--id',
          id,
          '--name',
          'Mediterranean 2005',
          '--licence',
          'Copernicus',
        ].concat(['--start', '2005-05-01', '--end', '2005-05-10', '--oi', '--out', folder]),
      );
      await sillageOk(['challenge', 'register', folder], organiser);

      // Only what a participant has: the published files of the challenge.
      const account = await newAccount(url, 'Marie Tharp');
      const participant = { SILLAGE_URL: url, SILLAGE_TOKEN: account.token };
      const downloads = inFolder(`${id}-downloads`);
      await sillageOk(['challenge', 'download', id, '--out', downloads], participant);
      const truth = fs.readdirSync(downloads).find((name) => name.includes('truth'));
      expect(truth).toBeDefined();
      const truthPath = path.join(downloads, truth ?? '');
      const observations = inFolder(`${id}-observations.nc`);
      await sillageOk(['simulate', '--truth', truthPath, '--scenario', 'nadir4', '--out', observations]);
      const map = inFolder(`${id}-oi.nc`);
      await sillageOk(
        [
          'oi',
          '--observations',
          observations,
          '--like',
          truthPath,
          '--start',
          '2005-05-01',
          '--end',
          '2005-05-10',
          // Not the map of the reference, which would have no rank of its own.
        ].concat(['--length-time', '8', '--out', map]),
      );
      const submitted = submissionViewSchema.parse(
        JSON.parse(
          await sillageOk(
            [
              'submit',
              map,
              '--challenge',
              id,
              '--name',
              'My OI',
              '--inputs',
              'ssh-nadir',
              '--wait',
              '--json',
            ],
            participant,
          ),
        ),
      );
      const [evaluation] = submitted.evaluations;
      expect(evaluation?.state).toBe('scored');
      const board = await leaderboard(url, id, evaluation?.area ?? '', evaluation?.scenario ?? '');
      const mine = board.rows.find(({ submissionId }) => submissionId === submitted.id);
      expect(mine).toMatchObject({ method: 'My OI', author: 'Marie Tharp', kind: 'participant' });
      // Four nadir altimeters see the large scales of the Mediterranean: far better than zero, far from perfect.
      expect(mine?.scores.mu).toBeGreaterThan(0.5);
      expect(mine?.scores.mu).toBeLessThan(0.99);

      // The platform's number is the number of the same files scored at a shell.
      const local: unknown = JSON.parse(
        await sillageOk(
          [
            'score',
            '--reference',
            truthPath,
            '--reconstruction',
            map,
            '--protocol',
            'osse-natl',
            '--json',
          ].concat(['--start', '2005-05-01', '--end', '2005-05-10']),
        ),
      );
      expect(mine?.scores.mu).toBeCloseTo((local as { mu: number }).mu, 9);
      const page = await (await fetch(`${url}/challenges/${id}/leaderboard`)).text();
      expect(page).toContain('My OI');
    },
  );
});

describe('a reconstruction sent from a shell', () => {
  let scoredMu = Number.NaN;

  test('is scored as the definition says, ranked, and comes back as a file', async () => {
    // The reference is scored behind what participants submit; it is to be there before ranks are counted.
    const hasReference = async () =>
      (await leaderboard(url, SMALL_CHALLENGE, 'all', 'nadir4')).rows.some(
        ({ kind }) => kind === 'reference',
      );
    await expect.poll(hasReference, { timeout: 480_000 }).toBe(true);
    const account = await newAccount(url, 'Grace Hopper');
    const environment = { SILLAGE_URL: url, SILLAGE_TOKEN: account.token };
    const file = inFolder('shell.nc');
    await writeSmallReconstruction(file, 0.8);
    const output = await sillageOk(
      [
        'submit',
        file,
        '--challenge',
        SMALL_CHALLENGE,
        '--name',
        'From a shell',
        '--inputs',
        'ssh-nadir,sst',
        '--wait',
        '--json',
      ],
      environment,
    );
    const submitted = submissionViewSchema.parse(JSON.parse(output));
    const [evaluation] = submitted.evaluations;
    scoredMu = evaluation?.scores?.mu ?? Number.NaN;
    expect(evaluation?.scores?.mu).toBeCloseTo(await muOfSmallReconstruction(file), 5);
    const board = await leaderboard(url, SMALL_CHALLENGE, evaluation?.area ?? '', evaluation?.scenario ?? '');
    const better = board.rows.filter(({ scores }) => scores.mu > (evaluation?.scores?.mu ?? Number.NaN));
    expect(evaluation?.rank).toBe(better.length + 1);

    await artefactOf(url, submitted.id, account.token, 'scored.nc');
    await sillageOk(
      ['download', submitted.id, '--artefact', 'scored.nc', '--out', inFolder('scored.nc'), '--force'],
      environment,
    );
    expect(await sillageOk(['inspect', inFolder('scored.nc')])).toContain('ssh');
  });

  test.skipIf(!canOpenWithXarray)(
    'comes back as a file from which xarray computes the very score of the board',
    () => {
      const program = `
import json, sys, numpy, xarray
with xarray.open_dataset(sys.argv[1]) as dataset:
    error, truth = dataset["error"].values.astype("f8"), dataset["ssh_true"].values.astype("f8")
    numpy.testing.assert_allclose(dataset["ssh"].values.astype("f8") - truth, error, atol=1e-6)
    mu = 1 - numpy.sqrt(numpy.mean(error**2)) / numpy.sqrt(numpy.mean(truth**2))
    print(json.dumps({"mu": mu, "days": str(dataset["time"].dtype), "attributes": {k: str(v) for k, v in dataset.attrs.items()}}))`;
      const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', program, inFolder('scored.nc')], {
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
      const found = JSON.parse(stdout) as { mu: number; days: string; attributes: Record<string, string> };
      expect(found.mu).toBeCloseTo(scoredMu, 5);
      expect(found.days).toMatch(/^datetime64/);
      expect(found.attributes).toMatchObject({ Conventions: expect.stringMatching(/^CF-1/) });
      expect(found.attributes.title).toContain('From a shell');
    },
  );

  test('gives the same scores to the same file, whoever sends it', async () => {
    const file = inFolder('twice.nc');
    await writeSmallReconstruction(file, 0.7);
    const scores = [];
    for (const name of ['One', 'Two']) {
      const { token } = await newAccount(url, name);
      const output = await sillageOk(
        [
          'submit',
          file,
          '--challenge',
          SMALL_CHALLENGE,
          '--name',
          name,
          '--inputs',
          'ssh-nadir',
          '--wait',
          '--json',
        ],
        { SILLAGE_URL: url, SILLAGE_TOKEN: token },
      );
      scores.push(submissionViewSchema.parse(JSON.parse(output)).evaluations[0]?.scores);
    }
    expect(scores[0]).not.toBeNull();
    expect(scores[0]).toEqual(scores[1]);
  });

  test.each([
    ['a map of another place', { lonShiftDeg: 30 }, 'area-not-covered'],
    ['a map that ends early', { dayCount: 20 }, 'days-missing'],
    [
      'a map with holes',
      { valueM: (valueM: number, index: number) => (index === 30_001 ? Number.NaN : valueM) },
      'holes-in-reconstruction',
    ],
    ['heights that cannot be metres', { valueM: (valueM: number) => valueM * 100 }, 'values-out-of-range'],
    ['units that are no length', { units: 'K' }, 'unknown-units'],
  ])('rejects %s with its typed reason', async (_what, change, code) => {
    const { token } = await newAccount(url);
    const file = inFolder(`${code}.nc`);
    await writeSmallField(file, change);
    const environment = { SILLAGE_URL: url, SILLAGE_TOKEN: token };
    const { status, stdout, stderr } = await sillage(
      [
        'submit',
        file,
        '--challenge',
        SMALL_CHALLENGE,
        '--name',
        'Bad',
        '--inputs',
        'ssh-nadir',
        '--no-check',
        '--wait',
        '--json',
      ],
      environment,
    );
    expect(status, stderr).toBe(1);
    const submitted = submissionViewSchema.parse(JSON.parse(stdout));
    const [evaluation] = (await finalSubmission(url, submitted.id, token)).evaluations;
    expect(evaluation?.state).toBe('rejected');
    expect(evaluation?.rejection).toMatchObject({ code });
    expect(evaluation?.rejection?.fix).not.toBe('');
  });

  test('rejects what is no NetCDF file at all', async () => {
    const { token } = await newAccount(url);
    const file = inFolder('not-netcdf.nc');
    fs.writeFileSync(file, 'time,lat,lon,ssh\n');
    const { status, stdout } = await sillage(
      [
        'submit',
        file,
        '--challenge',
        SMALL_CHALLENGE,
        '--name',
        'Bad',
        '--inputs',
        'ssh-nadir',
        '--no-check',
        '--wait',
        '--json',
      ],
      { SILLAGE_URL: url, SILLAGE_TOKEN: token },
    );
    expect(status).toBe(1);
    expect(submissionViewSchema.parse(JSON.parse(stdout)).evaluations[0]?.rejection?.code).toBe(
      'unsupported-format',
    );
  });
});
