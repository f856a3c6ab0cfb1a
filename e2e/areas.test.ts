import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  apiErrorBodySchema,
  challengeDefinitionSchema,
  challengeViewSchema,
  resolutionByBoxSchema,
  submissionViewSchema,
} from '@sillage/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  boardWithRows,
  finalSubmission,
  jsonOf,
  leaderboard,
  newAccount,
  uploadedFile,
} from './testing/api.js';
import { hasBrowser, launchBrowser, openPage, type Browser } from './testing/browser.js';
import { sillage, sillageOk } from './testing/command-line.js';
import { ROOT } from './testing/platform.js';
import { takePlatform } from './testing/shared-platforms.js';
import { SMALL_PERIOD, writeSmallTruth } from './testing/small-challenge.js';

const { url, organiserToken, workFolder } = await takePlatform('demo');
const demoFile = (name: string): string => path.join(ROOT, 'datasets/demo-osse', name);

describe('one basin map', () => {
  test('is cut to the areas that it covers and scored on each of their boards', async () => {
    const account = await newAccount(url, 'Bruce Warren');
    const participant = { SILLAGE_URL: url, SILLAGE_TOKEN: account.token };
    const basin = demoFile('oi-natl-nadir4.nc');
    const reply = await sillageOk(
      ['submit', basin, '--challenge', 'demo-osse', '--scenario', 'nadir4', '--all-areas'].concat([
        '--name',
        'Basin OI',
        '--inputs',
        'ssh-nadir',
        '--wait',
        '--json',
      ]),
      participant,
    );
    const submitted = submissionViewSchema.parse(JSON.parse(reply));
    expect(submitted.evaluations.map(({ area, state }) => `${area} ${state}`).sort()).toEqual([
      'gf scored',
      'natl scored',
      'osmosis scored',
    ]);

    const byHand = JSON.parse(
      await sillageOk(
        ['score', '--reference', demoFile('truth-gf.nc'), '--reconstruction', basin].concat([
          '--protocol',
          'osse-natl',
          '--box=-65,-55,33,43',
          '--json',
        ]),
      ),
    ) as { mu: number; lambda_x_deg: number };
    const onBoard = submitted.evaluations.find(({ area }) => area === 'gf')?.scores;
    expect(onBoard?.mu).toBeCloseTo(byHand.mu, 9);
    expect(onBoard?.lambdaXDeg).toBeCloseTo(byHand.lambda_x_deg, 9);
    for (const area of ['gf', 'osmosis', 'natl']) {
      // The reference's own map: it stands below the board, and has no second rank.
      const board = await leaderboard(url, 'demo-osse', area, 'nadir4');
      expect([...board.rows, ...board.identical].map(({ method }) => method)).toContain('Basin OI');
    }
  });

  test('of one area only enters that area, and nothing calls the others a fault', async () => {
    const account = await newAccount(url, 'Susan Wijffels');
    const reply = await sillageOk(
      ['submit', demoFile('oi-gf-nadir4.nc'), '--challenge', 'demo-osse', '--scenario', 'nadir4'].concat([
        '--all-areas',
        '--name',
        'Gulf Stream only',
        '--inputs',
        'ssh-nadir',
        '--wait',
        '--json',
      ]),
      { SILLAGE_URL: url, SILLAGE_TOKEN: account.token },
    );
    const submitted = submissionViewSchema.parse(JSON.parse(reply));
    const scored = submitted.evaluations.filter(({ state }) => state === 'scored');
    expect(scored.map(({ area }) => area)).toEqual(['gf']);
    expect(submitted.evaluations.map(({ state }) => state)).not.toContain('rejected');
    expect(submitted.evaluations.map(({ state }) => state)).not.toContain('failed');
  });
});

describe('a reference that is a network', () => {
  test('is run by the platform with the weights that are shipped, and is ahead of OI on its board', async () => {
    const scoreOf = async (name: RegExp) =>
      (await leaderboard(url, 'demo-osse', 'gf', 'nadir4')).rows.find(
        ({ kind, method }) => kind === 'reference' && name.test(method),
      )?.scores.mu;
    await expect.poll(() => scoreOf(/^4DVarNet/), { timeout: 480_000 }).toBeDefined();
    await expect.poll(() => scoreOf(/^OI/), { timeout: 480_000 }).toBeDefined();
    expect(await scoreOf(/^4DVarNet/)).toBeGreaterThan((await scoreOf(/^OI/)) ?? Number.NaN);
  });
});

