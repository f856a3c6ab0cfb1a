import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { submissionViewSchema, type RejectionReason, type SubmissionView } from '@sillage/contracts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finalSubmission, leaderboard, newAccount, uploadedFile } from './testing/api.js';
import {
  accessibilityViolations,
  COMPUTED,
  hasBrowser,
  launchBrowser,
  openPage,
  type Browser,
} from './testing/browser.js';
import { sillage } from './testing/command-line.js';
import { takePlatform } from './testing/shared-platforms.js';
import { registerSmallSea } from './testing/small-challenge.js';
import {
  smallManifest,
  smallOnnx,
  smallOnnxManifest,
  withExternalData,
  withUnknownOperator,
  writeEvilCheckpoint,
  writeSmallNetwork,
} from './testing/small-network.js';

const { url, workFolder, organiserToken } = await takePlatform('small');
/** The small sea without its first and last days: a network sees days before and after the ones that it maps. */
const CHALLENGE = 'small-sea-for-networks';
const network = path.join(workFolder, 'small.safetensors');
const manifest = path.join(workFolder, 'manifest.yaml');
const onnx = path.join(workFolder, 'small.onnx');
/** Enough for a page that asks twice a second to see several days arrive. */
const WATCHED_STEPS = 40;

beforeAll(async () => {
  await writeSmallNetwork(network);
  fs.writeFileSync(manifest, smallManifest(3));
  fs.writeFileSync(onnx, smallOnnx());
  await registerSmallSea(
    { url, organiserToken, workFolder },
    {
      id: CHALLENGE,
      name: 'Small sea for networks',
      period: ['--start', '2012-10-24', '--end', '2012-11-10'],
    },
  );
});

