import { expect, test } from 'vitest';
import { ApiFailure, ServiceUnreachable } from '@sillage/client';
import { formFaultOf } from './form-fault';

test('a typed error keeps its message, its fix and the fields that are off', () => {
  const failure = new ApiFailure({
    code: 'email-taken',
    status: 409,
    message: 'This address has an account.',
    fix: 'Sign in instead.',
    fields: [{ path: 'email', message: 'already in use' }],
  });
  expect(formFaultOf(failure)).toEqual({
    title: 'This address has an account.',
    text: 'Sign in instead.',
    fields: { email: 'already in use' },
  });
});

test('an unreachable service is said to be one, and anything else does not leak its message', () => {
  expect(formFaultOf(new ServiceUnreachable('no-answer', 'x')).title).toBe('The service does not answer');
  expect(formFaultOf(new TypeError('secret detail'))).toMatchObject({
    title: 'Something unexpected went wrong',
    fields: {},
  });
});
