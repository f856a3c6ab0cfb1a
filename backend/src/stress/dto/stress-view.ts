import type { StressView } from '@sillage/contracts';
import {
  disclosedRejection,
  disclosedActivity,
  disclosedFailure,
  disclosedScores,
} from '../../disclosure/domain/disclosure.js';
import { withoutOfKey } from '../domain/stress-plan.js';
import type { StressRunRecord } from '../../stress-runs/stress-runs.service.js';
import type { StressDetails } from '../stress.service.js';

export function toStressView({ mayAsk, mayCancel, askableCount, normal, runs }: StressDetails): StressView {
  return {
    mayAsk,
    mayCancel,
    askableCount,
    normal: normal.flatMap(({ id, area, scenario, scores, disclosure, evaluatorVersion }) => {
      const shown = scores === null ? null : disclosedScores(scores, disclosure);
      return shown === null ? [] : [{ evaluationId: id, area, scenario, scores: shown, evaluatorVersion }];
    }),
    runs: runs.map((record) => ({
      id: record.id,
      area: record.area,
      scenario: record.scenario,
      without: withoutOfKey(record.variant),
      state: record.state,
      step: record.step,
      stateSince: record.stateSince.toISOString(),
      progress: record.state === 'running' ? (record.job?.progress ?? null) : null,
      activity: activityOf(record),
      scores: record.scores === null ? null : disclosedScores(record.scores, record.disclosure),
      rejection: disclosedRejection(record.rejection, record.disclosure),
      failureMessage: disclosedFailure(record.failureMessage, record.disclosure),
      run: record.run,
      datasetVersion: record.datasetVersion,
      protocol: record.protocol,
      evaluatorVersion: record.evaluatorVersion,
    })),
  };
}

function activityOf({ state, step, job, disclosure }: StressRunRecord): string {
  switch (state) {
    case 'queued': {
      const ahead = job?.queuePosition ?? 0;
      return ahead === 0
        ? 'next in the queue'
        : `${ahead} ${ahead === 1 ? 'job' : 'jobs'} ahead in the queue`;
    }
    case 'running':
      return disclosedActivity({ step, activity: job?.activity ?? '' }, disclosure) ?? 'running';
    case 'rejected':
      return 'not possible';
    case 'scored':
      return 'scored';
    case 'failed':
      return 'failed on our side';
    case 'cancelled':
      return 'cancelled';
  }
}
