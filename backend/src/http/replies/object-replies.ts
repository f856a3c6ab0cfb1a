import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError } from '../../errors/domain-error.js';
import { ObjectMissingError, ObjectStore, type ByteSpan } from '../../object-store/object-store.js';
import { parseByteRange } from './byte-range.js';
import { attachment } from './content-disposition.js';

export type ObjectReply = {
  sha256: string;
  sizeBytes: number;
  contentType: string;
  /** `immutable`: whatever the address, its bytes never change. `private`: ask again each time. */
  cache: 'immutable' | 'private';
  /** Offered for saving under this name. */
  fileName?: string;
  /** Only this part of the object is the body. */
  part?: ByteSpan;
};

const CACHE_CONTROL = {
  immutable: 'private, max-age=31536000, immutable',
  private: 'private, no-cache',
} as const;

/** Streams stored objects into replies: ranges, ETag, and headers that keep a browser from running what it gets. */
@Injectable()
export class ObjectReplies {
  constructor(private readonly store: ObjectStore) {}

  async send(request: Request, response: Response, reply: ObjectReply): Promise<void> {
    const offset = reply.part?.start ?? 0;
    const sizeBytes = reply.part === undefined ? reply.sizeBytes : reply.part.end - reply.part.start + 1;
    const etag = `"${reply.sha256}${reply.part === undefined ? '' : `-${offset}`}"`;
    response.setHeader('ETag', etag);
    response.setHeader('Cache-Control', CACHE_CONTROL[reply.cache]);
    response.setHeader('Accept-Ranges', 'bytes');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Type', reply.contentType);
    if (reply.fileName !== undefined) response.setHeader('Content-Disposition', attachment(reply.fileName));
    if (request.headers['if-none-match'] === etag) {
      response.status(304).end();
      return;
    }
    const ifRange = request.headers['if-range'];
    const range =
      ifRange === undefined || ifRange === etag ? parseByteRange(request.headers.range, sizeBytes) : null;
    if (range === 'unsatisfiable') {
      response.setHeader('Content-Range', `bytes */${sizeBytes}`);
      response.status(416).end();
      return;
    }
    const wanted = range ?? { start: 0, end: sizeBytes - 1 };
    if (range !== null) {
      response.status(206);
      response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${sizeBytes}`);
    }
    response.setHeader('Content-Length', wanted.end - wanted.start + 1);
    if (request.method === 'HEAD' || sizeBytes === 0) {
      response.end();
      return;
    }
    const isWhole = reply.part === undefined && range === null;
    const span = isWhole ? undefined : { start: offset + wanted.start, end: offset + wanted.end };
    const source = await this.store.open(reply.sha256, span).catch((error: unknown) => {
      if (!(error instanceof ObjectMissingError)) throw error;
      throw new DomainError('file-not-found', 'The platform lost this file.', { cause: error });
    });
    try {
      await pipeline(source, response);
    } catch (error) {
      // A reader who leaves early is no fault of ours.
      if (
        !response.destroyed &&
        !(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')
      )
        throw error;
    }
  }
}
