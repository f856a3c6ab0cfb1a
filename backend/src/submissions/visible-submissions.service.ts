import { Injectable } from '@nestjs/common';
import type { Moderation, Obstacle, Person, SubmissionView, Visibility } from '@sillage/contracts';
import { isOrganiser, type Account } from '../identity/domain/account.js';
import { Clock } from '../clock/clock.js';
import { DomainError } from '../errors/domain-error.js';
import { obstacleOf } from '../evaluations/domain/obstacle.js';
import { EvaluationsService, type EvaluationRecord } from '../evaluations/evaluations.service.js';
import { LeaderboardService, NO_STANDING, type Standing } from '../leaderboard/leaderboard.service.js';
import { WorkersService } from '../workers/workers.service.js';
import {
  isAnonymous,
  isAuthor,
  isTombstone,
  mayDownloadFile,
  mayManageSubmission,
  maySeeAuthor,
  maySeeEvaluation,
  maySeeSubmission,
  maySeeWarning,
} from './domain/visibility.js';
import { SubmissionsRepository, type OrganiserFilter, type Submission } from './submissions.repository.js';

export type { OrganiserFilter, Submission } from './submissions.repository.js';

/** A submission with what this viewer may see of it. */
export type SubmissionDetails = {
  submission: Submission;
  isMine: boolean;
  mayManage: boolean;
  /** As it is now: what was anonymous until yesterday is public. */
  visibility: Visibility;
  /** Who of the organisers is told to organisers. */
  moderation: Moderation;
  /** Empty while the name is hidden from this viewer. */
  people: Person[];
  team: { id: string; name: string } | null;
  /** Whether the file may be downloaded, and the manifest read. */
  mayReadFile: boolean;
  siblings: SubmissionView['siblings'];
  evaluations: {
    record: EvaluationRecord;
    standing: Standing;
    obstacle: Obstacle | null;
  }[];
  /** Of re-scores that are not promoted; empty for everybody but organisers. */
  shadows: SubmissionDetails['evaluations'];
};

const LIST_LIMIT = 200;
const ORGANISER_PAGE = 50;

/** What a viewer may see of submissions and evaluations: everything that is shown of them passes here. */
@Injectable()
export class VisibleSubmissionsService {
  constructor(
    private readonly submissions: SubmissionsRepository,
    private readonly evaluations: EvaluationsService,
    private readonly leaderboard: LeaderboardService,
    private readonly workers: WorkersService,
    private readonly clock: Clock,
  ) {}

  async get(viewer: Account | null, id: string): Promise<SubmissionDetails> {
    const submission = await this.require(viewer, id);
    const [details] = await this.#withEvaluations(viewer, [submission]);
    if (details === undefined) throw submissionNotFound(id);
    return details;
  }

  /**
   * For deciding, not for showing: its author is in it also where the name is hidden from this viewer.
   * @throws DomainError `submission-not-found`.
   */
  async require(viewer: Account | null, id: string): Promise<Submission> {
    const submission = await this.submissions.find(id);
    if (submission === null) throw submissionNotFound(id);
    if (submission.isShadow && viewer?.role !== 'organiser') throw submissionNotFound(id);
    // Not "not allowed": whether somebody else's entry exists is not told either.
    if (!maySeeSubmission(viewer, submission, submission.disclosure)) throw submissionNotFound(id);
    return submission;
  }

  /**
   * A submission that the account may change.
   * @param action - what the account wants to do with it, in words.
   */
  async getManaged(account: Account, id: string, action: string): Promise<Submission> {
    const submission = await this.require(account, id);
    if (!mayManageSubmission(account, submission))
      throw new DomainError('not-allowed', `Only its author may ${action} a submission.`);
    return submission;
  }