describe('several files in one go', () => {
  test('are one set: each on its board, each naming the other', async () => {
    const account = await newAccount(url, 'Klaus Wyrtki');
    const reply = await sillageOk(
      ['submit', '--challenge', 'demo-osse', '--name', 'Two maps', '--inputs', 'ssh-nadir'].concat([
        '--map',
        `gf:nadir1=${demoFile('oi-gf-nadir1.nc')}`,
        '--map',
        `osmosis:nadir1=${demoFile('oi-osmosis-nadir1.nc')}`,
        '--wait',
        '--json',
      ]),
      { SILLAGE_URL: url, SILLAGE_TOKEN: account.token },
    );
    const parsed = (JSON.parse(reply) as unknown[]).map((submission) =>
      submissionViewSchema.parse(submission),
    );
    expect(parsed).toHaveLength(2);
    for (const submission of parsed) {
      expect(submission.evaluations.map(({ state }) => state)).toEqual(['scored']);
      expect(submission.siblings).toHaveLength(1);
    }
  });
});

describe('a challenge whose data are not installed', () => {
  test('shows what the literature says, never ranked, and takes no map', async () => {
    const challenge = challengeViewSchema.parse(
      await jsonOf(await fetch(`${url}/api/challenges/natl60-2020a`)),
    );
    expect(challenge.isInstalled).toBe(false);
    expect(challenge.expectedFiles.length).toBeGreaterThan(0);
    const board = await leaderboard(url, 'natl60-2020a', 'gf', 'swot1-nadir4');
    expect(board.rows).toEqual([]);
    expect(board.published).toContainEqual(
      expect.objectContaining({ method: '4DVarNet v2022', mu: 0.96, sigma: 0.01, lambdaXDeg: 0.62 }),
    );

    const account = await newAccount(url, 'Walter Munk');
    const uploadId = await uploadedFile(url, account.token, demoFile('oi-gf-nadir4.nc'));
    const refused = await fetch(`${url}/api/submissions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${account.token}` },
      body: JSON.stringify({
        challenge: 'natl60-2020a',
        tasks: [{ area: 'gf', scenario: 'nadir4' }],
        uploadId,
        card: { name: 'Too early', inputs: ['ssh-nadir'] },
      }),
    });
    expect(refused.status).toBe(409);
    expect(apiErrorBodySchema.parse(await refused.json()).error.code).toBe('data-not-installed');
  });
});

describe('the synthetic along-track challenge', () => {
  test('scores maps on the withheld altimeter and ranks a copy of the reference beside it', async () => {
    const challenge = challengeViewSchema.parse(await jsonOf(await fetch(`${url}/api/challenges/demo-ose`)));
    const { area, scenario } = challenge.tasks[0]!;
    const oi = challenge.files.find((file) => file.role === 'oi' && file.area === area)!;
    const account = await newAccount(url, 'Mary Sears');
    const reply = await sillageOk(
      [
        'submit',
        path.join(ROOT, 'datasets/demo-ose', oi.path),
        '--challenge',
        'demo-ose',
        '--area',
        area,
        '--scenario',
        scenario,
      ].concat(['--name', 'The same maps', '--inputs', 'ssh-nadir', '--wait', '--json']),
      { SILLAGE_URL: url, SILLAGE_TOKEN: account.token },
    );
    const [evaluation] = submissionViewSchema.parse(JSON.parse(reply)).evaluations;
    expect(evaluation?.scores).toMatchObject({ lambdaXDeg: null, lambdaTDays: null });
    expect(evaluation?.scores?.lambdaXKm).toBeGreaterThan(50);
    const board = await leaderboard(url, 'demo-ose', area, scenario);
    const reference = board.rows.find(({ kind }) => kind === 'reference');
    expect(reference?.scores.mu).toBeCloseTo(evaluation?.scores?.mu ?? Number.NaN, 9);
  });

  test('has errors and effective resolution by box, as the page shows them', async () => {
    const [row] = (await boardWithRows(url, 'demo-ose', 'gf', 'nadir4')).rows;
    const { evaluationId, submissionId } = row!;
    const address = `${url}/api/evaluations/${evaluationId}/artefacts/resolution.json`;
    const resolution = resolutionByBoxSchema.parse(await jsonOf(await fetch(address)));
    expect(resolution).toMatchObject({ direction: 'along-track', unit: 'km', sizeDeg: 5 });
    const lengths = resolution.boxes.map(({ wavelength }) => wavelength ?? Number.NaN);
    expect(lengths).toHaveLength(9);
    // The board's λx of this map is 138 km; boxes of one sea scatter by a tenth.
    for (const length of lengths) expect(Math.abs(length - 138)).toBeLessThan(40);

    if (!hasBrowser) return;
    const browser = await launchBrowser();
    try {
      const { page } = await openPage(browser);
      await page.goto(`${url}/submissions/${submissionId}`);
      const table = page.getByRole('region', { name: 'Effective resolution by box' });
      const shown = async () =>
        (await table.locator('tbody td').allInnerTexts()).map((text) => Number.parseInt(text, 10));
      const fromTheNorth = [2, 1, 0].flatMap((south) => lengths.slice(3 * south, 3 * south + 3));
      await expect.poll(shown).toEqual(fromTheNorth.map(Math.round));
      expect(await page.getByRole('region', { name: 'RMSE score by box' }).count()).toBe(1);
    } finally {
      await browser.close();
    }
  });
});

