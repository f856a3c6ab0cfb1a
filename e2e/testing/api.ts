import crypto from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  accountViewSchema,
  createdTokenSchema,
  leaderboardSchema,
  submissionViewSchema,
  type Leaderboard,
  type SubmissionView,
} from '@sillage/contracts';

export type Account = { email: string; password: string; displayName: string; token: string };

const FINAL = new Set(['scored', 'rejected', 'failed', 'cancelled']);

/** Longer than any step takes on a busy machine, with others in front of it. */
const LONGEST_WAIT_MS = 480_000;

/** How often a wait asks: soon at first, then seldom, because each answer takes the time of those who compute it. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** Pauses a little longer each time. */
function createPauses(): () => Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  return async () => {
    await sleep(pauseMs);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.25);
  };
}

/** Registers a new person and makes them an API token, both over HTTP as the browser does. */
export async function newAccount(url: string, displayName = 'Ada'): Promise<Account> {
  const email = `${crypto.randomUUID()}@example.org`;
  const password = 'correct horse battery';
  const headers = { 'content-type': 'application/json', origin: url };
  const registered = await fetch(`${url}/api/auth/register`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email, password, displayName }),
  });
  accountViewSchema.parse(await jsonOf(registered));
  const cookie = registered.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const created = await fetch(`${url}/api/tokens`, {
    method: 'POST',
    headers: { ...headers, cookie },
    body: JSON.stringify({ name: 'test', expiresInDays: 1 }),
  });
  return { email, password, displayName, token: createdTokenSchema.parse(await jsonOf(created)).secret };
}

export async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** Uploads a file by tus in one piece and returns the id that a submission names. */
export async function uploadedFile(url: string, token: string, file: string): Promise<string> {
  const bytes = new Uint8Array(await readFile(file));
  const headers = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' };
  const created = await fetch(`${url}/api/uploads`, {
    method: 'POST',
    headers: {
      ...headers,
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${Buffer.from(path.basename(file)).toString('base64')}`,
    },
  });
  const location = new URL(created.headers.get('location') ?? '', `${url}/api/uploads/`).href;
  const sent = await fetch(location, {
    method: 'PATCH',
    headers: { ...headers, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: bytes,
  });
  if (sent.status !== 204) throw new Error(`${location} answered ${sent.status}: ${await sent.text()}`);
  return location.split('/').at(-1) ?? '';
}

export async function submission(url: string, id: string, token: string): Promise<SubmissionView> {
  const response = await fetch(`${url}/api/submissions/${id}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return submissionViewSchema.parse(await jsonOf(response));
}

/** Asks until every evaluation is final; a platform that is away for a moment is asked again. */
export async function finalSubmission(
  url: string,
  id: string,
  token: string,
  timeoutMs = LONGEST_WAIT_MS,
): Promise<SubmissionView> {
  const end = Date.now() + timeoutMs;
  const pause = createPauses();
  for (;;) {
    let last: SubmissionView | string;
    try {
      last = await submission(url, id, token);
      if (last.evaluations.every(({ state }) => FINAL.has(state))) return last;
    } catch (error) {
      last = String(error);
    }
    if (Date.now() > end)
      throw new Error(`submission ${id} is not final after ${timeoutMs / 1000} s: ${JSON.stringify(last)}`);
    await pause();
  }
}

/** Products are made after the score: waits until one of them can be downloaded. */
export async function artefactOf(
  url: string,
  id: string,
  token: string,
  name: string,
  timeoutMs = LONGEST_WAIT_MS,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  const pause = createPauses();
  for (;;) {
    const [evaluation] = (await submission(url, id, token)).evaluations;
    if (evaluation?.artefacts.some((artefact) => artefact.name === name)) return;
    if (Date.now() > end)
      throw new Error(`no ${name} after ${timeoutMs / 1000} s: ${JSON.stringify(evaluation)}`);
    await pause();
  }
}

export async function leaderboard(
  url: string,
  challenge: string,
  area: string,
  scenario: string,
): Promise<Leaderboard> {
  const query = new URLSearchParams({ area, scenario });
  return leaderboardSchema.parse(
    await jsonOf(await fetch(`${url}/api/challenges/${challenge}/leaderboard?${query}`)),
  );
}

/** The board as soon as that many stand on it: references are scored in the background, behind what people submit. */
export async function boardWithRows(
  url: string,
  challenge: string,
  area: string,
  scenario: string,
  { timeoutMs = LONGEST_WAIT_MS, rowCount = 1 } = {},
): Promise<Leaderboard> {
  const end = Date.now() + timeoutMs;
  const pause = createPauses();
  for (;;) {
    const board = await leaderboard(url, challenge, area, scenario);
    if (board.rows.length >= rowCount) return board;
    if (Date.now() > end)
      throw new Error(
        `${challenge} ${area} ${scenario} has ${board.rows.length} of ${rowCount} rows after ${timeoutMs / 1000} s`,
      );
    await pause();
  }
}

/** An account that the platform's own organiser has made an organiser's. */
export async function newOrganiser(
  url: string,
  organiserToken: string,
  displayName: string,
): Promise<Account> {
  const account = await newAccount(url, displayName);
  const made = await fetch(`${url}/api/organisers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${organiserToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email: account.email }),
  });
  accountViewSchema.parse(await jsonOf(made));
  return account;
}
