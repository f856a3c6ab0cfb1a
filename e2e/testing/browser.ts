import fs from 'node:fs';
import path from 'node:path';
import {
  chromium,
  type Browser as Chromium,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from 'playwright-core';
import { chromium as installedChromium } from '../../tools/system-packages.mjs';
import { ROOT } from './platform.js';
import type { Account } from './api.js';

/** Without a browser its tests are skipped; `npm test` has said which package is missing. */
export const hasBrowser = fs.existsSync(installedChromium());

const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** For pages and what they wait for: what takes a second on an idle machine has taken a minute on a busy one. */
const PATIENCE_MS = 180_000;

/** A browser as one test file sees it: closing it closes what that file has opened. */
export type Browser = Pick<Chromium, 'newContext' | 'close'>;

let running: Chromium | null = null;

/** One Chromium serves all files of a worker: each start costs a second of a processor. It ends with the worker. */
export async function launchBrowser(): Promise<Browser> {
  if (running === null || !running.isConnected())
    running = await chromium.launch({ executablePath: installedChromium(), args: CHROMIUM_ARGUMENTS });
  const shared = running;
  const contexts: BrowserContext[] = [];
  return {
    newContext: async (options) => {
      const context = await shared.newContext(options);
      contexts.push(context);
      return context;
    },
    close: async () => {
      await Promise.all(contexts.map((context) => context.close()));
    },
  };
}

/** For a page that waits until something was computed, behind whatever else is computed. */
export const COMPUTED = { timeout: 480_000 };

/** Drawn by the server, a control does nothing until React has made it its own: a click before is lost. */
export async function ready(control: Locator): Promise<void> {
  const isOwned = () =>
    control.evaluate((element) => Object.keys(element).some((key) => key.startsWith('__reactProps')));
  while (!(await isOwned())) await control.page().waitForTimeout(50);
}

/** The focus has gone into a field: what is typed before is lost. */
export async function fieldFocused(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.activeElement instanceof HTMLInputElement ||
      document.activeElement instanceof HTMLTextAreaElement,
  );
}

export type WatchedPage = { page: Page; context: BrowserContext; faults: string[] };

/** A page whose script errors, console errors and failed requests are kept: a journey ends with none of them. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`);
  });
  return { page, context, faults };
}

/** Signs in by the form, and goes on to `next`. */
export async function signIn(
  page: Page,
  { url, account, next = '/account' }: { url: string; account: Account; next?: string },
): Promise<void> {
  await page.goto(`${url}/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((address) => address.pathname === next);
}

/** Ends in a value that can be sent back, not in the library itself. */
const AXE = `${fs.readFileSync(path.join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8')};0`;

/** Where a rule is kept, axe need not say at which elements; style sheets are fetched for no rule that is on by default. */
const AXE_OPTIONS = { resultTypes: ['violations'], preload: { assets: ['media'] } };

type AxeViolation = { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] };

/** What axe finds on the page, one line per element; `rules`: only these. */
export async function accessibilityViolations(page: Page, rules: string[] | null = null): Promise<string[]> {
  // As an expression of the debugger, not a script of the page: the page's own security policy would refuse that. Half a
  // megabyte to compile: once for each page that is loaded.
  if (!(await page.evaluate<boolean>(`typeof axe === 'object'`))) await page.evaluate(AXE);
  const options = JSON.stringify({ ...AXE_OPTIONS, ...(rules === null ? {} : { runOnly: rules }) });
  const violations = await page.evaluate<AxeViolation[]>(
    `axe.run(document, ${options}).then((result) => result.violations)`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id} (${help}) at ${target.join(' ')}: ${(failureSummary ?? '').replace(/\s+/g, ' ')}`,
    ),
  );
}
