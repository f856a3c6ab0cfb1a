import type { LeaderboardRow } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import { taskKey } from '../../../lib/tasks';
import { scorecardCsv, scorecardRecords } from '../export/board-export';
import { parseBoardQuery } from '../board-view';
import { cellMark } from './scorecard-marks';
import { colourStrength, fittingRange, scorecard, type Boards, type ScorecardCell } from './scorecard-view';
import { boardOf, CHALLENGE, rowOf } from '../testing/boards';

const reference = (submissionId: string, mu: number, lambdaXDeg: number | null = 2) =>
  rowOf({ submissionId, method: 'OI', kind: 'reference', author: 'Sillage', scores: { mu, lambdaXDeg } });
const mine = (submissionId: string, mu: number, change: Partial<LeaderboardRow> = {}) =>
  rowOf({ submissionId, method: 'Mine', scores: { mu }, ...change });

const GF = { area: 'gf', scenario: 'nadir4' };
const SWOT = { area: 'gf', scenario: 'swot1' };
const OSMOSIS = { area: 'osmosis', scenario: 'nadir4' };
const byTask = (...boards: ReturnType<typeof boardOf>[]): Boards =>
  Object.fromEntries(boards.map((board) => [taskKey(board), board]));

const boards = byTask(
  boardOf(GF, [
    reference('oi-gf', 0.8),
    mine('mine-gf', 0.88),
    rowOf({ method: 'Theirs', scores: { mu: 0.4 } }),
  ]),
  boardOf(SWOT, [reference('oi-swot', 0.9)]),
  boardOf({ area: 'gf', scenario: 'swot1-noise1' }, []),
  boardOf(OSMOSIS, [reference('oi-osmosis', 0.7), mine('mine-osmosis', 0.63)]),
);
const cardOf = (
  asked: Record<string, string> = {},
  of: Boards = boards,
  choice = GF,
  metric: 'mu' | 'sigma' | 'lambdaXDeg' = 'mu',
) => scorecard({ challenge: CHALLENGE, boards: of, query: parseBoardQuery(asked), choice, metric });
const valueOf = (cell: ScorecardCell | undefined) => (cell?.state === 'value' ? cell : undefined);