  /**
   * An evaluation with its submission; as above, for deciding.
   * @throws DomainError `evaluation-not-found`, `submission-withdrawn`.
   */
  async requireEvaluation(
    viewer: Account | null,
    id: string,
  ): Promise<{ record: EvaluationRecord; submission: Submission }> {
    const record = await this.evaluations.get(id);
    if (record.isShadow && viewer?.role !== 'organiser') throw evaluationNotFound(id);
    const submission = await this.require(viewer, record.submissionId).catch((error: unknown) => {
      // The id of a submission that this viewer may not see is not told, nor that there is one.
      if (error instanceof DomainError && error.code === 'submission-not-found') throw evaluationNotFound(id);
      throw error;
    });
    if (isTombstone(viewer, submission)) throw submissionWithdrawn(submission);
    if (!maySeeEvaluation(viewer, submission, record.state)) throw evaluationNotFound(id);
    return { record, submission };
  }

  /** The same for showing: without a name that is hidden from this viewer. */
  async getEvaluation(
    viewer: Account | null,
    id: string,
  ): Promise<{ record: EvaluationRecord; submission: Submission }> {
    const { record, submission } = await this.requireEvaluation(viewer, id);
    return { record, submission: this.#shown(viewer, submission) };
  }

  /** The viewer's own, or those on the boards; newest first. */
  async list(
    viewer: Account | null,
    filter: { challengeId: string | null; isMine: boolean },
  ): Promise<SubmissionDetails[]> {
    const submissions = await this.submissions.list({
      challengeId: filter.challengeId,
      accountId: filter.isMine ? (viewer?.id ?? null) : null,
      limit: LIST_LIMIT,
    });
    return this.#withEvaluations(
      viewer,
      submissions.filter((submission) => maySeeSubmission(viewer, submission, submission.disclosure)),
    );
  }

  /** Of all challenges, for an organiser; newest first. */
  async listForOrganisers(
    organiser: Account,
    filter: OrganiserFilter,
    page: number,
  ): Promise<{ submissions: SubmissionDetails[]; total: number; pageCount: number }> {
    const found = await this.submissions.listForOrganisers(filter, {
      limit: ORGANISER_PAGE,
      offset: (page - 1) * ORGANISER_PAGE,
    });
    return {
      submissions: await this.#withEvaluations(organiser, found.submissions),
      total: found.total,
      pageCount: Math.ceil(found.total / ORGANISER_PAGE),
    };
  }

