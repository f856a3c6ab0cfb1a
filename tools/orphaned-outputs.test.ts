import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { removeOrphanedOutputs } from './orphaned-outputs.mjs';

const project = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-orphans-'));
afterEach(() => fs.rmSync(project, { recursive: true, force: true }));

function write(...names: string[]): void {
  for (const name of names) {
    fs.mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
    fs.writeFileSync(path.join(project, name), '');
  }
}

test('what was compiled from a source that is gone is removed, and nothing else', () => {
  write('src/kept.ts', 'src/room/moved.ts', 'src/page.tsx');
  write('dist/kept.js', 'dist/kept.d.ts', 'dist/kept.js.map', 'dist/room/moved.js', 'dist/page.js');
  write('dist/moved.js', 'dist/moved.d.ts.map', 'dist/gone/old.js');
  write('dist/.tsbuildinfo', 'dist/bundle/main.js', 'dist/bundle/chunk-1.js');
  expect(removeOrphanedOutputs(project).sort()).toEqual([
    'dist/gone/old.js',
    'dist/moved.d.ts.map',
    'dist/moved.js',
  ]);
  for (const name of ['kept.js', 'kept.d.ts', 'room/moved.js', 'page.js', '.tsbuildinfo', 'bundle/main.js'])
    expect(fs.existsSync(path.join(project, 'dist', name)), name).toBe(true);
});

test('a project that was never built has none', () => {
  write('src/kept.ts');
  expect(removeOrphanedOutputs(project)).toEqual([]);
});
