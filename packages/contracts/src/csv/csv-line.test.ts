import { expect, test } from 'vitest';
import { csvCells, csvLine, csvText } from './csv-line.js';

test.each([
  { name: 'a text', cell: 'OI', expected: 'OI' },
  { name: 'nothing', cell: null, expected: '' },
  { name: 'a number with all its digits', cell: 0.1 + 0.2, expected: '0.30000000000000004' },
  { name: 'a negative number, which is no formula', cell: -1.5, expected: '-1.5' },
  { name: 'a claim', cell: true, expected: 'true' },
  { name: 'a comma', cell: 'a, b', expected: '"a, b"' },
  { name: 'a quote', cell: 'a "b"', expected: '"a ""b"""' },
  { name: 'a line break', cell: 'a\nb', expected: '"a\nb"' },
  { name: 'a text that a spreadsheet would run', cell: '-1+1', expected: "'-1+1" },
  { name: 'a number that is text, which stays one', cell: '-1.50', expected: '-1.50' },
  { name: 'a number that is none', cell: Number.NaN, expected: '' },
  { name: 'a value that is not there', cell: undefined, expected: '' },
  { name: 'a formula behind a tab', cell: '\t=1+1', expected: "'\t=1+1" },
  { name: 'such a text with a comma', cell: '=SUM(A1,A2)', expected: '"\'=SUM(A1,A2)"' },
])('writes $name', ({ cell, expected }) => {
  expect(csvLine([cell, 1])).toBe(`${expected},1\r\n`);
});

test('writes lines with their end, or one without', () => {
  expect(
    csvText([
      ['a', 'b'],
      [1, null],
    ]),
  ).toBe('a,b\r\n1,\r\n');
  expect(csvCells(['a', 2])).toBe('a,2');
});
