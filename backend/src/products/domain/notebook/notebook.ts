import { alongTrackCells } from './along-track-cells.js';
import type { Cell } from './cell.js';
import { openingCells, proofCells, type NotebookSubject } from './common-cells.js';
import { griddedCells } from './gridded-cells.js';

export type { NotebookSubject } from './common-cells.js';

/**
 * A Jupyter notebook (nbformat 4.5) that computes a published score again from public files and asserts that it is the same.
 * Without outputs, and the same text for the same evaluation.
 */
export function reproductionNotebook(subject: NotebookSubject, isAlongTrack: boolean): string {
  const cells = [
    ...openingCells(subject),
    ...(isAlongTrack ? alongTrackCells() : griddedCells()),
    ...proofCells(),
  ];
  const notebook = {
    cells: cells.map(toNotebookCell),
    metadata: {
      kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' },
      language_info: { name: 'python' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

function toNotebookCell({ kind, id, source }: Cell) {
  // A list of lines, as Jupyter writes it: differences between two notebooks can be read.
  const lines = source.split('\n').map((line, index, all) => (index === all.length - 1 ? line : `${line}\n`));
  return kind === 'markdown'
    ? { cell_type: 'markdown', id, metadata: {}, source: lines }
    : { cell_type: 'code', execution_count: null, id, metadata: {}, outputs: [], source: lines };
}
