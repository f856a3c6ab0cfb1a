import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  challengeDefinitionSchema,
  citationNameSchema,
  documentNameSchema,
  submissionViewSchema,
} from '@sillage/contracts';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  artefactOf,
  finalSubmission,
  jsonOf,
  newAccount,
  newOrganiser,
  uploadedFile,
  type Account,
} from './testing/api.js';
import { hasBrowser, launchBrowser, openPage, signIn, type Browser } from './testing/browser.js';
import { sharedPlatform } from './testing/shared-platforms.js';
import {
  importSmallSea,
  registerDataset,
  writeSmallField,
  writeSmallReconstruction,
} from './testing/small-challenge.js';

const { url, workFolder, organiserToken } = sharedPlatform('small');

/** Runs by itself wherever a page takes text for markup; short enough for every name. */
const IMAGE = '<img src=x onerror="globalThis.wasRun=1">';
const HOSTILE = `"'>${IMAGE}<script>globalThis.wasRun=1</script><svg onload="globalThis.wasRun=1">`;
const MARKDOWN = `${HOSTILE}\n\n[link](javascript:globalThis.wasRun=1) ![image](x" onerror="globalThis.wasRun=1)\n\n<${IMAGE}>`;
const TASK = { area: 'all', scenario: 'nadir4' };

/** As the pages ask: with a session, which may do all that its account may. */
async function sessionOf({ email, password }: Account): Promise<HeadersInit> {
  const reply = await fetch(`${url}/api/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password }),
  });
  const cookie = reply.headers.getSetCookie().map((line) => line.split(';')[0]);
  return { 'content-type': 'application/json', origin: url, cookie: cookie.join('; ') };
}

const send = async (method: string, route: string, headers: HeadersInit, body: unknown): Promise<unknown> =>
  jsonOf(await fetch(`${url}/api${route}`, { method, headers, body: JSON.stringify(body) }));

/** A challenge whose every text is hostile. */
async function registerChallenge(id: string) {
  const folder = await importSmallSea(workFolder, { id, name: 'A sea', hasOi: true });
  const file = path.join(folder, 'challenge.yaml');
  const definition = challengeDefinitionSchema.parse(parse(fs.readFileSync(file, 'utf8')));
  const [area, scenario] = [definition.areas[0]!, definition.scenarios[0]!];
  Object.assign(definition, { name: `Sea ${IMAGE}`, summary: HOSTILE, description: MARKDOWN });
  Object.assign(definition, { licence: HOSTILE, citation: HOSTILE });
  Object.assign(area, { name: `Area ${IMAGE}`, description: HOSTILE });
  Object.assign(scenario, { name: `Scenario ${IMAGE}`, description: HOSTILE, satellites: [HOSTILE] });
  for (const listed of definition.files) listed.description = HOSTILE;
  for (const reference of definition.references)
    Object.assign(reference, { name: `OI ${IMAGE}`, description: HOSTILE });
  const scores = { mu: 0.9, sigma: 0.01, lambdaXDeg: null, lambdaXKm: null, lambdaTDays: null };
  definition.published = [
    {
      ...{ ...TASK, ...scores, method: `Method ${IMAGE}`, period: HOSTILE, protocol: HOSTILE, inputs: [] },
      ...{
        source: HOSTILE,
        sourceUrl: `https://example.org/?q=${encodeURIComponent(HOSTILE)}`,
        note: HOSTILE,
      },
    },
  ];
  fs.writeFileSync(file, stringify(definition, { aliasDuplicateObjects: false }));
  await registerDataset(folder, { url, organiserToken });
  return definition;
}

async function submit(account: Account, challenge: string, file: string, team?: string): Promise<string> {
  const card = {
    ...{ name: `Map ${IMAGE}`, description: MARKDOWN, inputs: ['ssh-nadir'], licence: `Free ${IMAGE}` },
    codeUrl: `https://example.org/"${IMAGE}`,
  };
  const uploadId = await uploadedFile(url, account.token, file);
  const request = { challenge, tasks: [TASK], uploadId, card, team };
  return submissionViewSchema.parse(await send('POST', '/submissions', await sessionOf(account), request)).id;
}

