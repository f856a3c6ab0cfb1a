/** Each rule of lint and arch fails on a planted violation: a rule that never fires protects nothing. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderCircles } from './folder-circles.mjs';
import { listFiles, readTextFiles } from './repository-checks.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');

describe('lint', () => {
  let root: string;
  beforeAll(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-lint-'));
    fs.copyFileSync(path.join(ROOT, '.oxlintrc.json'), path.join(root, '.oxlintrc.json'));
    fs.writeFileSync(
      path.join(root, 'tsconfig.json'),
      '{ "compilerOptions": { "strict": true, "types": [] } }',
    );
    fs.mkdirSync(path.join(root, 'node_modules'));
    fs.symlinkSync(path.join(ROOT, 'node_modules/.bin'), path.join(root, 'node_modules/.bin'));
  });
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  const ACCEPTED: readonly (readonly [what: string, file: string, code: string])[] = [
    ['plain code', 'tools/plain-code.mjs', 'export const answer = 42;'],
    ['a default export where Next.js looks for one', 'frontend/src/app/page.tsx', 'export default 1;'],
    ['the environment in a test', 'packages/science/src/b.test.ts', 'export const a = process.env;'],
  ];
  const VIOLATIONS: readonly (readonly [what: string, file: string, code: string, rule: string])[] = [
    ['any', 'e2e/any.ts', 'export const a = (b: any) => b;', 'no-explicit-any'],
    ['an interface', 'e2e/interface.ts', 'export interface A { b: string }', 'consistent-type-definitions'],
    ['a default export', 'e2e/default.ts', 'export default 1;', 'no-default-export'],
    [
      'a mocked module',
      'e2e/mocked.test.ts',
      "import { vi } from 'vitest';\nvi.mock('./b.js');",
      'modules are not mocked',
    ],
    [
      'a focused test',
      'e2e/focused.test.ts',
      "import { test } from 'vitest';\ntest.only('a', () => {});",
      'no-focused-tests',
    ],
    [
      'a focused table',
      'e2e/focused-table.test.ts',
      "import { test } from 'vitest';\ntest.only.each([1])('a', () => {});",
      'no-focused-tests',
    ],
    ['an unused variable', 'e2e/unused.ts', 'const a = 1;', 'no-unused-vars'],
    ['a loose comparison', 'e2e/loose.ts', 'export const a = (b: string) => b == "";', 'eqeqeq'],
    ['something left to do', 'e2e/left.ts', '// TODO finish\nexport const a = 1;', 'no-warning-comments'],
    [
      'a silenced type error',
      'e2e/silenced.ts',
      '// @ts-ignore\nexport const a: string = 1;',
      'ban-ts-comment',
    ],
    [
      'a forgotten await',
      'packages/science/src/await.ts',
      'export async function a() {}\na();',
      'no-floating-promises',
    ],
    [
      'the environment read in passing',
      'packages/science/src/environment.ts',
      'export const a = process.env;',
      'Take it from the configuration',
    ],
    [
      'a rule switched off where it would not fire',
      'e2e/needless.ts',
      '// oxlint-disable-next-line eqeqeq\nexport const a = 1;',
      'needless.ts',
    ],
  ];

  describe('planted in one tree', () => {
    const said = new Map<string, string>();
    beforeAll(() => {
      for (const [, file, code] of [...ACCEPTED, ...VIOLATIONS]) {
        fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
        fs.writeFileSync(path.join(root, file), `${code}\n`);
      }
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [path.join(ROOT, 'node_modules/oxlint/bin/oxlint'), '--format=json'],
        { cwd: root, encoding: 'utf8' },
      );
      type Diagnostic = { filename: string; code?: string; message: string; help?: string };
      const report = stdout.startsWith('{') ? (JSON.parse(stdout) as { diagnostics: Diagnostic[] }) : null;
      if (report === null) throw new Error(stdout + stderr);
      for (const { filename, code, message, help } of report.diagnostics)
        said.set(filename, `${said.get(filename) ?? ''}${filename} ${code} ${message} ${help}\n`);
    });

    test.each(ACCEPTED)('accepts %s', (_what, file) => expect(said.get(file)).toBeUndefined());
    test.each(VIOLATIONS)('refuses %s', (_what, file, _code, rule) => expect(said.get(file)).toContain(rule));
  });
});

describe('arch', () => {
  let root: string;
  beforeAll(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-arch-'));
    for (const file of ['dependency-cruiser.config.cjs', 'tsconfig.base.json', 'tools/tsconfig.arch.json']) {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.copyFileSync(path.join(ROOT, file), path.join(root, file));
    }
    fs.mkdirSync(path.join(root, 'node_modules/@sillage'), { recursive: true });
    for (const name of [
      'contracts',
      'client',
      'science',
      'netcdf',
      'checking',
      'scoring',
      'pipeline',
      'cli',
      'ocean',
    ]) {
      const folder = path.join(root, 'packages', name);
      fs.mkdirSync(path.join(folder, 'src'), { recursive: true });
      fs.writeFileSync(path.join(folder, 'src/index.ts'), 'export const a = 1;\n');
      const exports = { '.': { 'sillage-source': './src/index.ts', default: './dist/index.js' } };
      fs.writeFileSync(
        path.join(folder, 'package.json'),
        JSON.stringify({ name: `@sillage/${name}`, type: 'module', exports }),
      );
      fs.symlinkSync(folder, path.join(root, 'node_modules/@sillage', name));
    }
    for (const name of ['typescript', 'typeorm', 'pg', 'pg-boss'])
      fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(root, 'node_modules', name));
    execFileSync('git', ['init', '-q'], { cwd: root });
  });
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  /** Plants files, looks at the tree, takes them away again. */
  const planted = <Seen>(files: Record<string, string>, look: () => Seen): Seen => {
    const written = Object.entries(files).map(([name, text]) => {
      const file = path.join(root, name);
      const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
      return { file, before };
    });
    const seen = look();
    for (const { file, before } of written) {
      if (before === null) fs.rmSync(file);
      else fs.writeFileSync(file, before);
    }
    return seen;
  };

  const cruise = (files: Record<string, string>) =>
    planted(files, () => {
      const places = ['packages', 'backend', 'evaluator', 'frontend', 'migrations'].filter((place) =>
        fs.existsSync(path.join(root, place)),
      );
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [
          path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
          ...places,
          '--config',
          'dependency-cruiser.config.cjs',
          '--output-type',
          'err',
        ],
        { cwd: root, encoding: 'utf8' },
      );
      return stdout + stderr;
    });

  test('accepts what is allowed', () => {
    const output = cruise({
      'packages/netcdf/src/index.ts': "export { a } from '@sillage/science';\n",
      'packages/pipeline/src/index.ts':
        "export { a } from '@sillage/netcdf';\nexport type { a as b } from '@sillage/contracts';\n",
      'evaluator/src/main.ts': "export { a } from '@sillage/pipeline';\n",
      'backend/src/accounts/accounts.repository.ts': "export { DataSource } from 'typeorm';\n",
    });
    expect(output).toContain('no dependency violations found');
  });

  test('folders of the backend that need each other are named with the imports that make the circle', () => {
    const files = {
      'backend/src/circle-x/x.ts': "import type { Y } from '../circle-y/domain/y.js';\n",
      'backend/src/circle-y/other-y.ts': "export { x } from '../circle-x/x.js';\n",
    };
    const [problem] = planted(files, () =>
      folderCircles(readTextFiles(root, listFiles(root)), 'backend/src'),
    );
    expect(problem).toContain('circle-x → circle-y → circle-x');
    for (const file of Object.keys(files)) expect(problem).toContain(`${file}:1 imports`);
  });

  const VIOLATIONS: readonly (readonly [rule: string, files: Record<string, string>])[] = [
    [
      'no-cycles',
      {
        'packages/science/src/no-cycles-x.ts': "export { y } from './no-cycles-y.js';\n",
        'packages/science/src/no-cycles-y.ts': "export { x as y } from './no-cycles-x.js';\n",
      },
    ],
    ['resolvable', { 'packages/science/src/resolvable-x.ts': "export { y } from './nowhere.js';\n" }],
    ['pure-science', { 'packages/science/src/pure-science-x.ts': "export { readFile } from 'node:fs';\n" }],
    [
      'pure-contracts',
      { 'packages/contracts/src/pure-contracts-x.ts': "export { a } from '@sillage/science';\n" },
    ],
    [
      'families-load-no-builder',
      {
        'packages/fourdvarnet/src/families/x/family.ts':
          "export { a } from '../../graph/graph-builder.js';\n",
        'packages/fourdvarnet/src/graph/graph-builder.ts': 'export const a = 1;\n',
      },
    ],
    [
      'netcdf-knows-only-science',
      { 'packages/netcdf/src/netcdf-knows-only-science-x.ts': "export { a } from '@sillage/contracts';\n" },
    ],
    [
      'client-knows-only-contracts',
      { 'packages/client/src/client-knows-only-contracts-x.ts': "export { readFile } from 'node:fs';\n" },
    ],
    [
      'ocean-knows-only-science',
      { 'packages/ocean/src/ocean-knows-only-science-x.ts': "export { a } from '@sillage/netcdf';\n" },
    ],
    [
      'pipeline-knows-libraries',
      { 'packages/pipeline/src/pipeline-knows-libraries-x.ts': "export { a } from '@sillage/cli';\n" },
    ],
    [
      'checking-knows-no-scores',
      { 'packages/checking/src/checking-knows-no-scores-x.ts': "export { a } from '@sillage/scoring';\n" },
    ],
    [
      'scoring-is-portable',
      { 'packages/scoring/src/scoring-is-portable-x.ts': "export { readFile } from 'node:fs';\n" },
    ],
    [
      'rules-load-no-schemas',
      { 'packages/scoring/src/rules-load-no-schemas-x.ts': "export { a } from '@sillage/contracts';\n" },
    ],
    [
      'rooms-of-the-pipeline-have-one-door',
      {
        'packages/pipeline/src/score/rooms-x.ts': "export { a } from '../products/rooms-y.js';\n",
        'packages/pipeline/src/products/rooms-y.ts': 'export const a = 1;\n',
      },
    ],
    [
      'scoring-loads-no-schemas',
      { 'packages/pipeline/src/scoring-loads-no-schemas-x.ts': "export { a } from '@sillage/contracts';\n" },
    ],
    [
      'packages-never-import-apps',
      {
        'packages/cli/src/packages-never-import-apps-x.ts':
          "export { a } from '../../../backend/src/packages-never-import-apps-a.js';\n",
        'backend/src/packages-never-import-apps-a.ts': 'export const a = 1;\n',
      },
    ],
    [
      'nobody-imports-the-cli',
      { 'evaluator/src/nobody-imports-the-cli-x.ts': "export { a } from '@sillage/cli';\n" },
    ],
    [
      'apps-are-strangers',
      {
        'evaluator/src/apps-are-strangers-x.ts':
          "export { a } from '../../backend/src/apps-are-strangers-a.js';\n",
        'backend/src/apps-are-strangers-a.ts': 'export const a = 1;\n',
      },
    ],
    [
      'backend-does-not-compute',
      { 'backend/src/backend-does-not-compute-x.ts': "export { a } from '@sillage/netcdf';\n" },
    ],
    [
      'evaluator-has-no-database',
      { 'evaluator/src/evaluator-has-no-database-x.ts': "export { default } from 'pg';\n" },
    ],
    [
      'queue-lives-in-the-backend',
      { 'backend/src/accounts/queue-lives-in-the-backend-x.ts': "export { PgBoss } from 'pg-boss';\n" },
    ],
    [
      'pure-domain',
      { 'backend/src/accounts/domain/pure-domain-x.ts': "export { readFile } from 'node:fs';\n" },
    ],
    [
      'only-repositories-touch-the-database',
      {
        'backend/src/accounts/only-repositories-touch-the-database-accounts.service.ts':
          "export { DataSource } from 'typeorm';\n",
      },
    ],
    [
      'repositories-are-private',
      {
        'backend/src/a/repositories-are-private-a.service.ts':
          "export { b } from '../b/repositories-are-private-b.repository.js';\n",
        'backend/src/b/repositories-are-private-b.repository.ts': 'export const b = 1;\n',
      },
    ],
    [
      'services-do-not-know-http',
      {
        'backend/src/a/services-do-not-know-http-a.service.ts':
          "export { b } from './dto/services-do-not-know-http-b.js';\n",
        'backend/src/a/dto/services-do-not-know-http-b.ts': 'export const b = 1;\n',
      },
    ],
    [
      'frontend-shares-vocabulary-only',
      { 'frontend/src/lib/frontend-shares-vocabulary-only-x.ts': "export { a } from '@sillage/science';\n" },
    ],
    [
      'features-are-strangers',
      {
        'frontend/src/features/a/features-are-strangers-x.ts':
          "export { y } from '../b/features-are-strangers-y.js';\n",
        'frontend/src/features/b/features-are-strangers-y.ts': 'export const y = 1;\n',
      },
    ],
    [
      'lower-layers-never-look-up',
      {
        'frontend/src/lib/lower-layers-never-look-up-x.ts':
          "export { y } from '../features/b/lower-layers-never-look-up-y.js';\n",
        'frontend/src/features/b/lower-layers-never-look-up-y.ts': 'export const y = 1;\n',
      },
    ],
    [
      'features-never-import-routes',
      {
        'frontend/src/features/a/features-never-import-routes-x.ts':
          "export { y } from '../../app/features-never-import-routes-y.js';\n",
        'frontend/src/app/features-never-import-routes-y.ts': 'export const y = 1;\n',
      },
    ],
    [
      'frozen-migrations',
      { 'migrations/frozen-migrations-x.ts': "export { a } from '@sillage/contracts';\n" },
    ],
    [
      'no-test-code-in-src',
      {
        'packages/science/src/no-test-code-in-src-x.ts':
          "export { y } from './no-test-code-in-src-y.test.js';\n",
        'packages/science/src/no-test-code-in-src-y.test.ts': 'export const y = 1;\n',
      },
    ],
  ];

  describe('planted in one tree, each under names of its own', () => {
    let output = '';
    beforeAll(() => {
      output = cruise(Object.assign({}, ...VIOLATIONS.map(([, files]) => files)));
    });

    test.each(VIOLATIONS)('%s fires', (name, files) => {
      expect(output).toContain(`error ${name}: ${Object.keys(files)[0]}`);
    });
  });
});
