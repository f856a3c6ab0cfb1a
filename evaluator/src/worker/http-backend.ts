import { createWriteStream, openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { apiErrorBodySchema, claimedJobSchema, heartbeatReplySchema } from '@sillage/contracts';
import type {
  ClaimedJob,
  ClaimRequest,
  FinishRequest,
  HeartbeatReply,
  HeartbeatRequest,
} from '@sillage/contracts';
import { Backend, BackendError } from './backend.js';

const CALL_TIMEOUT_MS = 30_000; // ms: a call without long-poll and without a file
const TRANSFER_TIMEOUT_MS = 30 * 60_000; // ms: 2 GB at 1.2 MB/s

type CallOptions = {
  method: string;
  path: string;
  body?: Blob | string;
  contentType?: string;
  signal: AbortSignal;
};

export class HttpBackend extends Backend {
  constructor(
    private readonly apiUrl: string,
    private readonly workerToken: string,
  ) {
    super();
  }

  override async claim(request: ClaimRequest, signal: AbortSignal): Promise<ClaimedJob | null> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(request.waitMs + CALL_TIMEOUT_MS)]);
    const response = await this.callJson('/api/worker/claim', request, limit);
    if (response.status === 204) {
      await response.body?.cancel();
      return null;
    }
    return parseReply(claimedJobSchema, await readJson(response), 'claim');
  }

  override async heartbeat(
    jobId: string,
    request: HeartbeatRequest,
    signal: AbortSignal,
  ): Promise<HeartbeatReply> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
    const response = await this.callJson(`/api/worker/jobs/${jobId}/heartbeat`, request, limit);
    return parseReply(heartbeatReplySchema, await readJson(response), 'heartbeat');
  }

  override async finish(jobId: string, request: FinishRequest): Promise<void> {
    const limit = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const response = await this.callJson(`/api/worker/jobs/${jobId}/finish`, request, limit);
    await response.body?.cancel();
  }

  override async download(sha256: string, path: string): Promise<void> {
    const signal = AbortSignal.timeout(TRANSFER_TIMEOUT_MS);
    const response = await this.call({ method: 'GET', path: `/api/worker/objects/${sha256}`, signal });
    if (response.body === null) throw new BackendError('unreachable', `object ${sha256} came without a body`);
    // The DOM's and Node's ReadableStream are the same object at run time but not the same type.
    const body = Readable.fromWeb(response.body as NodeReadableStream<Uint8Array>);
    try {
      await pipeline(body, createWriteStream(path));
    } catch (cause) {
      if (isFileSystemFault(cause)) throw cause;
      throw new BackendError('unreachable', `the download of object ${sha256} broke off`, null, { cause });
    }
  }

  override async upload(sha256: string, path: string): Promise<void> {
    const response = await this.call({
      method: 'PUT',
      path: `/api/worker/objects/${sha256}`,
      body: await openAsBlob(path), // streamed from disk, with a content length
      contentType: 'application/octet-stream',
      signal: AbortSignal.timeout(TRANSFER_TIMEOUT_MS),
    });
    await response.body?.cancel();
  }

  private callJson(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    return this.call({
      method: 'POST',
      path,
      body: JSON.stringify(body),
      contentType: 'application/json',
      signal,
    });
  }

  private async call(options: CallOptions): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.workerToken}` };
    if (options.contentType !== undefined) headers['content-type'] = options.contentType;
    let response: Response;
    try {
      response = await fetch(this.apiUrl + options.path, {
        method: options.method,
        headers,
        body: options.body ?? null,
        signal: options.signal,
      });
    } catch (cause) {
      throw new BackendError(
        'unreachable',
        `no answer from ${this.apiUrl}: ${innermostMessage(cause)}`,
        null,
        { cause },
      );
    }
    if (response.ok) return response;
    throw await errorFromResponse(response, options.path);
  }
}

async function errorFromResponse(response: Response, path: string): Promise<BackendError> {
  const text = await response.text().catch(() => '');
  const kind = response.status >= 500 || response.status === 429 ? 'unreachable' : 'refused';
  const parsed = apiErrorBodySchema.safeParse(parseJsonOrNull(text));
  if (parsed.success) {
    const { code, message } = parsed.data.error;
    // A full disk on the backend is not helped by hammering it, but it is not the job's fault either: try again later.
    return new BackendError(kind, `${path}: ${message} (${response.status} ${code})`, code);
  }
  return new BackendError(kind, `${path}: HTTP ${response.status} ${text.slice(0, 200)}`.trimEnd());
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new BackendError('unreachable', 'the reply broke off or is not JSON', null, { cause });
  }
}

function parseReply<Reply>(
  schema: {
    safeParse(
      value: unknown,
    ): { success: true; data: Reply } | { success: false; error: { message: string } };
  },
  value: unknown,
  call: string,
): Reply {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BackendError(
    'refused',
    `the reply to '${call}' has another form than this evaluator knows: ${parsed.error.message}`,
  );
}

function parseJsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isFileSystemFault(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

/** `fetch failed` says nothing; its innermost cause does (ECONNREFUSED, timeout). */
function innermostMessage(error: unknown): string {
  let current: unknown = error;
  while (current instanceof Error && current.cause instanceof Error) current = current.cause;
  return current instanceof Error ? current.message || current.name : String(current);
}
