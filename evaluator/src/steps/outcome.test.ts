import { jobOutcomeSchema, type JobOutcome } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { PAYLOADS, payloadOf } from '../testing/payloads.js';
import { stepOf } from './index.js';
import { outcomeOfEnd } from './outcome.js';
import type { UnsuccessfulEnd } from './step.js';

const reason = {
  code: 'days-missing',
  where: 'time',
  found: '40 days',
  expected: '42 days',
  fix: 'Add them.',
} as const;
const ends: UnsuccessfulEnd[] = [
  { kind: 'rejected', reason },
  { kind: 'error', message: 'x'.repeat(5000) },
  { kind: 'out-of-memory', limitBytes: 2 ** 30 },
  { kind: 'timed-out', limitMs: 300_000 },
  { kind: 'disk-full', detail: 'no space left' },
  { kind: 'crashed', detail: 'signal SIGSEGV' },
  { kind: 'killed', detail: 'signal SIGKILL' },
  { kind: 'never-started', detail: 'ENOENT' },
];
const steps = [...PAYLOADS.keys()];

function outcomeIn(step: string, end: UnsuccessfulEnd): JobOutcome {
  const payload = payloadOf(step);
  return outcomeOfEnd(end, stepOf(payload), payload);
}

describe('outcomeOfEnd', () => {
  test.each(ends.flatMap((end) => steps.map((step) => ({ name: `${end.kind} in ${step}`, end, step }))))(
    'fits the contract: $name',
    ({ end, step }) => {
      expect(jobOutcomeSchema.safeParse(outcomeIn(step, end)).success).toBe(true);
    },
  );

  test.each(['out-of-memory', 'timed-out', 'crashed'] as const)(
    '%s is the file in a check, and ours in a score',
    (kind) => {
      const end = ends.find((candidate) => candidate.kind === kind);
      if (end === undefined) throw new Error('no such end');
      expect(outcomeIn('check', end)).toMatchObject({
        status: 'rejected',
        reason: { code: 'decoding-limit-exceeded', where: 'map.nc' },
      });
      const network = outcomeIn('check-network', end);
      expect(network).toMatchObject({
        status: 'rejected',
        reason: { code: 'decoding-limit-exceeded', where: 'net.ckpt' },
      });
      expect(JSON.stringify(network)).not.toMatch(/map|heights/);
      expect(outcomeIn('score', end)).toMatchObject({ status: 'failed', retryable: true });
    },
  );

  test.each([
    { end: { kind: 'out-of-memory', limitBytes: 2 ** 30 }, found: /more than 1024 MiB of memory/ },
    { end: { kind: 'timed-out', limitMs: 300_000 }, found: /longer than 300 s/ },
  ] as const)('a network that is $end.kind is too large', ({ end, found }) => {
    expect(outcomeIn('predict', end)).toMatchObject({
      status: 'rejected',
      reason: { code: 'network-too-large', found: expect.stringMatching(found) },
    });
  });

  test('a driver that breaks down under a network is ours', () => {
    expect(outcomeIn('predict', { kind: 'crashed', detail: 'SIGSEGV' })).toMatchObject({
      status: 'failed',
      retryable: true,
    });
  });

  test.each(['error', 'disk-full', 'killed', 'never-started'] as const)(
    '%s is ours, whatever the step',
    (kind) => {
      const end = ends.find((candidate) => candidate.kind === kind);
      if (end === undefined) throw new Error('no such end');
      expect(outcomeIn('check', end)).toMatchObject({ status: 'failed', retryable: true });
    },
  );

  test('quotes of the file in a reason are cut and cleaned', () => {
    const quoted = { ...reason, found: `units '${'m'.repeat(100_000)}'`, where: 'variable a\0b' };
    const outcome = outcomeIn('check', { kind: 'rejected', reason: quoted });
    expect(JSON.stringify(outcome).length).toBeLessThan(2000);
    expect(outcome).toMatchObject({ reason: { code: 'days-missing', where: 'variable a b' } });
  });

  test('observations that cannot be mapped are told once, and not tried again', () => {
    const outcome = outcomeIn('map', { kind: 'rejected', reason });
    expect(outcome).toMatchObject({ status: 'failed', retryable: false });
    expect(outcome).toMatchObject({
      message: expect.stringContaining('time: 40 days; needed: 42 days. Add'),
    });
  });

  test('the reason of a rejection passes unchanged', () => {
    expect(outcomeIn('score', { kind: 'rejected', reason })).toEqual({ status: 'rejected', reason });
  });
});
