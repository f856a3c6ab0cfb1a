import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { PYTHON } from '../../tools/system-packages.mjs';

export type NotebookCell = {
  cell_type: string;
  id: string;
  source: string | string[];
  execution_count?: number | null;
  outputs?: { output_type: string; text?: string | string[]; data?: Record<string, string> }[];
};

export function cellsOf(file: string): NotebookCell[] {
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { cells: NotebookCell[] }).cells;
}

/** What a cell printed. */
export function printedBy(cells: readonly NotebookCell[], id: string): string {
  return (cells.find((cell) => cell.id === id)?.outputs ?? []).flatMap(({ text = '' }) => text).join('');
}

/** The cells that drew a figure. */
export function drawnBy(cells: readonly NotebookCell[]): string[] {
  return cells
    .filter(({ outputs = [] }) => outputs.some(({ data = {} }) => 'image/png' in data))
    .map(({ id }) => id);
}

/** Every cell in order, in a kernel of its own, as Jupyter does; the first error ends it. */
const EXECUTE = `
import sys, nbclient, nbformat
source, target, folder = sys.argv[1:]
notebook = nbformat.read(source, as_version=4)
nbformat.validate(notebook)
nbclient.NotebookClient(notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
nbformat.write(notebook, target)`;

export async function executeNotebook(
  files: { notebook: string; target: string; folder: string },
  environment: Record<string, string>,
): Promise<void> {
  const child = spawn(PYTHON, ['-c', EXECUTE, files.notebook, files.target, files.folder], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw new Error(`the notebook ended with status ${String(status)}: ${stderr}`);
}
