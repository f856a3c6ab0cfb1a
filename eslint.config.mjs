// The rules of style that a program can check. Formatting is prettier's; imports are dependency-cruiser's.
import path from 'node:path';
import tseslint from 'typescript-eslint';

const CODE = ['**/*.ts', '**/*.tsx', '**/*.mts', '**/*.mjs', '**/*.cjs'];
const TESTS = ['**/*.test.ts', '**/*.test.tsx', '**/test/**', '**/testing/**', 'e2e/**'];
/** Next.js finds these by their default export; configuration files are read by it. */
const DEFAULT_EXPORTS = [
  'frontend/src/app/**/{page,layout,loading,error,not-found,global-error,template,default,icon,opengraph-image,robots,sitemap,manifest}.{ts,tsx}',
  '**/*.config.{ts,mts,mjs,js}',
];

const banned = (selector, message) => ({ selector, message });
const BANNED = [
  banned('TSEnumDeclaration', 'Use a union of strings.'),
  banned(
    "CallExpression[callee.object.name='vi'][callee.property.name=/^(mock|doMock)$/]",
    'Pass a fake of a port; modules are not mocked.',
  ),
  banned(
    "MemberExpression[object.name=/^(it|test|describe|suite|bench)$/][property.name='only']",
    'A focused test hides all others.',
  ),
  banned(
    "CallExpression[callee.object.type='MemberExpression'][callee.property.name='only']",
    'A focused test hides all others.',
  ),
];
const DEFAULT_EXPORT = banned('ExportDefaultDeclaration', 'Export by name.');

const sillage = {
  rules: {
    'file-name': {
      meta: { type: 'problem', schema: [] },
      create: (context) => ({
        Program(node) {
          const relative = path.relative(context.cwd, context.filename);
          const base = path.basename(relative);
          const isRouteFolder = /^(\[.+\]|\(.+\)|@.+)$/;
          if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(base)) {
            context.report({ node, message: `Name the file in kebab-case, not '${base}'.` });
          }
          const vague = path
            .dirname(relative)
            .split(path.sep)
            .find(
              (folder) =>
                !isRouteFolder.test(folder) && /^(utils?|helpers?|misc|shared|common)$/.test(folder),
            );
          if (vague !== undefined)
            context.report({ node, message: `'${vague}' names no thing: say what is in the folder.` });
        },
      }),
    },
  },
};

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/dist/**',
      '**/.next/**',
      '**/next-env.d.ts',
      'coverage/**',
      'build/**',
      '.sillage/**',
      '**/golden/**',
      'docs/**',
      '**/.*',
    ],
  },
  {
    files: CODE,
    languageOptions: { parser: tseslint.parser, ecmaVersion: 'latest', sourceType: 'module' },
    plugins: { '@typescript-eslint': tseslint.plugin, sillage },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'sillage/file-name': 'error',
      'no-restricted-syntax': ['error', ...BANNED, DEFAULT_EXPORT],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/ban-ts-comment': 'error',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-debugger': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-unused-private-class-members': 'error',
      'no-loss-of-precision': 'error',
      'use-isnan': 'error',
      'valid-typeof': 'error',
      'no-fallthrough': 'error',
      'no-unsafe-finally': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'start' }],
    },
  },
  {
    // Nest injects by the type of a constructor's parameter: an import that looks type-only is needed when it runs.
    files: ['backend/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    // A forgotten await loses an error; these rules need types, so they see the services only.
    // One program for all of them: one for each package checks the packages below it again and again.
    files: ['{backend,evaluator}/src/**/*.ts', 'packages/*/src/**/*.ts'],
    languageOptions: {
      parserOptions: { project: 'tools/tsconfig.lint.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    // The environment is read once, at the start, in one file per process.
    files: [
      'backend/src/**/*.ts',
      'frontend/src/**/*.{ts,tsx}',
      'packages/{contracts,science,netcdf,ocean,pipeline}/src/**/*.ts',
    ],
    ignores: ['backend/src/config/**', 'frontend/src/lib/configuration.ts', ...TESTS],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Take it from the configuration.' },
      ],
    },
  },
  { files: DEFAULT_EXPORTS, rules: { 'no-restricted-syntax': ['error', ...BANNED] } },
);
