import { describe, expect, it } from 'vitest';
import {
  isTombstone,
  mayDownloadFile,
  mayManageSubmission,
  maySeeAuthor,
  maySeeEvaluation,
  maySeePreview,
  maySeeSubmission,
  type Viewer,
} from './visibility.js';

const NOW = new Date('2027-02-01T00:00:00Z');
const author: Viewer = { id: 'a', role: 'participant' };
const stranger: Viewer = { id: 'b', role: 'participant' };
const organiser: Viewer = { id: 'c', role: 'organiser' };
const shown = {
  visibility: 'public',
  anonymousUntil: null,
  withdrawnAt: null,
  hiddenAt: null,
  teamId: null,
  members: [],
} as const;
const queued = { ...shown, accountId: 'a', kind: 'participant', form: 'map', isScored: false } as const;
const scored = { ...queued, isScored: true };
const reference = { ...shown, accountId: null, kind: 'reference', form: 'map', isScored: false } as const;

describe('an entry', () => {
  it('is its author’s and the organisers’ until it is on a board, then everyone’s', () => {
    expect(
      [author, stranger, organiser, null].map((viewer) => maySeeSubmission(viewer, queued, 'practice')),
    ).toEqual([true, false, true, false]);
    expect([stranger, null].map((viewer) => maySeeSubmission(viewer, scored, 'practice'))).toEqual([
      true,
      true,
    ]);
  });

  it('stays its author’s while the challenge is blind', () => {
    expect([author, stranger, null].map((viewer) => maySeeSubmission(viewer, scored, 'blind'))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('of the platform is everyone’s, and nobody’s to cancel but the organisers’', () => {
    expect(maySeeSubmission(null, reference, 'public-test')).toBe(true);
    expect([author, organiser, null].map((viewer) => mayManageSubmission(viewer, reference))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('shows others its scores and not its failures', () => {
    expect(maySeeEvaluation(stranger, scored, 'scored')).toBe(true);
    expect(maySeeEvaluation(stranger, scored, 'rejected')).toBe(false);
    expect(maySeeEvaluation(author, scored, 'rejected')).toBe(true);
  });

  it('can be downloaded by others only at practice level, and never before it is scored', () => {
    expect(mayDownloadFile(author, queued, 'blind', NOW)).toBe(true);
    expect(mayDownloadFile(null, scored, 'practice', NOW)).toBe(true);
    expect(mayDownloadFile(null, scored, 'public-test', NOW)).toBe(false);
    expect(mayDownloadFile(organiser, queued, 'practice', NOW)).toBe(false);
    // An account without a name and a submission without an account are not the same person.
    expect(mayDownloadFile(null, { ...queued, accountId: null }, 'practice', NOW)).toBe(false);
  });

  it('that is a network keeps its weights to its author, unless the platform made it', () => {
    const network = { ...scored, form: 'network' } as const;
    expect(mayDownloadFile(author, network, 'blind', NOW)).toBe(true);
    expect(
      [stranger, organiser, null].map((viewer) => mayDownloadFile(viewer, network, 'practice', NOW)),
    ).toEqual([false, false, false]);
    const ours = { ...reference, form: 'network' } as const;
    expect(mayDownloadFile(null, ours, 'practice', NOW)).toBe(true);
    expect(mayDownloadFile(null, ours, 'public-test', NOW)).toBe(false);
  });

  it('shows the days that a network has mapped to others only where maps are shown', () => {
    expect(
      [author, organiser, stranger, null].map((viewer) => maySeePreview(viewer, scored, 'public-test')),
    ).toEqual([true, true, false, false]);
    expect(maySeePreview(null, scored, 'practice')).toBe(true);
  });
});

describe('an entry of a team', () => {
  const owner: Viewer = { id: 'o', role: 'participant' };
  const member: Viewer = { id: 'm', role: 'participant' };
  const ofTeam = {
    ...queued,
    teamId: 't',
    members: [
      { accountId: 'o', role: 'owner' },
      { accountId: 'm', role: 'member' },
      { accountId: 'a', role: 'member' },
    ],
  } as const;
  it('is seen by every member, managed by its owners and by whoever submitted it', () => {
    const viewers = [author, owner, member, stranger, null];
    expect(viewers.map((viewer) => maySeeSubmission(viewer, ofTeam, 'blind'))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(viewers.map((viewer) => mayManageSubmission(viewer, ofTeam))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('is not managed any more by somebody who left the team, who still sees it', () => {
    const left = { ...ofTeam, members: ofTeam.members.filter(({ accountId }) => accountId !== 'a') };
    expect(mayManageSubmission(author, left)).toBe(false);
    expect(maySeeSubmission(author, left, 'blind')).toBe(true);
  });
});

describe('a private entry', () => {
  const secret = { ...scored, visibility: 'private' } as const;
  it('is its author’s and the organisers’, scored or not', () => {
    expect(
      [author, organiser, stranger, null].map((viewer) => maySeeSubmission(viewer, secret, 'practice')),
    ).toEqual([true, true, false, false]);
    expect(mayDownloadFile(stranger, secret, 'practice', NOW)).toBe(false);
    expect(maySeePreview(stranger, secret, 'practice')).toBe(false);
  });
});

describe('an anonymous entry', () => {
  const day = new Date('2027-03-01T00:00:00Z');

  it('keeps its file to itself as long as its author is not named', () => {
    const nameless = { ...scored, visibility: 'anonymous', anonymousUntil: day } as const;
    expect(
      [author, stranger, null].map((viewer) => mayDownloadFile(viewer, nameless, 'practice', NOW)),
    ).toEqual([true, false, false]);
    expect(mayDownloadFile(stranger, nameless, 'practice', day)).toBe(true);
  });

  const nameless = { ...scored, visibility: 'anonymous', anonymousUntil: day } as const;
  it('shows its author to itself and the organisers, and to everyone from its day on', () => {
    const before = new Date(day.getTime() - 1);
    expect(
      [author, organiser, stranger, null].map((viewer) => maySeeAuthor(viewer, nameless, before)),
    ).toEqual([true, true, false, false]);
    expect(maySeeAuthor(null, nameless, day)).toBe(true);
    expect(maySeeSubmission(null, nameless, 'practice')).toBe(true);
  });
});

describe('a withdrawn entry', () => {
  const gone = { ...scored, withdrawnAt: new Date('2027-01-01T00:00:00Z') };
  it('is a tombstone to others: there, without scores and files', () => {
    expect(maySeeSubmission(stranger, gone, 'practice')).toBe(true);
    expect([author, organiser, stranger, null].map((viewer) => isTombstone(viewer, gone))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(maySeeEvaluation(stranger, gone, 'scored')).toBe(false);
    expect(mayDownloadFile(stranger, gone, 'practice', NOW)).toBe(false);
    expect(maySeePreview(stranger, gone, 'practice')).toBe(false);
  });
  it('that was never on a board is nobody else’s business', () => {
    expect(maySeeSubmission(stranger, { ...gone, isScored: false }, 'practice')).toBe(false);
  });
});
