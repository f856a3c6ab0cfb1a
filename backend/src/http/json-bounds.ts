import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError } from '../errors/domain-error.js';

export type JsonBounds = { values: number; keys: number };

/** Our largest challenge, as a definition, has 1,500 values. */
export const JSON_BOUNDS: JsonBounds = { values: 10_000, keys: 5_000 };
/** Of what an evaluator tells: the report of an inspection has small maps of many files. */
export const OUTCOME_BOUNDS: JsonBounds = { values: 2_000_000, keys: 100_000 };
export const MAX_JSON_DEPTH = 64;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [LIST, LIST_END, GROUP, GROUP_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * What makes a text of JSON more than it seems: a megabyte holds half a million values, and each of them is parsed, looked at,
 * and complained about. Counted on the bytes, before anything is made of them.
 */
export function jsonFault(bytes: Uint8Array, bounds: JsonBounds): string | null {
  let [values, keys, depth, isText] = [0, 0, 0, false];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) isText = !isText;
    else if (isText) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === COMMA) values += 1;
    else if (byte === COLON) keys += 1;
    else if (byte === LIST || byte === GROUP) {
      values += 1;
      depth += 1;
      if (depth > MAX_JSON_DEPTH) return `lists or groups in more than ${MAX_JSON_DEPTH} others`;
    } else if (byte === LIST_END || byte === GROUP_END) depth -= 1;
  }
  if (values > bounds.values) return `more than ${bounds.values} values`;
  return keys > bounds.keys ? `more than ${bounds.keys} keys` : null;
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
