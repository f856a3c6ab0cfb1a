import type { Leaderboard, LeaderboardRow } from '@sillage/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boardCsv, boardRecords } from './export/board-export';
import {
  bestRows,
  boardParameters,
  boardView,
  hidesBehindCoast,
  parseBoardQuery,
  positionInColumn,
  queryOn,
  FIRST_ROWS,
  placeLabel,
  placeOf,
  sharedPlaces,
  SORT_KEYS,
  sortDirection,
  sortedBy,
  sortRows,
  zeroRow,
  type BoardQuery,
} from './board-view';

type RowSketch = {
  id: string;
  rank?: number;
  method?: string;
  kind?: 'participant' | 'reference';
  mu?: number;
  sigma?: number;
  lambdaXDeg?: number | null;
  lambdaXKm?: number;
  lambdaTDays?: number | null;
  scoredAt?: string;
};

function makeRow(sketch: RowSketch): LeaderboardRow {
  const isUnresolved = sketch.lambdaXDeg === null;
  return {
    submissionId: sketch.id,
    evaluationId: sketch.id,
    rank: sketch.rank ?? 1,
    tieGroup: sketch.rank ?? 1,
    rankLow: null,
    rankHigh: null,
    intervals: null,
    places: {},
    family: null,
    physics: null,
    cost: null,
    hasMaps: false,
    submittedAt: '2026-01-01T00:00:00Z',
    method: sketch.method ?? sketch.id,
    form: 'map',
    verified: null,
    author: 'somebody',
    kind: sketch.kind ?? 'participant',
    inputs: ['ssh-nadir'],
    codeUrl: null,
    paperUrl: null,
    scores: {
      mu: sketch.mu ?? 0.9,
      sigma: sketch.sigma ?? 0.01,
      lambdaXDeg: sketch.lambdaXDeg === undefined ? 1.2 : sketch.lambdaXDeg,
      lambdaXKm: sketch.lambdaXKm ?? null,
      lambdaTDays: isUnresolved ? null : (sketch.lambdaTDays ?? 10),
      unresolved: isUnresolved ? 'nothing-resolved' : null,
      atGridLimit: [],
      rmseM: 0.05,
    },
    scoredAt: sketch.scoredAt ?? '2026-01-01T00:00:00Z',
  };
}

const makeBoard = (rows: LeaderboardRow[]): Leaderboard => ({
  challenge: 'demo-osse',
  area: 'gf',
  scenario: 'nadir4',
  protocol: 'osse-2020a',
  datasetVersion: '1.0.0',
  pendingCount: 0,
  failedReferences: [],
  uncertainty: null,
  rows,
  identical: [],
  published: [],
});

const oi = makeRow({
  id: 'oi',
  method: 'OI',
  kind: 'reference',
  rank: 3,
  mu: 0.83,
  sigma: 0.04,
  lambdaXDeg: 2.25,
});
const good = makeRow({ id: 'good', rank: 1, mu: 0.95, sigma: 0.01, lambdaXDeg: 0.82 });
const fair = makeRow({ id: 'fair', rank: 2, mu: 0.92, sigma: 0.02, lambdaXDeg: 1.42 });
const blurred = makeRow({ id: 'blurred', rank: 4, mu: 0.4, sigma: 0.1, lambdaXDeg: null });
const ids = (rows: LeaderboardRow[]) => rows.map((row) => row.submissionId);

