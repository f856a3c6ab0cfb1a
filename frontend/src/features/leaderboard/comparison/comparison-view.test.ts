import type { BoardPairs, ResolutionByBox } from '@sillage/contracts';
import { describe, expect, test } from 'vitest';
import {
  chosenRows,
  handleName,
  MAX_COMPARED,
  pairOf,
  probabilityText,
  resolutionPair,
  slotsOfRows,
} from './comparison-view';
import { boardOf, rowOf } from '../testing/boards';

const GF = { area: 'gf', scenario: 'nadir4' };
const oi = rowOf({ method: 'OI', kind: 'reference', author: 'Sillage' });
const others = Array.from({ length: 12 }, (_, index) => rowOf({ method: `M${index}` }));
const board = boardOf(GF, [...others, oi]);

describe('what is compared', () => {
  test('is what the address names, in its order, and who is not here is named', () => {
    const { rows, absent } = chosenRows(board, ['by:Ada:M3', 'reference:OI', 'by:Bob:Gone']);
    expect(rows).toEqual([others[3], oi]);
    expect(absent.map(handleName)).toEqual(['Gone']);
  });

  test('is the reference and the two best where the address names nobody', () => {
    expect(chosenRows(board, []).rows).toEqual([oi, others[0], others[1]]);
    expect(chosenRows(boardOf(GF, []), []).rows).toEqual([]);
  });

  test('is cut after so many, and says so', () => {
    const { rows, droppedCount } = chosenRows(
      board,
      others.map((row) => row.submissionId),
    );
    expect(rows).toHaveLength(MAX_COMPARED);
    expect(droppedCount).toBe(others.length - MAX_COMPARED);
  });
});

test('a method looks the same whoever stands beside it on a board of ordinary size', () => {
  const slotOf = slotsOfRows(board.rows, [others[1]!]);
  expect(slotsOfRows(board.rows, [others[1]!, others[2]!, oi])(others[1]!)).toBe(slotOf(others[1]!));
});

test('two submissions of one method look different', () => {
  const twins = [rowOf({ submissionId: 'a', method: 'Mine' }), rowOf({ submissionId: 'b', method: 'Mine' })];
  const slotOf = slotsOfRows(twins, twins);
  expect(slotOf(twins[0]!)).not.toBe(slotOf(twins[1]!));
});

describe('pairs', () => {
  const cell = {
    probability: 0.9,
    difference: 0.01,
    interval: [0, 0.02] as [number, number],
    isSeparable: false,
  };
  const pairs: BoardPairs = { uncertainty: null, entries: ['a', 'b'], pairs: [[null, cell], [null, null]] }; // oxfmt-ignore

  test('are found by their evaluations; who is not among them has none', () => {
    expect(pairOf(pairs, 'a', 'b')).toBe(cell);
    expect(pairOf(pairs, 'b', 'a')).toBeNull();
    expect(pairOf(pairs, 'a', 'c')).toBeNull();
    expect(pairOf(pairs, 'c', 'a')).toBeNull();
  });

  test('never claim certainty that no resampling can show', () => {
    expect([0, 0.004, 0.5, 0.994, 1].map(probabilityText)).toEqual([
      '< 0.01',
      '< 0.01',
      '0.50',
      '0.99',
      '> 0.99',
    ]);
  });
});

describe('boxes of two methods', () => {
  const boxes = (sizeDeg: number): ResolutionByBox => ({
    version: 1,
    direction: 'zonal',
    unit: 'deg',
    sizeDeg,
    latDeg: [38],
    lonDeg: [-60],
    wavelength: [5, 2.5],
    longestWavelength: 2.5,
    leastPieceCount: 10,
    boxes: [],
    whole: {
      wavelength: 1,
      unresolved: null,
      pieceCount: 20,
      kmPerDeg: 90,
      reference: [],
      error: [],
    },
  });
  const [a, b, c, old] = [
    ...others.slice(0, 3).map((row) => ({ row, resolution: boxes(5) })),
    { row: others[3]!, resolution: boxes(10) },
  ];
  const chosen = (own = '', other = '') => {
    const idOf = (name: string) => (name === '' ? '' : rowOf({ method: name }).evaluationId);
    const pair = resolutionPair([a!, b!, c!, old!], { own: idOf(own), other: idOf(other) });
    return [pair?.own.row.method, pair?.other?.row.method];
  };

  test('are those of the second less those of the first, or of whom one asks for', () => {
    expect(chosen()).toEqual(['M1', 'M0']);
    expect(chosen('M2')).toEqual(['M2', 'M0']);
    expect(chosen('M0')).toEqual(['M0', 'M1']);
    expect(chosen('M0', 'M2')).toEqual(['M0', 'M2']);
    expect(chosen('M0', 'M0')).toEqual(['M0', 'M1']);
  });

  test('have a difference over the same boxes only; one alone is shown alone, nobody not at all', () => {
    expect(chosen('M3')).toEqual(['M3', undefined]);
    expect(chosen('M1', 'M3')).toEqual(['M1', 'M0']);
    expect(resolutionPair([a!], { own: '', other: '' })).toEqual({ own: a, other: null });
    expect(resolutionPair([], { own: '', other: '' })).toBeNull();
  });
});
