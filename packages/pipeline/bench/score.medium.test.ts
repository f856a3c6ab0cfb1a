import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const built = new URL('../dist/index.js', import.meta.url);

test.skipIf(!existsSync(built))('the benchmark of the score runs, and agrees with numpy', () => {
  const script = fileURLToPath(new URL('./score.mjs', import.meta.url));
  const child = spawnSync(process.execPath, [script, '--sizes', '24x40', '--runs', '1', '--no-oi'], {
    encoding: 'utf8',
  });
  expect(child.stderr).toBe('');
  expect(child.stdout).toMatch(/sillage score 24×40×42 +\d/);
});
