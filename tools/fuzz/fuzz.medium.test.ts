import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { serviceNode } from '../clone.mjs';
import { TARGET_NAMES } from './target-names.ts';

const CASES = 500;

/** As `npm run fuzz` does, in processes of their own: a library that breaks down takes nothing with it. */
function fuzz(target: string, cases: number) {
  return spawnSync(
    serviceNode(),
    [
      ...['--no-warnings', fileURLToPath(new URL('fuzz.ts', import.meta.url))],
      ...['--target', target, '--cases', String(cases), '--seed', '20121022'],
    ],
    { encoding: 'utf8' },
  );
}

describe('what strangers send', () => {
  test.each(TARGET_NAMES)('is read or refused, %s', (target) => {
    const { stdout, stderr, status } = fuzz(target, CASES);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const [, cases, read, refused, crashes] =
      /^\| [\w-]+ \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|/m.exec(stdout)?.map(Number) ?? [];
    expect([cases, crashes]).toEqual([CASES, 0]);
    // The changes reach what lies behind the first checks: both ways out are seen.
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
    expect((read ?? 0) + (refused ?? 0)).toBe(CASES);
  });

  test('is not tried by a name that is none', () => {
    const { stderr, status } = fuzz('netcdf', 1);
    expect(status).not.toBe(0);
    expect(stderr).toContain("no target 'netcdf': there are netcdf-classic,");
  });
});
