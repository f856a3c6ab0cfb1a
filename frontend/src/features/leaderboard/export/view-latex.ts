import { SCORE_TABLE } from '@sillage/contracts';
import type { ViewCell, ViewTable } from './view-table';

/** Tables of a view for a paper, in the style of booktabs. */
export function latexTables(tables: readonly ViewTable[], permalink: string): string {
  const head = [
    '% \\usepackage{booktabs}',
    '% \\usepackage{amssymb} for the marks',
    `% ${permalink.replaceAll(/\s/g, '')}`,
  ];
  return `${[...head, ...tables.map(latexTable)].join('\n')}\n`;
}

function latexTable(table: ViewTable): string {
  const letters = { left: 'l', right: 'r', centre: 'c' };
  const line = (cells: readonly string[]) => `${cells.join(' & ')} \\\\`;
  const groups =
    table.groups.length === 0
      ? []
      : [
          line(
            table.groups.map(({ label, span }) =>
              span === 1 ? escaped(label) : `\\multicolumn{${span}}{c}{${escaped(label)}}`,
            ),
          ),
          groupRules(table),
        ];
  const lastPinned = table.rows.findLastIndex(({ isPinned }) => isPinned);
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escaped([`${table.title}.`, ...table.notes].join(' '))}}`,
    `  \\begin{tabular}{${table.columns.map(({ align }) => letters[align]).join('')}}`,
    ...[
      '\\toprule',
      ...groups,
      line(
        table.columns.map(({ label, metric }) =>
          metric === null ? escaped(label) : SCORE_TABLE[metric].latex,
        ),
      ),
      '\\midrule',
      ...table.rows.flatMap((row, index) => [
        line(row.cells.map((cell, column) => latexCell(cell, column === 0))),
        ...(index === lastPinned && index < table.rows.length - 1 ? ['\\midrule'] : []),
      ]),
      '\\bottomrule',
    ].map((text) => `    ${text}`),
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

function groupRules({ groups }: ViewTable): string {
  let column = 1;
  const rules = groups.map(({ label, span }) => {
    const first = column;
    column += span;
    return label === '' || span === 0 ? '' : `\\cmidrule(lr){${first}-${column - 1}}`;
  });
  return rules.join('');
}

function latexCell({ text, detail, mark, isBest }: ViewCell, isName: boolean): string {
  const value = isBest ? `\\textbf{${escaped(text)}}` : escaped(text);
  if (isName || (detail === '' && mark === '')) return value;
  const beside = [mark, detail]
    .filter((part) => part !== '')
    .map(escaped)
    .join('~');
  return detail === '' ? `${value}~${beside}` : `${value} (${beside})`;
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  // BibTeX counts braces whether or not a backslash stands before them: these come in pairs.
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
  '[': '{[}', // after a line's end it would be an option of it, and a star too
  '*': '{*}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '\u2212': '$-$',
  '\u202f': '\\,',
  '·': '$\\cdot$',
  '°': '$^\\circ$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '≈': '$\\approx$',
  '▲': '$\\blacktriangle$',
  '▼': '$\\blacktriangledown$',
  '△': '$\\vartriangle$',
  '▽': '$\\triangledown$',
  '○': '$\\circ$',
  µ: '$\\mu$',
  σ: '$\\sigma$',
  λ: '$\\lambda$',
  '∇': '$\\nabla$',
  ζ: '$\\zeta$',
};

/** Text that LaTeX sets as it stands. Line ends and control characters become spaces: a name must not end a comment or a row. */
export function escaped(text: string): string {
  return [...text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')]
    .map((character) => SPECIAL[character] ?? character)
    .join('');
}
