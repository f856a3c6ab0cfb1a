import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boardWithRows } from './testing/api.js';
import {
  accessibilityViolations,
  COMPUTED,
  hasBrowser,
  launchBrowser,
  openPage,
  type Browser,
} from './testing/browser.js';
import { ROOT } from './testing/platform.js';
import { takePlatform } from './testing/shared-platforms.js';
import { SMALL_CHALLENGE, smallGrid, smallSshM, writeSmallField } from './testing/small-challenge.js';

const { url, workFolder } = await takePlatform('demo');
const HOSTILE = path.join(ROOT, 'packages/netcdf/test/fixtures/virtual-dataset.h5');

/** Requests that carry more than a form does: none may leave before the button is pressed. */
function watchedRequests(page: Page): Request[] {
  const sent: Request[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET' && request.method() !== 'HEAD') sent.push(request);
  });
  return sent;
}

async function openForm(page: Page, challenge = SMALL_CHALLENGE): Promise<void> {
  await page.goto(`${url}/sign-up?next=${encodeURIComponent(`/submit?challenge=${challenge}`)}`);
  await page.getByLabel('Name').fill('Marie Tharp');
  await page.getByLabel('E-mail').fill(`${crypto.randomUUID()}@example.org`);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.waitForURL(/\/submit/);
}

const checked = (page: Page) => page.locator('[data-testid=preflight][data-phase=done]');

async function choose(page: Page, file: string): Promise<void> {
  const task = page.locator('[name="tasks"]').first();
  if (!(await task.isChecked())) await task.check();
  await page.locator('#file').setInputFiles(file);
  await checked(page).waitFor(COMPUTED);
}

const noisyM = (valueM: number, index: number) => valueM + 0.01 * Math.sin(index * 0.37);

