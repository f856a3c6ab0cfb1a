import { expect, test } from 'vitest';
import { folderCircles } from './folder-circles.mjs';

const circlesOf = (files: Record<string, string>) =>
  folderCircles(
    Object.entries(files).map(([file, text]) => ({ file: `src/${file}`, text })),
    'src',
  );

test('accepts folders that only look down, whatever composes them', () => {
  expect(
    circlesOf({
      'main.ts': "import './a/a.js';\nimport './b/b.js';\n",
      'a/a.ts': "import '../b/b.js';\nimport '../c/c.js';\nimport './domain/a.js';\n",
      'a/domain/a.ts': "import { c } from '../../c/c.js';\n",
      'b/b.ts': "import { c } from '../c/c.js';\nimport zod from 'zod';\n",
      'c/c.ts': "export const c = 'a/a.js'; // import '../a/a.js'\n",
    }),
  ).toEqual([]);
});

test.each([
  { name: 'an import', line: "import { a } from '../../a/x.js';" },
  { name: 'a type', line: "import type { a } from '../../a/x.js';" },
  { name: 'an export', line: "export * from '../../a/x.js';" },
  { name: 'an import that waits', line: "export const a = () => import('../../a/x.js');" },
])('sees $name in a folder of a folder', ({ line }) => {
  const problems = circlesOf({ 'a/y.ts': "import '../b/y.js';\n", 'b/domain/x.ts': `\n${line}\n` });
  expect(problems).toEqual([
    'src: the folders a → b → a are a circle. Move what they share to a folder below them, or join them.\n' +
      '  src/a/y.ts:1 imports ../b/y.js\n' +
      '  src/b/domain/x.ts:2 imports ../../a/x.js',
  ]);
});

test('tells the shortest of circles that share a folder, and another one apart from them', () => {
  const problems = circlesOf({
    'a/x.ts': "import '../b/x.js';\n",
    'b/x.ts': "import '../c/x.js';\n",
    'c/x.ts': "import '../a/x.js';\nimport '../b/x.js';\n",
    'd/x.ts': "import '../e/x.js';\nimport '../a/x.js';\n",
    'e/x.ts': "import '../f/x.js';\n",
    'f/x.ts': "import '../d/x.js';\n",
  });
  expect(problems.map((problem) => /folders (.*) are/.exec(problem)?.[1])).toEqual([
    'b → c → b',
    'd → e → f → d',
  ]);
});

test('leaves out tests and what serves them', () => {
  expect(
    circlesOf({
      'a/x.ts': "import '../b/x.js';\n",
      'b/x.test.ts': "import '../a/x.js';\n",
      'b/x.medium.test.ts': "import '../a/x.js';\nimport '../testing/x.js';\n",
      'testing/x.ts': "import '../a/x.js';\n",
    }),
  ).toEqual([]);
});