async function signUp(page: Page, name: string): Promise<void> {
  await page.goto(`${url}/sign-up?next=${encodeURIComponent(`/submit?challenge=${CHALLENGE}`)}`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('E-mail').fill(`${crypto.randomUUID()}@example.org`);
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.waitForURL(/\/submit/);
}

async function chooseNetwork(page: Page, file: string, method: string): Promise<void> {
  await page.getByText('A network: run by the platform').click();
  await page.locator('#file').setInputFiles(file);
  await page
    .getByText(/, uploaded$/)
    .first()
    .waitFor();
  await page.locator('[name="card.name"]').fill(method);
  await page.locator('[name="card.inputs"][value="ssh-nadir"]').check();
}

/** What the browser says of manifest and weights together. */
function verdict(page: Page, state: 'open' | 'rejected' | 'fits') {
  return page.locator(`[data-testid="manifest-verdict"][data-state="${state}"]`);
}

async function submitFrom(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.waitForURL(/\/submissions\/[0-9a-f-]+/);
}

/** A request to cancel that gets lost: the page says so, and the network goes on. */
async function refuseToCancel(page: Page): Promise<void> {
  await page.route('**/cancel', (route) => route.abort());
  await page.getByRole('button', { name: 'Cancel the evaluation' }).click();
  await page.getByRole('button', { name: 'Yes, cancel' }).click();
  await page.getByText('The service does not answer').waitFor();
  await page.getByRole('button', { name: 'Cancel the evaluation' }).waitFor();
  await page.unroute('**/cancel');
}

describe.skipIf(!hasBrowser)('a network in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('is submitted, watched while its map grows, and reaches the board', async () => {
    const { page, context, faults } = await openPage(browser);
    await signUp(page, 'Marie Tharp');
    await chooseNetwork(page, network, 'A small network');
    // Read in the browser, before anything is submitted.
    await page
      .getByTestId('network-facts')
      .getByText(/starter, 4.816 parameters/)
      .waitFor();
    await page.locator('[name="network.manifest"]').fill(smallManifest(WATCHED_STEPS));
    await verdict(page, 'fits').waitFor();
    await page.getByText('All settings, and what tells them').click();
    await expect
      .poll(() => page.getByRole('region', { name: 'Settings of the network' }).innerText())
      .toMatch(/n_step\s+40\s+the manifest/);
    expect(await accessibilityViolations(page)).toEqual([]);
    // Noted by the page itself: whoever watches from outside may be held up for longer than the step takes.
    await page.evaluate(() => {
      const dayCounts = new Set<number>();
      Object.assign(globalThis, { dayCounts });
      new MutationObserver(() =>
        dayCounts.add(document.querySelectorAll('[data-testid="preview"] ol canvas').length),
      ).observe(document.body, { childList: true, subtree: true });
    });
    await submitFrom(page);
    await refuseToCancel(page);
    faults.splice(0); // the browser's own word on the request that was cut off

    // Live, without a reload: days come one after the other while the step is still running.
    const state = page.locator('[data-testid="evaluation-state"]');
    await state.locator('xpath=self::*[@data-state="scored"]').waitFor(COMPUTED);
    const dayCounts = await page.evaluate(() => [
      ...(globalThis as unknown as { dayCounts: Set<number> }).dayCounts,
    ]);
    expect(dayCounts.filter((count) => count > 0).length).toBeGreaterThanOrEqual(2);
    const told = [
      /4.816 parameters \(safetensors\)/,
      /Run by\s+(onnxruntime-cpu|webgpu)/,
      /\d+ patches in \d+ batches/,
    ];
    for (const text of told) await expect.poll(() => page.locator('main').innerText()).toMatch(text);

    await page.goto(`${url}/challenges/${CHALLENGE}/leaderboard`);
    const row = page.locator('table tbody tr', { hasText: 'A small network' }).first();
    await row.waitFor();
    expect(await row.innerText()).toMatch(/network/);
    expect(faults).toEqual([]);
    await context.close();
  }, 900_000);

  test('is described by a form that writes its manifest, and faults stand at their fields', async () => {
    const { page, context } = await openPage(browser);
    await signUp(page, 'Walter Munk');
    // The connection breaks while the weights are sent: they arrive nevertheless, and a reload does not send them again.
    const begun: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/api/uploads')) begun.push(request.url());
    });
    await page.route('**/api/uploads/*', (route) => route.abort('connectionreset'), { times: 2 });
    await chooseNetwork(page, network, 'From the form');
    await page.reload();
    await page.getByText(/^Unfinished in this browser: .*what has arrived is not sent again/).waitFor();
    await chooseNetwork(page, network, 'From the form');
    expect(begun).toHaveLength(1);
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByText(/^Say how the network is run/).waitFor();
    await verdict(page, 'open').getByText('steps of the solver').waitFor();
    // An empty form is filled from the file, without what only its author knows; so is an empty text, when asked.
    await page.getByText('Fill in a form').click();
    await expect.poll(() => page.locator('[name="manifest.patchTime"]').inputValue()).toBe('5');
    expect(await page.locator('[name="manifest.n_step"]').inputValue()).toBe('');
    await page.getByText('Paste it or open a file').click();
    await page.getByRole('button', { name: 'Fill in what the file says' }).click();
    await expect
      .poll(() => page.locator('[name="network.manifest"]').inputValue())
      .toMatch(/^architecture: starter /);
    await page.locator('[name="network.manifest"]').fill(`${smallManifest(3)}n_steps: 4\n`);
    await verdict(page, 'rejected')
      .getByText("the key 'n_steps' is not known, did you mean 'n_step'?")
      .waitFor();
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByText("there is no setting 'n_steps'", { exact: true }).waitFor();

    // What stands in the text goes into the form, and what the form cannot hold is said.
    await page.getByText('Fill in a form').click();
    await page.getByText(/^Line \d+ of your text, “n_steps: 4”: the form has no field for n_steps/).waitFor();
    expect(await page.locator('[name="manifest.n_step"]').inputValue()).toBe('3');
    expect(await page.locator('[name="manifest.patchLon"]').inputValue()).toBe('24');
    // A network with OI as second field: where OI comes from stands beside it, and its scaling is asked for in metres.
    await page.locator('[name="manifest.architecture"]').selectOption('starter-multimodal');
    await page.locator('[name="manifest.second_field"]').selectOption('oi');
    await page.getByText(/OI needs no file of yours: it is computed here/).waitFor();
    await page.getByLabel('OI: standard deviation, m').fill('0');
    await page.getByText(/^More settings/).click();
    await page.getByLabel(/\(grad_downsamp|Gradient down-sampled/).fill('99');
    await page.locator('[name="manifest.background"]').selectOption('oi');
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByText('Give a number.').first().waitFor();
    expect(await page.locator('[name="manifest.sstMean"]').getAttribute('aria-invalid')).toBe('true');
    await page.getByText('The manifest that this makes').click();
    await expect
      .poll(() => page.locator('main').innerText())
      .toMatch(/second_field: oi\n.*\n?.*background: oi/);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByText('The manifest that this makes').click();
    await page.locator('[name="manifest.grad_downsamp"]').fill('');
    await page.locator('[name="manifest.background"]').selectOption('none');
    await page.locator('[name="manifest.architecture"]').selectOption('starter');
    await page.getByLabel('Heights are normalised with').selectOption('observations');
    const values = { n_step: 'three', lr_grad: '1', patchTime: '5', patchLat: '20', patchLon: '24' };
    const others = { strideLat: '10', strideLon: '12', cropLat: '2', cropLon: '2', spacing_deg: '0.2' };
    for (const [field, value] of Object.entries({ ...values, ...others }))
      await page.locator(`[name="manifest.${field}"]`).fill(value);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByText('Give a number.').waitFor();
    expect(await page.locator('[name="manifest.n_step"]').getAttribute('aria-invalid')).toBe('true');
    await page.locator('[name="manifest.n_step"]').fill('3');
    await submitFrom(page);
    const kept = () =>
      page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('tus::')));
    await expect.poll(kept).toEqual([]); // submitted: the next time it is another upload
    await page.locator('[data-testid="evaluation-state"][data-state="scored"]').waitFor(COMPUTED);
    await context.close();
  });

  test('as an ONNX file fills in what its graph says, is described in the form, and is scored', async () => {
    const { page, context, faults } = await openPage(browser);
    await signUp(page, 'Inez Fung');
    await chooseNetwork(page, onnx, 'An ONNX network');
    const field = (name: string) => page.locator(`[name="manifest.${name}"]`);
    // The form opens by itself, with the names, the patch and the batch of the file.
    await field('contract.inputs.1.name').waitFor();
    const inputs = ['contract.inputs.0.name', 'contract.inputs.0.kinds.0', 'contract.inputs.1.name'];
    const sizes = ['patchTime', 'patchLat', 'patchLon', 'batch_size'];
    const read: string[] = [];
    for (const name of [...inputs, 'contract.outputName', ...sizes])
      read.push(await field(name).inputValue());
    expect(read).toEqual(['obs', 'observations', 'about', 'ssh', '5', '20', '24', '4']);
    await expect.poll(() => page.locator('main').innerText()).toContain('[4, 10, 20, 24]');
    // Two fields lie in the second input, and the file does not say which.
    await page.getByLabel('Heights are normalised with').selectOption('observations');
    await field('patchLon').fill('16');
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await expect.poll(() => page.getByText('Say what it holds.').count()).toBe(2);
    await page
      .getByText(/In the file it has the shape \[4, 5, 20, 24\]; this form makes it \[4, 5, 20, 16\]/)
      .waitFor();
    expect(await field('contract.inputs.1.kinds.0').getAttribute('aria-invalid')).toBe('true');
    expect(await accessibilityViolations(page)).toEqual([]);
    await field('contract.inputs.1.kinds.0').selectOption('mask');
    await field('contract.inputs.1.kinds.1').selectOption('latitude');
    await field('patchLon').fill('24');
    await field('spacing_deg').fill('0.2');
    await submitFrom(page);
    await page.locator('[data-testid="evaluation-state"][data-state="scored"]').waitFor(COMPUTED);
    await expect.poll(() => page.locator('main').innerText()).toMatch(/Run by\s+onnxruntime-cpu/);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('as an ONNX file with an unknown operator says so as soon as it is chosen', async () => {
    const unknown = path.join(workFolder, 'unknown.onnx');
    fs.writeFileSync(unknown, withUnknownOperator(smallOnnx()));
    const { page, context } = await openPage(browser);
    await signUp(page, 'Klaus Wyrtki');
    await chooseNetwork(page, unknown, 'Not taken');
    await page.getByText('This ONNX file would be refused').waitFor();
    await page.getByText(/uses the operator 'Tanz'/).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await context.close();
  });

  test('is run again without each satellite when its author asks, and its page shows what each is worth', async () => {
    const { page, context, faults } = await openPage(browser);
    await signUp(page, 'Mary Sears');
    await chooseNetwork(page, network, 'Stressed');
    await page.locator('[name="network.manifest"]').fill(smallManifest(2));
    await submitFrom(page);
    await page.locator('[data-testid="evaluation-state"][data-state="scored"]').waitFor(COMPUTED);
    const scores = async () =>
      (await leaderboard(url, CHALLENGE, 'all', 'nadir4')).rows.map((row) => [
        row.submissionId,
        row.rank,
        row.scores,
      ]);
    const before = await scores();
    await page.getByRole('button', { name: 'Ask for 4 runs' }).click();
    const table = page.getByRole('region', { name: 'One satellite left out' });
    // They can be taken back, while they wait or run, and asked for again.
    await page.getByRole('button', { name: /^Cancel \d open runs?$/ }).click();
    await expect.poll(() => table.locator('tbody tr').count()).toBe(5); // the normal run, and four without a satellite
    await table.getByText('without Jason-1').waitFor();
    await table.getByText('Cancelled. It can be asked for again.').first().waitFor();
    await page.getByRole('button', { name: /^Ask for \d runs?$/ }).click();
    // Every run gets its score and the difference from the normal one, without a reload.
    await page.waitForFunction(
      () =>
        document.querySelectorAll('[aria-label="One satellite left out"] tbody tr:has([data-verdict])')
          .length === 4,
      undefined,
      { ...COMPUTED, polling: 500 },
    );
    await page.getByText(/^Change of µ against the normal run, 4 runs/).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await expect.poll(() => page.getByRole('button', { name: /^Ask for/ }).count()).toBe(0);
    // The board is what it was.
    expect(await scores()).toEqual(before);
    expect(faults).toEqual([]);
    await context.close();
  }, 900_000);

  test('that would run a command is refused with the reason, and nothing of it is run', async () => {
    const evil = path.join(workFolder, 'evil.pt');
    const trace = path.join(workFolder, 'it-ran');
    await writeEvilCheckpoint(evil, `touch ${trace}`);
    const { page, context, faults } = await openPage(browser);
    await signUp(page, 'Mallory');
    await chooseNetwork(page, evil, 'Evil');
    // The browser says it at once; whoever submits it all the same is told again.
    await page.locator('[data-testid="expected-rejection"][data-code="checkpoint-with-code"]').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.locator('[name="network.manifest"]').fill(smallManifest(3));
    await submitFrom(page);
    await page.locator('[data-testid="evaluation-state"][data-state="rejected"]').waitFor(COMPUTED);
    await page.getByText('checkpoint-with-code').first().waitFor();
    const text = await page.locator('main').innerText();
    for (const heading of ['Where', 'Found', 'Expected', 'What to do']) expect(text).toContain(heading);
    expect(fs.existsSync(trace)).toBe(false);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('a network from a shell', () => {
  test('as an ONNX file with its contract is run, checked and scored, and its map follows from its inputs', async () => {
    const { token } = await newAccount(url, 'Joanne Simpson');
    const contract = path.join(workFolder, 'onnx.yaml');
    const submit = async (text: string, name: string): Promise<number> => {
      fs.writeFileSync(contract, text);
      const { form, evaluations } = await submittedFromShell(token, { file: onnx, manifest: contract, name });
      expect(form).toBe('network');
      return evaluations[0]?.scores?.mu ?? Number.NaN;
    };
    const suffix = crypto.randomUUID();
    const mu = await submit(smallOnnxManifest, `ONNX from a shell ${suffix}`);
    const swapped = await submit(
      smallOnnxManifest.replace('[mask, latitude]', '[latitude, mask]'),
      `Swapped ${suffix}`,
    );
    expect(Number.isFinite(mu)).toBe(true);
    expect(swapped).not.toBe(mu);
  });

  test('is sent with its manifest and scored; twice the same gives the same scores', async () => {
    const { token } = await newAccount(url, 'Bathsheba');
    const name = `From a shell ${crypto.randomUUID()}`;
    const submit = () => submittedFromShell(token, { file: network, manifest, name });
    const [first, second] = [await submit(), await submit()];
    expect(first.evaluations[0]?.scores?.mu).toBeTypeOf('number');
    expect(second.evaluations[0]?.scores).toEqual(first.evaluations[0]?.scores);
    // The second is the same once more: it is said which entry it is, and it has no rank of its own.
    const board = await leaderboard(url, CHALLENGE, 'all', 'nadir4');
    expect(board.identical.map(({ submissionId }) => submissionId)).toContain(second.id);
  });

  test('that is ONNX but outside of what is taken, or not what its contract says, is told so', async () => {
    const { token } = await newAccount(url, 'Syukuro');
    const reasonOf = async (bytes: Uint8Array, text = smallOnnxManifest): Promise<string> => {
      const file = path.join(workFolder, 'refused.onnx');
      fs.writeFileSync(file, bytes);
      const reason = await rejectionOf(token, file, text);
      for (const part of [reason.where, reason.expected, reason.fix]) expect(part).not.toBe('');
      return `${reason.code}: ${reason.found}`;
    };
    const good = smallOnnx();
    expect(await reasonOf(withUnknownOperator(good))).toMatch(/^unsupported-onnx: .*the operator 'Tanz'/);
    expect(await reasonOf(withExternalData(good))).toMatch(/^unsupported-onnx: .*lies in another file/);
    expect(await reasonOf(good.subarray(0, 500))).toMatch(/^unsupported-onnx: .*cut short/);
    const changed = (from: string, to: string) => reasonOf(good, smallOnnxManifest.replace(from, to));
    expect(await changed('lat: 20', 'lat: 16')).toMatch(/^manifest-mismatch: 'obs' .*\[4, 5, 20, 24\]/);
    expect(await changed('[mask, latitude]', '[mask]')).toMatch(
      /^manifest-mismatch: 'about' .*\[4, 10, 20, 24\]/,
    );
    expect(await changed('  about:', '  sst:')).toMatch(/^manifest-mismatch: an input 'sst'/);
    expect(await changed('name: ssh', 'name: map')).toMatch(/^manifest-mismatch: an output 'map'/);
    expect(await changed('[observations]', '[oi]')).toMatch(/^inputs-missing: .*optimal interpolation/);
  });

  test('whose weights are not numbers, or do not fit their manifest, is told so', async () => {
    const { token } = await newAccount(url, 'Nan');
    const reasonOf = async (file: string, text: string) => (await rejectionOf(token, file, text)).code;
    const broken = path.join(workFolder, 'nan.safetensors');
    await writeSmallNetwork(broken, (value) => (value > 0.07 ? Number.NaN : value));
    expect(await reasonOf(broken, smallManifest(3))).toBe('non-finite-weights');
    expect(await reasonOf(network, smallManifest(3).replace('time: 5', 'time: 7'))).toBe('manifest-mismatch');
    expect(await reasonOf(network, 'model:\n  _target_: something.Else\n')).toBe('manifest-invalid');
  });
});

async function submittedFromShell(
  token: string,
  { file, manifest: path, name }: { file: string; manifest: string; name: string },
): Promise<SubmissionView> {
  const { status, stdout, stderr } = await sillage(
    [
      ...['submit', file, '--manifest', path, '--challenge', CHALLENGE],
      ...['--name', name, '--inputs', 'ssh-nadir', '--wait', '--json'],
    ],
    { SILLAGE_URL: url, SILLAGE_TOKEN: token },
  );
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('scored') });
  return submissionViewSchema.parse(JSON.parse(stdout));
}

/** Sends a network to its check and waits for the reason why it is not taken. */
async function rejectionOf(token: string, file: string, text: string): Promise<RejectionReason> {
  const uploadId = await uploadedFile(url, token, file);
  const response = await fetch(`${url}/api/submissions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      challenge: CHALLENGE,
      tasks: await tasksOf(),
      uploadId,
      network: { manifest: text },
      card: { name: 'Refused', inputs: ['ssh-nadir'] },
    }),
  });
  const { id } = (await response.json()) as { id: string };
  const { evaluations } = await finalSubmission(url, id, token);
  const reason = evaluations[0]?.rejection;
  if (reason === undefined || reason === null) throw new Error(JSON.stringify(evaluations));
  return reason;
}

async function tasksOf(): Promise<unknown> {
  const response = await fetch(`${url}/api/challenges/${CHALLENGE}`);
  return ((await response.json()) as { tasks: unknown }).tasks;
}
