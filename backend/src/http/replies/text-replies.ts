import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { attachment } from './content-disposition.js';

/** Sends a text that was just written, as a file to save; asked again with its ETag, the answer is 304. */
export function sendTextFile(
  request: Request,
  response: Response,
  file: { text: string; fileName: string; contentType: string },
): void {
  const etag = `"${createHash('sha256').update(file.text).digest('base64url').slice(0, 22)}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', 'private, no-cache');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (request.headers['if-none-match'] === etag) {
    response.status(304).end();
    return;
  }
  response.setHeader('Content-Type', file.contentType);
  response.setHeader('Content-Disposition', attachment(file.fileName));
  response.end(file.text);
}
