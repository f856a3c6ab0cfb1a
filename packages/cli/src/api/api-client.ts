import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import {
  accountCalls,
  challengeCalls,
  createRequests,
  submissionCalls,
  type AccountCalls,
  type ChallengeCalls,
  type Requests,
  type SubmissionCalls,
  type Transport,
} from '@sillage/client';
import { curationCalls, type CurationCalls } from '@sillage/client/curation';
import { oversightCalls, type OversightCalls } from '@sillage/client/oversight';
import type { CreatedToken, CreateTokenRequest } from '@sillage/contracts';
import { CommandError } from '../command-error.js';
import type { ServerSettings } from '../settings/settings.js';
import { errorFor } from './api-error.js';

type OnProgress = (doneBytes: number, totalBytes: number | null) => void;

/** Every call of the platform's API, as the account whose token the shell has. */
export type ApiClient = AccountCalls &
  ChallengeCalls &
  SubmissionCalls &
  CurationCalls &
  OversightCalls & {
    readonly server: ServerSettings;
    /** @returns the size of the file in bytes. */
    readonly download: (path: string, outputPath: string, onProgress: OnProgress) => Promise<number>;
  };

export function createApiClient(server: ServerSettings): ApiClient {
  const requests = requestsTo(
    server,
    server.token === null ? {} : { authorization: `Bearer ${server.token}` },
  );
  return {
    ...accountCalls(requests),
    ...challengeCalls(requests),
    ...submissionCalls(requests),
    ...curationCalls(requests),
    ...oversightCalls(requests),
    server,
    download: (path, outputPath, onProgress) =>
      download({ requests, server }, path, { outputPath, onProgress }),
  };
}

/** Signs in and makes a token for this shell; the session itself is not kept. */
export async function createTokenFor(
  url: string,
  account: { email: string; password: string },
  request: CreateTokenRequest,
): Promise<CreatedToken> {
  const server = { url, token: null };
  const cookies: string[] = [];
  const keeping = requestsTo(server, {}, (reply) => cookies.push(...reply.headers.getSetCookie()));
  await accountCalls(keeping).signIn(account);
  const cookie = cookies.map((line) => line.split(';')[0] ?? '').join('; ');
  return accountCalls(requestsTo(server, { cookie })).createToken(request);
}

/** How the shell talks to a platform: a failure becomes a line that says how to mend it. */
function requestsTo(
  server: ServerSettings,
  identity: Record<string, string>,
  onReply: (reply: Response) => void = () => undefined,
): Requests {
  const transport: Transport = async (path, init) => {
    const headers = new Headers(init.headers);
    headers.set('accept', 'application/json, */*');
    headers.set('origin', server.url);
    for (const [name, value] of Object.entries(identity)) headers.set(name, value);
    const reply = await fetch(server.url + path, { ...init, headers });
    onReply(reply);
    return reply;
  };
  return createRequests(transport, (failure) => errorFor(failure, server));
}

/** Writes the file beside its name first, so that a broken download never looks whole. */
async function download(
  { requests, server }: { requests: Requests; server: ServerSettings },
  path: string,
  { outputPath, onProgress }: { outputPath: string; onProgress: OnProgress },
): Promise<number> {
  const response = await requests.send(path);
  if (response.body === null) throw new CommandError(`${server.url}${path} came without content`);
  const length = response.headers.get('content-length');
  const totalBytes = length === null ? null : Number(length);
  let doneBytes = 0;
  const temporary = `${outputPath}.part`;
  // The DOM's and Node's ReadableStream are the same object at run time but not the same type.
  const body = Readable.fromWeb(response.body as NodeReadableStream<Uint8Array>);
  body.on('data', (chunk: Buffer) => {
    doneBytes += chunk.length;
    onProgress(doneBytes, totalBytes);
  });
  try {
    await pipeline(body, createWriteStream(temporary));
    await rename(temporary, outputPath);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof Error && 'path' in error) throw error;
    throw new CommandError(`the download broke off after ${doneBytes} bytes; try again`, { cause: error });
  }
  return doneBytes;
}
