import type { CheckWarning, JobOutcome, RejectionReason, Step } from '@sillage/contracts';
import type { ChildEnd } from '../sandbox/sandboxed-child.js';
import { presentableText } from './presentable-text.js';

const MAX_WARNINGS = 50; // more than any map deserves; keeps a reply below the limit of the API

/** Ends that decide the job without any result to upload. */
export type UnsuccessfulEnd = Exclude<ChildEnd, { kind: 'result' } | { kind: 'aborted' }>;

/**
 * What an end means for the job. A check that runs out of memory or time, or that crashes, was brought down by the
 * participant's file, so it is a rejection; the same in a later step is our fault and is tried again. Observations that
 * cannot be mapped are the organiser's: no participant can mend them, and no second try does.
 */
export function outcomeOfEnd(end: UnsuccessfulEnd, step: Step, fileName: string | null): JobOutcome {
  switch (end.kind) {
    case 'rejected':
      return step === 'map'
        ? { ...failed(observationsText(end.reason)), retryable: false }
        : { status: 'rejected', reason: presentableReason(end.reason) };
    case 'error':
      return failed(`The ${step} step stopped on an error of ours: ${end.message}`);
    case 'never-started':
      return failed(`The ${step} step did not start: ${end.detail}`);
    case 'out-of-memory': {
      const found = `reading it needed more than ${Math.round(end.limitBytes / 2 ** 20)} MiB of memory`;
      return step === 'check'
        ? limitExceeded(fileName, found)
        : failed(`The ${step} step ran out of memory (${mebibytes(end.limitBytes)}).`);
    }
    case 'disk-full': // whatever the step: nobody's file, and the next evaluator may have room
      return failed(`The disk of the evaluator is full: ${end.detail}`);
    case 'timed-out': {
      const found = `reading it took longer than ${Math.round(end.limitMs / 1000)} s`;
      return step === 'check'
        ? limitExceeded(fileName, found)
        : failed(`The ${step} step took longer than ${Math.round(end.limitMs / 1000)} s.`);
    }
    case 'crashed':
      return step === 'check'
        ? limitExceeded(fileName, 'the reader broke down on it')
        : failed(`The ${step} step broke down: ${end.detail}`);
  }
}

function observationsText({ where, found, expected, fix }: RejectionReason): string {
  return `The observations cannot be mapped. ${where}: ${found}; needed: ${expected}. ${fix}`;
}

export function failed(message: string): Extract<JobOutcome, { status: 'failed' }> {
  return { status: 'failed', message: presentableText(message), retryable: true };
}

/** Names, units and attributes of the file are quoted in a reason. */
function presentableReason(reason: RejectionReason): RejectionReason {
  return {
    code: reason.code,
    where: presentableText(reason.where),
    found: presentableText(reason.found),
    expected: presentableText(reason.expected),
    fix: presentableText(reason.fix),
  };
}

export function presentableWarnings(warnings: readonly CheckWarning[]): CheckWarning[] {
  return warnings
    .slice(0, MAX_WARNINGS)
    .map(({ code, message }) => ({ code, message: presentableText(message) }));
}

function limitExceeded(fileName: string | null, found: string): JobOutcome {
  return {
    status: 'rejected',
    reason: {
      code: 'decoding-limit-exceeded',
      where: fileName ?? 'the file',
      found,
      expected:
        'a file that can be read in small pieces: chunks of at most a few MiB, one variable of heights',
      fix: 'Write the map again with plain settings, for example xarray: ds[["ssh"]].to_netcdf("map.nc"), and send that file.',
    },
  };
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
