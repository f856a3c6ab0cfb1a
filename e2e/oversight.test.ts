import fs from 'node:fs';
import path from 'node:path';
import { challengeSettingsSchema, submissionViewSchema, type PutChallengeSettings } from '@sillage/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, leaderboard, newAccount, type Account } from './testing/api.js';
import {
  accessibilityViolations,
  fieldFocused,
  hasBrowser,
  launchBrowser,
  openPage,
  signIn,
  type Browser,
} from './testing/browser.js';
import { sillage, sillageOk } from './testing/command-line.js';
import { takePlatform } from './testing/shared-platforms.js';
import { registerSmallSea, SMALL_CHALLENGE, writeSmallReconstruction } from './testing/small-challenge.js';

const { url, workFolder, organiserToken } = await takePlatform('small');
/** Of its own: what is closed here is open in other journeys. */
const CHALLENGE = 'watched-sea';
const TASK = { area: 'gf', scenario: 'nadir4' };
const organiser = { SILLAGE_URL: url, SILLAGE_TOKEN: organiserToken };

async function newOrganiser(displayName: string): Promise<Account> {
  const account = await newAccount(url, displayName);
  await sillageOk(['organiser', 'add', account.email], organiser);
  return account;
}

const submitting = (account: Account, name: string, file: string) =>
  sillage(
    [
      ...['submit', file, '--challenge', CHALLENGE, '--name', name, '--inputs', 'ssh-nadir'],
      ...['--wait', '--json'],
    ],
    { SILLAGE_URL: url, SILLAGE_TOKEN: account.token },
  );

async function setSettings(settings: Omit<PutChallengeSettings, 'revision'>): Promise<void> {
  const now = await sillageOk(['admin', 'settings', CHALLENGE, '--json'], organiser);
  const { revision } = challengeSettingsSchema.parse(JSON.parse(now));
  const file = path.join(workFolder, 'settings.yaml');
  fs.writeFileSync(file, JSON.stringify({ revision, ...settings }));
  await sillageOk(['admin', 'settings', CHALLENGE, '--set', file], organiser);
}

async function taskOf(challenge: string) {
  const { tasks } = (await jsonOf(await fetch(`${url}/api/challenges/${challenge}`))) as {
    tasks: (typeof TASK)[];
  };
  return tasks[0] ?? TASK;
}
const methods = async () => {
  const { area, scenario } = await taskOf(CHALLENGE);
  return (await leaderboard(url, CHALLENGE, area, scenario)).rows.map(({ method }) => method);
};

