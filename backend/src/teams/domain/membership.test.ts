import { describe, expect, it } from 'vitest';
import { departureOf, keepsOwner } from './membership.js';

const owner = (accountId: string) => ({ accountId, role: 'owner' }) as const;
const member = (accountId: string) => ({ accountId, role: 'member' }) as const;

describe('departureOf', () => {
  it.each([
    { name: 'a member', members: [owner('a'), member('b')], who: 'b', then: 'leave' },
    { name: 'one of two owners', members: [owner('a'), owner('b')], who: 'a', then: 'leave' },
    { name: 'the last owner of others', members: [owner('a'), member('b')], who: 'a', then: 'needs-owner' },
    { name: 'the last one', members: [owner('a')], who: 'a', then: 'close' },
  ])('$name: $then', ({ members, who, then }) => {
    expect(departureOf(members, who)).toBe(then);
  });
});

describe('keepsOwner', () => {
  it('is false only where the last owner would become a member', () => {
    expect(keepsOwner([owner('a'), member('b')], 'a', 'member')).toBe(false);
    expect(keepsOwner([owner('a')], 'a', 'member')).toBe(false);
    expect(keepsOwner([owner('a'), owner('b')], 'a', 'member')).toBe(true);
    expect(keepsOwner([owner('a'), member('b')], 'b', 'owner')).toBe(true);
  });
});
