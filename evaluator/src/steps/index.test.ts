import { stepSchema } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { PAYLOADS, payloadOf } from '../testing/payloads.js';
import { kindsFor, stepOf, STEPS, workNamed } from './index.js';
import type { Workplace } from './step.js';

const workplace: Workplace = {
  inputFolder: '/child/in',
  outputFolder: '/child/out',
  scoreThreads: 2,
  evaluatorVersion: '1.2.3+0123456789',
  predict: {
    choice: 'onnxruntime-cpu',
    worker: { name: 'onnxruntime-cpu', device: 'CPU', memoryBytes: 2 ** 30 },
    maxWallSeconds: 60,
  },
  broken: [],
};

/** All texts of a value that begin like that, sorted. */
function textsWith(start: string, value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith(start) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value)
    .flatMap((item) => textsWith(start, item))
    .sort();
}

describe('the steps', () => {
  test('have a job each in these tests, and a name of their own', () => {
    expect(STEPS.map(({ name }) => name).sort()).toEqual([...PAYLOADS.keys()].sort());
  });

  test.each([...PAYLOADS.keys()])('%s does its own job and no other', (name) => {
    expect(stepOf(payloadOf(name)).name).toBe(name);
    expect(workNamed(name).name).toBe(name);
  });

  test.each([...PAYLOADS.keys()])(
    '%s tells its child of the files that are there, and of no others',
    (name) => {
      const payload = payloadOf(name);
      const step = stepOf(payload);
      const job = step.jobSchema.parse(JSON.parse(JSON.stringify(step.job(payload, workplace))));
      const inputs = step.inputs(payload).map((input) => `/child/in/${input.name}`);
      expect(inputs.length).toBeGreaterThan(0);
      expect(new Set(inputs).size).toBe(inputs.length);
      expect(inputs.every((path) => !path.includes('..'))).toBe(true);
      expect(textsWith('/child/in/', job)).toEqual(inputs.sort());
      expect(job).toMatchObject({ step: name, outputFolder: '/child/out' });
    },
  );

  test('every kind of job is done by one sort of slot', () => {
    const kinds = (['urgent', 'patient', 'own', 'network'] as const).flatMap((slot) => kindsFor(slot));
    expect(kinds.sort()).toEqual([...stepSchema.options].sort());
    expect(kindsFor('urgent', 'patient')).toEqual(['check', 'score', 'products']);
  });

  test('a name that no work has is refused', () => {
    expect(() => workNamed('format-the-disk')).toThrow("no work of a child is called 'format-the-disk'");
  });
});

describe('an inspection', () => {
  const payload = payloadOf('inspect');
  const inspect = stepOf(payload);
  const end = { kind: 'crashed', detail: 'signal SIGSEGV' } as const;

  test('is tried again without the file that broke its child down', () => {
    const left = inspect.leaveOut?.(end, payload, { reading: 'truth-gf.nc', broken: [] });
    expect(left).toEqual({ path: 'truth-gf.nc', found: 'the reader broke down on it' });
  });

  test.each([
    { name: 'a file that no draft has', reading: '/etc/passwd', broken: [] },
    { name: 'no file', reading: null, broken: [] },
    { name: 'the same file twice', reading: 'truth-gf.nc', broken: [{ path: 'truth-gf.nc', found: 'x' }] },
    {
      name: 'one file too many',
      reading: 'truth-gf.nc',
      broken: Array.from({ length: 10 }, (_, index) => ({ path: `${index}.nc`, found: 'x' })),
    },
  ])('is not tried again for $name', ({ reading, broken }) => {
    expect(inspect.leaveOut?.(end, payload, { reading, broken })).toBeNull();
  });

  test('is not tried again where no file is to blame', () => {
    const late = { kind: 'timed-out', limitMs: 1000 } as const;
    expect(inspect.leaveOut?.(late, payload, { reading: 'truth-gf.nc', broken: [] })).toBeNull();
  });
});
