import fs from 'node:fs';
import path from 'node:path';
import {
  leaderboardSchema,
  receiptSchema,
  submissionViewSchema,
  type SubmissionView,
} from '@sillage/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOTEBOOKS } from '../tools/system-packages.mjs';
import { artefactOf, boardWithRows, jsonOf, newAccount } from './testing/api.js';
import {
  accessibilityViolations,
  hasBrowser,
  launchBrowser,
  openPage,
  type Browser,
} from './testing/browser.js';
import { sillage, sillageOk } from './testing/command-line.js';
import { cellsOf, drawnBy, executeNotebook, printedBy } from './testing/notebooks.js';
import { ROOT } from './testing/platform.js';
import { takePlatform } from './testing/shared-platforms.js';
import { SMALL_CHALLENGE, writeSmallReconstruction } from './testing/small-challenge.js';

const { url, workFolder } = await takePlatform('demo');
const folder = path.join(workFolder, 'products');
const inFolder = (name: string) => path.join(folder, name);
fs.mkdirSync(folder, { recursive: true });

const canRunNotebooks = NOTEBOOKS.isThere();
if (!canRunNotebooks) console.warn(`skipped: ${NOTEBOOKS.purpose} needs ${NOTEBOOKS.packages.join(', ')}`);

/** One more entry of a file on one task, with its products. */
async function scoredEntry(
  file: string,
  task: { challenge: string; area?: string; scenario?: string },
  name: string,
): Promise<SubmissionView> {
  const { token } = await newAccount(url, 'Marie Tharp');
  const output = await sillageOk(
    [
      'submit',
      file,
      '--challenge',
      task.challenge,
      '--name',
      name,
      '--inputs',
      'ssh-nadir',
      '--wait',
      '--json',
    ].concat(
      task.area === undefined ? [] : ['--area', task.area],
      task.scenario === undefined ? [] : ['--scenario', task.scenario],
    ),
    { SILLAGE_URL: url, SILLAGE_TOKEN: token },
  );
  const submitted = submissionViewSchema.parse(JSON.parse(output));
  await artefactOf(url, submitted.id, token, 'figures.zip');
  return submissionViewSchema.parse(await jsonOf(await fetch(`${url}/api/submissions/${submitted.id}`)));
}

describe('the notebook of a submission', () => {
  const proofs = [
    { challenge: 'demo-osse', area: 'gf', figures: 4 },
    { challenge: 'demo-osse', area: 'osmosis', figures: 4 },
    { challenge: 'demo-ose', area: 'gf', figures: 2 },
  ];
  test.skipIf(!canRunNotebooks).each(proofs)(
    'computes the published score of $challenge $area again, from public files and formulas in Python',
    { timeout: 1_200_000 },
    async ({ challenge, area, figures }) => {
      const task = { challenge, area, scenario: 'nadir4' };
      await boardWithRows(url, challenge, area, task.scenario, { timeoutMs: 600_000 });
      const map = path.join(ROOT, 'datasets', challenge, `oi-${area}-nadir4.nc`);
      const submitted = await scoredEntry(map, task, `Proof of ${area}`);
      const [evaluation] = submitted.evaluations;
      const name = `${challenge}-${area}`;
      const address = `${url}/api/evaluations/${evaluation?.id}/documents/notebook.ipynb`;
      const [first, second] = [await (await fetch(address)).text(), await (await fetch(address)).text()];
      expect(second).toBe(first);
      fs.writeFileSync(inFolder(`${name}.ipynb`), first);
      await executeNotebook(
        { notebook: inFolder(`${name}.ipynb`), target: inFolder(`${name}-run.ipynb`), folder },
        { SILLAGE_URL: url, SILLAGE_WORK: inFolder(name) },
      );

      const cells = cellsOf(inFolder(`${name}-run.ipynb`));
      expect(printedBy(cells, 'proof')).toContain(`The published scores of Proof of ${area} are confirmed`);
      expect(drawnBy(cells)).toHaveLength(figures);
      const found = JSON.parse(fs.readFileSync(inFolder(`${name}/recomputed.json`), 'utf8')) as {
        scores: Record<string, number | null>;
      };
      const published = evaluation?.scores as Record<string, unknown> | null | undefined;
      const isOfTrack = challenge === 'demo-ose';
      expect(Object.keys(found.scores).sort()).toEqual(
        ['mu', 'sigma', 'rmseM', ...(isOfTrack ? ['lambdaXKm'] : ['lambdaXDeg', 'lambdaTDays'])].sort(),
      );
      for (const [key, value] of Object.entries(found.scores))
        expect(value, key).toBeCloseTo(Number(published?.[key]), 4); // the cell itself asserts 1e-6
    },
  );
});

