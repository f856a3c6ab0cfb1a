import {
  USUAL_MISTAKE,
  type DisclosureLevel,
  type EvaluationState,
  type SubmissionForm,
  type TeamRole,
  type Visibility,
} from '@sillage/contracts';

export type Viewer = { id: string; role: 'participant' | 'organiser' } | null;
export type Viewed = {
  accountId: string | null;
  kind: 'participant' | 'reference';
  isScored: boolean;
  visibility: Visibility['kind'];
  /** When the name of an anonymous entry is shown; null for others. */
  anonymousUntil: Date | null;
  withdrawnAt: Date | null;
  /** By an organiser. */
  hiddenAt: Date | null;
  /** Set where it was submitted in the name of a team. */
  teamId: string | null;
  /** Of that team, as it is now. */
  members: readonly { accountId: string; role: TeamRole }[];
};

/**
 * Deny by default: an entry is public once it is on a board; before that, and as long as it is private, it is its author's,
 * and the organisers', as is one that an organiser has hidden. One that was withdrawn from a board stays resolvable: what is left of it is a tombstone.
 */
export function maySeeSubmission(viewer: Viewer, submission: Viewed, level: DisclosureLevel): boolean {
  if (isInside(viewer, submission)) return true;
  if (submission.hiddenAt !== null) return false;
  if (submission.kind === 'reference') return true;
  return submission.isScored && submission.visibility !== 'private' && level !== 'blind';
}

/**
 * Cancel, show, hide, withdraw: whoever submitted it, unless he left the team in whose name he did, its owners, and organisers.
 */
export function mayManageSubmission(viewer: Viewer, submission: Viewed): boolean {
  if (viewer === null) return false;
  if (viewer.role === 'organiser') return true;
  const role = submission.members.find(({ accountId }) => accountId === viewer.id)?.role;
  if (submission.teamId === null) return hasSubmitted(viewer, submission);
  return role === 'owner' || (role === 'member' && hasSubmitted(viewer, submission));
}

/** Whose entry it is: the one who submitted it, and the members of the team in whose name. */
export function isAuthor(viewer: Viewer, submission: Viewed): boolean {
  if (viewer === null) return false;
  return (
    hasSubmitted(viewer, submission) || submission.members.some(({ accountId }) => accountId === viewer.id)
  );
}

function hasSubmitted(viewer: NonNullable<Viewer>, submission: Viewed): boolean {
  return submission.accountId !== null && viewer.id === submission.accountId;
}

/** Whether names and contents are shown whatever the entry's visibility is. */
function isInside(viewer: Viewer, submission: Viewed): boolean {
  return viewer !== null && (viewer.role === 'organiser' || isAuthor(viewer, submission));
}

/** Whether the viewer finds a tombstone in the place of scores and files. */
export function isTombstone(viewer: Viewer, submission: Viewed): boolean {
  return submission.withdrawnAt !== null && !isInside(viewer, submission);
}

/** The name of an anonymous entry appears by itself: nothing has to run on that day. */
export function maySeeAuthor(viewer: Viewer, submission: Viewed, now: Date): boolean {
  return !isAnonymous(submission, now) || isInside(viewer, submission);
}

export function isAnonymous({ anonymousUntil }: Pick<Viewed, 'anonymousUntil'>, now: Date): boolean {
  return anonymousUntil !== null && anonymousUntil > now;
}

/** Warnings in words of ours alone; others quote what the author called variables, attributes and files. */
const WARNINGS_WITHOUT_NAMES: ReadonlySet<string> = new Set([USUAL_MISTAKE, 'tasks-not-covered']);

export function maySeeWarning(
  viewer: Viewer,
  submission: Viewed,
  { code, now }: { code: string; now: Date },
): boolean {
  return WARNINGS_WITHOUT_NAMES.has(code) || maySeeAuthor(viewer, submission, now);
}

/** What went wrong with somebody's other entries is nobody else's business. */
export function maySeeEvaluation(viewer: Viewer, submission: Viewed, state: EvaluationState): boolean {
  if (isInside(viewer, submission)) return true;
  return (state === 'scored' || submission.kind === 'reference') && submission.withdrawnAt === null;
}

/**
 * The file itself is its author's. A map is everyone's where the truth is public too and the entry is on a board, once its author
 * is named: what a program writes into a file names people, folders and institutes. Weights of a participant stay theirs.
 */
export function mayDownloadFile(
  viewer: Viewer,
  submission: Viewed & { form: SubmissionForm },
  level: DisclosureLevel,
  now: Date,
): boolean {
  if (isAuthor(viewer, submission)) return true;
  if (level !== 'practice' || submission.withdrawnAt !== null || isAnonymous(submission, now)) return false;
  if (submission.kind === 'reference') return true;
  return submission.form === 'map' && submission.isScored && submission.visibility !== 'private';
}

/** The small maps of a network at work: whoever is inside, and everyone where maps are shown at all. */
export function maySeePreview(viewer: Viewer, submission: Viewed, level: DisclosureLevel): boolean {
  return (
    isInside(viewer, submission) ||
    (level === 'practice' && submission.visibility !== 'private' && submission.withdrawnAt === null)
  );
}