  /** Without what names the author, as long as that is hidden from the viewer. */
  #shown(viewer: Account | null, submission: Submission): Submission {
    if (maySeeAuthor(viewer, submission, this.clock.now())) return submission;
    return {
      ...submission,
      author: 'anonymous',
      submitter: null,
      teamName: null,
      variable: null,
      file:
        submission.file === null
          ? null
          : { ...submission.file, fileName: this.shownFileName(viewer, submission) },
    };
  }

  /** A file name may hold the name of its author. */
  shownFileName(viewer: Account | null, submission: Submission): string {
    const name = submission.file?.fileName ?? '';
    if (maySeeAuthor(viewer, submission, this.clock.now())) return name;
    return `anonymous${/\.\w{1,12}$/.exec(name)?.[0] ?? ''}`;
  }

  /** Of each submission those others of its set that this viewer may see, with the entries that he may see. */
  async #siblingsOf(
    viewer: Account | null,
    submissions: Submission[],
  ): Promise<ReadonlyMap<string, SubmissionView['siblings']>> {
    const inSets = submissions.flatMap(({ id, setId }) => (setId === null ? [] : [{ id, setId }]));
    if (inSets.length === 0) return new Map();
    const members = await this.submissions.listOfSets([...new Set(inSets.map(({ setId }) => setId))]);
    return new Map(
      inSets.map(({ id, setId }) => [
        id,
        members
          .filter((member) => member.setId === setId && member.id !== id)
          .filter((member) => maySeeSubmission(viewer, member, member.disclosure))
          .filter((member) => !isTombstone(viewer, member))
          .map((member) => ({
            submissionId: member.id,
            fileName: maySeeAuthor(viewer, member, this.clock.now()) ? member.fileName : 'anonymous',
            tasks: member.tasks
              .filter(({ state }) => maySeeEvaluation(viewer, member, state))
              .map(({ area, scenario }) => ({ area, scenario })),
          })),
      ]),
    );
  }

  async #withEvaluations(viewer: Account | null, submissions: Submission[]): Promise<SubmissionDetails[]> {
    const records = await this.evaluations.findBySubmissions(submissions.map(({ id }) => id));
    const siblings = await this.#siblingsOf(viewer, submissions);
    const isPredictWaiting = records.some(({ state, step }) => state === 'queued' && step === 'predict');
    const capacities = isPredictWaiting ? await this.workers.listPredictCapacities() : [];
    const now = this.clock.now();
    const detailsOf = (submission: Submission, isShadow: boolean) =>
      Promise.all(
        records
          .filter((record) => record.submissionId === submission.id && record.isShadow === isShadow)
          .filter((record) => maySeeEvaluation(viewer, submission, record.state))
          .map(async (record) => ({
            record: {
              ...record,
              warnings: record.warnings.filter(({ code }) =>
                maySeeWarning(viewer, submission, { code, now }),
              ),
            },
            standing:
              record.state === 'scored' && !isShadow
                ? await this.leaderboard.standingOf(record)
                : NO_STANDING,
            obstacle: obstacleOf(record, capacities),
          })),
      );
    return Promise.all(
      submissions.map(async (submission) => ({
        submission: this.#shown(viewer, submission),
        isMine: isAuthor(viewer, submission),
        mayManage: mayManageSubmission(viewer, submission),
        visibility: visibilityNow(submission, now),
        moderation: moderationFor(viewer, submission),
        people: maySeeAuthor(viewer, submission, now) ? peopleOf(submission) : [],
        team: maySeeAuthor(viewer, submission, now) ? teamOf(submission) : null,
        mayReadFile: mayDownloadFile(viewer, submission, submission.disclosure, now),
        siblings: isTombstone(viewer, submission) ? [] : (siblings.get(submission.id) ?? []),
        evaluations: await detailsOf(submission, false),
        shadows: viewer?.role === 'organiser' ? await detailsOf(submission, true) : [],
      })),
    );
  }
}

function evaluationNotFound(id: string): DomainError {
  return new DomainError('evaluation-not-found', `There is no evaluation ${id}.`);
}

export function submissionNotFound(id: string): DomainError {
  return new DomainError('submission-not-found', `There is no submission ${id}.`, {
    fix: 'A submission is visible to others once it is on a leaderboard.',
  });
}

export function submissionWithdrawn({ id, withdrawnAt }: Submission): DomainError {
  return new DomainError(
    'submission-withdrawn',
    `Submission ${id} was withdrawn on ${withdrawnAt?.toISOString().slice(0, 10) ?? ''}; its scores and files are not shown any more.`,
    { fix: 'Its page says why, if a reason was told.' },
  );
}

function visibilityNow(submission: Submission, now: Date): Visibility {
  const { visibility, anonymousUntil } = submission;
  if (visibility !== 'anonymous') return { kind: visibility };
  return anonymousUntil !== null && isAnonymous(submission, now)
    ? { kind: 'anonymous', until: anonymousUntil.toISOString().slice(0, 10) }
    : { kind: 'public' };
}

function moderationFor(viewer: Account | null, { moderation }: Submission): Moderation {
  const shown = (mark: Submission['moderation']['hidden']) =>
    mark === null
      ? null
      : { at: mark.at.toISOString(), by: isOrganiser(viewer) ? mark.by : null, reason: mark.reason };
  return {
    hidden: shown(moderation.hidden),
    verified: shown(moderation.verified),
    disqualified: shown(moderation.disqualified),
  };
}

function peopleOf({ teamId, members, submitter }: Submission): Person[] {
  if (teamId === null) return submitter === null ? [] : [submitter];
  return members.map(({ name, affiliation, orcid, webPage }) => ({ name, affiliation, orcid, webPage }));
}

function teamOf({ teamId, teamName }: Submission): { id: string; name: string } | null {
  return teamId === null || teamName === null ? null : { id: teamId, name: teamName };
}
