import { describe, expect, it } from 'vitest';
import { plain } from './common-cells.js';
import { reproductionNotebook, type NotebookSubject } from './notebook.js';

const SUBJECT: NotebookSubject = {
  platformUrl: 'https://sillage.example',
  submissionId: '3d6f0a58-6d6c-4d0e-9a53-0f6f4f1f8a11',
  evaluationId: '7b1c7e9e-14a9-4f4e-9f04-0a6a5b1f9a10',
  area: 'gf',
  scenario: 'nadir4',
  method: 'A *bold*\n<script>alert(1)</script> [method](javascript:x)',
  author: 'Ada',
  challengeName: 'Demo',
  datasetVersion: '1.0.0',
  protocol: 'osse-natl',
};

type Cell = { cell_type: string; id: string; source: string[]; outputs?: unknown[] };
const cellsOf = (text: string): Cell[] => (JSON.parse(text) as { cells: Cell[] }).cells;

describe.each([
  ['gridded', false],
  ['along-track', true],
])('the notebook of a %s protocol', (_name, isAlongTrack) => {
  const text = reproductionNotebook(SUBJECT, isAlongTrack);
  const cells = cellsOf(text);

  it('is the same text for the same evaluation, without outputs and with ids of its own', () => {
    expect(reproductionNotebook({ ...SUBJECT }, isAlongTrack)).toBe(text);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
    expect(cells.every(({ id }) => /^[a-zA-Z0-9-_]{1,64}$/.test(id))).toBe(true);
    expect(cells.flatMap(({ outputs = [] }) => outputs)).toEqual([]);
  });

  it('ends with the proof, and shows no markup of the author', () => {
    expect(cells.at(-1)?.id).toBe('proof');
    expect(cells.at(-1)?.source.join('')).toContain('assert not off');
    expect(cells[0]?.source.join('')).not.toMatch(/[^\\]<|[^\\]\[method/);
  });
});

it('turns a text into one line without markup', () => {
  expect(plain('a\nb *c* _d_ [e](f) <g> $h$')).toBe(String.raw`a b \*c\* \_d\_ \[e\]\(f\) \<g\> \$h\$`);
});
