import type { CheckWarning, JobOutcome, JobPayload, RejectionReason } from '@sillage/contracts';
import { presentableText } from './presentable-text.js';
import type { AnyStep, UnsuccessfulEnd } from './step.js';

const MAX_WARNINGS = 50; // more than any map deserves; keeps a reply below the limit of the API

/**
 * What an end means for the job. The step knows which ends mean something else there: whose fault they are.
 */
export function outcomeOfEnd(end: UnsuccessfulEnd, step: AnyStep, payload: JobPayload): JobOutcome {
  return step.blame?.(end, payload) ?? usualOutcome(end, step.name);
}

function usualOutcome(end: UnsuccessfulEnd, step: string): JobOutcome {
  switch (end.kind) {
    case 'rejected':
      return { status: 'rejected', reason: presentableReason(end.reason) };
    case 'error':
      return failed(`The ${step} step stopped on an error of ours: ${end.message}`);
    case 'never-started':
      return failed(`The ${step} step did not start: ${end.detail}`);
    case 'out-of-memory':
      return failed(`The ${step} step ran out of memory (${mebibytes(end.limitBytes)}).`);
    case 'killed': // nothing in a file does that: the next try may have better luck
      return failed(`The ${step} step was ended from outside: ${end.detail}`);
    case 'disk-full': // whatever the step: nobody's file, and the next evaluator may have room
      return failed(`The disk of the evaluator is full: ${end.detail}`);
    case 'timed-out':
      return failed(`The ${step} step took longer than ${seconds(end.limitMs)}.`);
    case 'crashed':
      return failed(`The ${step} step broke down: ${end.detail}`);
  }
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

/** Of a network that was run, or a file that was read: what it exceeded; null for other ends. */
export function exceededText(end: UnsuccessfulEnd, doing: 'reading it' | 'running it'): string | null {
  if (end.kind === 'out-of-memory') return `${doing} needed more than ${mebibytes(end.limitBytes)} of memory`;
  return end.kind === 'timed-out' ? `${doing} took longer than ${seconds(end.limitMs)}` : null;
}

/**
 * A check that runs out of memory or time, or that crashes, was brought down by the participant's file.
 *
 * @returns null for other ends.
 */
export function unreadableFile(
  end: UnsuccessfulEnd,
  where: string,
  needed: Pick<RejectionReason, 'expected' | 'fix'>,
): JobOutcome | null {
  const found = end.kind === 'crashed' ? BROKE_DOWN : exceededText(end, 'reading it');
  if (found === null) return null;
  return { status: 'rejected', reason: { code: 'decoding-limit-exceeded', where, found, ...needed } };
}

export const BROKE_DOWN = 'the reader broke down on it';

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