describe('the receipt of a submission', () => {
  test('holds what sillage verify finds; with one changed byte it does not', async () => {
    const map = inFolder('verified.nc');
    await writeSmallReconstruction(map, 0.75);
    const { id } = await scoredEntry(map, { challenge: SMALL_CHALLENGE }, 'With a receipt');
    const visitor = { SILLAGE_URL: url };
    const receipt = inFolder('receipt.json');
    await sillageOk(['download', id, '--artefact', 'receipt.json', '--out', receipt, '--force'], visitor);
    const scored = inFolder('verified-scored.nc');
    await sillageOk(['download', id, '--out', scored, '--force'], visitor);

    for (const maps of [[], [map], [scored]]) {
      const found = await sillage(['verify', receipt, ...maps, '--url', url], visitor);
      expect(found, maps.join()).toMatchObject({ status: 0, stderr: '' });
      expect(found.stdout).toMatch(/✓ µ\(RMSE\) +0\.\d+\n[^]*The receipt is genuine, and its scores/);
    }

    const content = receiptSchema.parse(JSON.parse(fs.readFileSync(receipt, 'utf8')));
    const changed = inFolder('changed-receipt.json');
    fs.writeFileSync(
      changed,
      JSON.stringify({ ...content, scores: { ...content.scores, mu: content.scores.mu + 0.001 } }),
    );
    const forged = await sillage(['verify', changed, map, '--url', url], visitor);
    expect(forged).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the signature does not fit'),
    });

    const bytes = fs.readFileSync(map);
    bytes[bytes.length - 9]! ^= 1;
    const otherMap = inFolder('changed-map.nc');
    fs.writeFileSync(otherMap, bytes);
    const other = await sillage(['verify', receipt, otherMap, '--url', url], visitor);
    expect(other).toMatchObject({ status: 1, stderr: expect.stringContaining('is not what was scored') });
  });
});

describe('the snapshot of a challenge', () => {
  test('comes to a shell as a zip with every score of its boards', async () => {
    await boardWithRows(url, SMALL_CHALLENGE, 'all', 'nadir4').catch(() => undefined);
    const place = inFolder('snapshot.zip');
    await sillageOk(['snapshot', SMALL_CHALLENGE, '--out', place, '--force'], { SILLAGE_URL: url });
    const { unzipSync } = await import('fflate');
    const files = Object.entries(unzipSync(new Uint8Array(fs.readFileSync(place))));
    const csv = new TextDecoder().decode(files.find(([name]) => name.endsWith('/scores.csv'))?.[1]);
    const challenge = (await jsonOf(await fetch(`${url}/api/challenges/${SMALL_CHALLENGE}`))) as {
      tasks: { area: string; scenario: string }[];
    };
    let rowCount = 0;
    for (const { area, scenario } of challenge.tasks) {
      const query = new URLSearchParams({ area, scenario });
      const board = leaderboardSchema.parse(
        await jsonOf(await fetch(`${url}/api/challenges/${SMALL_CHALLENGE}/leaderboard?${query}`)),
      );
      rowCount += board.rows.length;
      for (const { submissionId, scores } of board.rows) {
        const line = csv.split('\r\n').find((row) => row.includes(submissionId));
        expect(line?.split(',')).toContain(String(scores.mu));
      }
    }
    expect(rowCount).toBeGreaterThan(0);
    expect(csv.trim().split('\r\n')).toHaveLength(rowCount + 1);
  });
});

describe.skipIf(!hasBrowser)('the downloads of a submission in the browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('are listed in groups with sizes, and every one of them arrives', async () => {
    const map = inFolder('offered.nc');
    await writeSmallReconstruction(map, 0.7);
    const { id } = await scoredEntry(map, { challenge: SMALL_CHALLENGE }, 'Everything to take');
    const { page, context, faults } = await openPage(browser);
    await page.goto(`${url}/submissions/${id}`);
    const region = page.getByRole('region', { name: 'Take it with you' });
    await region.getByRole('link', { name: 'receipt.json' }).waitFor();
    await expect
      .poll(() => region.getByRole('heading', { level: 3 }).allTextContents())
      .toEqual(['Maps and figures', 'Check the score', 'Cite it', 'Numbers behind it']);
    const signs: Record<string, RegExp> = {
      'scored.nc': /^\x89HDF|^CDF/,
      'figures.zip': /^PK/,
      'offered.nc': /^\x89HDF|^CDF/,
      'notebook.ipynb': /"nbformat": 4/,
      'receipt.json': /"format": "sillage-receipt-1"/,
      'CITATION.cff': /^cff-version: 1\.2\.0/,
      'citation.bib': /^@misc\{/,
      'datacite.json': /"resourceTypeGeneral": "Dataset"/,
      'diagnostics.json': /^\{"grid"/,
      'statistics.json': /^\{"version"/,
    };
    const names = async () =>
      (await region.getByRole('listitem').getByRole('link').allTextContents())
        .map((name) => name.trim())
        .sort();
    await expect.poll(names).toEqual(Object.keys(signs).sort());
    for (const [name, sign] of Object.entries(signs)) {
      const link = region.getByRole('link', { name, exact: true });
      expect(await link.locator('xpath=..').textContent()).toMatch(/\d (B|kB|MB)/);
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      const place = inFolder(`from-browser-${name}`);
      await download.saveAs(place);
      expect(fs.readFileSync(place, 'latin1'), name).toMatch(sign);
    }
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });
});
