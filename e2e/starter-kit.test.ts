import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PYTHON, STARTER_KIT } from '../tools/system-packages.mjs';
import { boardWithRows, finalSubmission, newAccount } from './testing/api.js';
import { cellsOf, drawnBy, executeNotebook, printedBy } from './testing/notebooks.js';
import { ROOT } from './testing/platform.js';
import { sharedPlatform } from './testing/shared-platforms.js';

const NOTEBOOK = path.join(ROOT, 'docs/starter-kit/starter-kit.ipynb');
const isRunnable = STARTER_KIT.isThere();
if (!isRunnable)
  console.warn(
    `skipped: ${STARTER_KIT.purpose} needs ${STARTER_KIT.packages.join(', ')} ` +
      `(on Debian: sudo apt-get install ${STARTER_KIT.packages.join(' ')})`,
  );

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
      const { url, workFolder } = sharedPlatform('demo');
      const [area, scenario] = ['osmosis', 'nadir4']; // less to simulate than the Gulf Stream
      await boardWithRows(url, 'demo-osse', area, scenario);
      const { token } = await newAccount(url, 'Starter');
      const method = `Starter kit ${crypto.randomUUID().slice(0, 8)}`; // the notebook prints 32 characters
      const work = path.join(workFolder, method.replaceAll(' ', '-'));
      const executed = `${work}.ipynb`;
      const files = { notebook: NOTEBOOK, target: executed, folder: path.dirname(NOTEBOOK) };
      await executeNotebook(files, {
        SILLAGE_URL: url,
        SILLAGE_TOKEN: token,
        SILLAGE_AREA: area,
        SILLAGE_SCENARIO: scenario,
        SILLAGE_TRAINING_DAYS: '45',
        SILLAGE_TRAIN_MINUTES: '0.2',
        SILLAGE_THREADS: '1',
        SILLAGE_METHOD: method,
        SILLAGE_WORK: work,
      });

      const read = JSON.parse(fs.readFileSync(path.join(work, 'scores.json'), 'utf8')) as {
        submission: string;
        scores: Record<string, unknown>;
      };
      const submitted = await finalSubmission(url, read.submission, token);
      expect(submitted).toMatchObject({
        form: 'network',
        card: { name: method },
        network: { summary: { architecture: 'starter', days: 15, spacingDeg: 0.2 } },
        evaluations: [{ area, scenario, state: 'scored' }],
      });
      const [evaluation] = submitted.evaluations;
      expect(read.scores).toEqual(evaluation?.scores);

      const cells = cellsOf(executed);
      expect(printedBy(cells, 'board')).toMatch(
        new RegExp(
          // Not its rank of now: other journeys enter this board meanwhile.
          `\\d+  ${method} +${evaluation?.scores?.mu.toFixed(3)} .*←`,
        ),
      );
      expect(drawnBy(cells)).toEqual(['look', 'coverage', 'oi', 'train', 'validate', 'compare']);
    },
  );
});
