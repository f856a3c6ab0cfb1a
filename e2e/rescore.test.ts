import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  draftViewSchema,
  rescoreReportSchema,
  rescoreViewSchema,
  submissionViewSchema,
  type Leaderboard,
} from '@sillage/contracts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boardWithRows, jsonOf, newAccount, type Account } from './testing/api.js';
import {
  accessibilityViolations,
  hasBrowser,
  launchBrowser,
  openPage,
  type Browser,
} from './testing/browser.js';
import { sillageOk } from './testing/command-line.js';
import { takePlatform } from './testing/shared-platforms.js';
import {
  muOfSmallReconstruction,
  registerSmallSea,
  smallSshM,
  writeSmallField,
  writeSmallReconstruction,
} from './testing/small-challenge.js';

const { url, workFolder, organiserToken } = await takePlatform('small');
const BIAS_M = 0.05;
const organiser = { SILLAGE_URL: url, SILLAGE_TOKEN: organiserToken };
/** Of each try: what was promoted cannot be promoted again. */
let challengeId = '';
const asOrganiser = (...args: string[]) => sillageOk(args, organiser);

async function entry(account: Account, name: string, quality: number): Promise<string> {
  const file = path.join(workFolder, `${challengeId}-${name}.nc`);
  await writeSmallReconstruction(file, quality);
  const stdout = await sillageOk(
    [
      ...['submit', file, '--challenge', challengeId, '--name', name, '--inputs', 'ssh-nadir'],
      ...['--wait', '--json'],
    ],
    { SILLAGE_URL: url, SILLAGE_TOKEN: account.token },
  );
  return submissionViewSchema.parse(JSON.parse(stdout)).id;
}

/** µ of a map against the truth of the new version, straight from the definition. */
async function muOnNewTruth(name: string): Promise<number> {
  // A truth that is higher by a bias is a map that is lower by it: the errors are those against the old truth, less the bias.
  const file = path.join(workFolder, `${challengeId}-${name}.nc`);
  const { openGriddedField } = await import('@sillage/netcdf');
  const field = await openGriddedField(file);
  let errors = 0;
  let squares = 0;
  const [rows, columns] = [field.grid.latDeg.length, field.grid.lonDeg.length];
  for (let day = 0; day < field.grid.timeDays.length; day += 1) {
    const values = await field.readDays(day, 1);
    for (let node = 0; node < values.length; node += 1) {
      const truth = Math.fround(smallSshM(day, Math.floor(node / columns) % rows, node % columns) + BIAS_M);
      errors += ((values[node] ?? Number.NaN) - truth) ** 2;
      squares += truth ** 2;
    }
  }
  field.close();
  return 1 - Math.sqrt(errors / squares);
}

/** Without what comes after the scores: maps are made in their own time. */
const ranksOf = ({ datasetVersion, rows }: Leaderboard) => ({
  datasetVersion,
  rows: rows.map(({ evaluationId, rank, scores }) => ({ evaluationId, rank, scores })),
});

