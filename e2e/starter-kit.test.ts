import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { PYTHON, STARTER_KIT } from '../tools/system-packages.mjs';
import { boardWithRows, finalSubmission, newAccount } from './testing/api.js';
import { ROOT } from './testing/platform.js';

const NOTEBOOK = path.join(ROOT, 'docs/starter-kit/starter-kit.ipynb');
const isRunnable = STARTER_KIT.isThere();
if (!isRunnable)
  console.warn(
    `skipped: ${STARTER_KIT.purpose} needs ${STARTER_KIT.packages.join(', ')} ` +
      `(on Debian: sudo apt-get install ${STARTER_KIT.packages.join(' ')})`,
  );

type Cell = {
  cell_type: string;
  id: string;
  source: string | string[];
  execution_count?: number | null;
  outputs?: { output_type: string; text?: string; data?: Record<string, string> }[];
};
const cellsOf = (file: string) => (JSON.parse(fs.readFileSync(file, 'utf8')) as { cells: Cell[] }).cells;

/** Every cell in order, in a kernel of its own, as Jupyter does; the first error ends it. */
const EXECUTE = `
import sys, nbclient, nbformat
source, target, folder = sys.argv[1:]
notebook = nbformat.read(source, as_version=4)
nbclient.NotebookClient(notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
nbformat.write(notebook, target)`;

async function execute(target: string, environment: Record<string, string>): Promise<void> {
  const child = spawn(PYTHON, ['-c', EXECUTE, NOTEBOOK, target, path.dirname(NOTEBOOK)], {
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

describe('the starter kit', () => {
  test('is committed without outputs: they would be those of another machine, and git would keep every figure', () => {
    const cells = cellsOf(NOTEBOOK);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
    const ran = cells.filter(
      ({ outputs = [], execution_count: count = null }) => outputs.length > 0 || count !== null,
    );
    expect(ran.map(({ id }) => id)).toEqual([]);
  });

  test('points to files that are there', () => {
    const prose = cellsOf(NOTEBOOK).filter((cell) => cell.cell_type === 'markdown');
    const links = prose.flatMap(({ source }) => [
      ...[source]
        .flat()
        .join('')
        .matchAll(/\]\(([^)#]+)/g),
    ]);
    const files = links.flatMap(([, link = '']) => (link.includes('://') ? [] : [link]));
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !fs.existsSync(path.resolve(path.dirname(NOTEBOOK), file)))).toEqual([]);
  });

  test.skipIf(!isRunnable)('is a notebook by the schema of nbformat', () => {
    const program =
      'import sys, nbformat; nbformat.validate(nbformat.read(sys.argv[1], nbformat.NO_CONVERT))';
    const { status, stderr } = spawnSync(PYTHON, ['-c', program, NOTEBOOK], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });

  test.skipIf(!isRunnable)(
    'runs from top to bottom: downloads, simulates, trains, submits, and reads the score that the platform gave',
    { timeout: 1_800_000 },
    async () => {
      const { url, workFolder } = inject('platform');
      const [area, scenario] = ['osmosis', 'nadir4']; // less to simulate than the Gulf Stream
      await boardWithRows(url, 'demo-osse', area, scenario);
      const { token } = await newAccount(url, 'Starter');
      const work = path.join(workFolder, 'starter-kit');
      const executed = path.join(workFolder, 'starter-kit.ipynb');
      await execute(executed, {
        SILLAGE_URL: url,
        SILLAGE_TOKEN: token,
        SILLAGE_AREA: area,
        SILLAGE_SCENARIO: scenario,
        SILLAGE_TRAINING_DAYS: '45',
        SILLAGE_TRAIN_MINUTES: '0.4',
        SILLAGE_THREADS: '1',
        SILLAGE_METHOD: 'Starter kit of a test',
        SILLAGE_WORK: work,
      });

      const read = JSON.parse(fs.readFileSync(path.join(work, 'scores.json'), 'utf8')) as {
        submission: string;
        scores: Record<string, unknown>;
      };
      const submitted = await finalSubmission(url, read.submission, token);
      expect(submitted).toMatchObject({
        form: 'network',
        card: { name: 'Starter kit of a test' },
        network: { summary: { architecture: 'starter', days: 15, spacingDeg: 0.2 } },
        evaluations: [{ area, scenario, state: 'scored' }],
      });
      const [evaluation] = submitted.evaluations;
      expect(read.scores).toEqual(evaluation?.scores);

      const cells = cellsOf(executed);
      const printed = (id: string) =>
        (cells.find((cell) => cell.id === id)?.outputs ?? []).map(({ text = '' }) => text).join('');
      expect(printed('board')).toMatch(
        new RegExp(
          `${String(evaluation?.rank)}  Starter kit of a test +${evaluation?.scores?.mu.toFixed(3)} .*←`,
        ),
      );
      const drawn = cells.filter(({ outputs = [] }) => outputs.some(({ data = {} }) => 'image/png' in data));
      expect(drawn.map(({ id }) => id)).toEqual(['look', 'coverage', 'oi', 'train', 'validate', 'compare']);
    },
  );
});
