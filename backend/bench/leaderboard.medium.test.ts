import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const BENCH = fileURLToPath(new URL('leaderboard.mjs', import.meta.url));

it('the benchmark of leaderboards runs, and every row has its interval in the end', async () => {
  const { stdout } = await run(process.execPath, [
    BENCH,
    ...['--entries', '3', '--rate', '20', '--seconds', '0.2', '--writes', '20'],
  ]);
  expect(stdout).toContain('3 entries: the first read after start took');
  const tableRows = stdout.split('\n').filter((line) => /^│ \d /.test(line));
  expect(tableRows).toHaveLength(4);
  expect(tableRows.at(-1)).toContain('gzip, 20 new scores/s');
  for (const line of tableRows) expect(line).toMatch(/│ 0\s+│$/);
});
