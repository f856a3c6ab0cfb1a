import type { DisclosureLevel, EvaluationState, SubmissionForm } from '@sillage/contracts';

export type Viewer = { id: string; role: 'participant' | 'organiser' } | null;
export type Viewed = { accountId: string | null; kind: 'participant' | 'reference'; isScored: boolean };

/** Deny by default: an entry is public once it is on a board; before that it is its author's, and the organisers'. */
export function maySeeSubmission(viewer: Viewer, submission: Viewed, level: DisclosureLevel): boolean {
  if (mayManageSubmission(viewer, submission)) return true;
  if (submission.kind === 'reference') return true;
  return submission.isScored && level !== 'blind';
}

export function mayManageSubmission(viewer: Viewer, submission: Viewed): boolean {
  return viewer !== null && (viewer.role === 'organiser' || isAuthor(viewer, submission));
}

export function isAuthor(viewer: Viewer, submission: Viewed): boolean {
  return viewer !== null && submission.accountId !== null && viewer.id === submission.accountId;
}

/** What went wrong with somebody's other entries is nobody else's business. */
export function maySeeEvaluation(viewer: Viewer, submission: Viewed, state: EvaluationState): boolean {
  return state === 'scored' || submission.kind === 'reference' || mayManageSubmission(viewer, submission);
}

/**
 * The file itself is its author's. A map is everyone's where the truth is public too and the entry is on a board; weights of
 * a participant stay theirs.
 */
export function mayDownloadFile(
  viewer: Viewer,
  submission: Viewed & { form: SubmissionForm },
  level: DisclosureLevel,
): boolean {
  if (isAuthor(viewer, submission)) return true;
  if (level !== 'practice') return false;
  return submission.kind === 'reference' || (submission.form === 'map' && submission.isScored);
}

/** The small maps of a network at work: whoever may manage the entry, and everyone where maps are shown at all. */
export function maySeePreview(viewer: Viewer, submission: Viewed, level: DisclosureLevel): boolean {
  return mayManageSubmission(viewer, submission) || level === 'practice';
}
