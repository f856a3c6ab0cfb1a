import { describe, expect, test } from 'vitest';
import { badNames, citedNowhere, deadLinks, plantedSecrets, registryHosts } from './repository-checks.mjs';

const file = (name: string, text: string) => ({ file: name, text });
/** Assembled here, so that this file does not trip over itself. */
const planted = (...parts: string[]) => parts.join('');

describe('registryHosts', () => {
  test('accepts workspace links and packages without an address', () => {
    const lockfile = JSON.stringify({
      packages: {
        'node_modules/a': { version: '1.0.0' },
        'node_modules/@sillage/b': { resolved: 'packages/b', link: true },
      },
    });
    expect(registryHosts(lockfile)).toEqual([]);
  });

  test('names the package that is resolved to an address', () => {
    const lockfile = JSON.stringify({
      packages: { 'node_modules/a': { resolved: 'https://registry.example/a.tgz' } },
    });
    expect(registryHosts(lockfile)).toHaveLength(1);
    expect(registryHosts(lockfile)[0]).toContain('node_modules/a');
  });
});

describe('badNames', () => {
  test.each([
    ['e2e/someFile.ts', '', "e2e/someFile.ts: name the file in kebab-case, not 'someFile.ts'"],
    ['e2e/utils/a.ts', '', "e2e/utils/a.ts: 'utils' names no thing: say what is in the folder"],
    ['e2e/a.ts', '\nexport enum A { B }\n', 'e2e/a.ts:2: use a union of strings, not an enum'],
    ['e2e/a.ts', 'const enum A {', 'e2e/a.ts:1: use a union of strings, not an enum'],
  ])('refuses %s with %j', (name, text, problem) => {
    expect(badNames([file(name, text)])).toEqual([problem]);
  });

  test('accepts names in kebab-case, folders of Next.js and files that hold no code', () => {
    const names = [
      'frontend/src/app/(site)/[slug]/page.tsx',
      'a/some-file.medium.test.ts',
      'utils/READ_ME.md',
    ];
    expect(badNames(names.map((name) => file(name, '// an enum A {')))).toEqual([]);
  });
});

describe('plantedSecrets', () => {
  test.each([
    ['a private key', planted('-----BEGIN RSA ', 'PRIVATE KEY-----')],
    ['an AWS access key', planted('key = AKIA', 'ABCDEFGHIJKLMNOP')],
    ['an npm credential', planted('//registry.example/:_auth', 'Token=abc')],
    ['a Sillage API token', planted('sil_', 'a'.repeat(43))],
    ['a password in a URL', planted('postgresql://app:', 'hunter2hunter2', '@db.example/app')],
  ])('finds %s with its line', (what, text) => {
    expect(plantedSecrets([file('a.txt', `first line\n${text}\n`)])).toEqual([`a.txt:2: looks like ${what}`]);
  });

  test('refuses a tracked .env', () => {
    expect(plantedSecrets([file('.env', 'A=1')])).toHaveLength(1);
    expect(plantedSecrets([file('.env.example', 'A=')])).toEqual([]);
  });

  test('accepts placeholders and loopback databases', () => {
    const text = 'postgresql://sillage:${PASSWORD}@db/x postgresql://u:some-password@127.0.0.1:5432/x sil_…';
    expect(plantedSecrets([file('a.md', text)])).toEqual([]);
  });
});

describe('deadLinks', () => {
  const exists = (name: string) => ['README.md', 'docs/a.md', 'docs'].includes(name);

  test('accepts links to files, folders, headings and the web', () => {
    const text = '[a](docs/a.md#two-words) [b](docs) [c](https://example.org) [d](#here)\n# Here\n';
    expect(
      deadLinks([file('README.md', text), file('docs/a.md', '## Two words\n[up](../README.md)')], exists),
    ).toEqual([]);
  });

  test.each([
    ['a missing file', '[a](docs/b.md)', 'leads nowhere'],
    ['a missing image', '<img src="docs/b.png">', 'leads nowhere'],
    ['a missing heading', '[a](docs/a.md#nothing)', "no heading '#nothing'"],
    ['a file outside of the repository', '[a](../../etc/passwd)', 'leaves the repository'],
  ])('finds %s', (_what, text, message) => {
    const problems = deadLinks([file('README.md', `\n${text}\n`), file('docs/a.md', '# A')], exists);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('README.md:2');
    expect(problems[0]).toContain(message);
  });

  test('does not read code as links', () => {
    expect(deadLinks([file('README.md', '```\n[a](b)\n```\n`[c](d)`')], exists)).toEqual([]);
  });
});

test('citedNowhere finds a file that a page names and that is nowhere', () => {
  const page = (text: string) => file('docs/security.md', `\n${text}`);
  const there = file('backend/src/http/access.guard.ts', '');
  expect(citedNowhere([there, page('`http/access.guard.ts`, `npm run x`, `text/plain`, `a.json`')])).toEqual(
    [],
  );
  expect(citedNowhere([there, page('`access.ts`'), file('docs/guide.md', '`access.ts`')])).toEqual([
    "docs/security.md:2: there is no file 'access.ts'",
  ]);
});
