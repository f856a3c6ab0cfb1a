import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';

const compress = promisify(gzip);
/** Smaller replies fit into one packet anyway. */
const MIN_COMPRESSED_BYTES = 1_400;

/** A reply as bytes, made once per change instead of once per reader. */
export type SerialisedReply = { etag: string; json: Buffer; gzipped: Buffer | null };

export async function serialise(value: unknown): Promise<SerialisedReply> {
  const json = Buffer.from(JSON.stringify(value));
  return {
    etag: `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`,
    json,
    gzipped: json.length < MIN_COMPRESSED_BYTES ? null : await compress(json),
  };
}

/** Writes a reply as it lies in memory, or 304 to whoever has it already. */
export function sendSerialised(request: Request, response: Response, reply: SerialisedReply): void {
  const isGzipped = reply.gzipped !== null && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const etag = isGzipped ? reply.etag.replace(/"$/, '-gz"') : reply.etag;
  const headers = { ETag: etag, 'Cache-Control': 'public, no-cache', Vary: 'Accept-Encoding' };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const body = isGzipped && reply.gzipped !== null ? reply.gzipped : reply.json;
  response
    .writeHead(200, {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': body.length,
      ...(isGzipped ? { 'Content-Encoding': 'gzip' } : {}),
    })
    .end(body);
}