describe.skipIf(!hasBrowser)('a re-score', () => {
  let browser: Browser;
  let account: Account;
  let good: string;
  let poor: string;
  let task: { area: string; scenario: string };

  beforeAll(async () => {
    browser = await launchBrowser();
    account = await newAccount(url, 'Agnes Pockels');
  });
  afterAll(() => browser.close());

  const boardOf = (version?: string) =>
    fetch(
      `${url}/api/challenges/${challengeId}/leaderboard?area=${task.area}&scenario=${task.scenario}${version === undefined ? '' : `&version=${version}`}`,
    ).then(jsonOf) as Promise<Leaderboard>;

  test('on a truth that was too low: unseen, read, promoted by an organiser; the old boards stay', async () => {
    challengeId = `small-rescore-${crypto.randomUUID()}`;
    await registerSmallSea(
      { url, organiserToken, workFolder },
      { id: challengeId, name: 'Sea to score again', hasOi: true },
    );
    [good, poor] = [await entry(account, 'Good', 0.95), await entry(account, 'Poor', 0.6)];
    const { tasks } = (await (await fetch(`${url}/api/challenges/${challengeId}`)).json()) as {
      tasks: (typeof task)[];
    };
    task = tasks[0]!;
    // With the reference, which is scored behind both.
    const before = await boardWithRows(url, challengeId, task.area, task.scenario, { rowCount: 3 });
    const muBefore = before.rows.find(({ submissionId }) => submissionId === good)?.scores.mu;
    expect(muBefore).toBeCloseTo(
      await muOfSmallReconstruction(path.join(workFolder, `${challengeId}-Good.nc`)),
      5,
    );

    // The next version: everything as it is, with another truth.
    const draft = draftViewSchema.parse(
      JSON.parse(await asOrganiser('draft', 'create', '--from', `${challengeId}@1.0.0`, '--json')),
    );
    const truthPath = (draft.definition['files'] as { role: string; path: string }[]).find(
      ({ role }) => role === 'truth',
    )?.path;
    const biased = path.join(workFolder, `${challengeId}-biased.nc`);
    await writeSmallField(biased, { valueM: (valueM) => valueM + BIAS_M });
    await asOrganiser('draft', 'add-file', draft.id, biased, '--as', truthPath ?? '');
    // Hashes of the files before are in the definition of an imported challenge.
    const yaml = path.join(workFolder, `${challengeId}.yaml`);
    await asOrganiser('draft', 'get', draft.id, '--out', yaml);
    fs.writeFileSync(yaml, fs.readFileSync(yaml, 'utf8').replaceAll(/^ *sha256: .*\n/gm, ''));
    await asOrganiser('draft', 'set', draft.id, yaml);
    await asOrganiser('draft', 'inspect', draft.id, '--wait');
    const inspected = draftViewSchema.parse(
      JSON.parse(await asOrganiser('draft', 'show', draft.id, '--json')),
    );
    const warnings = new Set(
      (inspected.inspection.report?.findings ?? [])
        .filter(({ severity }) => severity === 'warning')
        .map(({ code }) => code),
    );
    await asOrganiser(
      ...['draft', 'validate', draft.id, '--changes', 'A truth that is 5 cm higher.'],
      ...(warnings.size === 0 ? [] : ['--accept', [...warnings].join(',')]),
    );
    const version = String(draft.definition['datasetVersion']);

    const started = rescoreViewSchema.parse(
      JSON.parse(await asOrganiser('rescore', 'start', `${challengeId}@${version}`, '--wait', '--json')),
    );
    expect(started).toMatchObject({ state: 'ready', counts: { failed: 0, rejected: 0 } });
    expect(ranksOf(await boardOf())).toEqual(ranksOf(before));
    const report = rescoreReportSchema.parse(
      JSON.parse(await asOrganiser('rescore', 'diff', started.id, '--json')),
    );
    for (const [id, name] of [
      [good, 'Good'],
      [poor, 'Poor'],
    ] as const) {
      const found = report.tasks[0]?.entries.find(({ submissionId }) => submissionId === id);
      expect(found?.outcome).toBe('moves');
      // The truth is kept as float32.
      expect(found?.after?.scores.mu).toBeCloseTo(await muOnNewTruth(name), 5);
    }
    expect(report.summary.unscored).toBe(0);

    const { page, context, faults } = await openPage(browser);
    await page.goto(`${url}/sign-in?next=/account`);
    await signInAsOrganiser(page, account);
    await page.goto(`${url}/admin/challenges/${challengeId}`);
    await page.getByRole('link', { name: `1.0.0 → ${version}` }).click();
    await page.waitForURL(/\/admin\/rescore\//);
    await page.getByText('ready: waits for your decision').waitFor();
    await page.getByRole('heading', { name: 'What it changes' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await accessibilityViolations(page)).toEqual([]);
    // Colours change in steps: the last of them counts.
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect
      .poll(() => accessibilityViolations(page, ['color-contrast', 'link-in-text-block']))
      .toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole('button', { name: 'Promote…' }).click();
    await page.getByLabel('Which cells move, and why').fill('All of them: the truth was 5 cm too low.');
    await page.getByRole('button', { name: `Promote 1.0.0 → ${version}` }).click();
    await page.getByText('promoted', { exact: true }).waitFor();
    const now = await boardOf();
    expect(now.datasetVersion).toBe(version);
    expect(now.rows.find(({ submissionId }) => submissionId === good)?.scores.mu).toBeCloseTo(
      await muOnNewTruth('Good'),
      5,
    );

    // A visitor: the new board, the old one by its chip, as a file, and back.
    const visitor = await openPage(browser);
    await visitor.page.goto(`${url}/challenges/${challengeId}/leaderboard`);
    await visitor.page.getByText('All of them: the truth was 5 cm too low.').waitFor();
    await visitor.page
      .getByRole('navigation', { name: 'Dataset version' })
      .getByRole('link', { name: '1.0.0' })
      .click();
    await visitor.page.getByText('This is the board of dataset 1.0.0, not the current one').waitFor();
    expect(new URL(visitor.page.url()).searchParams.get('version')).toBe('1.0.0');
    await expect
      .poll(() => visitor.page.getByRole('row').filter({ hasText: 'Good' }).first().textContent())
      .toContain((muBefore ?? NaN).toFixed(3));
    expect(await accessibilityViolations(visitor.page)).toEqual([]);
    const csv = await fetch(
      `${url}/challenges/${challengeId}/leaderboard/download?area=${task.area}&scenario=${task.scenario}&version=1.0.0&format=csv`,
    );
    expect(csv.headers.get('content-disposition')).toContain(`${challengeId}-1.0.0-`);
    expect(await csv.text()).toContain(String(muBefore));
    expect(ranksOf(await boardOf('1.0.0'))).toEqual(ranksOf(before));
    await visitor.page.getByRole('link', { name: 'See the current board' }).click();
    await visitor.page.waitForURL((address) => !address.searchParams.has('version'));
    await visitor.page.goto(`${url}/submissions/${good}`);
    await visitor.page.getByRole('heading', { name: 'Earlier scores' }).waitFor();
    expect([...faults, ...visitor.faults]).toEqual([]);
    await context.close();
    await visitor.context.close();
  });
});

/** The account becomes an organiser's for as long as it needs to look at the pages of organisers. */
async function signInAsOrganiser(page: Page, account: Account): Promise<void> {
  await asOrganiser('organiser', 'add', account.email);
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((address) => address.pathname === '/account');
}
