import type { NextFunction, Request, Response } from 'express';
import { DomainError } from '../errors/domain-error.js';

/** PostgreSQL stores neither U+0000 nor half of a surrogate pair. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/**
 * Where a parsed request holds text that no database column can: the path of the first place, like `card.name`;
 * null if there is none. With a list of what is left to see instead of calls in calls: a request may be nested deeper than the stack.
 */
export function findUnstorableText(value: unknown, path = ''): string | null {
  const left: { value: unknown; path: string }[] = [{ value, path }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value: found, path: place } = next;
    if (typeof found === 'string' && !isStorable(found)) return place;
    if (typeof found !== 'object' || found === null) continue;
    const entries = Object.entries(found);
    if (entries.some(([key]) => !isStorable(key))) return place;
    for (const [key, item] of entries.toReversed())
      left.push({ value: item, path: place === '' ? key : `${place}.${key}` });
  }
  return null;
}

/** `Upload-Metadata` of tus: `key base64, key base64`. */
function metadataOf(header: string): Record<string, string> {
  return Object.fromEntries(
    header.split(',').map((pair) => {
      const [key = '', value = ''] = pair.trim().split(' ');
      return [key, Buffer.from(value, 'base64').toString('utf8')];
    }),
  );
}

function addressOf(request: Request): string {
  try {
    return decodeURIComponent(request.originalUrl);
  } catch {
    return ''; // malformed escapes are the router's to refuse
  }
}

/** Middleware behind the body parser: text that cannot be stored is the sender's fault, not an internal error. */
export function refuseUnstorableText(request: Request, _response: Response, next: NextFunction): void {
  const metadata = request.get('upload-metadata');
  const place = findUnstorableText({
    address: addressOf(request),
    ...(metadata === undefined ? {} : { 'Upload-Metadata': metadataOf(metadata) }),
    ...(request.body === undefined ? {} : { body: request.body as unknown }),
  });
  if (place === null) return next();
  next(
    new DomainError('invalid-request', `The text at ${place} holds a character that cannot be stored.`, {
      fix: 'Leave out U+0000 and unpaired surrogates.',
    }),
  );
}
