import path from 'node:path';
import type { Page } from 'playwright-core';
import { submissionViewSchema } from '@sillage/contracts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { artefactOf, leaderboard, newAccount } from './testing/api.js';
import {
  accessibilityViolations,
  hasBrowser,
  launchBrowser,
  openPage,
  type WatchedPage,
  type Browser,
} from './testing/browser.js';
import { sillageOk } from './testing/command-line.js';
import { takePlatform } from './testing/shared-platforms.js';
import { SMALL_CHALLENGE, smallGrid, writeSmallField } from './testing/small-challenge.js';

const { url, workFolder } = await takePlatform('small');

const WORST_DAY = 15; // 6 November
const NODES_PER_DAY = smallGrid.latDeg.length * smallGrid.lonDeg.length;

/** What reaches beyond the right edge of its panel, though nothing between the two scrolls or cuts it off. */
function beyondPanels(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isCut = (element: Element, panel: Element): boolean => {
      for (let above = element.parentElement; above !== null && above !== panel; above = above.parentElement)
        if (getComputedStyle(above).overflowX !== 'visible') return true;
      return false;
    };
    return [...document.querySelectorAll('.panel')].flatMap((panel) => {
      const edge = panel.getBoundingClientRect().right + 1;
      const beyond = [...panel.querySelectorAll('*')].filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 0 && right > edge && !isCut(element, panel);
      });
      return beyond.slice(0, 1).map((element) => `<${element.tagName.toLowerCase()}> in ${panel.ariaLabel}`);
    });
  });
}

