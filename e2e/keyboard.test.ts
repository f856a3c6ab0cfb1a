import path from 'node:path';
import type { FileChooser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAccount } from './testing/api.js';
import { COMPUTED, hasBrowser, launchBrowser, openPage, type Browser } from './testing/browser.js';
import { takePlatform } from './testing/shared-platforms.js';
import { SMALL_CHALLENGE, writeSmallReconstruction } from './testing/small-challenge.js';

const { url, workFolder } = await takePlatform('small');
const MOST_TABS = 120;

/** Presses Tab until the control has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let count = 0; count < MOST_TABS; count += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      // What has the focus must show it.
      const ring = await target.evaluate((element) => {
        const shown = [element, element.closest('label')].flatMap((item) => (item === null ? [] : [item]));
        return shown.some((item) => {
          const style = getComputedStyle(item);
          return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
        });
      });
      expect(ring, `${await target.evaluate((element) => element.outerHTML)} shows its focus`).toBe(true);
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`${MOST_TABS} tabs do not reach ${target.toString()}`);
}

async function press(page: Page, target: Locator, key: 'Enter' | 'Space'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

async function write(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.type(text);
}

/** A key that comes while the browser is busy may open nothing: whoever sits there presses again. */
async function openChooser(page: Page, target: Locator): Promise<FileChooser> {
  for (let tries = 0; tries < 20; tries += 1) {
    const key = tries % 2 === 0 ? 'Enter' : 'Space';
    await tabTo(page, target);
    const choosing = page.waitForEvent('filechooser', { timeout: 4_000 }).catch(() => null);
    await page.keyboard.press(key);
    const chooser = await choosing;
    if (chooser !== null) return chooser;
  }
  throw new Error('neither Enter nor Space opens the choice of a file');
}

describe.skipIf(!hasBrowser)('with the keyboard alone', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('a participant signs in, submits a map, reads its score, and finds it on the board', async () => {
    const file = path.join(workFolder, 'keyboard.nc');
    await writeSmallReconstruction(file, 0.9);
    const account = await newAccount(url, 'Marie Tharp');
    const { page, context, faults } = await openPage(browser);
    await page.goto(url);
    // The first stop of every page leads past its head.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/skip/i);

    await press(page, page.getByRole('link', { name: 'Sign in' }), 'Enter');
    await page.waitForURL(/\/sign-in/);
    await write(page, page.getByLabel('E-mail'), account.email);
    await write(page, page.getByLabel('Password'), account.password);
    await page.keyboard.press('Enter');
    await page.waitForURL((address) => address.pathname !== '/sign-in');

    await press(page, page.getByRole('link', { name: 'Challenges', exact: true }).first(), 'Enter');
    await page.waitForURL(/\/challenges$/);
    await press(page, page.getByRole('link', { name: 'Small synthetic sea' }).first(), 'Enter');
    await page.waitForURL(new RegExp(`/challenges/${SMALL_CHALLENGE}`));
    await press(page, page.getByRole('link', { name: 'Submit a reconstruction' }), 'Enter');
    await page.waitForURL(/\/submit/);

    // Before the page is ready, its form is drawn and does nothing.
    await page.locator('button:enabled', { hasText: /^Submit$/ }).waitFor();
    await (await openChooser(page, page.locator('#file'))).setFiles(file);
    await press(page, page.getByRole('button', { name: 'Upload', exact: true }), 'Enter');
    await page
      .getByText(/, uploaded$/)
      .first()
      .waitFor();
    const task = page.locator('[name="tasks"]').first();
    if (!(await task.isChecked())) await press(page, task, 'Space');
    await write(page, page.locator('[name="card.name"]'), 'By keyboard');
    await press(page, page.locator('[name="card.inputs"][value="ssh-nadir"]'), 'Space');
    await press(page, page.getByRole('button', { name: 'Submit', exact: true }), 'Enter');
    await page.waitForURL(/\/submissions\/[0-9a-f-]+/);
    await page.locator('[data-testid="evaluation-state"][data-state="scored"]').waitFor(COMPUTED);

    await press(page, page.getByRole('link', { name: /leaderboard|board/i }).first(), 'Enter');
    await page.waitForURL(/\/leaderboard/);
    await page.locator('table tbody tr', { hasText: 'By keyboard' }).first().waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});
