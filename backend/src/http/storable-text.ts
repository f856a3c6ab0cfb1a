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
export function findUnstorableText(value: unknown): string | null {
  const left: { value: object; path: string }[] = [{ value: { '': value }, path: '' }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value: holder, path } = next;
    // No list of pairs: a report has a million numbers.
    const keys = Array.isArray(holder) ? null : Object.keys(holder);
    const parts: unknown[] = Array.isArray(holder) ? holder : Object.values(holder);
    if (keys?.every(isStorable) === false) return path;
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index];
      if (typeof part === 'string') {
        if (!isStorable(part)) return within(path, keys?.[index] ?? index);
      } else if (typeof part === 'object' && part !== null)
        left.push({ value: part, path: within(path, keys?.[index] ?? index) });
    }
  }
  return null;
}

function within(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`;
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