describe.skipIf(!hasBrowser)('the maps of a submission', () => {
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let address: string;
  let oiEvaluation: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    const account = await newAccount(url, 'Inge Lehmann');
    const file = path.join(workFolder, 'one-bad-day.nc');
    await writeSmallField(file, {
      valueM: (valueM, index) =>
        valueM + (Math.floor(index / NODES_PER_DAY) === WORST_DAY ? 0.1 : 0.01) * Math.sin(index * 0.37),
    });
    const output = await sillageOk(
      [
        'submit',
        file,
        '--challenge',
        SMALL_CHALLENGE,
        '--name',
        'One bad day',
        '--inputs',
        'ssh-nadir',
      ].concat(['--wait', '--json']),
      { SILLAGE_URL: url, SILLAGE_TOKEN: account.token },
    );
    const submission = submissionViewSchema.parse(JSON.parse(output));
    await artefactOf(url, submission.id, account.token, 'maps.json');
    const [task] = submission.evaluations;
    const [oi] = await vi.waitFor(
      async () => {
        const board = await leaderboard(url, SMALL_CHALLENGE, task?.area ?? '', task?.scenario ?? '');
        const references = board.rows.filter(({ kind }) => kind === 'reference');
        expect(references).not.toEqual([]); // it waits behind participants
        return references;
      },
      { timeout: 300_000, interval: 500 },
    );
    if (oi === undefined) throw new Error('no reference on the small board');
    await artefactOf(url, oi.submissionId, account.token, 'maps.json');
    oiEvaluation = oi.evaluationId;
    address = `${url}/submissions/${submission.id}`;
    watched = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    page = watched.page;
  });
  afterAll(async () => {
    await watched?.context.close();
    await browser?.close();
  });

  const date = () => page.getByTestId('map-date').innerText();
  const maps = () => page.getByRole('group', { name: /^Maps\./ });
  const isReady = () => maps().getByRole('img').first().waitFor();
  /** The text that the maps are read with, once a value has come. */
  const reading = async (): Promise<string> => {
    const line = page.getByText(/°N, .*°W: /);
    await line.waitFor();
    return line.innerText();
  };
  const valuesOf = (text: string): number[] =>
    [...text.matchAll(/([+−]?\d+\.\d+) cm/g)].map(([, value]) => Number((value ?? '').replace('−', '-')));
  /** What is drawn on the first map, as one number that changes with any pixel. */
  const picture = () =>
    page.locator('#maps').evaluate((heading) => {
      const canvas = heading.closest('section')?.querySelector('canvas');
      const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let sum = 7;
      for (const value of pixels) sum = (sum * 31 + value) % 2_147_483_647;
      return sum;
    });

  test('play day by day, and stop', async () => {
    await page.goto(address);
    await isReady();
    await expect.poll(date).toBe('22 Oct 2012');
    const first = await picture();
    await page.getByLabel('Speed').selectOption('0.5');
    await page.getByRole('button', { name: 'Play' }).click();
    // Any day: a busy browser may show none of them for long.
    await page.getByTestId('map-date').filter({ hasNotText: '22 Oct 2012' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    const stopped = await date();
    expect(stopped).not.toBe('22 Oct 2012');
    await expect.poll(picture).not.toBe(first);
    await page.waitForURL(/day=2012-1\d-\d\d/); // written when the film rests
    await expect.poll(date).toBe(stopped);
  });

  test('read the same heights at one place in all maps, and their difference', async () => {
    await page.goto(`${address}?at=36,-60&day=2012-11-01`);
    await isReady();
    await expect.poll(async () => valuesOf(await reading())).toHaveLength(4); // the RMSE over all days is the last

    const [own, truth, error] = valuesOf(await reading());
    expect(Math.abs((own ?? NaN) - (truth ?? NaN) - (error ?? NaN))).toBeLessThan(0.11);
    // 36°N, 60°W is node 15, 25 of the tenth day
    const index = 10 * NODES_PER_DAY + 15 * smallGrid.lonDeg.length + 25;
    expect(error).toBeCloseTo(100 * 0.01 * Math.sin(index * 0.37), 1);
  });

  test('are laid over another entry by a swipe, and subtracted from it', async () => {
    await page.goto(`${address}?at=36,-60&day=2012-11-01`);
    await isReady();
    await page.getByLabel('Map B').selectOption(oiEvaluation);
    await page.getByRole('button', { name: 'Swipe' }).click();
    const slider = page.getByLabel(/Where one map ends/);
    await slider.fill('100');
    const own = await picture();
    await slider.fill('0');
    await expect.poll(picture).not.toBe(own);
    await expect.poll(async () => valuesOf(await reading()).length).toBeGreaterThan(1);
    const texts = valuesOf(await reading());
    await page.getByRole('button', { name: 'Difference' }).click();
    await maps().getByText('One bad day − ', { exact: false }).waitFor();
    const gap = async () =>
      Math.abs((texts[0] ?? NaN) - (texts[1] ?? NaN) - (valuesOf(await reading())[0] ?? NaN));
    await expect.poll(gap).toBeLessThan(0.11);
    await page.waitForURL((current) => current.searchParams.get('view') === 'difference');
    await page.reload();
    await maps().getByText('One bad day − ', { exact: false }).waitFor();
    await expect.poll(() => page.getByLabel('Map B').inputValue()).toBe(oiEvaluation);
    await expect.poll(date).toBe('1 Nov 2012');
  });

  test('show gradient and vorticity, and where the sea was observed', async () => {
    await page.goto(`${address}?at=36,-60`);
    await isReady();
    await page.getByRole('button', { name: /^Vorticity/ }).click();
    await expect.poll(reading).toMatch(/One bad day [+−]\d\.\d{3} f/);
    await page.getByRole('button', { name: /^Gradient/ }).click();
    await expect.poll(reading).toContain('cm / 100 km');
    await page.getByRole('button', { name: /^Height/ }).click();
    await expect.poll(reading).toContain('observed ');
    const plain = await picture();
    await page.getByLabel('Observations on the maps').check();
    await expect.poll(picture).not.toBe(plain);
    await page.getByText('Outlines: where the public observations').waitFor();
  });

  test('keep their controls inside their panel on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(address);
    await isReady();
    await expect.poll(() => beyondPanels(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test('open the day of a peak that is clicked in the curve', async () => {
    await page.goto(address);
    await isReady();
    const sentence = () => page.getByText(/^Daily RMSE score over/).innerText();
    await expect.poll(sentence).toContain('on 6 Nov.');
    await expect.poll(sentence).toMatch(/Observed on a day: [\d.]+ %/);
    const chart = page.getByRole('img', { name: /^Daily RMSE score over/ });
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the curve is not drawn');
    const axis = 74; // px: that of values
    const x = axis + ((WORST_DAY + 0.5) / 24) * (box.width - axis);
    // The axis of days may end a few pixels before the picture: its last label needs room.
    for (let left = 0; left <= 24 && (await date()) !== '6 Nov 2012'; left += 4) {
      await chart.click({ position: { x: x - left, y: box.height / 2 } });
      await page.waitForURL(/day=/);
    }
    await expect.poll(date).toBe('6 Nov 2012');
    await page.mouse.move(5, 5);
    await page.waitForURL(/day=2012-11-06/);
    await expect.poll(date).toBe('6 Nov 2012');
  });

  test('open the day on which most is lost, from its link', async () => {
    await page.goto(address);
    await isReady();
    const losses = page.getByRole('region', { name: 'RMSE score by box' });
    await losses.waitFor();
    await page.getByLabel('against').selectOption('');
    await page.getByRole('link', { name: '6 Nov 2012' }).click();
    await page.getByTestId('map-date').filter({ hasText: '6 Nov 2012' }).waitFor();
    await page.waitForURL(/day=2012-11-06/);
  });

  test('are read and moved with the keyboard alone', async () => {
    await page.goto(address);
    await isReady();
    await maps().focus();
    await page.keyboard.press('PageDown');
    await page.getByTestId('map-date').filter({ hasText: '23 Oct 2012' }).waitFor();
    await page.keyboard.press('End');
    await page.getByTestId('map-date').filter({ hasText: '14 Nov 2012' }).waitFor();
    await page.keyboard.press('ArrowUp');
    const before = await reading();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(reading).not.toBe(before);
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(watched.faults).toEqual([]);
  });
});
