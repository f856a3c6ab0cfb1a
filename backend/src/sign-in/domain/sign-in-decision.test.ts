import { describe, expect, it } from 'vitest';
import { decideSignIn } from './sign-in-decision.js';

const identity = { issuer: 'https://id.example', subject: '1', name: 'Ada', verifiedEmail: 'ada@example.org' };
const nothing = { identity, linkTo: null, known: null, sameEmail: null };

describe('decideSignIn', () => {
  it.each([
    { name: 'somebody new', situation: nothing, then: { kind: 'create', email: 'ada@example.org' } },
    {
      name: 'somebody new whose address nobody verified',
      situation: { ...nothing, identity: { ...identity, verifiedEmail: null } },
      then: { kind: 'create', email: null },
    },
    {
      name: 'a known identity',
      situation: { ...nothing, known: 'a' },
      then: { kind: 'sign-in', accountId: 'a' },
    },
    {
      name: 'an address that both sides verified',
      situation: { ...nothing, sameEmail: { accountId: 'a', isEmailVerified: true } },
      then: { kind: 'link', accountId: 'a' },
    },
    {
      name: 'an address that somebody merely typed here',
      situation: { ...nothing, sameEmail: { accountId: 'a', isEmailVerified: false } },
      then: { kind: 'refuse', reason: 'email-taken' },
    },
    {
      name: 'a link that a signed-in person asked for',
      situation: { ...nothing, linkTo: 'a', sameEmail: { accountId: 'b', isEmailVerified: true } },
      then: { kind: 'link', accountId: 'a' },
    },
    {
      name: 'a link of what is linked already',
      situation: { ...nothing, linkTo: 'a', known: 'a' },
      then: { kind: 'sign-in', accountId: 'a' },
    },
    {
      name: 'a link of what is somebody else’s',
      situation: { ...nothing, linkTo: 'a', known: 'b' },
      then: { kind: 'refuse', reason: 'identity-taken' },
    },
  ])('$name: $then.kind', ({ situation, then }) => {
    expect(decideSignIn(situation)).toEqual(then);
  });
});
