import type { ModerationAction } from '@sillage/contracts';
import { describe, expect, it } from 'vitest';
import type { NewAuditEntry } from '../audit/audit.service.js';
import { EMPTY_PROFILE, type Account } from '../identity/domain/account.js';
import type { OutboxEvent } from '../outbox/domain/outbox-event.js';
import type { SubmissionDetails } from '../submissions/visible-submissions.service.js';
import { FixedClock } from '../testing/evaluation-fakes.js';
import { Transactions } from '../transactions/transactions.js';
import { ModerationService, type ModeratedSubmissions } from './moderation.service.js';

type Entry = Awaited<ReturnType<ModeratedSubmissions['require']>>;

const ORGANISER: Account = {
  ...EMPTY_PROFILE,
  id: 'olga',
  email: null,
  displayName: 'Olga',
  role: 'organiser',
  createdAt: new Date(0),
};
const MARK = { at: new Date(0), by: 'Olga', reason: 'The code was read.' };
const NO_MARKS = { hidden: null, verified: null, disqualified: null };

/** Runs the work at once: there is nothing to undo. */
class AtOnce extends Transactions {
  run<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
  afterCommit(effect: () => void): void {
    effect();
  }
}

function moderating(entry: Partial<Entry> = {}) {
  const done: string[] = [];
  const [lines, events]: [NewAuditEntry[], OutboxEvent[]] = [[], []];
  const submission: Entry = {
    kind: 'participant',
    isScored: true,
    withdrawnAt: null,
    moderation: NO_MARKS,
    card: { name: 'MIOST', description: '', inputs: [], codeUrl: null, paperUrl: null, licence: 'CC-BY-4.0' },
    author: 'Ada',
    challengeId: 'demo',
    ...entry,
  };
  const service = new ModerationService(
    {
      lock: async () => void done.push('lock'),
      apply: async (_id, action, { by, reason }) => void done.push(`${action} by ${by}: ${reason}`),
    },
    { require: async () => submission, get: async () => ({ isMine: false }) as SubmissionDetails },
    {
      submissionChanged: async (_id, { isWithdrawn }) => void done.push(`boards, withdrawn: ${isWithdrawn}`),
    },
    { record: async (event) => void events.push(event) },
    { record: async (line) => void lines.push(line) },
    new AtOnce(),
    new FixedClock(),
  );
  const moderate = (action: ModerationAction) => service.moderate(ORGANISER, 'id', action, 'A reason.');
  return { moderate, done, lines, events };
}

describe('ModerationService', () => {
  it('keeps the mark, changes the boards, tells the author, and logs it', async () => {
    const { moderate, done, lines, events } = moderating();
    await moderate('hide');
    expect(done).toEqual(['lock', 'hide by Olga: A reason.', 'boards, withdrawn: false']);
    expect(events).toEqual([
      { kind: 'submission-moderated', submissionId: 'id', action: 'hide', reason: 'A reason.' },
    ]);
    expect(lines).toMatchObject([
      { actor: { id: 'olga' }, action: 'submission.hide', summary: 'Hid MIOST by Ada in demo.' },
    ]);
  });

  it('logs the verification that a disqualification takes away', async () => {
    const { moderate, lines } = moderating({ moderation: { ...NO_MARKS, verified: MARK } });
    await moderate('disqualify');
    expect(lines[0]?.details).toEqual({ reason: 'A reason.', verificationTaken: 'The code was read.' });
  });

  it.each<{ name: string; action: ModerationAction; entry: Partial<Entry>; says: string }>([
    {
      name: 'hide what is hidden',
      action: 'hide',
      entry: { moderation: { ...NO_MARKS, hidden: MARK } },
      says: 'hidden already',
    },
    { name: 'show what is not hidden', action: 'show', entry: {}, says: 'not hidden' },
    { name: 'verify without a score', action: 'verify', entry: { isScored: false }, says: 'no score yet' },
    {
      name: 'verify what was withdrawn',
      action: 'verify',
      entry: { withdrawnAt: new Date(0) },
      says: 'withdrawn entry',
    },
    {
      name: 'moderate a reference',
      action: 'disqualify',
      entry: { kind: 'reference' },
      says: 'reference of the',
    },
  ])('does not $name, and leaves no trace', async ({ action, entry, says }) => {
    const { moderate, done, lines, events } = moderating(entry);
    await expect(moderate(action)).rejects.toThrow(says);
    expect(done).toEqual(['lock']);
    expect([lines, events]).toEqual([[], []]);
  });
});
