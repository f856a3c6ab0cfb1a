import path from 'node:path';
import type { Page } from 'playwright-core';
import { draftViewSchema, submissionViewSchema } from '@sillage/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { artefactOf, boardWithRows, jsonOf, newAccount, newOrganiser, type Account } from './testing/api.js';
import {
  accessibilityViolations,
  hasBrowser,
  launchBrowser,
  openPage,
  signIn,
  type Browser,
} from './testing/browser.js';
import { sillage } from './testing/command-line.js';
import { takePlatform } from './testing/shared-platforms.js';
import { SMALL_CHALLENGE, writeSmallField, writeSmallReconstruction } from './testing/small-challenge.js';

const { url, workFolder, organiserToken } = await takePlatform('demo');

const SCREENS = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

/** Colours and sizes that change in steps have come to their end. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null)));
    await frame();
  });
}

async function paint(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await settled(page);
}

/** What may be wrong in one scheme of colours alone: no other rule of axe looks at a colour. */
const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * What is wrong with a page, on each screen and in each scheme. It is loaded once: on the other screen and in the dark it is
 * the same page. From look to look either the screen or the scheme changes: each change draws every chart anew.
 */
async function problemsOf(page: Page, address: string): Promise<string[]> {
  const looks = [
    { screen: 'desktop', scheme: 'light' },
    { screen: 'desktop', scheme: 'dark' },
    { screen: 'phone', scheme: 'dark' },
    { screen: 'phone', scheme: 'light' },
  ] as const;
  const problems: string[] = [];
  for (const [index, { screen, scheme }] of looks.entries()) {
    await page.setViewportSize(SCREENS[screen]);
    if (index === 0) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(`${url}${address}`, { waitUntil: 'networkidle' });
    }
    await paint(page, scheme);
    const here = await accessibilityViolations(page, scheme === 'light' ? null : RULES_OF_COLOURS);
    const overflowPx = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (overflowPx > 0) here.push(`the page scrolls sideways by ${overflowPx} px`);
    problems.push(...here.map((problem) => `${screen}, ${scheme}: ${problem}`));
  }
  return problems;
}