describe.skipIf(!hasBrowser)('markup in every text that somebody may write', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('is text on every page and in every file, and nothing of it runs', async () => {
    const challenge = `hostile-${crypto.randomUUID()}`;
    const author = await newAccount(url, `Mallory ${IMAGE}`);
    const chief = await newOrganiser(url, organiserToken, `Chief ${IMAGE}`);
    const [asAuthor, asChief] = [await sessionOf(author), await sessionOf(chief)];
    const definition = await registerChallenge(challenge);
    const profile = { displayName: author.displayName, affiliation: HOSTILE, orcid: null };
    const webPage = `https://example.org/"${IMAGE}`;
    await send('PUT', '/account/profile', asAuthor, { ...profile, webPage });
    const scriptUrl = 'javascript:globalThis.wasRun=1';
    await expect(
      send('PUT', '/account/profile', asAuthor, { ...profile, webPage: scriptUrl }),
    ).rejects.toThrow(/400/);
    const team = (await send('POST', '/teams', asAuthor, {
      name: `Crew ${IMAGE} ${challenge.slice(-12)}`,
    })) as { id: string };

    const files = [`good "${IMAGE}.nc`, `bad "${IMAGE}.nc`, `gone "${IMAGE}.nc`].map((name) =>
      path.join(workFolder, name),
    );
    await writeSmallReconstruction(files[0]!, 0.7 + 0.01 * Math.random());
    await writeSmallField(files[1]!, { units: HOSTILE });
    await writeSmallReconstruction(files[2]!, 0.6 + 0.01 * Math.random());
    const [good, bad, gone] = await Promise.all([
      submit(author, challenge, files[0]!, team.id),
      submit(author, challenge, files[1]!),
      submit(author, challenge, files[2]!),
    ]);
    const [scored, rejected] = [
      await finalSubmission(url, good, author.token),
      await finalSubmission(url, bad, author.token),
    ];
    expect([scored, rejected].map(({ evaluations }) => evaluations[0]?.state)).toEqual([
      'scored',
      'rejected',
    ]);
    expect(JSON.stringify(rejected.evaluations[0]?.rejection)).toContain('onerror');
    await finalSubmission(url, gone, author.token);
    await send('POST', `/submissions/${gone}/withdraw`, asAuthor, { reason: HOSTILE });
    await send('POST', `/admin/submissions/${good}/verify`, asChief, { reason: HOSTILE });
    const phase = {
      opens: '2026-01-01T00:00:00Z',
      closes: null,
      disclosure: 'practice',
      acceptsSubmissions: true,
    };
    await send('PUT', `/admin/challenges/${challenge}/settings`, asChief, {
      ...{ revision: 0, quota: { perDay: null, perPhase: null } },
      phases: [{ name: `Phase ${IMAGE}`, ...phase }],
    });
    const draft = (await send('POST', '/curation/drafts', asChief, { definition })) as { id: string };

    const evaluation = scored.evaluations[0]!.id;
    const board = `/challenges/${challenge}/leaderboard?area=all&scenario=nadir4`;
    const pages = {
      public: [
        ...[
          '/',
          '/challenges',
          `/challenges/${challenge}`,
          board,
          `${board}&view=bands`,
          `${board}&view=history`,
        ],
        ...[
          `/challenges/${challenge}/across-areas`,
          `/challenges/${challenge}/compare?entries=${evaluation}`,
        ],
        ...[`/submissions/${good}`, `/submissions/${gone}`, '/about/submit', '/status'],
      ],
      author: [
        `/submissions/${bad}`,
        '/submissions',
        '/account',
        '/notifications',
        `/submit?challenge=${challenge}`,
      ],
      chief: [
        ...[
          '/admin',
          '/admin/challenges',
          `/admin/challenges/${challenge}`,
          `/admin/challenges/${challenge}/settings`,
        ],
        ...[`/admin/drafts/${draft.id}`, '/admin/submissions', `/admin/audit?subject=${good}`],
        `/admin/challenges/${challenge}/versions/1.0.0`,
      ],
    };
    for (const [who, addresses] of Object.entries(pages)) {
      const { page, context, faults } = await openPage(browser);
      if (who !== 'public') await signIn(page, { url, account: who === 'chief' ? chief : author });
      let shown = 0;
      for (const address of addresses) {
        await page.goto(`${url}${address}`, { waitUntil: 'networkidle' });
        const found = await page.evaluate(() => ({
          wasRun: 'wasRun' in globalThis,
          elements: document.querySelectorAll('img[src="x"], svg[onload], [onerror], a[href^="javascript:"]')
            .length,
          isShown: document.body.innerText.includes('onerror="globalThis'),
        }));
        expect(found, address).toMatchObject({ wasRun: false, elements: 0 });
        shown += Number(found.isShown);
      }
      // It is there, as text; and the browser had nothing to refuse.
      expect(shown, who).toBeGreaterThan(addresses.length / 2);
      expect(faults, who).toEqual([]);
      await context.close();
    }

    const [downloads, products] = [
      `/challenges/${challenge}/leaderboard/download?area=all&scenario=nadir4`,
      `/api/evaluations/${evaluation}`,
    ];
    const addresses = [
      ...['svg', 'csv', 'json', 'tex', 'bib'].map((format) => `${downloads}&format=${format}`),
      ...documentNameSchema.options.map((name) => `${products}/documents/${name}`),
      ...citationNameSchema.options.map((name) => `/api/submissions/${good}/citation/${name}`),
      `/api/challenges/${challenge}/snapshot`,
      `${products}/artefacts/figures.zip`,
    ];
    await artefactOf(url, good, author.token, 'figures.zip');
    const markup: string[] = [];
    for (const address of addresses) {
      const reply = await fetch(`${url}${address}`);
      expect(reply.status, address).toBe(200);
      const bytes = new Uint8Array(await reply.arrayBuffer());
      const type = reply.headers.get('content-type') ?? '';
      const members =
        Buffer.from(bytes.subarray(0, 2)).toString() === 'PK'
          ? Object.entries(unzipSync(bytes))
          : [[address, bytes] as const];
      for (const [name, content] of members) {
        const text = Buffer.from(content).toString('utf8');
        const isMarkup = /svg|html/.test(type) || /\.(svg|html)$/.test(name);
        if (isMarkup) markup.push(name);
        if (isMarkup) expect(text, `${address} ${name}`).not.toContain('<img');
      }
    }
    // The board, the page of the snapshot, and the figures.
    expect(markup.length).toBeGreaterThan(4);
  });
});
