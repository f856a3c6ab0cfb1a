import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boardWithRows } from './testing/api.js';
import { hasBrowser, launchBrowser, openPage, type Browser } from './testing/browser.js';
import { takePlatform } from './testing/shared-platforms.js';

const { url } = await takePlatform('demo');
const DEMO = 'demo-osse';

test('pages come with headers that keep strangers out, and with a nonce of their own', async () => {
  const nonces: string[] = [];
  for (const address of ['/', '/', '/nowhere']) {
    const { headers } = await fetch(`${url}${address}`);
    const policy = headers.get('content-security-policy') ?? '';
    const [scripts, nonce = ''] =
      /(?:^|; )script-src 'self' 'nonce-([\w+/=]{20,})' 'strict-dynamic'(?:;|$)/.exec(policy) ?? [];
    expect(scripts).toBeDefined();
    nonces.push(nonce);
    for (const part of [
      "default-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
      expect(policy.split('; ')).toContain(part);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'strict-origin-when-cross-origin',
    });
    expect(headers.has('strict-transport-security')).toBe(false); // over http
  }
  expect(new Set(nonces).size).toBe(3);
});

describe.skipIf(!hasBrowser)('a visitor', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
    await boardWithRows(url, DEMO, 'gf', 'nadir4');
  });
  afterAll(() => browser.close());

  test('reads and sorts the board without JavaScript', async () => {
    const { page, context } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(url);
    await page
      .getByRole('link', { name: /challenges/i })
      .first()
      .click();
    await page.goto(`${url}/challenges/${DEMO}/leaderboard`);
    const rows = page.locator('table tbody tr');
    await expect.poll(() => rows.count()).toBeGreaterThan(0);
    await expect(page.locator('table').first().innerText()).resolves.toMatch(/OI|optimal interpolation/i);
    // By keyboard: a link sorts, no script does.
    await page.locator('table thead a').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/[?&]sort=/);
    await expect.poll(() => page.locator('table thead th[aria-sort]').count()).toBe(1);
    await expect.poll(() => rows.count()).toBeGreaterThan(0);
    await context.close();
  });

  test('sees the numbers of the API, rounded, on the page', async () => {
    const challenge = (await (await fetch(`${url}/api/challenges/${DEMO}`)).json()) as {
      tasks: { area: string; scenario: string }[];
    };
    const task = challenge.tasks[0]!;
    const board = await boardWithRows(url, DEMO, task.area, task.scenario);
    const best = board.rows[0]!;
    const html = await (
      await fetch(`${url}/challenges/${DEMO}/leaderboard?area=${task.area}&scenario=${task.scenario}`)
    ).text();
    expect(html).toContain(best.method);
    expect(html).toContain(best.scores.mu.toFixed(3));
  });

  test('finds the demo labelled as a synthetic ocean', async () => {
    const html = await (await fetch(`${url}/challenges/${DEMO}`)).text();
    expect(html).toMatch(/synthetic/i);
  });

  test('meets no layout shift and no fault on the way from home to a submission', async () => {
    const { page, context, faults } = await openPage(browser);
    await page.addInitScript(() => {
      const scope = globalThis as unknown as { shift: number };
      scope.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
        })[]) {
          if (!entry.hadRecentInput) scope.shift += entry.value;
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const shift = () => page.evaluate(() => (globalThis as unknown as { shift: number }).shift);
    for (const path of ['/', '/challenges', `/challenges/${DEMO}`, `/challenges/${DEMO}/leaderboard`]) {
      await page.goto(`${url}${path}`, { waitUntil: 'networkidle' });
      expect(await shift(), path).toBeLessThan(0.05);
    }
    await page.locator('table tbody a[href^="/submissions/"]').first().click();
    await page.waitForURL(/\/submissions\//);
    await page.locator('[data-testid="evaluation-state"]').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test.each(['/nowhere', '/challenges/atlantis', '/submissions/00000000-0000-4000-8000-000000000000'])(
    'gets a page with a way back, not a stack trace, for %s',
    async (address) => {
      const { page, context } = await openPage(browser);
      await page.goto(`${url}${address}`, { waitUntil: 'networkidle' });
      const text = await page.locator('main').innerText();
      expect(text).toMatch(/not found|no such|does not exist|there is no|nothing/i);
      expect(text).not.toMatch(/at \w+ \(/);
      expect(await page.locator('main a').count()).toBeGreaterThan(0);
      await context.close();
    },
  );

  test('gets the status 404 for a challenge that does not exist', async () => {
    expect((await fetch(`${url}/challenges/atlantis`)).status).toBe(404);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
  });
});
