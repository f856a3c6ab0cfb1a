import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { challengeViewSchema, draftViewSchema, type ChallengeView } from '@sillage/contracts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, newAccount, newOrganiser, type Account } from './testing/api.js';
import {
  accessibilityViolations,
  hasBrowser,
  launchBrowser,
  openPage,
  signIn,
  type Browser,
} from './testing/browser.js';
import { takePlatform } from './testing/shared-platforms.js';
import { registerSmallSea, writeSmallField } from './testing/small-challenge.js';

const { url, organiserToken, workFolder } = await takePlatform('small');
const CHALLENGE = 'curated-sea';
const TRUTH = 'all-truth.nc';
const INSPECTION = { timeout: 300_000 };

async function readChallenge(id: string): Promise<ChallengeView> {
  return challengeViewSchema.parse(await jsonOf(await fetch(`${url}/api/challenges/${id}`)));
}

async function newDraft(page: Page, name = 'Curated sea'): Promise<string> {
  await page.goto(`${url}/admin/challenges`);
  await page.getByRole('button', { name: `New version of ${name}` }).click();
  await page.waitForURL((address) => address.pathname.startsWith('/admin/drafts/'));
  await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toContain(name);
  return page.url().split('/').at(-1)?.split('?')[0] ?? '';
}

const part = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Parts of the draft' }).getByRole('link', { name }).click();

