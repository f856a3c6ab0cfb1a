import { describe, expect, it } from 'vitest';
import { withoutIdentical } from './identical-entries.js';

const DAYS = Array.from({ length: 12 }, (_, day) => 23_000 + day);

/** A map whose error is `errorM` everywhere, on day `odd` by `oddM` more. */
function entry(
  evaluationId: string,
  errorM: number,
  {
    oddM = 0,
    kind = 'participant' as 'participant' | 'reference',
    minute = 0,
    sha256 = null as string | null,
    manifest = null as string | null,
    days = DAYS,
  } = {},
) {
  return {
    ...{ evaluationId, kind },
    file: { sha256, manifest },
    submittedAt: new Date(Date.UTC(2026, 11, 1, 12, minute)),
    daily: {
      timeDays: days,
      squaredErrorM2: days.map((_, day) => 1000 * (errorM + day / 100 + (day === 3 ? oddM : 0)) ** 2),
      squaredReferenceM2: days.map(() => 40),
      pointCount: days.map(() => 1000),
    },
  };
}
const pairsOf = (entries: Parameters<typeof withoutIdentical>[0]) =>
  withoutIdentical(entries).identical.map(
    (pair) => `${pair.entry.evaluationId} is ${pair.original.evaluationId}`,
  );

describe('withoutIdentical', () => {
  it('takes a map that is equal to a millionth of a metre for the one that came first', () => {
    const entries = [
      entry('later', 0.05 + 4e-7, { minute: 2 }),
      entry('first', 0.05, { minute: 1 }),
      entry('another', 0.05 + 3e-6, { minute: 3 }),
      entry('one day off', 0.05, { minute: 4, oddM: 3e-6 }),
    ];
    expect(pairsOf(entries)).toEqual(['later is first']);
    expect(withoutIdentical(entries).originals.map(({ evaluationId }) => evaluationId)).toEqual([
      'first',
      'another',
      'one day off',
    ]);
  });

  it('never takes a reference for a copy, not even of what came before it', () => {
    const entries = [entry('early', 0.05), entry('reference', 0.05, { kind: 'reference', minute: 9 })];
    expect(pairsOf(entries)).toEqual(['early is reference']);
  });

  it('knows the same file, a network by its manifest too', () => {
    const entries = [
      entry('a', 0.05, { sha256: 'aa', manifest: 'steps: 5' }),
      entry('b', 0.06, { sha256: 'aa', manifest: 'steps: 5', minute: 1 }),
      entry('c', 0.07, { sha256: 'aa', manifest: 'steps: 9', minute: 2 }),
    ];
    expect(pairsOf(entries)).toEqual(['b is a']);
  });

  it('compares no map by few days, nor by other days, nor without sums', () => {
    const few = DAYS.slice(0, 4);
    expect(pairsOf([entry('a', 0.05, { days: few }), entry('b', 0.05, { days: few })])).toEqual([]);
    expect(pairsOf([entry('a', 0.05), entry('b', 0.05, { days: DAYS.map((day) => day + 1) })])).toEqual([]);
    expect(
      withoutIdentical([
        { ...entry('a', 0.05), daily: null },
        { ...entry('b', 0.05), daily: null },
      ]).identical,
    ).toEqual([]);
  });
});
