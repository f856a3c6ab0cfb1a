import { describe, expect, it } from 'vitest';
import {
  mayDownloadFile,
  mayManageSubmission,
  maySeeEvaluation,
  maySeePreview,
  maySeeSubmission,
  type Viewer,
} from './visibility.js';

const author: Viewer = { id: 'a', role: 'participant' };
const stranger: Viewer = { id: 'b', role: 'participant' };
const organiser: Viewer = { id: 'c', role: 'organiser' };
const queued = { accountId: 'a', kind: 'participant', form: 'map', isScored: false } as const;
const scored = { ...queued, isScored: true };
const reference = { accountId: null, kind: 'reference', form: 'map', isScored: false } as const;

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
    expect(mayDownloadFile(author, queued, 'blind')).toBe(true);
    expect(mayDownloadFile(null, scored, 'practice')).toBe(true);
    expect(mayDownloadFile(null, scored, 'public-test')).toBe(false);
    expect(mayDownloadFile(organiser, queued, 'practice')).toBe(false);
    // An account without a name and a submission without an account are not the same person.
    expect(mayDownloadFile(null, { ...queued, accountId: null }, 'practice')).toBe(false);
  });

  it('that is a network keeps its weights to its author, unless the platform made it', () => {
    const network = { ...scored, form: 'network' } as const;
    expect(mayDownloadFile(author, network, 'blind')).toBe(true);
    expect([stranger, organiser, null].map((viewer) => mayDownloadFile(viewer, network, 'practice'))).toEqual(
      [false, false, false],
    );
    const ours = { ...reference, form: 'network' } as const;
    expect(mayDownloadFile(null, ours, 'practice')).toBe(true);
    expect(mayDownloadFile(null, ours, 'public-test')).toBe(false);
  });

  it('shows the days that a network has mapped to others only where maps are shown', () => {
    expect(
      [author, organiser, stranger, null].map((viewer) => maySeePreview(viewer, scored, 'public-test')),
    ).toEqual([true, true, false, false]);
    expect(maySeePreview(null, scored, 'practice')).toBe(true);
  });
});