describe.skipIf(!hasBrowser)('an organiser', () => {
  let browser: Browser;
  let organiser: Account;
  const wrongTruth = path.join(workFolder, 'wrong', TRUTH);
  const rightTruth = path.join(workFolder, 'right', TRUTH);

  beforeAll(async () => {
    browser = await launchBrowser();
    organiser = await newOrganiser(url, organiserToken, 'Marie Tharp');
    for (const file of [wrongTruth, rightTruth]) fs.mkdirSync(path.dirname(file), { recursive: true });
    await writeSmallField(wrongTruth, { dayCount: 20 });
    await writeSmallField(rightTruth);
    await registerSmallSea(
      { url, organiserToken, workFolder },
      { id: CHALLENGE, name: 'Curated sea', hasOi: true },
    );
  });
  afterAll(() => browser.close());

  test('is told from a participant, who is told what these pages are', async () => {
    const participant = await newAccount(url, 'Ada');
    const { page, context, faults } = await openPage(browser);
    await page.goto(`${url}/admin/challenges`);
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('For organisers');
    await signIn(page, { url, account: participant });
    expect(await page.getByRole('link', { name: 'Organise', exact: true }).count()).toBe(0);
    await page.goto(`${url}/admin/challenges`);
    await expect
      .poll(() => page.getByRole('main').textContent())
      .toContain(`sillage organiser add ${participant.email}`);
    expect(await page.getByText('New challenge').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('moves a box, mends a file, and publishes a new version', async ({ task }) => {
    // A try that came as far as publishing leaves nothing to publish: the next one takes another challenge.
    let [id, name] = [CHALLENGE, 'Curated sea'];
    if ((task.result?.retryCount ?? 0) > 0) {
      [id, name] = [`curated-again-${crypto.randomUUID()}`, 'Sea to curate again'];
      await registerSmallSea({ url, organiserToken, workFolder }, { id, name, hasOi: true });
    }
    const { page, context, faults } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
    await signIn(page, { url, account: organiser });
    await page.getByRole('link', { name: 'Organise', exact: true }).click();
    await page.waitForURL((address) => address.pathname.startsWith('/admin'));
    await newDraft(page, name);

    // The box: by keyboard, by its numbers, and by dragging a corner.
    await part(page, 'Periods and areas');
    const east = page.getByLabel('East, °E');
    await expect.poll(() => east.inputValue()).toBe('-55.6');
    await page.getByRole('button', { name: new RegExp(`^North-east corner of ${name}`) }).focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => east.inputValue()).toBe('-56.7');
    await page.getByLabel('North, °N').fill('40');
    await expect
      .poll(() => page.getByRole('button', { name: /^North-east corner/ }).getAttribute('aria-label'))
      .toContain('56.70°W, 40°N');
    const corner = await page.getByRole('button', { name: /^South-west corner/ }).boundingBox();
    if (corner === null) throw new Error('the corner is not drawn');
    const [x, y] = [corner.x + corner.width / 2, corner.y + corner.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 20, y - 10, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.getByText(/^Saved, /).count()).toBe(1);

    // A problem shows at its field and in the outline, and goes.
    await page.getByLabel('North, °N').fill('20');
    await expect.poll(() => page.getByText('south must be less than north').count()).toBeGreaterThan(0);
    await expect
      .poll(() => page.getByRole('link', { name: 'Periods and areas' }).first().textContent())
      .toContain('1 problem');
    await page.getByLabel('North, °N').fill('40');
    await expect.poll(() => page.getByText('south must be less than north').count()).toBe(0);
    // Read only now: the page may draw the last step of the drag after the mouse was let go.
    const west = Number(await page.getByLabel('West, °E').inputValue());
    const south = Number(await page.getByLabel('South, °N').inputValue());
    expect(west).toBeGreaterThan(-65);
    expect(south).toBeGreaterThan(33);

    // What networks may ask for, and what a reference learnt from.
    await page.getByRole('button', { name: 'Add mean and standard deviation' }).click();
    await page.getByLabel('Mean, m').fill('0.337');
    await page.getByLabel('Standard deviation, m').fill('0.3946');
    await part(page, 'References');
    await page
      .getByRole('group', { name: /^Areas that it learnt from/ })
      .first()
      .getByLabel(name)
      .check();
    await expect.poll(() => page.getByText(/^Saved, /).count()).toBe(1);
    await part(page, 'Definition as YAML');
    const yaml = page.getByRole('textbox', { name: 'Definition as YAML' });
    await expect.poll(() => yaml.inputValue()).toMatch(/trainTruth:\s+mean: 0\.337\s+std: 0\.3946/);
    expect(await yaml.inputValue()).toMatch(/trainedOn:\s+- \S+/);

    // A score of the literature, as it is printed; the board shows it so.
    await part(page, 'Published scores');
    await page.getByRole('button', { name: 'Add a published score' }).click();
    await page.getByLabel('Method').fill('DUACS');
    await page.getByLabel('µ(RMSE)').fill('0.90');
    await page.getByLabel('Period').fill('2012-10-22 to 2012-12-02');
    await page.getByLabel('Code and conventions').fill('2020a notebooks');
    await page.getByLabel('Source', { exact: true }).fill('README of 2020a');
    await expect
      .poll(() => page.getByRole('region', { name: 'Table of published scores' }).textContent())
      .toContain('0.90');

    // A truth that ends four days early takes the place of the right one.
    await part(page, 'Files');
    await page.getByLabel('Add files').setInputFiles(wrongTruth);
    await expect.poll(() => page.getByText(`In the draft now: ${TRUTH}.`).count()).toBe(1);
    await part(page, 'Check');
    await page.getByRole('button', { name: 'Inspect the files' }).click();
    await expect.poll(() => page.getByText('period-not-covered').count(), INSPECTION).toBeGreaterThan(0);
    await expect.poll(() => page.getByRole('main').textContent()).toContain('Days are missing');
    await part(page, 'Validate');
    expect(await page.getByRole('button', { name: 'Validate and freeze' }).isDisabled()).toBe(true);
    expect(await accessibilityViolations(page)).toEqual([]);

    // The right one again: nothing speaks against it.
    await part(page, 'Files');
    await page.getByLabel('Add files').setInputFiles(rightTruth);
    await expect.poll(() => page.getByText(`In the draft now: ${TRUTH}.`).count()).toBe(1);
    await part(page, 'Check');
    await expect.poll(() => page.getByText('The draft was changed since this report.').count()).toBe(1);
    await page.getByRole('button', { name: 'Inspect the files again' }).click();
    await expect
      .poll(() => page.getByText('The report is of the draft as it is.').count(), INSPECTION)
      .toBe(1);
    expect(await page.getByText('period-not-covered').count()).toBe(0);
    // What the files hold, as pictures: maps, and the points of tracks.
    const files = page.getByRole('region', { name: 'Files' }).locator('details:not([open]) > summary');
    while ((await files.count()) > 0) await files.first().click();
    for (const words of [
      /heights of 2012-1\d-\d\d, −0\.\d\d to 0\.\d\d m$/,
      /\d of its points, heights −0\./,
    ])
      await expect.poll(() => page.getByRole('img', { name: words }).count()).toBeGreaterThan(0);
    expect(await accessibilityViolations(page)).toEqual([]);

    await part(page, 'Validate');
    await page.getByLabel('What is new').waitFor();
    const warnings = page.getByRole('group', { name: /^Warnings/ }).getByRole('checkbox');
    for (let index = 0; index < (await warnings.count()); index += 1) await warnings.nth(index).check();
    await page.getByLabel('What is new').fill('A smaller box');
    await page.keyboard.press('Enter');
    await page.waitForURL((address) => address.pathname === `/admin/challenges/${id}/versions/1.0.1`);
    await expect.poll(() => page.getByText('validated, not published').count()).toBe(1);
    expect((await readChallenge(id)).datasetVersion).toBe('1.0.0');

    await page.getByRole('button', { name: 'Publish… 1.0.1' }).click();
    await expect
      .poll(() => page.getByRole('group', { name: 'Publish 1.0.1' }).textContent())
      .toContain('New submissions are scored on 1.0.1 instead of 1.0.0.');
    await page.getByRole('button', { name: 'Publish 1.0.1' }).click();
    await expect.poll(() => page.getByText('scored on now').count()).toBe(1);

    const published = await readChallenge(id);
    expect(published).toMatchObject({ datasetVersion: '1.0.1' });
    expect(published.areas[0]?.scoredBox).toEqual({ west, south, east: -56.7, north: 40 });
    expect(published.published).toMatchObject([
      { method: 'DUACS', mu: 0.9, decimals: { mu: 2 }, sigma: null, source: 'README of 2020a' },
    ]);
    await page.goto(`${url}/challenges/${id}`);
    await expect.poll(() => page.getByRole('main').textContent()).toContain('1.0.1');
    await page.goto(`${url}/admin/challenges/${id}`);
    await expect.poll(() => page.getByText('published before').count()).toBe(1);
    await expect.poll(() => page.getByText('A smaller box').count()).toBe(1);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('loses nothing when somebody else changes the draft', async () => {
    const { page, context } = await openPage(browser);
    await signIn(page, { url, account: organiser });
    const id = await newDraft(page);
    const asOther = { authorization: `Bearer ${organiserToken}`, 'content-type': 'application/json' };
    const read = async (draft: string) =>
      draftViewSchema.parse(
        await jsonOf(await fetch(`${url}/api/curation/drafts/${draft}`, { headers: asOther })),
      );
    const before = await read(id);
    const changed = await fetch(`${url}/api/curation/drafts/${id}`, {
      method: 'PUT',
      headers: asOther,
      body: JSON.stringify({
        revision: before.revision,
        definition: { ...before.definition, citation: 'Theirs' },
      }),
    });
    expect(changed.status).toBe(200);

    await page.getByLabel('Summary').fill('Mine');
    await expect.poll(() => page.getByText(/^Organiser changed this draft on /).count()).toBe(1);
    expect(await page.getByLabel('Summary').inputValue()).toBe('Mine');
    await page.getByRole('button', { name: 'Keep editing a copy of yours' }).click();
    await page.waitForURL(
      (address) => address.pathname.startsWith('/admin/drafts/') && !address.pathname.endsWith(id),
    );
    await expect.poll(() => page.getByLabel('Summary').inputValue()).toBe('Mine');

    const copyId = page.url().split('/').at(-1)?.split('?')[0] ?? '';
    await expect.poll(async () => (await read(copyId)).definition).toMatchObject({ summary: 'Mine' });
    const copy = await read(copyId);
    expect(copy.files.map(({ path: name }) => name)).toEqual(before.files.map(({ path: name }) => name));
    expect((await read(id)).definition).toMatchObject({
      citation: 'Theirs',
      summary: before.definition.summary,
    });
    await context.close();
  });

  test('writes down what others have published, and what must be obtained, beside another writer', async () => {
    const { page, context, faults } = await openPage(browser);
    await signIn(page, { url, account: organiser });
    const id = await newDraft(page);
    const asOther = { authorization: `Bearer ${organiserToken}`, 'content-type': 'application/json' };
    const read = async () =>
      draftViewSchema.parse(
        await jsonOf(await fetch(`${url}/api/curation/drafts/${id}`, { headers: asOther })),
      );
    const saved = () => expect.poll(() => page.getByText(/^Saved, /).count()).toBe(1);

    await part(page, 'Published scores');
    await page.getByRole('button', { name: 'Add a published score' }).click();
    await expect.poll(() => page.getByText('missing').count()).toBeGreaterThan(3);
    await page.getByLabel('Method').fill('MIOST');
    await page.getByLabel('µ(RMSE)').fill('92');
    await expect.poll(() => page.getByText('a number up to 1 is needed').count()).toBeGreaterThan(0);
    await page.getByLabel('µ(RMSE)').fill('92 %');
    await expect
      .poll(() => page.getByText('a number as printed is needed, like 0.92').count())
      .toBeGreaterThan(0);
    await page.getByLabel('µ(RMSE)').fill('0.920');
    await page.getByLabel('λx (°)').fill('1,4');
    await page.getByLabel('Period').fill('2012-10-22 to 2012-12-01');
    await page.getByLabel('Code and conventions').fill('2020a notebooks');
    await page.getByLabel('Source', { exact: true }).fill('README of 2020a');
    await page.getByLabel('Address of the source').fill('https://example.org/2020a');
    await expect.poll(() => page.getByText(/to mend here/).count()).toBe(0);
    await saved();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add another from this source' }).click();
    await expect.poll(() => page.getByLabel('Method').inputValue()).toBe('');
    await page.getByLabel('Method').fill('DYMOST');
    await page.getByRole('button', { name: /^Edit MIOST/ }).click();
    await expect.poll(() => page.getByLabel('µ(RMSE)').inputValue()).toBe('0.920');
    await saved();
    const source = {
      period: '2012-10-22 to 2012-12-01',
      protocol: '2020a notebooks',
      source: 'README of 2020a',
      sourceUrl: 'https://example.org/2020a',
    };
    // Behind the rows that the version had, if any.
    const lastRows = async () => ((await read()).definition['published'] as unknown[]).slice(-2);
    await expect.poll(lastRows).toMatchObject([
      {
        method: 'MIOST',
        mu: 0.92,
        sigma: null,
        lambdaXDeg: 1.4,
        decimals: { mu: 3, lambdaXDeg: 1 },
        ...source,
      },
      { method: 'DYMOST', mu: null, sigma: null, ...source },
    ]);
    expect((await read()).problems).toEqual([]);

    await part(page, 'Files');
    await page.getByRole('button', { name: 'Add a file to obtain' }).click();
    await page.getByLabel('Name', { exact: true }).fill('dc_ref/NATL60_*.nc');
    await page.getByLabel('Size, bytes').fill('11000000000');
    await page.getByLabel('What it holds').fill('The truth, hourly.');
    await page.getByLabel('Where it comes from').fill('AVISO+');
    await expect.poll(() => page.getByText(/to mend here/).count()).toBe(0);
    await saved();
    expect(await accessibilityViolations(page)).toEqual([]);
    await expect
      .poll(async () => (await read()).definition['expectedFiles'])
      .toEqual([
        {
          name: 'dc_ref/NATL60_*.nc',
          sizeBytes: 11_000_000_000,
          description: 'The truth, hourly.',
          obtain: 'AVISO+',
        },
      ]);

    // Somebody else is faster.
    const { revision, definition } = await read();
    const other = await fetch(`${url}/api/curation/drafts/${id}`, {
      method: 'PUT',
      headers: asOther,
      body: JSON.stringify({ revision, definition: { ...definition, published: [] } }),
    });
    expect(other.status).toBe(200);
    await page.getByLabel('Where it comes from').fill('AVISO+, free account');
    await expect.poll(() => page.getByText(/^Organiser changed this draft on /).count()).toBe(1);
    expect(await page.getByLabel('Where it comes from').inputValue()).toBe('AVISO+, free account');
    expect((await read()).definition['published']).toEqual([]);
    expect(faults.filter((fault) => !fault.includes('409'))).toEqual([]);
    await context.close();
  });

  test('writes a definition as YAML, and finds again what was not saved', async () => {
    const { page, context } = await openPage(browser);
    await signIn(page, { url, account: organiser });
    const id = await newDraft(page);
    await part(page, 'Definition as YAML');
    const text = page.getByRole('textbox', { name: 'Definition as YAML' });
    await expect.poll(() => text.inputValue()).toMatch(/^licence: /m);
    const yaml = await text.inputValue();
    await text.fill(yaml.replace(/^licence: .*$/m, 'licence: CC-BY-4.0'));
    await expect.poll(() => page.getByText(/^Saved, /).count()).toBe(1);
    await text.fill(`${yaml}\n[unclosed`);
    await expect.poll(() => page.getByText('Not saved: this is no YAML yet').count()).toBe(1);
    await part(page, 'Basics');
    await expect.poll(() => page.getByLabel('Licence').inputValue()).toBe('CC-BY-4.0');

    // The service is away while something is typed, and the tab is closed.
    await page.route('**/api/curation/**', (route) => route.abort());
    await page.getByLabel('Citation').fill('Tharp et al. (1957)');
    await expect.poll(() => page.getByText(/^Not saved: the service does not answer/).count()).toBe(1);
    const next = await context.newPage();
    await page.close();
    await next.goto(`${url}/admin/drafts/${id}`);
    await next.getByRole('button', { name: 'Bring them back' }).click();
    await expect.poll(() => next.getByLabel('Citation').inputValue()).toBe('Tharp et al. (1957)');
    await expect.poll(() => next.getByText(/^Saved, /).count()).toBe(1);
    await context.close();
  });
});