describe('a challenge without a reference map', () => {
  test('has its observations mapped by a worker of the platform', async () => {
    const id = `unmapped-sea-${crypto.randomUUID()}`;
    const truth = path.join(workFolder, `${id}-truth.nc`);
    await writeSmallTruth(truth);
    const folder = path.join(workFolder, id);
    const organiser = { SILLAGE_URL: url, SILLAGE_TOKEN: organiserToken };
    await sillageOk(
      ['challenge', 'import', '--truth', truth, '--id', id, '--name', 'Unmapped sea'].concat([
        '--licence',
        'CC0-1.0',
        '--synthetic',
        ...SMALL_PERIOD,
        '--out',
        folder,
      ]),
    );
    const file = path.join(folder, 'challenge.yaml');
    const definition = challengeDefinitionSchema.parse(parse(fs.readFileSync(file, 'utf8')));
    definition.references = [
      {
        id: 'oi',
        name: 'OI of the platform',
        description: '',
        inputs: ['ssh-nadir'],
        role: 'oi',
        compute: {
          method: 'oi',
          parameters: {
            lengthLonDeg: 1,
            lengthLatDeg: 1,
            lengthTimeDays: 7,
            noise: 0.05,
            spacingDeg: 0.2,
          },
        },
      },
    ];
    fs.writeFileSync(file, stringify(definition, { aliasDuplicateObjects: false }));
    await sillageOk(['challenge', 'register', folder], organiser);
    const { area, scenario } = definition.tasks[0]!;
    const board = await boardWithRows(url, id, area, scenario);
    expect(board.rows[0]).toMatchObject({ method: 'OI of the platform', kind: 'reference' });
    expect(board.rows[0]!.scores.mu).toBeGreaterThan(0.5);
    const submission = await finalSubmission(url, board.rows[0]!.submissionId, organiserToken);
    expect(submission.file?.sizeBytes).toBeGreaterThan(1000);
  });
});

describe.skipIf(!hasBrowser)('a visitor of the boards', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('switches area and scenario without a reload, and goes back', async () => {
    const { page, context, faults } = await openPage(browser);
    await page.goto(`${url}/challenges/demo-osse/leaderboard?area=gf&scenario=nadir4`, {
      waitUntil: 'networkidle',
    });
    await page.evaluate(() => Object.assign(globalThis, { isStillTheSamePage: true }));
    // Of the reference: others may come onto the board between two looks.
    const muOf = async (area: string, scenario: string): Promise<string> => {
      const { rows } = await boardWithRows(url, 'demo-osse', area, scenario);
      return rows.find(({ kind }) => kind === 'reference')?.scores.mu.toFixed(3) ?? 'no reference';
    };
    await page
      .getByRole('link', { name: /OSMOSIS/ })
      .first()
      .click();
    await page.waitForURL(/area=osmosis/);
    await page
      .locator('table tbody')
      .getByText(await muOf('osmosis', 'nadir4'))
      .first()
      .waitFor();
    await page.getByRole('link', { name: '1 nadir', exact: true }).first().click();
    await page.waitForURL(/scenario=nadir1/);
    await page
      .locator('table tbody')
      .getByText(await muOf('osmosis', 'nadir1'))
      .first()
      .waitFor();
    await page.goBack();
    await page.waitForURL(/scenario=nadir4/);
    await page
      .locator('table tbody')
      .getByText(await muOf('osmosis', 'nadir4'))
      .first()
      .waitFor();
    expect(await page.evaluate(() => 'isStillTheSamePage' in globalThis)).toBe(true);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('reads published scores apart from the ranks, with their source', async () => {
    const { page, context, faults } = await openPage(browser);
    await page.goto(`${url}/challenges/natl60-2020a/leaderboard?area=gf&scenario=nadir4`, {
      waitUntil: 'networkidle',
    });
    for (const text of [/not ranked/i, /MIOST/, /not installed/i])
      await expect.poll(() => page.locator('main').innerText()).toMatch(text);
    expect(faults).toEqual([]);
    await context.close();
  });
});

test('a map for an area that no task has is refused by name', async () => {
  const account = await newAccount(url, 'Ada');
  const { status, stderr } = await sillage(
    ['submit', demoFile('oi-gf-nadir4.nc'), '--challenge', 'demo-osse', '--area', 'atlantis'].concat([
      '--scenario',
      'nadir4',
      '--name',
      'Nowhere',
      '--inputs',
      'ssh-nadir',
    ]),
    { SILLAGE_URL: url, SILLAGE_TOKEN: account.token },
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/atlantis/);
});
