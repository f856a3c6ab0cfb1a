import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_DATASET_REPORT_BYTES } from '@sillage/contracts';
import { DomainError } from '../errors/domain-error.js';

export type JsonBounds = { values: number; keys: number };

/** Our largest challenge, as a definition, has 1,500 values. */
export const JSON_BOUNDS: JsonBounds = { values: 10_000, keys: 5_000 };
/** Of what an evaluator tells: the largest report of an inspection, see `largest-report.ts`. */
export const OUTCOME_BOUNDS: JsonBounds = { values: 45_000, keys: 34_000 };
export const OUTCOME_LIMIT_BYTES = MAX_DATASET_REPORT_BYTES + 2 ** 16;
export const MAX_JSON_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * What makes a text of JSON more than it seems: a megabyte holds half a million values, and each of them is parsed, looked at,
 * and complained about. Counted on the bytes, before anything is made of them.
 */
export function jsonFault(bytes: Uint8Array, bounds: JsonBounds): string | null {
  let [values, keys, depth] = [0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    // Numbers instead of names: it is twice as fast, and every byte of every body goes through here.
    switch (bytes[at]) {
      case 0x22: // "
        at = endOfText(bytes, at + 1);
        break;
      case 0x2c: // ,
        values += 1;
        break;
      case 0x3a: // :
        keys += 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        values += 1;
        depth += 1;
        if (depth > MAX_JSON_DEPTH) return `lists or groups in more than ${MAX_JSON_DEPTH} others`;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
    }
  }
  if (values > bounds.values) return `more than ${bounds.values} values`;
  return keys > bounds.keys ? `more than ${bounds.keys} keys` : null;
}

/** Where the quotation mark is that ends a text; behind the last byte where none does. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start;
  for (; at < bytes.length && bytes[at] !== QUOTE; at += 1) if (bytes[at] === BACKSLASH) at += 1;
  return at;
}

/** Options of the parser of bodies: at most so many bytes, which hold at most so many values. */
export function boundedJson(limit: number | string, bounds: JsonBounds) {
  // The four parameters are the library's.
  const verify = (...[, , body, encoding]: [IncomingMessage, ServerResponse, Buffer, string]): void => {
    if (encoding !== 'utf-8')
      throw new DomainError('invalid-request', `The body is JSON in '${encoding}'.`, {
        fix: 'Send it in UTF-8.',
      });
    const fault = jsonFault(body, bounds);
    if (fault === null) return;
    throw new DomainError('too-large', `The body of the request has ${fault}.`, {
      fix: 'Send less at once.',
    });
  };
  return { limit, verify };
}