describe('sorting', () => {
  test.each([
    { name: 'µ: higher is better', sort: 'mu', expected: ['good', 'fair', 'oi', 'blurred'] },
    { name: 'σ: lower is better', sort: 'sigma', expected: ['good', 'fair', 'oi', 'blurred'] },
    {
      name: 'λx: lower is better, unresolved last',
      sort: 'lambda-x',
      expected: ['good', 'fair', 'oi', 'blurred'],
    },
    { name: 'methods from A to Z', sort: 'method', expected: ['blurred', 'fair', 'good', 'oi'] },
  ] as const)('puts the best first by $name', ({ sort, expected }) => {
    expect(ids(sortRows('osse-2020a', [fair, blurred, oi, good], { sort, order: 'natural' }))).toEqual(
      expected,
    );
  });

  test('keeps an unresolved row last when the order is turned round', () => {
    const turned = sortRows('osse-2020a', [fair, blurred, oi, good], { sort: 'lambda-x', order: 'reverse' });
    expect(ids(turned)).toEqual(['oi', 'fair', 'good', 'blurred']);
  });

  test('is a total order: the input order never shows', () => {
    const rowsArbitrary = fc.uniqueArray(
      fc.record({
        id: fc.stringMatching(/^[a-z]{4}$/),
        rank: fc.integer({ min: 1, max: 3 }),
        mu: fc.constantFrom(0.8, 0.9),
        lambdaXDeg: fc.constantFrom(null, 1, 2),
      }),
      { selector: (sketch) => sketch.id, maxLength: 8 },
    );
    fc.assert(
      fc.property(
        rowsArbitrary,
        fc.constantFrom(...SORT_KEYS),
        fc.constantFrom('natural', 'reverse'),
        (sketches, sort, order) => {
          const rows = sketches.map(makeRow);
          expect(ids(sortRows('osse-2020a', rows, { sort, order }))).toEqual(
            ids(sortRows('osse-2020a', [...rows].reverse(), { sort, order })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('says to assistive technology what the reader sees', () => {
    const query = parseBoardQuery({});
    expect(sortDirection('osse-2020a', query, 'mu')).toBe('descending');
    expect(sortDirection('osse-2020a', query, 'sigma')).toBeNull();
    expect(sortDirection('osse-2020a', sortedBy(query, 'lambda-x'), 'lambda-x')).toBe('ascending');
    expect(sortDirection('osse-2020a', sortedBy(query, 'mu'), 'mu')).toBe('ascending');
  });
});

describe('a board along a withheld track', () => {
  const near = makeRow({ id: 'near', lambdaXKm: 152.4 });
  const far = makeRow({ id: 'far', lambdaXKm: 106.1 });
  const ose: Leaderboard = { ...makeBoard([near, far]), protocol: 'ose-2021a' };

  test('sorts λx by its kilometres', () => {
    const query = queryOn('ose-2021a', parseBoardQuery({ sort: 'lambda-x' }));
    expect(ids(boardView(ose, query).ordered)).toEqual(['far', 'near']);
    expect(sortDirection('ose-2021a', query, 'lambda-x')).toBe('ascending');
  });

  test('has no λt to sort by: a sorting from another board gives way to µ', () => {
    const query = parseBoardQuery({ sort: 'lambda-t', order: 'reverse' });
    expect(queryOn('ose-2021a', query)).toMatchObject({ sort: 'mu', order: 'natural' });
    expect(queryOn('osse-natl', query)).toBe(query);
  });

  test('is downloaded with its kilometres', () => {
    expect(boardRecords(ose, parseBoardQuery({}))[0]).toMatchObject({ method: 'far', lambda_x_km: 106.1 });
  });
});

const given = (query: BoardQuery) =>
  Object.fromEntries(Object.entries(boardParameters(query)).filter(([, value]) => value !== null));

describe('the address of a board', () => {
  test('survives the round trip and is empty for the default view', () => {
    const query = parseBoardQuery({ sort: 'lambda-t', order: 'reverse', difference: 'absolute', zero: 'oi' });
    expect(given(query)).toEqual({ sort: 'lambda-t', order: 'reverse', difference: 'absolute', zero: 'oi' });
    expect(
      given(parseBoardQuery({ sort: 'nonsense', order: 'up', view: 'x', metric: '', range: '3' })),
    ).toEqual({});
  });

  test('holds every part of the view', () => {
    const asked = {
      view: 'matrix',
      sort: 'sigma',
      order: 'reverse',
      difference: 'off',
      zero: 'by:Ada:Mine, the second',
      rows: 'all',
      inputs: 'swot',
      form: 'network',
      family: 'dynamical',
      cost: 'minute',
      columns: 'all',
      metric: 'mu,lambda-x',
      cells: 'difference',
      range: '20',
      ladder: 'open',
      band: '4~0.5',
      period: '60~5',
      entries: 'reference:OI|by:Ada:Mine, the second',
    };
    expect(given(parseBoardQuery(asked))).toEqual(asked);
  });
});

describe('the zero line', () => {
  test('is OI unless another row is asked for', () => {
    const other = makeRow({ id: 'qg', method: 'QG nudging', kind: 'reference', rank: 1 });
    expect(zeroRow([good, other, oi], null)).toBe(oi);
    expect(zeroRow([good, other, oi], 'good')).toBe(good);
    expect(zeroRow([good, other], 'gone')).toBe(other);
    expect(zeroRow([good], null)).toBeNull();
  });

  test('stays at the top with the references, and nothing is listed twice', () => {
    const view = boardView(makeBoard([good, fair, oi, blurred]), parseBoardQuery({ zero: 'fair' }));
    expect(ids(view.pinned)).toEqual(['fair', 'oi']);
    expect(ids(view.ordered)).toEqual(['good', 'blurred']);
  });
});

describe('a long board', () => {
  const rows = Array.from({ length: FIRST_ROWS + 30 }, (_, index) =>
    makeRow({ id: `row-${index}`, rank: index + 1, mu: 1 - index / 1000 }),
  );

  test('is cut after its first rows, and says how many are left out', () => {
    const view = boardView(makeBoard([...rows, oi]), parseBoardQuery({}));
    expect(view.ordered).toHaveLength(FIRST_ROWS);
    expect(view.hiddenCount).toBe(30);
    expect(view.pinned).toEqual([oi]);
  });

  test('is whole when asked for, and always in a file', () => {
    expect(boardView(makeBoard(rows), parseBoardQuery({ rows: 'all' })).hiddenCount).toBe(0);
    expect(boardRecords(makeBoard(rows), parseBoardQuery({}))).toHaveLength(FIRST_ROWS + 30);
  });
});

describe('marks', () => {
  test('shared ranks are written as shared', () => {
    const twin = makeRow({ id: 'twin', rank: 1, mu: 0.95 });
    const query = parseBoardQuery({});
    const shared = sharedPlaces('osse-2020a', query, [good, twin, fair]);
    expect(placeLabel(shared, placeOf('osse-2020a', query, good))).toBe('1=');
    expect(placeLabel(shared, placeOf('osse-2020a', query, fair))).toBe('2');
  });

  test('all rows that tie for the best are best', () => {
    const twin = makeRow({ id: 'twin', rank: 1, mu: 0.95, lambdaXDeg: 1 });
    expect(bestRows([good, twin, oi], 'mu')).toEqual(new Set(['good', 'twin']));
    expect(bestRows([blurred], 'lambdaXDeg')).toEqual(new Set());
  });

  test('the best value lies at 1, the worst at 0, in both directions', () => {
    const byResolution = positionInColumn([good, fair, oi, blurred], 'lambdaXDeg');
    expect(byResolution.get('good')).toBe(1);
    expect(byResolution.get('oi')).toBe(0);
    expect(byResolution.get('blurred')).toBeNull();
    expect(positionInColumn([good], 'mu').get('good')).toBeNull();
  });
});

describe('download', () => {
  test('holds the rows of the view in their order, unrounded', () => {
    const records = boardRecords(makeBoard([good, oi]), parseBoardQuery({}));
    expect(records.map((record) => record.method)).toEqual(['OI', 'good']);
    expect(records[1]).toMatchObject({
      mu: 0.95,
      unresolved: null,
      zero_line: 'OI',
      dataset_version: '1.0.0',
    });
  });

  test('says which entries the organisers vouch for, and what they say', () => {
    const verified = { ...good, verified: 'We ran its code.' };
    const records = boardRecords(makeBoard([verified, oi]), parseBoardQuery({}));
    expect(records.map((record) => [record.method, record.verified, record.verified_note])).toEqual([
      ['OI', 'no', null],
      ['good', 'yes', 'We ran its code.'],
    ]);
  });

  test('cannot smuggle a formula into a spreadsheet, and keeps negative numbers', () => {
    const risky = makeRow({ id: 'risky', method: '=cmd|"x",y', mu: -0.5 });
    const csv = boardCsv(makeBoard([risky]), parseBoardQuery({}));
    expect(csv).toContain(`"'=cmd|""x"",y"`);
    expect(csv).toContain(',-0.5,');
    expect(csv.split('\r\n')).toHaveLength(3);
  });
});

test('λx hides behind a coast where the land rule takes it to the limit of the grid, and nowhere else', () => {
  const row = makeRow({ id: 'a', lambdaXDeg: 0.5 });
  const limited = { ...row, scores: { ...row.scores, atGridLimit: ['lambdaXDeg' as const] } };
  expect(hidesBehindCoast({ ...makeBoard([limited]), protocol: 'osse-natl' })).toBe(true);
  expect(hidesBehindCoast({ ...makeBoard([row]), protocol: 'osse-natl' })).toBe(false);
  expect(hidesBehindCoast(makeBoard([limited]))).toBe(false);
});