describe.skipIf(!hasBrowser)('an organiser', () => {
  let browser: Browser;
  let author: Account;
  let chief: Account;
  let file: string;
  let submissionId: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    await registerSmallSea({ url, organiserToken, workFolder }, { id: CHALLENGE, name: 'Watched sea' });
    [author, chief] = [await newAccount(url, 'Inge Lehmann'), await newOrganiser('Harald Sverdrup')];
    file = path.join(workFolder, 'watched.nc');
    await writeSmallReconstruction(file, 0.85);
    const run = await submitting(author, 'A borrowed truth', file);
    if (run.status !== 0) throw new Error(run.stderr);
    submissionId = submissionViewSchema.parse(JSON.parse(run.stdout)).id;
  });
  afterAll(() => browser.close());

  test('hides an entry with a reason: it leaves the board, and its author reads why', async ({ task }) => {
    if ((task.result?.retryCount ?? 0) > 0)
      await sillage(['admin', 'show', submissionId, '--reason', 'another try'], organiser);
    expect(await methods()).toContain('A borrowed truth');
    const { page, context, faults } = await openPage(browser);
    await signIn(page, { url, account: chief, next: '/admin/submissions' });
    await page.getByLabel('Challenge').selectOption({ label: 'Watched sea' });
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByRole('button', { name: 'Hide… A borrowed truth' }).press('Enter');
    await fieldFocused(page);
    await page.keyboard.type('It is the truth itself, shifted by a day.');
    await page.getByRole('button', { name: 'Hide', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Show again… A borrowed truth' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(await methods()).not.toContain('A borrowed truth');

    const visitor = await openPage(browser);
    const reply = await visitor.page.goto(`${url}/submissions/${submissionId}`);
    expect(reply?.status()).toBe(404);
    await visitor.context.close();

    const reader = await openPage(browser);
    await signIn(reader.page, { url, account: author, next: '/notifications' });
    await expect
      .poll(async () => {
        await reader.page.reload();
        const told = reader.page.getByText('A borrowed truth was hidden by the organisers').first();
        return told.waitFor({ timeout: 5_000 }).then(
          () => true,
          () => false,
        );
      })
      .toBe(true);
    await reader.page.goto(`${url}/submissions/${submissionId}`);
    await reader.page.getByText('The organisers hid this entry').waitFor();
    await reader.page.getByText('It is the truth itself, shifted by a day.').first().waitFor();
    expect(await accessibilityViolations(reader.page)).toEqual([]);
    await reader.context.close();

    await page.goto(`${url}/admin/audit?subject=${submissionId}`);
    await page.getByText('Hid A borrowed truth by Inge Lehmann in watched-sea.').first().waitFor();
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText(/All \d+ lines are as they were written/).waitFor();
    expect(faults).toEqual([]);
    await context.close();
    await sillageOk(['admin', 'audit', '--verify'], organiser);
    await sillageOk(['admin', 'show', submissionId, '--reason', 'the authors explained it'], organiser);
    expect(await methods()).toContain('A borrowed truth');
  });

  test('closes the phase: a submission is refused in words, in the browser and in the shell', async ({
    task,
  }) => {
    if ((task.result?.retryCount ?? 0) > 0)
      await setSettings({ phases: [], quota: { perDay: null, perPhase: null } });
    const { page, context, faults } = await openPage(browser);
    await signIn(page, { url, account: chief, next: `/admin/challenges/${CHALLENGE}/settings` });
    await page.getByRole('button', { name: 'Add a phase' }).click();
    await page.getByLabel('Name').fill('Warm-up');
    await page.getByLabel('Opens (UTC)').fill('2020-01-01 00:00');
    await page.getByLabel('Closes (UTC)').fill('2020-02-01 00:00');
    await page.getByLabel('Submissions a day (UTC)').fill('5');
    await page.getByRole('button', { name: 'Save phases and limits' }).click();
    await page.getByText('Saved. It holds at once.').waitFor();
    await page.getByText('No phase runs now, and no later one takes submissions.').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();

    const participant = await openPage(browser);
    await signIn(participant.page, { url, account: author, next: '/account' });
    await participant.page.goto(`${url}/submit?challenge=${CHALLENGE}`);
    await participant.page.getByText('Nothing can be submitted now').waitFor();
    expect(await participant.page.getByLabel('Method').count()).toBe(0);
    await participant.page.goto(`${url}/challenges/${CHALLENGE}`);
    await participant.page.getByText('1 Jan 2020, 00:00 UTC to 1 Feb 2020, 00:00 UTC').waitFor();
    expect(await accessibilityViolations(participant.page)).toEqual([]);

    const refused = await submitting(author, 'Too late', file);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain("'Watched sea' takes no submissions now; no later phase takes any");

    // Opened again from a shell, with a limit that is used up.
    await setSettings({ phases: [], quota: { perDay: 1, perPhase: null } });
    const used = await submitting(author, 'One too many', file);
    expect(used.stderr).toMatch(
      /1 of 1 submissions used today; the next slot opens \d{4}-\d{2}-\d{2} 00:00 UTC/,
    );
    await participant.page.goto(`${url}/submit?challenge=${CHALLENGE}`);
    await participant.page.getByText('You have no submission left for now').waitFor();
    await participant.page.getByText(/The next slot opens \d+ \w+ \d{4}, 00:00 UTC\./).waitFor();
    await participant.page.goto(`${url}/submissions`);
    await participant.page
      .getByText(/Watched sea: you have used all your submissions for now\. The next slot opens/)
      .waitFor();
    expect(participant.faults).toEqual([]);
    await participant.context.close();
  });

  test('sees who works, what waits and what failed', async () => {
    const { page, context, faults } = await openPage(browser);
    await signIn(page, { url, account: chief, next: '/admin' });
    await page.getByRole('heading', { name: 'What needs attention' }).waitFor();
    await page
      .getByRole('rowheader', { name: /connected/ })
      .first()
      .waitFor();
    await page.getByRole('rowheader', { name: 'score', exact: true }).waitFor();
    await page.getByRole('link', { name: 'phases and limits of Watched sea' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
    expect(await sillageOk(['admin', 'health'], organiser)).toMatch(/^step +queued/m);
    expect(await sillageOk(['admin', 'submissions', '--challenge', SMALL_CHALLENGE], organiser)).toContain(
      'submission',
    );
  });
});
