import { expect, it } from 'vitest';
import { pairsCsv } from './board-export';
import { boardOf, rowOf } from '../testing/boards';

it('lists every pair that is known, each way', () => {
  const rows = [rowOf({ method: 'Good, map' }), rowOf({ method: 'Fair map' }), rowOf({ method: 'New map' })];
  const [good, fair, added] = rows.map((row) => row.evaluationId);
  const pair = (probability: number, difference: number) => ({
    probability,
    difference,
    interval: [difference - 0.01, difference + 0.01] as [number, number],
    isSeparable: Math.abs(difference) > 0.01,
  });
  const board = boardOf({ area: 'gf', scenario: 'nadir4' }, rows);
  const csv = pairsCsv(board, rows, {
    uncertainty: null,
    entries: [good!, fair!, added!],
    pairs: [
      [null, pair(0.98, 0.02), null],
      [pair(0.02, -0.02), null, null],
      [null, null, null],
    ],
  });
  const lines = csv.trimEnd().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^method,against,probability_better,mu_difference,/);
  expect(lines[1]).toMatch(/^"Good, map",Fair map,0\.98,0\.02,0\.01,0\.03,yes,/);
  expect(lines[2]).toMatch(/^Fair map,"Good, map",0\.02,-0\.02,-0\.03,-0\.01,yes,/);
});
