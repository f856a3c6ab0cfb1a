import type { CheckWarning, JobOutcome, RejectionReason, Step } from '@sillage/contracts';
import type { ChildEnd } from '../sandbox/sandboxed-child.js';
import { presentableText } from './presentable-text.js';

const MAX_WARNINGS = 50; // more than any map deserves; keeps a reply below the limit of the API

/** What a child was doing: a step, where a check reads a map or the weights of a network. */
export type Work = Step | 'check-network';

/** Ends that decide the job without any result to upload. */
export type UnsuccessfulEnd = Exclude<ChildEnd, { kind: 'result' } | { kind: 'aborted' }>;

/**
 * What an end means for the job. A check that runs out of memory or time, or that crashes, was brought down by the
 * participant's file, so it is a rejection; so is a network that needs more than it is granted. The same in a later step is
 * our fault and is tried again. Observations that
 * cannot be mapped are the organiser's: no participant can mend them, and no second try does.
 */
export function outcomeOfEnd(end: UnsuccessfulEnd, step: Work, fileName: string | null): JobOutcome {
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
      if (step === 'predict')
        return networkTooLarge(`running it needed more than ${mebibytes(end.limitBytes)} of memory`);
      const found = `reading it needed more than ${mebibytes(end.limitBytes)} of memory`;
      return isCheck(step)
        ? limitExceeded(step, fileName, found)
        : failed(`The ${step} step ran out of memory (${mebibytes(end.limitBytes)}).`);
    }
    case 'killed': // nothing in a file does that: the next try may have better luck
      return failed(`The ${step} step was ended from outside: ${end.detail}`);
    case 'disk-full': // whatever the step: nobody's file, and the next evaluator may have room
      return failed(`The disk of the evaluator is full: ${end.detail}`);
    case 'timed-out': {
      if (step === 'predict')
        return networkTooLarge(`running it took longer than ${Math.round(end.limitMs / 1000)} s`);
      const found = `reading it took longer than ${Math.round(end.limitMs / 1000)} s`;
      return isCheck(step)
        ? limitExceeded(step, fileName, found)
        : failed(`The ${step} step took longer than ${Math.round(end.limitMs / 1000)} s.`);
    }
    case 'crashed':
      return isCheck(step)
        ? limitExceeded(step, fileName, 'the reader broke down on it')
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

function isCheck(step: Work): step is 'check' | 'check-network' {
  return step === 'check' || step === 'check-network';
}

const READABLE = {
  check: {
    expected: 'a file that can be read in small pieces: chunks of at most a few MiB, one variable of heights',
    fix: 'Write the map again with plain settings, for example xarray: ds[["ssh"]].to_netcdf("map.nc"), and send that file.',
  },
  'check-network': {
    expected: 'a file that holds the weights of one network and little else',
    fix: 'Save the weights alone, for example torch.save(module.state_dict(), "network.pt"), and send that file.',
  },
} as const;

function limitExceeded(step: 'check' | 'check-network', fileName: string | null, found: string): JobOutcome {
  return {
    status: 'rejected',
    reason: { code: 'decoding-limit-exceeded', where: fileName ?? 'the file', found, ...READABLE[step] },
  };
}

function networkTooLarge(found: string): JobOutcome {
  return {
    status: 'rejected',
    reason: {
      code: 'network-too-large',
      where: 'the network',
      found,
      expected: 'a network that maps the task within the time and memory of one evaluator',
      fix: 'Choose a smaller batch_size, smaller patches or larger strides in the manifest, or a smaller network.',
    },
  };
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
