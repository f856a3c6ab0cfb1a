import fs from 'node:fs';
import path from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { CHROMIUM } from '../../tools/system-packages.mjs';
import { ROOT } from './platform.js';

/** Without a browser its tests are skipped; `npm test` has said which package is missing. */
export const hasBrowser = fs.existsSync(CHROMIUM);

const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGUMENTS });
}

export type WatchedPage = { page: Page; context: BrowserContext; faults: string[] };

/** A page whose script errors, console errors and failed requests are kept: a journey ends with none of them. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
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

/** Ends in a value that can be sent back, not in the library itself. */
const AXE = `${fs.readFileSync(path.join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8')};0`;

type AxeViolation = { id: string; help: string; nodes: { target: string[]; failureSummary?: string }[] };

/** What axe finds on the page, one line per element; `rules`: only these. */
export async function accessibilityViolations(page: Page, rules: string[] | null = null): Promise<string[]> {
  // As an expression of the debugger, not a script of the page: the page's own security policy would refuse that.
  await page.evaluate(AXE);
  const options = JSON.stringify(rules === null ? {} : { runOnly: rules });
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
