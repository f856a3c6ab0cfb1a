import { API_ERROR_CODES, API_ERROR_STATUS, apiErrorBodySchema } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import { DomainError } from './domain-error.js';
import { errorReply, isDatabaseUnavailable, toDomainError } from './error-reply.js';

const withCode = (code: string, cause?: unknown) => Object.assign(new Error('it broke', { cause }), { code });

describe('errorReply', () => {
  it.each(API_ERROR_CODES)('answers %s with its status and a body that the contracts know', (code) => {
    const reply = errorReply(new DomainError(code, 'what was found', { fix: 'what to do' }), 'request-1');
    expect(reply.status).toBe(API_ERROR_STATUS[code]);
    expect(apiErrorBodySchema.parse(reply.body).error).toEqual({
      code,
      message: 'what was found',
      fix: 'what to do',
      requestId: 'request-1',
    });
  });
});

it('quotes of what was sent no more than anybody reads', () => {
  const long = 'a'.repeat(1_000_000);
  const fields = [{ path: long, message: `no area '${long}'`, needed: long }];
  const { error } = errorReply(new DomainError('invalid-request', long, { fields }), undefined).body;
  expect(error.message).toHaveLength(8_000);
  expect(error.fields).toMatchObject([
    {
      path: expect.stringMatching(/^a{499}…$/),
      message: expect.stringMatching(/^no area 'a+…$/),
      needed: expect.stringMatching(/^a+…$/),
    },
  ]);
  expect(JSON.stringify(error).length).toBeLessThan(9_800);
});

describe('toDomainError', () => {
  it('says nothing about an unforeseen error but keeps it for the log', () => {
    const cause = new Error('password=secret at /srv/app.js');
    const error = toDomainError(cause);
    expect(error.code).toBe('internal');
    expect(JSON.stringify(errorReply(error, undefined).body)).not.toContain('secret');
    expect(error.cause).toBe(cause);
  });

  it.each(['ENOSPC', 'EDQUOT'])('knows a full disk by %s', (code) => {
    expect(toDomainError(withCode(code)).code).toBe('storage-full');
  });

  it.each([
    { name: 'a refused connection', error: withCode('ECONNREFUSED') },
    { name: 'a refused connection on every address', error: new AggregateError([withCode('ECONNREFUSED')]) },
    { name: 'a server that shuts down', error: withCode('57P01') },
    {
      name: 'a lost connection under a wrapper',
      error: new Error('query failed', { cause: withCode('08006') }),
    },
    { name: 'a driver error', error: Object.assign(new Error('x'), { driverError: withCode('57P03') }) },
    { name: 'a pool that waits in vain', error: new Error('timeout exceeded when trying to connect') },
  ])('knows $name as a database that is away', ({ error }) => {
    expect(toDomainError(error).code).toBe('database-unavailable');
  });

  it('does not take every database error for an outage', () => {
    expect(isDatabaseUnavailable(withCode('23505'))).toBe(false);
  });
});
