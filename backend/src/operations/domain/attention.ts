import type { AdminHealth } from '@sillage/contracts';

export type Attention = AdminHealth['attention'][number];

export type Facts = {
  failedReferences: readonly { challenge: string; count: number }[];
  outdatedProducts: readonly { challenge: string; count: number }[];
  retryableFailures: number;
  steps: readonly { step: string; queued: number }[];
  /** What connected workers do. */
  workedSteps: ReadonlySet<string>;
  stuckJobs: number;
  failedMails: number;
  /** Referred to and not in the store. */
  missingObjects: number;
  untoldEvents: number;
};

const some = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** What somebody has to look at, what is worst first; nothing while all is well. */
export function attentionOf(facts: Facts): Attention[] {
  const unworked = facts.steps.filter(({ step, queued }) => queued > 0 && !facts.workedSteps.has(step));
  return [
    ...unworked.map(({ step, queued }): Attention => ({
      code: 'no-worker',
      message: `${some(queued, 'job waits', 'jobs wait')} for a worker that does '${step}', and none is connected.`,
      path: null,
    })),
    ...one(facts.missingObjects, 'objects-missing', (count) => ({
      message: `${some(count, 'file is', 'files are')} not in the object store although something refers to ${count === 1 ? 'it' : 'them'}: 'sillage admin storage' names ${count === 1 ? 'it' : 'them'}. Restore the store from its backup.`,
      path: '/admin#store',
    })),
    ...one(facts.stuckJobs, 'stuck-jobs', (count) => ({
      message: `${some(count, 'job is', 'jobs are')} held by a worker that fell silent, and was not taken back: is the backend's reaper running?`,
      path: null,
    })),
    ...facts.failedReferences.map(({ challenge, count }): Attention => ({
      code: 'failed-references',
      message: `${some(count, 'reference', 'references')} of ${challenge} failed: the board lacks what others are compared with. 'sillage challenge references ${challenge}' enters them again.`,
      path: `/challenges/${challenge}/leaderboard`,
    })),
    ...one(facts.retryableFailures, 'failed-jobs', (count) => ({
      message: `${some(count, 'job', 'jobs')} failed for good and can be tried again.`,
      path: '/admin#failures',
    })),
    ...facts.outdatedProducts.map(({ challenge, count }): Attention => ({
      code: 'products-outdated',
      message: `Files and maps of ${some(count, 'score', 'scores')} in ${challenge} were made at another disclosure level than the one that holds now, or not at all.`,
      path: `/admin/challenges/${challenge}/settings`,
    })),
    ...one(facts.failedMails, 'mails-failed', (count) => ({
      message: `${some(count, 'mail', 'mails')} of the last 7 days could not be sent.`,
      path: null,
    })),
    ...one(facts.untoldEvents, 'notifications-waiting', (count) => ({
      message: `${some(count, 'event', 'events')} could not be told to anybody so far; the backend's log says why.`,
      path: null,
    })),
  ];
}

function one(
  count: number,
  code: Attention['code'],
  text: (count: number) => Omit<Attention, 'code'>,
): Attention[] {
  return count === 0 ? [] : [{ code, ...text(count) }];
}
