import crypto from 'node:crypto';
import path from 'node:path';
import { submissionViewSchema } from '@sillage/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leaderboard, newAccount, type Account } from './testing/api.js';
import {
  accessibilityViolations,
  fieldFocused,
  hasBrowser,
  launchBrowser,
  openPage,
  signIn,
  type Browser,
} from './testing/browser.js';
import { sillage } from './testing/command-line.js';
import { takePlatform } from './testing/shared-platforms.js';
import { SMALL_CHALLENGE, writeSmallReconstruction } from './testing/small-challenge.js';

const { url, workFolder } = await takePlatform('small');

async function scoredEntry(account: Account, name: string, ...more: string[]): Promise<string> {
  const file = path.join(workFolder, `${name.replaceAll(' ', '-')}.nc`);
  // A map of its own: one that is there already is not ranked.
  await writeSmallReconstruction(file, 0.8 - 0.01 * Math.random());
  const run = await sillage(
    [
      ...['submit', file, '--challenge', SMALL_CHALLENGE, '--name', name, '--inputs', 'ssh-nadir'],
      ...['--wait', '--json', ...more],
    ],
    { SILLAGE_URL: url, SILLAGE_TOKEN: account.token },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  return submissionViewSchema.parse(JSON.parse(run.stdout)).id;
}

async function boardRow(id: string) {
  const challenge = (await (await fetch(`${url}/api/challenges/${SMALL_CHALLENGE}`)).json()) as {
    tasks: { area: string; scenario: string }[];
  };
  const task = challenge.tasks[0]!;
  const board = await leaderboard(url, SMALL_CHALLENGE, task.area, task.scenario);
  return board.rows.find(({ submissionId }) => submissionId === id);
}

describe.skipIf(!hasBrowser)('people', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('hide their name, show it, and withdraw, by keyboard; a visitor finds the tombstone', async () => {
    const account = await newAccount(url, 'Beno Gutenberg');
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const id = await scoredEntry(account, 'Quiet method', '--visibility', `anonymous:${day}`);
    expect(await boardRow(id)).toMatchObject({ author: 'anonymous' });
    const visitor = await openPage(browser);
    await visitor.page.goto(`${url}/submissions/${id}`);
    expect(await visitor.page.content()).not.toContain('Beno Gutenberg');

    const { page, context, faults } = await openPage(browser);
    await signIn(page, { url, account });
    await page.goto(`${url}/submissions/${id}`);
    await page.getByText(`it is shown from ${day}`).waitFor();
    await page.getByRole('button', { name: 'Make it public' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Yes, make it public' }).press('Enter');
    await page.getByText('Everyone, once it is scored.').waitFor();
    expect(await boardRow(id)).toMatchObject({ author: 'Beno Gutenberg' });
    await page.getByRole('button', { name: 'Withdraw…' }).press('Enter');
    await fieldFocused(page);
    await page.keyboard.type('trained on the evaluation period');
    await page.getByRole('button', { name: 'Withdraw for good' }).press('Enter');
    await page.getByText('This entry was withdrawn').waitFor();
    expect(await boardRow(id)).toBeUndefined();

    await visitor.page.goto(`${url}/submissions/${id}`);
    await visitor.page.getByText('trained on the evaluation period').waitFor();
    await visitor.page.getByText('Beno Gutenberg').first().waitFor();
    expect(await accessibilityViolations(visitor.page)).toEqual([]);
    expect([...faults, ...visitor.faults]).toEqual([]);
    await context.close();
    await visitor.context.close();
  });

  test('make a team, invite by link somebody who has to sign in first, and see each other', async () => {
    const [owner, guest] = [await newAccount(url, 'Marie Tharp'), await newAccount(url, 'Bruce Heezen')];
    const name = `Ridge mappers ${crypto.randomUUID()}`;
    const host = await openPage(browser);
    await signIn(host.page, { url, account: owner });
    await host.page.getByLabel('Name of a new team').fill(name);
    await host.page.getByRole('button', { name: 'Make a team' }).click();
    const card = host.page.getByRole('article', { name });
    await card.getByRole('button', { name: 'Invite' }).click();
    const link = await card.getByTestId('invitation-link').innerText();
    await host.page.getByLabel('ORCID iD').fill('0000-0002-1825-0098');
    await host.page.getByRole('button', { name: 'Save the profile' }).click();
    await host.page.getByText('its checksum does not fit').first().waitFor();
    await host.page.getByLabel('ORCID iD').fill('https://orcid.org/0000-0002-1825-0097');
    await host.page.getByRole('button', { name: 'Save the profile' }).click();
    await host.page.getByText('The profile was saved.').waitFor();

    const visitor = await openPage(browser);
    await visitor.page.goto(link);
    await visitor.page.getByText('Marie Tharp invites you').waitFor();
    expect(visitor.page.url()).not.toContain('#');
    await visitor.page.getByRole('link', { name: 'Sign in to join' }).click();
    await visitor.page.getByLabel('E-mail').fill(guest.email);
    await visitor.page.getByLabel('Password').fill(guest.password);
    await visitor.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await visitor.page.getByRole('button', { name: `Join ${name}` }).click();
    await visitor.page.getByText(`You are in the team ${name}`).waitFor();
    await host.page.reload();
    await card.getByText('Bruce Heezen').waitFor();
    await card.getByRole('button', { name: `Leave ${name}` }).click();
    await host.page.getByText('A team needs an owner').waitFor();
    // The refusals of the checksum and of the last owner are answers that the browser reports, too.
    expect([...host.faults, ...visitor.faults].filter((fault) => !/status of 4(00|09)/.test(fault))).toEqual(
      [],
    );
    await host.context.close();
    await visitor.context.close();
  });

  test('hear in the app that an entry was scored, and read it', async () => {
    const account = await newAccount(url, 'Vagn Walfrid Ekman');
    const id = await scoredEntry(account, 'Spiral');
    const { page, context, faults } = await openPage(browser);
    await signIn(page, { url, account });
    await expect
      .poll(
        async () => {
          await page.reload();
          const link = page.getByRole('link', { name: 'Notifications, 1 unread' });
          return link.waitFor({ timeout: 5_000 }).then(
            () => true,
            () => false,
          );
        },
        { interval: 1_000 },
      )
      .toBe(true);
    await page.getByRole('link', { name: 'Notifications, 1 unread' }).click();
    await page.getByText(/Spiral: µ 0\.\d{3}, rank \d+ on/).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('link', { name: /^Spiral: µ/ }).click();
    await page.waitForURL(new RegExp(`/submissions/${id}`));
    // The page that is left tells the server what was read while the next one comes.
    await expect
      .poll(async () => {
        await page.goto(`${url}/notifications`);
        await page.getByRole('link', { name: /^Spiral: µ/ }).waitFor();
        return page.getByText('New:').count();
      })
      .toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });
});