describe.skipIf(!hasBrowser)('a map in the browser, before it is sent', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('is checked, drawn and scored like on the server, and nothing of it is sent before Upload', async () => {
    const file = path.join(workFolder, 'preflight-good.nc');
    await writeSmallField(file, { valueM: noisyM });
    const { page, context, faults } = await openPage(browser);
    await openForm(page);
    const sent = watchedRequests(page);
    await choose(page, file);
    const panel = page.locator('[data-testid=preflight]');
    for (const text of ['The server will accept this file', 'Nothing was uploaded yet.'])
      await expect.poll(() => panel.innerText()).toContain(text);
    await panel.getByRole('img', { name: /Sea surface height on 2012-10-22/ }).waitFor();
    await page.getByRole('button', { name: 'Compute the practice score' }).click();
    await page.locator('[data-testid=practice][data-phase=done]').waitFor(COMPUTED);
    await page.getByTestId('no-mistakes').waitFor();
    const practice: Record<string, number> = {};
    for (const metric of ['mu', 'sigma', 'lambdaXDeg', 'lambdaTDays']) {
      const value = await page.getByTestId(`practice-${metric}`).getAttribute('data-value');
      if (value !== null && value !== '') practice[metric] = Number(value);
    }
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(sent).toEqual([]);

    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await page
      .getByText(/, uploaded$/)
      .first()
      .waitFor();
    expect(sent.length).toBeGreaterThan(0);
    await page.locator('[name="card.name"]').fill('Checked before');
    await page.locator('[name="card.inputs"][value="ssh-nadir"]').check();
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.waitForURL(/\/submissions\/[0-9a-f-]+/);
    await page.locator('[data-testid="evaluation-state"][data-state="scored"]').waitFor(COMPUTED);
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    const submission = (await (await page.request.get(`${url}/api/submissions/${id}`)).json()) as {
      evaluations: { scores: Record<string, number | null> }[];
    };
    const published = submission.evaluations[0]!.scores;
    expect(Object.keys(practice)).toContain('mu');
    for (const [metric, value] of Object.entries(practice))
      expect(Math.abs(value - (published[metric] ?? Number.NaN)), metric).toBeLessThan(1e-9);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('gets the score of the board along a withheld track that is public', async () => {
    const { page, context, faults } = await openPage(browser);
    await openForm(page, 'demo-ose');
    const sent = watchedRequests(page);
    await choose(page, path.join(ROOT, 'datasets/demo-ose/oi-gf-nadir4.nc'));
    const panel = page.getByTestId('practice');
    await expect.poll(() => panel.innerText()).toContain('The withheld track of this task is public');
    await page.getByRole('button', { name: 'Compute the practice score' }).click();
    await page.locator('[data-testid=practice][data-phase=done]').waitFor(COMPUTED);
    await page.getByTestId('no-mistakes').waitFor();
    const [reference] = (await boardWithRows(url, 'demo-ose', 'gf', 'nadir4')).rows.filter(
      ({ kind }) => kind === 'reference',
    );
    for (const metric of ['mu', 'sigma', 'lambdaXKm'] as const) {
      const value = Number(await page.getByTestId(`practice-${metric}`).getAttribute('data-value'));
      expect(Math.abs(value - (reference?.scores[metric] ?? Number.NaN)), metric).toBeLessThan(1e-9);
    }
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(sent).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('of a set has one result with the others: a state for each, and the boards that they cover', async () => {
    const { page, context, faults } = await openPage(browser);
    await openForm(page, 'demo-osse');
    const sent = watchedRequests(page);
    await page.getByText('Several maps in one go').click();
    const maps = ['oi-gf-nadir4.nc', 'oi-osmosis-nadir4.nc'];
    const files = maps.map((name) => path.join(ROOT, 'datasets/demo-osse', name));
    await page.locator('#files').setInputFiles([...files, HOSTILE]);
    const set = page.locator('[data-testid=set-check][data-phase=done]');
    await set.waitFor(COMPUTED);
    await expect
      .poll(() => set.getByRole('status').innerText())
      .toMatch(
        /^2 of 3 files would be accepted, 1 would be rejected\. Together they cover 2 of \d+ boards\.$/,
      );
    await expect
      .poll(() => set.getByRole('list', { name: 'State of each file' }).innerText())
      .toMatch(/virtual-dataset\.h5\s+would be rejected: /);
    const boards = set.getByRole('region', { name: 'Boards that the set covers' });
    for (const name of maps)
      await expect.poll(() => boards.getByText(name).getAttribute('data-state')).toBe('covered');
    await set.getByRole('button', { name: 'Details of virtual-dataset.h5' }).click();
    await page.locator('[data-testid=expected-rejection][data-code=virtual-dataset]').waitFor();
    // The first map for the board of the second: the form would refuse that, and the table says so before.
    await page.getByLabel('Scored on: oi-gf-nadir4.nc').selectOption('osmosis.nadir4');
    await boards.getByText('more than one file: oi-gf-nadir4.nc, oi-osmosis-nadir4.nc').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(sent).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('that is a day too late is told so, by keyboard alone', async () => {
    const file = path.join(workFolder, 'preflight-late.nc');
    const nodes = smallGrid.latDeg.length * smallGrid.lonDeg.length;
    await writeSmallField(file, {
      valueM: (_, index) => {
        const node = index % nodes;
        const day = Math.floor(index / nodes) - 1;
        return smallSshM(day, Math.floor(node / smallGrid.lonDeg.length), node % smallGrid.lonDeg.length);
      },
    });
    const { page, context } = await openPage(browser);
    await openForm(page);
    await choose(page, file);
    await page.getByRole('button', { name: 'Compute the practice score' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('The maps look a day too late').waitFor();
    const text = await page.getByRole('list', { name: 'Likely mistakes' }).innerText();
    expect(text).toMatch(/correlates 1\.00 with the truth if shifted by −1 day, 0\.\d\d as it is/);
    await context.close();
  });

  test('in centimetres is refused in the words of the server, and recognised', async () => {
    const file = path.join(workFolder, 'preflight-cm.nc');
    await writeSmallField(file, { valueM: (valueM) => valueM * 100 });
    const { page, context } = await openPage(browser);
    await openForm(page);
    await choose(page, file);
    const reason = page.getByTestId('expected-rejection').first();
    expect(await reason.getAttribute('data-code')).toBe('values-out-of-range');
    expect(await reason.innerText()).toContain("set the units attribute to 'cm' or 'mm'");
    await page.getByRole('button', { name: 'Compute the practice score' }).click();
    await page.getByText('The heights look like centimetres').waitFor();
    await context.close();
  });

  test('that reads other files is stopped by the structure gate, and may be uploaded all the same', async () => {
    const { page, context } = await openPage(browser);
    await openForm(page);
    await choose(page, HOSTILE);
    const reason = page.getByTestId('expected-rejection');
    expect(await reason.getAttribute('data-code')).toBe('virtual-dataset');
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(await page.getByRole('button', { name: 'Upload', exact: true }).isEnabled()).toBe(true);
    await context.close();
  });

  test('of 1 GB leaves the page responsive and the memory flat', async () => {
    const file = path.join(workFolder, 'preflight-large.nc');
    writeSparseClassic(file, 1_000);
    const { page, context } = await openPage(browser);
    await openForm(page);
    const session = await context.newCDPSession(page);
    const task = page.locator('[name="tasks"]').first();
    if (!(await task.isChecked())) await task.check();
    await page.locator('#file').setInputFiles(file);
    await checked(page).waitFor(COMPUTED);
    const heap = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
    expect(heap.usedSize).toBeLessThan(100e6);
    await context.close();
    fs.rmSync(file);
  });
});

/** A classic file with the small grid and `megabytes` of another variable that was never written: a hole on disk. */
function writeSparseClassic(file: string, megabytes: number): void {
  const parts: number[] = [];
  const int = (value: number) =>
    parts.push((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
  const name = (text: string) => {
    int(text.length);
    for (let i = 0; i < Math.ceil(text.length / 4) * 4; i++) parts.push(text.charCodeAt(i) || 0);
  };
  const { timeDays, latDeg, lonDeg } = smallGrid;
  const axes = [
    { id: 'time', values: timeDays, units: 'days since 1950-01-01' },
    { id: 'lat', values: latDeg, units: 'degrees_north' },
    { id: 'lon', values: lonDeg, units: 'degrees_east' },
  ];
  const sshBytes = timeDays.length * latDeg.length * lonDeg.length * 4;
  const header = (offsets: number[]) => {
    parts.length = 0;
    parts.push(67, 68, 70, 1);
    int(0);
    int(10);
    int(4);
    for (const axis of axes) {
      name(axis.id);
      int(axis.values.length);
    }
    name('n');
    int(megabytes * 250_000);
    int(0);
    int(0);
    int(11);
    int(5);
    const variable = (
      id: string,
      dims: number[],
      units: string,
      type: number,
      size: number,
      begin: number,
    ) => {
      name(id);
      int(dims.length);
      dims.forEach(int);
      int(12);
      int(1);
      name('units');
      int(2);
      name(units);
      int(type);
      int(size);
      int(begin);
    };
    axes.forEach((axis, i) => variable(axis.id, [i], axis.units, 6, axis.values.length * 8, offsets[i] ?? 0));
    variable('ssh', [0, 1, 2], 'm', 5, sshBytes, offsets[3] ?? 0);
    variable('weights', [3], '1', 5, megabytes * 1_000_000, offsets[4] ?? 0);
  };
  header([]);
  const offsets: number[] = [];
  let at = parts.length;
  for (const size of [...axes.map(({ values }) => values.length * 8), sshBytes]) {
    offsets.push(at);
    at += size;
  }
  offsets.push(at);
  header(offsets);
  const descriptor = fs.openSync(file, 'w');
  fs.writeSync(descriptor, Uint8Array.from(parts), 0, parts.length, 0);
  axes.forEach(({ values }, i) => {
    const view = new DataView(new ArrayBuffer(values.length * 8));
    values.forEach((value, index) => view.setFloat64(index * 8, value));
    fs.writeSync(descriptor, view, 0, view.byteLength, offsets[i]);
  });
  const ssh = new DataView(new ArrayBuffer(sshBytes));
  const nodes = latDeg.length * lonDeg.length;
  for (let index = 0; index < sshBytes / 4; index++) {
    const node = index % nodes;
    const value = smallSshM(
      Math.floor(index / nodes),
      Math.floor(node / lonDeg.length),
      node % lonDeg.length,
    );
    ssh.setFloat32(index * 4, value);
  }
  fs.writeSync(descriptor, ssh, 0, ssh.byteLength, offsets[3]);
  fs.ftruncateSync(descriptor, at + megabytes * 1_000_000);
  fs.closeSync(descriptor);
}
