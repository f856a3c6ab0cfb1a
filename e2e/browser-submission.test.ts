import crypto from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPUTED, hasBrowser, launchBrowser, openPage, type Browser } from './testing/browser.js';
import { takePlatform } from './testing/shared-platforms.js';
import { SMALL_CHALLENGE, writeSmallField } from './testing/small-challenge.js';

const { url, workFolder } = await takePlatform('small');
const PASSWORD = 'correct horse battery';

async function signUp(page: Page, name: string): Promise<string> {
  const email = `${crypto.randomUUID()}@example.org`;
  await page.goto(`${url}/sign-up?next=${encodeURIComponent(`/submit?challenge=${SMALL_CHALLENGE}`)}`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.waitForURL(/\/submit/);
  return email;
}

async function fillCard(page: Page, method: string): Promise<void> {
  await page.locator('[name="card.name"]').fill(method);
  await page.locator('[name="card.inputs"][value="ssh-nadir"]').check();
  const task = page.locator('[name="tasks"]').first();
  if (!(await task.isChecked())) await task.check();
}

const uploaded = (page: Page) =>
  page
    .getByText(/, uploaded$/)
    .first()
    .waitFor();
const state = (page: Page) => page.locator('[data-testid="evaluation-state"]');

describe.skipIf(!hasBrowser)('a participant with a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('signs up, uploads with a pause, watches the states, and stands on the board', async () => {
    const file = path.join(workFolder, 'browser.nc');
    await writeSmallField(file, {
      valueM: (valueM, index) => valueM + 0.01 * Math.sin(index * 0.37),
      extraVariableCount: 24,
    });
    const { page, context, faults } = await openPage(browser);
    await signUp(page, 'Rachel Carson');

    // Slow enough for a pause in the middle, whoever is held up: 9 MB at 0.2 MB/s.
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    const throttle = (uploadThroughput: number) =>
      devtools.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await throttle(2e5);
    await page.locator('#file').setInputFiles(file);
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    const bar = page.getByRole('progressbar');
    await page.waitForFunction(
      () => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') ?? 0) > 0,
    );
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused. What was sent is kept.').waitFor();
    const paused = await bar.getAttribute('aria-valuenow');
    await sleep(700);
    expect(await bar.getAttribute('aria-valuenow')).toBe(paused);
    await fillCard(page, 'From a browser');
    await throttle(-1);
    await page.getByRole('button', { name: 'Resume' }).click();
    await uploaded(page);

    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.waitForURL(/\/submissions\/[0-9a-f-]+/);
    await page.locator('[data-testid="evaluation-state"][data-state="scored"]').waitFor(COMPUTED);
    // Live, without a reload: the scores, figures and maps come as they are ready.
    await page.locator('canvas').first().waitFor(COMPUTED);
    await page.goto(`${url}/challenges/${SMALL_CHALLENGE}/leaderboard`);
    const row = page.locator('table tbody tr', { hasText: 'From a browser' }).first();
    await row.waitFor();
    expect(await row.innerText()).toContain('Rachel Carson');
    expect(faults).toEqual([]);
    await context.close();
  });

  test('goes on with the same file after the page was closed in the middle, and after the network was gone', async () => {
    const file = path.join(workFolder, 'browser-closed.nc');
    await writeSmallField(file, {
      valueM: (valueM, index) => valueM + 0.02 * Math.sin(index * 0.37),
      extraVariableCount: 48,
    });
    const { page, context } = await openPage(browser);
    await signUp(page, 'Walter Munk');
    // The first 8 MB of 18 arrive; what follows is on its way for as long as the page is open.
    const isOnItsWay = new Promise<void>((resolve) => {
      void page.route(/\/api\/uploads\/[^/]+$/, async (route) => {
        if (Number(route.request().headers()['upload-offset'] ?? 0) > 0) resolve();
        else await route.continue();
      });
    });
    // The page has all that sends files before one is chosen: an upload must not hang on a script that does not come.
    await page.route('**/_next/**/*.js', async (route) => {
      const response = await route.fetch();
      if ((await response.text()).includes('Tus-Resumable')) await route.abort();
      else await route.fulfill({ response });
    });
    await page.locator('#file').setInputFiles(file);
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await isOnItsWay;
    page.on('dialog', (dialog) => void dialog.accept());
    await page.close({ runBeforeUnload: false });

    const again = await context.newPage();
    const created: string[] = [];
    const offsets: number[] = [];
    again.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/api/uploads')) created.push(request.url());
      if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
    });
    await again.goto(`${url}/submit?challenge=${SMALL_CHALLENGE}`);
    await again.getByText(/Unfinished in this browser/).waitFor();
    // And goes on by itself when the network is gone for a while.
    const isOffline = new Promise<void>((resolve) => {
      let isFirst = true;
      void again.route(/\/api\/uploads\/[^/]+$/, async (route) => {
        if (!isFirst || route.request().method() !== 'PATCH') return route.continue();
        isFirst = false;
        await context.setOffline(true);
        await route.abort('internetdisconnected');
        return resolve();
      });
    });
    await again.locator('#file').setInputFiles(file);
    await again.getByRole('button', { name: 'Upload', exact: true }).click();
    await isOffline;
    await again.getByText('The service does not answer. Trying again…').waitFor();
    await context.setOffline(false);
    await uploaded(again);
    expect(created).toEqual([]);
    expect(offsets.length).toBeGreaterThan(1);
    for (const offset of offsets) expect(offset).toBeGreaterThan(0);
    await context.close();
  });

  test('reads in plain words why a file is rejected, and what to do', async () => {
    const file = path.join(workFolder, 'browser-holes.nc');
    await writeSmallField(file, { valueM: (valueM, index) => (index % 1_000 === 7 ? Number.NaN : valueM) });
    const { page, context, faults } = await openPage(browser);
    await signUp(page, 'Inge Lehmann');
    await page.locator('#file').setInputFiles(file);
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await uploaded(page);
    await fillCard(page, 'With holes');
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.locator('[data-testid="evaluation-state"][data-state="rejected"]').waitFor(COMPUTED);
    await page.getByText('missing values where the reference has none').first().waitFor();
    const text = await page.locator('main').innerText();
    for (const heading of ['Where', 'Found', 'Expected', 'What to do']) expect(text).toContain(heading);
    expect(text).toContain('holes-in-reconstruction');
    expect(await state(page).innerText()).toMatch(/rejected/i);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('is told which things are missing in the form', async () => {
    const { page, context } = await openPage(browser);
    await signUp(page, 'Sylvia Earle');
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByText(/things are missing/).waitFor();
    await page.getByText('Choose the file to submit.').waitFor();
    await context.close();
  });

  test('is told that the password is wrong, in words and beside the form, and can try again', async () => {
    const { page, context } = await openPage(browser);
    const email = await signUp(page, 'Jacques Piccard');
    await context.clearCookies();
    await page.goto(`${url}/sign-in`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((address) => address.pathname !== '/sign-in');
    await context.close();
  });
});
