import { describe, expect, it } from 'vitest';
import { anonymityFault, revealInstant, visibilityFault } from './visibility-change.js';

const createdAt = new Date('2027-01-01T12:00:00Z');
const now = new Date('2027-02-01T12:00:00Z');
const entry = {
  accountId: 'a',
  kind: 'participant',
  isScored: false,
  visibility: 'public',
  anonymousUntil: null,
  withdrawnAt: null,
  hiddenAt: null,
  teamId: null,
  members: [],
  createdAt,
} as const;
const onBoard = { ...entry, isScored: true } as const;
const nameless = {
  ...onBoard,
  visibility: 'anonymous',
  anonymousUntil: revealInstant('2027-03-01'),
} as const;
const revealed = { ...nameless, anonymousUntil: revealInstant('2027-01-15') } as const;
const hidden = { ...onBoard, visibility: 'private' } as const;
const withdrawn = { ...onBoard, withdrawnAt: now } as const;
const WANTED = [{ kind: 'public' }, { kind: 'private' }, { kind: 'anonymous', until: '2027-04-01' }] as const;

describe('visibilityFault', () => {
  it.each([
    { name: 'an entry that waits', current: entry, may: [true, true, true] },
    { name: 'a public entry on a board', current: onBoard, may: [true, false, false] },
    { name: 'an anonymous entry on a board', current: nameless, may: [true, false, true] },
    { name: 'an anonymous entry whose day has come', current: revealed, may: [true, false, false] },
    { name: 'a scored private entry', current: hidden, may: [true, true, false] },
    { name: 'a withdrawn entry', current: withdrawn, may: [false, false, false] },
    {
      name: 'a reference',
      current: { ...entry, kind: 'reference', accountId: null } as const,
      may: [false, false, false],
    },
  ])('$name', ({ current, may }) => {
    expect(WANTED.map((wanted) => visibilityFault(current, wanted, now) === null)).toEqual(may);
  });
});

describe('anonymityFault', () => {
  it.each([
    { until: '2027-02-01', fault: /not in the future/ },
    { until: '2027-02-02', fault: null },
    { until: '2028-01-02', fault: null },
    { until: '2028-01-03', fault: /366 days at most/ },
  ])('of $until', ({ until, fault }) => {
    const found = anonymityFault(createdAt, until, now);
    if (fault === null) expect(found).toBeNull();
    else expect(found?.message).toMatch(fault);
  });
});
