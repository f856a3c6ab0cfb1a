import type { AuditAction, ModerationAction } from '@sillage/contracts';

export type Marks = {
  kind: 'participant' | 'reference';
  isScored: boolean;
  isWithdrawn: boolean;
  isHidden: boolean;
  isVerified: boolean;
  isDisqualified: boolean;
};

export const AUDIT_ACTION_OF: Record<ModerationAction, AuditAction> = {
  hide: 'submission.hide',
  show: 'submission.show',
  verify: 'submission.verify',
  unverify: 'submission.unverify',
  disqualify: 'submission.disqualify',
  reinstate: 'submission.reinstate',
};

/** How the log puts it, before the name of the entry. */
export const PAST_TENSE: Record<ModerationAction, string> = {
  hide: 'Hid',
  show: 'Showed again',
  verify: 'Verified',
  unverify: 'Took the verification from',
  disqualify: 'Disqualified',
  reinstate: 'Reinstated',
};

/** Why the action makes no sense for an entry as it is now, and what to do instead; null where it does. */
export function moderationFault(
  marks: Marks,
  action: ModerationAction,
): { message: string; fix: string } | null {
  if (marks.kind === 'reference')
    return {
      message: 'This is a reference of the challenge, not the entry of a participant.',
      fix: 'A reference changes with the dataset: make a new version of it.',
    };
  switch (action) {
    case 'hide':
      return marks.isHidden ? { message: 'This entry is hidden already.', fix: 'Its page says why.' } : null;
    case 'show':
      return marks.isHidden ? null : { message: 'This entry is not hidden.', fix: 'There is nothing to do.' };
    case 'verify':
      if (marks.isVerified)
        return { message: 'This entry is verified already.', fix: 'To change the note, unverify it first.' };
      if (marks.isDisqualified)
        return { message: 'A disqualified entry cannot be verified.', fix: 'Reinstate it first.' };
      if (marks.isWithdrawn)
        return { message: 'A withdrawn entry cannot be verified.', fix: 'It is off the boards for good.' };
      return marks.isScored
        ? null
        : {
            message: 'This entry has no score yet: there is nothing to verify.',
            fix: 'Wait until it is scored.',
          };
    case 'unverify':
      return marks.isVerified
        ? null
        : { message: 'This entry is not verified.', fix: 'There is nothing to do.' };
    case 'disqualify':
      if (marks.isDisqualified)
        return {
          message: 'This entry is disqualified already.',
          fix: 'To change the reason, reinstate it first.',
        };
      return marks.isWithdrawn
        ? {
            message: 'This entry was withdrawn: it is off the boards for good.',
            fix: 'There is nothing to do.',
          }
        : null;
    case 'reinstate':
      return marks.isDisqualified
        ? null
        : { message: 'This entry is not disqualified.', fix: 'There is nothing to do.' };
  }
}
