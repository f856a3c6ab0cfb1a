import type { NextFunction, Request, Response } from 'express';
import { DomainError } from '../errors/domain-error.js';

/** PostgreSQL stores neither U+0000 nor half of a surrogate pair. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

type Holder = { value: object; path: string };

/**
 * Where a parsed request holds text that no database column can: the path of the first place, like `card.name`;
 * null if there is none. With a list of what is left to see instead of calls in calls: a request may be nested deeper than the stack.
 */
export function findUnstorableText(value: unknown): string | null {
  const left: Holder[] = [{ value: { '': value }, path: '' }];
  const isFine = (part: unknown, path: string, key: string | number): boolean => {
    if (typeof part === 'string') return isStorable(part);
    if (typeof part === 'object' && part !== null) left.push({ value: part, path: within(path, key) });
    return true;
  };
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value: holder, path } = next;
    if (Array.isArray(holder)) {
      const wrong = holder.findIndex((part, index) => !isFine(part, path, index));
      if (wrong >= 0) return within(path, wrong);
      continue;
    }
    // Not through lists of keys and values: of a group with very many keys those take most of the time.
    for (const key in holder) {
      if (!isStorable(key)) return path;
      if (!isFine(holder[key as keyof typeof holder], path, key)) return within(path, key);
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
