import type { Visibility } from '@sillage/contracts';
import { isAnonymous, type Viewed } from './visibility.js';

const MS_PER_DAY = 86_400_000;
export const LONGEST_ANONYMITY_DAYS = 366;

export type Refusal = { message: string; fix: string };

/**
 * Why an entry cannot get another visibility; null if it can. What was on a board once leaves it only by withdrawal, so that
 * nobody takes back what others have compared with; and a name that was shown is not hidden any more.
 */
export function visibilityFault(
  current: Viewed & { createdAt: Date },
  wanted: Visibility,
  now: Date,
): Refusal | null {
  if (current.kind === 'reference')
    return { message: 'A reference is always public.', fix: 'Leave it as it is.' };
  if (current.withdrawnAt !== null)
    return { message: 'This entry was withdrawn.', fix: 'Submit the map again.' };
  const isNameless = isAnonymous(current, now);
  const wasOnBoard = current.isScored && current.visibility !== 'private';
  switch (wanted.kind) {
    case 'public':
      return null;
    case 'private':
      return wasOnBoard
        ? {
            message: 'This entry is on a leaderboard: it cannot be made private any more.',
            fix: 'Withdraw it: its row leaves the board, and a note stays in its place.',
          }
        : null;
    case 'anonymous':
      if (current.isScored && !isNameless)
        return {
          message: 'This entry has its author’s name on it already, on the board or in its scored file.',
          fix: 'Submit the map again as anonymous, or show this entry with its name.',
        };
      return anonymityFault(current.createdAt, wanted.until, now);
  }
}

/** @param until - `YYYY-MM-DD`: the name is shown from 00:00 UTC of that day. */
export function anonymityFault(createdAt: Date, until: string, now: Date): Refusal | null {
  const revealedAt = revealInstant(until);
  const latest = new Date(createdAt.getTime() + LONGEST_ANONYMITY_DAYS * MS_PER_DAY);
  if (revealedAt <= now)
    return {
      message: `The name would be shown on ${until}, which is not in the future.`,
      fix: 'Give a later day, or enter the map as public.',
    };
  if (revealedAt > latest)
    return {
      message: `An entry is anonymous for ${LONGEST_ANONYMITY_DAYS} days at most; ${until} is later than that.`,
      fix: `Give a day up to ${latest.toISOString().slice(0, 10)}.`,
    };
  return null;
}

export function revealInstant(until: string): Date {
  return new Date(`${until}T00:00:00.000Z`);
}

/** What is stored of a visibility: the instant at which a name is shown, instead of the day before it. */
export function storedVisibility(visibility: Visibility): Pick<Viewed, 'visibility' | 'anonymousUntil'> {
  return {
    visibility: visibility.kind,
    anonymousUntil: visibility.kind === 'anonymous' ? revealInstant(visibility.until) : null,
  };
}