describe.skipIf(!hasBrowser)('every page is without axe violations and without sideways scrolling', () => {
  let browser: Browser;
  let account: Account;
  let organiser: Account;
  let pages: { name: string; path: string; isSignedIn: boolean; isOrganiser?: true }[];

  beforeAll(async () => {
    browser = await launchBrowser();
    account = await newAccount(url, 'Mary Somerville');
    organiser = await newOrganiser(url, organiserToken, 'Marie Tharp');
    const started = await fetch(`${url}/api/curation/drafts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${organiserToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ from: { challengeId: SMALL_CHALLENGE, version: '1.0.0' } }),
    });
    const draft = draftViewSchema.parse(await jsonOf(started)).id;
    const submit = async (name: string, change: Parameters<typeof writeSmallField>[1] | null) => {
      const file = path.join(workFolder, `axe-${name}.nc`);
      if (change === null) await writeSmallReconstruction(file, 0.85);
      else await writeSmallField(file, change);
      const { stdout, stderr } = await sillage(
        [
          'submit',
          file,
          '--challenge',
          SMALL_CHALLENGE,
          '--name',
          `Axe ${name}`,
          '--inputs',
          'ssh-nadir',
          '--no-check',
          '--wait',
          '--json',
        ],
        { SILLAGE_URL: url, SILLAGE_TOKEN: account.token },
      );
      if (stdout === '') throw new Error(stderr);
      return submissionViewSchema.parse(JSON.parse(stdout)).id;
    };
    const scored = await submit('scored', null);
    const rejected = await submit('rejected', { dayCount: 3 });
    const alongTrack = (await boardWithRows(url, 'demo-ose', 'gf', 'nadir4')).rows[0]!.submissionId;
    // The comparison shows maps, which are made after the scores.
    for (const { submissionId } of (await boardWithRows(url, 'demo-osse', 'gf', 'nadir4')).rows)
      await artefactOf(url, submissionId, account.token, 'maps.json');
    pages = [
      { name: 'home', path: '/', isSignedIn: false },
      { name: 'challenges', path: '/challenges', isSignedIn: false },
      { name: 'challenge', path: `/challenges/${SMALL_CHALLENGE}`, isSignedIn: false },
      { name: 'leaderboard', path: `/challenges/${SMALL_CHALLENGE}/leaderboard`, isSignedIn: false },
      { name: 'scored submission', path: `/submissions/${scored}`, isSignedIn: false },
      { name: 'rejected submission', path: `/submissions/${rejected}`, isSignedIn: true },
      {
        name: 'basin board',
        path: '/challenges/demo-osse/leaderboard?area=natl&scenario=nadir4',
        isSignedIn: false,
      },
      {
        name: 'all areas',
        path: '/challenges/demo-osse/leaderboard?view=matrix&metric=mu,lambda-x&ladder=open',
        isSignedIn: false,
      },
      {
        name: 'board with physics columns and filters',
        path: '/challenges/demo-osse/leaderboard?area=gf&scenario=nadir4&columns=all&form=map',
        isSignedIn: false,
      },
      {
        name: 'board by wavelength',
        path: '/challenges/demo-osse/leaderboard?area=gf&scenario=nadir4&view=bands',
        isSignedIn: false,
      },
      {
        name: 'history of a board',
        path: '/challenges/demo-osse/leaderboard?area=gf&scenario=nadir4&view=history',
        isSignedIn: false,
      },
      {
        name: 'comparison',
        path: '/challenges/demo-osse/compare?area=gf&scenario=nadir4&entries=reference%3AOI+%28baseline%29',
        isSignedIn: false,
      },
      {
        name: 'networks across areas',
        path: '/challenges/demo-osse/across-areas?scenario=nadir4',
        isSignedIn: false,
      },
      { name: 'challenge with many files', path: '/challenges/demo-osse', isSignedIn: false },
      { name: 'submission along a track', path: `/submissions/${alongTrack}`, isSignedIn: false },
      { name: 'challenge without data', path: '/challenges/ose-2021a', isSignedIn: false },
      { name: 'published scores', path: '/challenges/natl60-2020a/leaderboard', isSignedIn: false },
      { name: 'my submissions', path: '/submissions', isSignedIn: true },
      { name: 'submit', path: `/submit?challenge=${SMALL_CHALLENGE}`, isSignedIn: true },
      { name: 'account', path: '/account', isSignedIn: true },
      { name: 'notifications', path: '/notifications', isSignedIn: true },
      { name: 'my submission', path: `/submissions/${scored}`, isSignedIn: true },
      { name: 'join a team', path: '/teams/join', isSignedIn: false },
      { name: 'forgotten password', path: '/forgot-password', isSignedIn: false },
      { name: 'new password', path: '/reset-password', isSignedIn: false },
      { name: 'confirm an address', path: '/verify-email', isSignedIn: false },
      { name: 'stop mails', path: '/unsubscribe', isSignedIn: false },
      { name: 'sign in', path: '/sign-in', isSignedIn: false },
      { name: 'sign up', path: '/sign-up', isSignedIn: false },
      { name: 'about the scores', path: '/about/scores', isSignedIn: false },
      { name: 'how to submit', path: '/about/submit', isSignedIn: false },
      { name: 'status', path: '/status', isSignedIn: false },
      { name: 'not found', path: '/nowhere', isSignedIn: false },
      ...[
        '/admin/challenges',
        `/admin/challenges/${SMALL_CHALLENGE}`,
        `/admin/challenges/${SMALL_CHALLENGE}/versions/1.0.0`,
        ...[
          'basics',
          'areas',
          'scenarios',
          'files',
          'references',
          'published',
          'yaml',
          'check',
          'validate',
        ].map((step) => `/admin/drafts/${draft}?step=${step}`),
      ].map((address) => ({ name: address, path: address, isSignedIn: true, isOrganiser: true as const })),
      { name: 'who organises', path: '/admin', isSignedIn: true },
      { name: 'overview for organisers', path: '/admin', isSignedIn: true, isOrganiser: true },
      { name: 'all submissions', path: '/admin/submissions', isSignedIn: true, isOrganiser: true },
      { name: 'audit log', path: '/admin/audit', isSignedIn: true, isOrganiser: true },
      {
        name: 'phases and limits',
        path: `/admin/challenges/${SMALL_CHALLENGE}/settings`,
        isSignedIn: true,
        isOrganiser: true,
      },
      {
        name: 'submission for organisers',
        path: `/submissions/${scored}`,
        isSignedIn: true,
        isOrganiser: true,
      },
    ];
  });
  afterAll(() => browser.close());

  test('on a desktop and on a phone, in light and in dark', { timeout: 1_200_000 }, async () => {
    const readers = [
      { as: null, reads: pages.filter((page) => !page.isSignedIn) },
      { as: account, reads: pages.filter((page) => page.isSignedIn && page.isOrganiser !== true) },
      { as: organiser, reads: pages.filter((page) => page.isOrganiser === true) },
    ];
    const found: Record<string, string[]> = {};
    const faults: string[] = [];
    // Side by side: a page spends most of its time waiting.
    await Promise.all(
      readers.map(async ({ as, reads }) => {
        const opened = await openPage(browser, { viewport: SCREENS.desktop, reducedMotion: 'reduce' });
        if (as !== null) await signIn(opened.page, { url, account: as });
        for (const { name, path: address } of reads) {
          const problems = await problemsOf(opened.page, address);
          if (problems.length > 0) found[name] = problems;
        }
        faults.push(...opened.faults.filter((fault) => !fault.includes('/nowhere')));
        await opened.context.close();
      }),
    );
    expect(found).toEqual({});
    expect(faults).toEqual([]);
  });

  test('axe finds what is too faint in the dark alone', async () => {
    const { page, context } = await openPage(browser, { colorScheme: 'light' });
    await page.goto(`${url}/challenges`, { waitUntil: 'networkidle' }); // React leaves what is planted later alone
    await page.evaluate(() => {
      const line = document.createElement('p');
      line.textContent = 'planted';
      line.style.cssText = 'color: light-dark(#111, #333); background: light-dark(#fff, #222)';
      document.querySelector('main')?.append(line);
    });
    const contrast = () => accessibilityViolations(page, ['color-contrast']);
    expect(await contrast()).toEqual([]);
    await paint(page, 'dark');
    await page.getByText('planted').waitFor();
    expect((await contrast()).join()).toContain('color-contrast');
    await context.close();
  });

  test('axe finds what is planted', async () => {
    const { page, context } = await openPage(browser);
    await page.goto(`${url}/challenges`, { waitUntil: 'networkidle' });
    await page.evaluate(() =>
      document.body.insertAdjacentHTML('beforeend', '<main><button></button><img src="/icon.svg"></main>'),
    );
    const found = (await accessibilityViolations(page)).join('\n');
    expect(found).toContain('button-name');
    expect(found).toContain('image-alt');
    await context.close();
  });
});
