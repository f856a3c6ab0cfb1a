import { describe, expect, test } from 'vitest';
import { taskKey } from '../../../lib/tasks';
import { boardRecords } from './board-export';
import { boardView, parseBoardQuery } from '../board-view';
import { boardOf, CHALLENGE, rowOf } from '../testing/boards';
import { viewBibtex } from './view-bibtex';
import { escaped, latexTables } from './view-latex';
import { viewSvg, wrapped, xml } from '../drawing/view-svg';
import { viewTables } from './view-table';

const GF = { area: 'gf', scenario: 'nadir4' };
const oi = rowOf({
  submissionId: '11111111-oi',
  method: 'OI',
  kind: 'reference',
  author: 'Sillage',
  rank: 2,
  scores: { mu: 0.8, sigma: 0.02 },
});
const mine = rowOf({
  submissionId: '22222222-mine',
  method: 'Mine & yours_100%',
  author: 'Åse Ørn',
  rank: 1,
  inputs: ['ssh-nadir', 'sst'],
  paperUrl: 'https://example.org/paper_1',
  scores: { mu: 0.9 },
});
const board = boardOf(GF, [mine, oi]);
const source = (asked: Record<string, string> = {}) => ({
  challenge: CHALLENGE,
  boards: { [taskKey(board)]: board },
  choice: GF,
  query: parseBoardQuery(asked),
});
const LINK = 'https://sillage.example/challenges/demo/leaderboard?area=gf';

describe('the table of a view', () => {
  test.each<Record<string, string>>([
    {},
    { sort: 'method', order: 'reverse' },
    { zero: '22222222-mine' },
    { inputs: 'sst' },
  ])('has the rows of the page in their order, as the CSV has: %o', (asked) => {
    const view = boardView(board, parseBoardQuery(asked));
    const onPage = [...view.pinned, ...view.ordered].map((row) => row.method);
    const [table] = viewTables(source(asked));
    expect(table?.rows.map((row) => row.cells[0]?.text)).toEqual(onPage);
    expect(boardRecords(board, parseBoardQuery(asked)).map((record) => record.method)).toEqual(onPage);
  });

  test('says what it is tied to', () => {
    expect(viewTables(source())[0]?.notes.join(' ')).toContain('Protocol osse-2020a, dataset 2.1.0.');
    expect(viewTables(source({ view: 'matrix', metric: 'mu,lambda-x' })).map(({ title }) => title)).toEqual([
      'Demo: µ(RMSE) on all boards',
      'Demo: λx (°) on all boards',
    ]);
  });
});

test('figures and LaTeX name the entries that the organisers vouch for, as the board does', () => {
  const verified = { ...mine, verified: 'We ran its code.' };
  const marked = boardOf(GF, [verified, oi]);
  const tables = viewTables({ ...source(), boards: { [taskKey(marked)]: marked } });
  expect(tables[0]?.rows.map(({ cells }) => cells[0]?.detail)).toContain('Åse Ørn, verified');
  expect(latexTables(tables, LINK)).toContain('Verified by the organisers: Mine \\& yours\\_100\\%.');
  expect(viewSvg(tables, LINK)).toContain('Åse Ørn, verified');
  expect(viewTables(source())[0]?.notes.join(' ')).not.toContain('Verified');
});

describe('LaTeX', () => {
  test('is a booktabs table with as many cells in a row as columns', () => {
    const text = latexTables(viewTables(source()), LINK);
    expect(text).toContain('\\begin{tabular}{lrrrrrl}');
    expect(text).toContain('$\\lambda_x$ ($^\\circ$)');
    const rows = text.split('\n').filter((line) => line.endsWith('\\\\'));
    for (const row of rows) expect(row.replaceAll('\\&', '').split('&')).toHaveLength(7);
    expect(text).toContain('Mine \\& yours\\_100\\%');
    expect(text).toContain('\\textbf{0.900}');
  });

  test.each([
    {
      text: 'a\\b{c}$d#e_f^g~h',
      expected:
        'a\\textbackslash{}b\\textbraceleft{}c\\textbraceright{}\\$d\\#e\\_f\\textasciicircum{}g\\textasciitilde{}h',
    },
    { text: '[x] *', expected: '{[}x] {*}' },
    {
      text: 'one\n\\input{/etc/passwd}',
      expected: 'one \\textbackslash{}input\\textbraceleft{}/etc/passwd\\textbraceright{}',
    },
    { text: '≤ −3 % λx', expected: '$\\leq$ $-$3 \\% $\\lambda$x' },
  ])('sets $text as it stands', ({ text, expected }) => {
    expect(escaped(text)).toBe(expected);
  });
});

describe('BibTeX', () => {
  const challenge = {
    ...CHALLENGE,
    citation: 'Somebody et al., 2024',
    licence: 'CC-BY-4.0',
    createdAt: '2026-01-01T00:00:00Z',
  };
  const text = viewBibtex({
    challenge,
    shown: [
      { board, row: mine },
      { board: boardOf({ area: 'osmosis', scenario: 'nadir4' }, [mine]), row: mine },
      { board, row: oi },
    ],
    origin: 'https://sillage.example',
  });

  test('cites the challenge with its dataset version, and every submission once', () => {
    expect(text.match(/^@misc\{[a-z0-9-]+,$/gm)).toEqual([
      '@misc{sillage-demo-2-1-0,',
      '@misc{mine-yours-100-22222222,',
      '@misc{oi-11111111,',
    ]);
    expect(text).toContain('version = {2.1.0}');
    expect(text).toContain('Somebody et al., 2024');
    expect(text).toContain('Gulf Stream, 4 nadirs; OSMOSIS, 4 nadirs.');
    expect(text).toContain('url = {https://sillage.example/submissions/22222222-mine}');
    expect(text).toContain('author = {{Åse Ørn}}');
  });

  test('has as many closing braces as opening ones, whatever a method is called', () => {
    const row = rowOf({ method: '}}, author = {nobody' });
    const risky = viewBibtex({ challenge, shown: [{ board, row }], origin: 'https://x' });
    expect(risky.split('{')).toHaveLength(risky.split('}').length);
  });
});

describe('the figure', () => {
  test('holds what is shown, its versions and its address, and no markup of others', () => {
    const risky = boardOf(GF, [rowOf({ method: '<script>alert("x")</script>' }), oi]);
    const svg = viewSvg(viewTables({ ...source(), boards: { [taskKey(risky)]: risky } }), LINK);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).toContain('0.800');
    expect(svg).toContain('dataset 2.1.0');
    expect(svg).toContain('https://sillage.example/challenges/demo/leaderboard?area=gf');
  });

  test('of the matrix hatches what cannot be and colours what differs', () => {
    const svg = viewSvg(viewTables(source({ view: 'matrix' })), LINK);
    expect(svg).toContain('url(#hatch-0)');
    expect(svg).toMatch(/fill="rgb\(\d+,\d+,\d+\)"/);
    expect(svg).not.toContain('NaN');
  });

  test('breaks lines between words', () => {
    expect(wrapped('1 SWOT + 4 nadirs', 12)).toEqual(['1 SWOT + 4', 'nadirs']);
    expect(wrapped('unbreakable', 3)).toEqual(['unbreakable']);
  });

  test('leaves out what XML forbids', () => {
    expect(xml('a\u0000\u0008"<&>')).toBe('a&quot;&lt;&amp;&gt;');
  });
});