describe('the matrix', () => {
  test('has a column for every area and observations, impossible ones included, and folds the noise ladder away', () => {
    const columns = (card: ReturnType<typeof cardOf>) =>
      card.columns.map((column) => `${taskKey(column)} ${column.state}`);
    expect(columns(cardOf())).toEqual([
      'gf.nadir4 board',
      'gf.swot1 board',
      'osmosis.nadir4 board',
      'osmosis.swot1 impossible',
    ]);
    expect(columns(cardOf({ ladder: 'open' }))).toContain('gf.swot1-noise1 board');
    expect(columns(cardOf({}, {}))).toContain('gf.nadir4 waiting');
  });

  test('puts a method of several boards in one row, and compares each cell with the zero line of its own board', () => {
    const card = cardOf();
    const row = card.rows.find(({ method }) => method === 'Mine');
    expect(row?.cells.map((cell) => valueOf(cell)?.row.submissionId ?? cell.state)).toEqual([
      'mine-gf',
      'missing',
      'mine-osmosis',
      'missing',
    ]);
    expect(valueOf(row?.cells[0])?.percentBetter).toBeCloseTo(10, 9);
    expect(valueOf(row?.cells[2])?.percentBetter).toBeCloseTo(-10, 9);
    expect(card.zero).toEqual({ handle: 'reference:OI', method: 'OI' });
    expect(valueOf(card.rows[0]?.cells[0])).toMatchObject({ isZero: true, percentBetter: null });
  });

  test('counts lower as better where it is', () => {
    const of = byTask(
      boardOf(GF, [
        rowOf({ submissionId: 'oi', method: 'OI', kind: 'reference', scores: { sigma: 0.02 } }),
        rowOf({ submissionId: 'm', method: 'Mine', scores: { sigma: 0.01 } }),
      ]),
    );
    const row = cardOf({}, of, GF, 'sigma').rows.find(({ method }) => method === 'Mine');
    expect(valueOf(row?.cells[0])?.percentBetter).toBeCloseTo(50, 9);
    expect(valueOf(row?.cells[0])?.difference?.verdict).toBe('better');
  });

  test('takes any method as the zero line, by its handle or by any of its submissions', () => {
    for (const zero of ['by:Ada:Mine', 'mine-osmosis']) {
      const card = cardOf({ zero });
      expect(card.zero?.method).toBe('Mine');
      expect(card.rows[0]?.method).toBe('Mine');
      expect(valueOf(card.rows.find(({ method }) => method === 'OI')?.cells[0])?.percentBetter).toBeCloseTo(
        (100 * (0.8 - 0.88)) / 0.88,
        9,
      );
      // It does not stand with SWOT: there is nothing to compare with, and no colour.
      expect(valueOf(card.rows.find(({ method }) => method === 'OI')?.cells[1])).toMatchObject({
        difference: null,
        percentBetter: null,
      });
    }
  });

  test('gives each submission its own row where one board has two of a method: nobody can say which goes with which', () => {
    const of = byTask(boardOf(GF, [mine('a', 0.8), mine('b', 0.9)]), boardOf(OSMOSIS, [mine('c', 0.7)]));
    expect(
      cardOf({}, of)
        .rows.map(({ handle }) => handle)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
  });

  test('says why a cell is empty, and never sorts it as the worst', () => {
    const card = cardOf({}, boards, OSMOSIS);
    const theirs = card.rows.find(({ method }) => method === 'Theirs');
    expect(theirs?.cells.map((cell) => (cell.state === 'missing' ? cell.why : cell.state))).toEqual([
      'value',
      'not-entered',
      'not-entered',
      'impossible',
    ]);
    const participants = (order: string) =>
      cardOf({ order }, boards, OSMOSIS)
        .rows.filter(({ kind }) => kind === 'participant')
        .map(({ method }) => method);
    expect(participants('natural')).toEqual(['Mine', 'Theirs']);
    expect(participants('reverse')).toEqual(['Mine', 'Theirs']);
  });

  test('shows an unresolved λx as that, without a colour', () => {
    const of = byTask(
      boardOf(GF, [
        reference('oi', 0.8),
        rowOf({
          method: 'Blurred',
          scores: { lambdaXDeg: null, lambdaTDays: null, unresolved: 'nothing-resolved' },
        }),
      ]),
    );
    const cell = cardOf({}, of, GF, 'lambdaXDeg').rows.find(({ method }) => method === 'Blurred')?.cells[0];
    expect(cell).toMatchObject({ state: 'unresolved', reason: 'nothing-resolved' });
    expect(colourStrength(cell!, 10)).toBe(0);
  });

  test('keeps the zero line whatever the facets leave out', () => {
    const card = cardOf({ form: 'network' });
    expect(card.rows.map(({ method }) => method)).toEqual(['OI']);
  });
});

describe('the colours', () => {
  const cell = (percentBetter: number): ScorecardCell => ({
    state: 'value',
    row: rowOf(),
    difference: null,
    percentBetter,
    isSeparable: null,
    isZero: false,
  });

  test('are as strong for better as for worse, and end at the end of the scale', () => {
    expect(colourStrength(cell(5), 10)).toBe(0.5);
    expect(colourStrength(cell(-5), 10)).toBe(-0.5);
    expect(colourStrength(cell(-500), 10)).toBe(-1);
  });

  test('fit most of the cells: one wild value does not pale the rest', () => {
    expect(fittingRange([1, -3, 4, 4.5, 900].map(cell))).toBe(5);
    expect(fittingRange([cell(0.4)])).toBe(1);
    expect(fittingRange([cell(1e9)])).toBe(100);
    expect(fittingRange([])).toBe(1);
  });

  test('never stand alone: every compared cell has a mark', () => {
    const card = cardOf();
    const marks = card.rows.flatMap((row) =>
      row.cells.flatMap((item) =>
        item.state === 'value' && item.difference !== null ? [cellMark(item).glyph] : [],
      ),
    );
    expect(marks.sort()).toEqual(['△', '▽', '▽']);
  });
});

describe('the matrix as a file', () => {
  test('has a record for each cell of a board that exists, in the order shown; an empty one says why', () => {
    const card = cardOf();
    const records = scorecardRecords(CHALLENGE, [card]);
    expect(records).toHaveLength(3 * card.rows.length);
    expect(
      records
        .filter(({ area }) => area === 'gf')
        .every(({ value, missing }) => (value === null) === (missing !== null)),
    ).toBe(true);
    expect(records.find(({ submission_id }) => submission_id === 'mine-gf')).toMatchObject({
      value: 0.88,
      zero_line: 'OI',
      zero_value: 0.8,
      dataset_version: '2.1.0',
      protocol: 'osse-2020a',
    });
    expect(scorecardCsv(CHALLENGE, [card]).trimEnd().split('\r\n')).toHaveLength(records.length + 1);
  });

  test('cannot smuggle a formula into a spreadsheet', () => {
    const of = byTask(boardOf(GF, [rowOf({ method: '=HYPERLINK("x")' })]));
    expect(scorecardCsv(CHALLENGE, [cardOf({}, of)])).toContain(`"'=HYPERLINK(""x"")"`);
  });
});
