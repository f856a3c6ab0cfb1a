// A participant and a worker as programs, over an address that may be away for a while.
import crypto from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 200;
const CALL_TIMEOUT_MS = 15_000;
/** How long a participant's program goes on trying. */
const PATIENCE_MS = 180_000;
/** Answers that a program waits out: the platform, its database or its disk is away. */
const PASSING = new Set([429, 500, 502, 503, 504, 507]);

/** @typedef {{ status: number, headers: Headers, body: any, text: string }} Reply */

export class UnexpectedReplyError extends Error {}

/**
 * Tries until it is answered for good.
 * @template Result
 * @param {string} what
 * @param {() => Promise<Result | 'again'>} attempt throws where nobody answered
 * @param {number} [patienceMs]
 * @returns {Promise<Result>}
 */
export async function persistently(what, attempt, patienceMs = PATIENCE_MS) {
  const endMs = performance.now() + patienceMs;
  for (let last = 'no answer'; ; await sleep(PAUSE_MS)) {
    try {
      const result = await attempt();
      if (result !== 'again') return result;
    } catch (error) {
      if (error instanceof UnexpectedReplyError) throw error;
      last = String(/** @type {Error} */ (error).cause ?? error);
    }
    if (performance.now() > endMs)
      throw new UnexpectedReplyError(`${what}: not answered within ${patienceMs / 1000} s (${last})`);
  }
}

/**
 * @param {string} url
 * @param {RequestInit & { json?: unknown, token?: string | undefined }} [options]
 * @returns {Promise<Reply>}
 */
export async function call(url, { json, token, headers, ...options } = {}) {
  const response = await fetch(url, {
    ...options,
    ...(json === undefined ? {} : { method: options.method ?? 'POST', body: JSON.stringify(json) }),
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      // A connection of its own each time: the two API processes are asked in turn.
      connection: 'close',
      .../** @type {Record<string, string>} */ (headers),
    },
    signal: options.signal ?? AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: jsonOrNull(text) };
}

/** @param {string} text */
function jsonOrNull(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {string} url
 * @param {Parameters<typeof call>[1]} options
 * @param {number[]} expected statuses
 * @returns {Promise<Reply>}
 */
export function callUntil(url, options, expected) {
  return persistently(url, async () => {
    const reply = await call(url, options);
    if (expected.includes(reply.status)) return reply;
    if (PASSING.has(reply.status)) throw new Error(`${reply.status} ${reply.text.slice(0, 300)}`);
    throw new UnexpectedReplyError(`${url} answered ${reply.status}: ${reply.text.slice(0, 500)}`);
  });
}

/**
 * Somebody new, with a token.
 * @param {string} url
 * @param {string} origin as browsers see the platform
 * @returns {Promise<string>} the token
 */
export async function signUp(url, origin) {
  const registered = await callUntil(
    `${url}/api/auth/register`,
    {
      json: {
        email: `${crypto.randomUUID()}@example.org`,
        password: 'correct horse battery',
        displayName: 'Ada',
      },
      headers: { origin },
    },
    [200, 201],
  );
  const cookie = registered.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const created = await callUntil(
    `${url}/api/tokens`,
    { json: { name: 'faults', scopes: ['read', 'submit'], expiresInDays: 30 }, headers: { origin, cookie } },
    [200, 201],
  );
  return created.body.secret;
}

const HASHED_BYTES = 2 ** 28;
const LONGEST_PIECE_BYTES = 2 ** 28;
const TUS = { 'tus-resumable': '1.0.0' };

/**
 * @param {{ url: string, token: string }} who
 * @param {{ name: string, bytes: Uint8Array }} file
 * @returns {Promise<string>} the address of the upload
 */
export async function createUpload({ url, token }, { name, bytes }) {
  const hash = crypto.createHash('sha256');
  // No more than 2 GiB − 1 bytes are taken at once.
  for (let offset = 0; offset < bytes.length; offset += HASHED_BYTES)
    hash.update(bytes.subarray(offset, offset + HASHED_BYTES));
  const sha256 = hash.digest('hex');
  const encoded = (/** @type {string} */ text) => Buffer.from(text).toString('base64');
  const reply = await callUntil(
    `${url}/api/uploads`,
    {
      method: 'POST',
      token,
      headers: {
        ...TUS,
        'upload-length': String(bytes.length),
        'upload-metadata': `filename ${encoded(name)},sha256 ${encoded(sha256)}`,
      },
    },
    [201],
  );
  return new URL(reply.headers.get('location') ?? '', `${url}/api/uploads/`).href;
}

/**
 * Goes on where the upload stands, as often as it must.
 * @param {{ token: string }} who
 * @param {string} location
 * @param {Uint8Array} bytes
 * @param {number} [pieceBytes]
 */
export async function sendUpload({ token }, location, bytes, pieceBytes = LONGEST_PIECE_BYTES) {
  await persistently(`the upload ${location}`, async () => {
    const head = await call(location, { method: 'HEAD', token, headers: TUS });
    if (head.status !== 200) {
      if (PASSING.has(head.status) || head.status === 423) return 'again';
      throw new UnexpectedReplyError(`HEAD of ${location} answered ${head.status}`);
    }
    const offset = Number(head.headers.get('upload-offset'));
    if (offset === bytes.length) return 'done';
    const sent = await call(location, {
      method: 'PATCH',
      token,
      headers: {
        ...TUS,
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
      },
      body: new Uint8Array(bytes.subarray(offset, offset + pieceBytes)),
    });
    // 409: another tab was faster. 423: it is sending.
    if (![204, 409, 423].includes(sent.status) && !PASSING.has(sent.status))
      throw new UnexpectedReplyError(`PATCH of ${location} answered ${sent.status}: ${sent.text}`);
    return 'again';
  });
}

/** @param {string} location */
export const uploadIdOf = (location) => /** @type {string} */ (location.split('/').at(-1));

/**
 * @param {{ url: string, token: string }} who
 * @param {object} request
 * @returns {Promise<string>} id of the submission; asked again after a lost reply, the same one
 */
export async function submit({ url, token }, request) {
  const reply = await callUntil(`${url}/api/submissions`, { json: request, token }, [200, 201]);
  return reply.body.id;
}
