import { MODERATION_ACTIONS } from '@sillage/contracts';
import { describe, expect, it, test } from 'vitest';
import { moderationFault, type Marks } from './moderation.js';

const ENTRY: Marks = {
  kind: 'participant',
  isScored: true,
  isWithdrawn: false,
  isHidden: false,
  isVerified: false,
  isDisqualified: false,
};

const allowed = (marks: Partial<Marks>) =>
  MODERATION_ACTIONS.filter((action) => moderationFault({ ...ENTRY, ...marks }, action) === null);

describe('what an organiser may do with an entry', () => {
  test.each([
    { name: 'a scored one', marks: {}, actions: ['hide', 'verify', 'disqualify'] },
    { name: 'one that is not scored', marks: { isScored: false }, actions: ['hide', 'disqualify'] },
    { name: 'a hidden one', marks: { isHidden: true }, actions: ['show', 'verify', 'disqualify'] },
    { name: 'a verified one', marks: { isVerified: true }, actions: ['hide', 'unverify', 'disqualify'] },
    { name: 'a disqualified one', marks: { isDisqualified: true }, actions: ['hide', 'reinstate'] },
    { name: 'a withdrawn one', marks: { isWithdrawn: true }, actions: ['hide'] },
    { name: 'a reference', marks: { kind: 'reference' as const }, actions: [] },
  ])('$name: $actions', ({ marks, actions }) => {
    expect(allowed(marks)).toEqual(actions);
  });

  it('says what to do instead', () => {
    expect(moderationFault({ ...ENTRY, isDisqualified: true }, 'verify')).toEqual({
      message: 'A disqualified entry cannot be verified.',
      fix: 'Reinstate it first.',
    });
  });
});
