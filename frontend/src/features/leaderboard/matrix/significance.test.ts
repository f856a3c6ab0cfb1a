import type { BoardPairs, Uncertainty } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { taskKey } from '../../../lib/tasks';
import { parseBoardQuery } from '../board-view';
import { cellMark } from './scorecard-marks';
import { scorecard } from './scorecard-view';
import { loadSignificance, separableFrom, significanceQuestions } from './significance';
import { boardOf, CHALLENGE, rowOf } from '../testing/boards';

const GF = { area: 'gf', scenario: 'nadir4' };
const uncertainty: Uncertainty = {
  dayCount: 42,
  blockDays: 7,
  replicateCount: 1000,
  widening: 1,
  level: 0.95,
};
const oi = rowOf({ submissionId: 'oi', method: 'OI', kind: 'reference', scores: { mu: 0.8 } });
const clear = rowOf({ submissionId: 'clear', method: 'Clear', scores: { mu: 0.9 } });
const near = rowOf({ submissionId: 'near', method: 'Near', scores: { mu: 0.81 } });
const board = boardOf(GF, [clear, near, oi], { uncertainty });
const boards = { [taskKey(board)]: board };

const pair = (isSeparable: boolean) => ({
  probability: 0.9,
  difference: 0.1,
  interval: [0, 0.2] as [number, number],
  isSeparable,
});
const answer: BoardPairs = {
  uncertainty,
  entries: [oi, clear, near].map((row) => row.evaluationId),
  pairs: [
    [null, pair(true), pair(false)],
    [pair(true), null, pair(true)],
    [pair(false), pair(true), null],
  ],
};
const cardOf = (metric: 'mu' | 'sigma', significance?: Awaited<ReturnType<typeof loadSignificance>>) =>
  scorecard({
    challenge: CHALLENGE,
    boards,
    query: parseBoardQuery({}),
    choice: GF,
    metric,
    ...(significance === undefined ? {} : { significance }),
  });
const markOf = (card: ReturnType<typeof cardOf>, method: string) => {
  const cell = card.rows.find((row) => row.method === method)?.cells[0];
  return cell?.state === 'value' ? cellMark(cell).glyph : null;
};

describe('significance in the matrix', () => {
  test('is asked for every board that has it, of the zero line against the others', () => {
    const { columns } = cardOf('mu');
    expect(significanceQuestions(columns, boards)).toEqual([
      { ...GF, zero: oi.evaluationId, others: [clear.evaluationId, near.evaluationId] },
    ]);
    expect(significanceQuestions(columns, { [taskKey(board)]: { ...board, uncertainty: null } })).toEqual([]);
  });

  test('fills the mark of what is told apart, and leaves the others hollow', async () => {
    const significance = await loadSignificance(
      significanceQuestions(cardOf('mu').columns, boards),
      async () => answer,
    );
    expect(significance).toEqual({ 'gf.nadir4': separableFrom(oi.evaluationId, answer) });
    expect(markOf(cardOf('mu', significance), 'Clear')).toBe('▲');
    expect(markOf(cardOf('mu', significance), 'Near')).toBe('△');
  });

  test('is never claimed where nothing was tested: without an answer, and for metrics that have no test', async () => {
    const significance = await loadSignificance(
      significanceQuestions(cardOf('mu').columns, boards),
      async () => {
        throw new Error('refused');
      },
    );
    expect(significance).toEqual({});
    expect(markOf(cardOf('mu', significance), 'Clear')).toBe('△');
    const tested = { 'gf.nadir4': { [clear.evaluationId]: true } };
    expect(cardOf('sigma', tested).rows.flatMap((row) => row.cells)).not.toContainEqual(
      expect.objectContaining({ isSeparable: true }),
    );
  });
});
