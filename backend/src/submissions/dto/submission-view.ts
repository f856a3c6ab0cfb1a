import type { EvaluationView, Obstacle, SubmissionView } from '@sillage/contracts';
import {
  disclosedActivity,
  disclosedCoarseErrors,
  disclosedFailure,
  disclosedPhysics,
  disclosedRejection,
  disclosedScores,
  disclosedWarnings,
  isHeldBack,
  isStoredArtefactDisclosed,
  lacksTruth,
} from '../../disclosure/domain/disclosure.js';
import { isFinal } from '../../evaluations/domain/evaluation-state.js';
import type { EvaluationRecord } from '../../evaluations/evaluations.service.js';
import type { SubmissionDetails } from '../visible-submissions.service.js';

const STEP_PURPOSE = {
  map: 'to map the observations',
  check: 'to check the file',
  predict: 'to run the network',
  score: 'to score the map',
  products: 'to make maps and files',
  inspect: 'to inspect the dataset',
} as const;
const STEP_TEXT = {
  map: 'mapping the observations',
  check: 'checking the file',
  predict: 'running the network',
  score: 'scoring the map',
  products: 'making maps and files',
  inspect: 'inspecting the dataset',
} as const;

function activityOf({ state, step, job, disclosure }: EvaluationRecord, obstacle: Obstacle | null): string {
  switch (state) {
    case 'queued': {
      if (obstacle !== null) return `waiting: ${obstacle.message}`;
      const ahead = job?.queuePosition ?? 0;
      const wait =
        ahead === 0 ? 'next in the queue' : `${ahead} ${ahead === 1 ? 'job' : 'jobs'} ahead in the queue`;
      return `waiting for a worker ${step === null ? '' : STEP_PURPOSE[step]}: ${wait}`;
    }
    case 'running':
      return (
        disclosedActivity({ step, activity: job?.activity ?? '' }, disclosure) ??
        (step === null ? 'running' : STEP_TEXT[step])
      );
    case 'scored':
      return 'scored';
    case 'rejected':
      return 'rejected: see what to change in the file';
    case 'failed':
      return 'failed on our side';
    case 'cancelled':
      return 'cancelled';
  }
}

function toEvaluationView(
  { record, standing, obstacle }: SubmissionDetails['evaluations'][number],
  reactionMs: number,
): EvaluationView {
  const { job, state, disclosure } = record;
  const scores = record.scores === null ? null : disclosedScores(record.scores, disclosure);
  const isRunning = state === 'running';
  const leaseExpiresAt = isRunning ? (job?.leaseExpiresAt ?? null) : null;
  return {
    id: record.id,
    area: record.area,
    scenario: record.scenario,
    state,
    step: record.step,
    progress: isRunning ? (job?.progress ?? null) : null,
    activity: activityOf(record, obstacle),
    stateSince: record.stateSince.toISOString(),
    deadline: leaseExpiresAt === null ? null : new Date(leaseExpiresAt.getTime() + reactionMs).toISOString(),
    attempt: job?.attempt ?? 0,
    queuePosition: isFinal(state) ? null : (job?.queuePosition ?? null),
    obstacle,
    previewDays: record.previewDays,
    run: record.run,
    datasetVersion: record.datasetVersion,
    protocol: record.protocol,
    evaluatorVersion: record.evaluatorVersion,
    scores,
    physics: record.physics === null || scores === null ? null : disclosedPhysics(record.physics, disclosure),
    ...standing,
    isHeldBack: isHeldBack(record.scores, disclosure),
    rejection: disclosedRejection(record.rejection, disclosure),
    failureMessage: disclosedFailure(record.failureMessage, disclosure),
    warnings: disclosedWarnings(record.warnings, disclosure),
    coarseErrors: disclosedCoarseErrors(record.scores, disclosure),
    lacksTruth: lacksTruth(record.artefacts, disclosure),
    artefacts: record.artefacts
      .filter((artefact) => isStoredArtefactDisclosed(artefact, disclosure))
      .map(({ name, sha256, sizeBytes }) => ({
        name,
        sha256,
        sizeBytes,
        url: `/api/evaluations/${record.id}/artefacts/${name}`,
      })),
  };
}

/** `reactionMs`: how long after the end of a lease the platform acts at the latest. */
export function toSubmissionView(details: SubmissionDetails, reactionMs: number): SubmissionView {
  const { submission, isMine, mayManage, visibility, people, team } = details;
  const { mayReadFile, siblings, evaluations, shadows } = details;
  return {
    id: submission.id,
    challenge: submission.challengeId,
    challengeName: submission.challengeName,
    kind: submission.kind,
    form: submission.form,
    author: submission.author,
    team,
    people,
    isMine,
    mayManage,
    visibility,
    withdrawal:
      submission.withdrawal === null || submission.withdrawnAt === null
        ? null
        : { ...submission.withdrawal, at: submission.withdrawnAt.toISOString() },
    moderation: details.moderation,
    card: submission.card,
    file:
      submission.file === null
        ? null
        : {
            name: submission.file.fileName,
            sizeBytes: submission.file.sizeBytes,
            sha256: submission.file.sha256,
          },
    network:
      submission.form === 'map'
        ? null
        : {
            manifest: mayReadFile ? submission.manifest : null,
            summary: submission.networkSummary,
          },
    siblings,
    createdAt: submission.createdAt.toISOString(),
    evaluations: evaluations.map((evaluation) => toEvaluationView(evaluation, reactionMs)),
    shadows: shadows.map((shadow) => toEvaluationView(shadow, reactionMs)),
  };
}
