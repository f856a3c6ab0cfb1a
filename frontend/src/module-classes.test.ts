/** A class that its style does not have is drawn as nothing, without a word from the compiler. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = import.meta.dirname;
const FILES = fs.readdirSync(ROOT, { recursive: true, encoding: 'utf8' });
const COMMENT = /\/\*[^]*?\*\//g;
const GLOBAL = /:global\([^)]*\)/g;
const FROM = / from '[^']*'/g;

type Use = { file: string; style: string; classes: Set<string>; isComputed: boolean };

const uses: Use[] = FILES.filter((file) => file.endsWith('.tsx')).flatMap((file) => {
  const code = fs.readFileSync(path.join(ROOT, file), 'utf8');
  return [...code.matchAll(/import (\w+) from '([^']+\.module\.css)'/g)].map(([, name = '', place = '']) => ({
    file,
    style: path.join(path.dirname(file), place),
    classes: new Set(
      [...code.matchAll(new RegExp(`\\b${name}\\.(\\w+)`, 'g'))].map(([, found = '']) => found),
    ),
    isComputed: new RegExp(`\\b${name}\\[`).test(code),
  }));
});

function textOf(style: string): string {
  return fs.readFileSync(path.join(ROOT, style), 'utf8').replace(COMMENT, '');
}

function classesOf(style: string): Set<string> {
  const selectors = textOf(style).replace(GLOBAL, '').replace(FROM, '');
  return new Set([...selectors.matchAll(/\.([A-Za-z]\w*)/g)].map(([, found = '']) => found));
}

/** Classes that other styles are made of, as `place: class`. */
const composed = new Set(
  FILES.filter((file) => file.endsWith('.module.css')).flatMap((style) =>
    [...textOf(style).matchAll(/composes: (\w+) from '([^']+)'/g)].map(
      ([, found = '', place = '']) => `${path.join(path.dirname(style), place)}: ${found}`,
    ),
  ),
);

describe('the classes of CSS modules', () => {
  test('are there when a component names them', () => {
    const missing = uses.flatMap(({ file, style, classes }) => {
      const known = classesOf(style);
      return [...classes].filter((name) => !known.has(name)).map((name) => `${file}: ${name} of ${style}`);
    });
    expect(uses.length).toBeGreaterThan(50);
    expect(missing).toEqual([]);
  });

  test('are there when another style is made of them', () => {
    const missing = [...composed].filter((name) => {
      const [style = '', found = ''] = name.split(': ');
      return !classesOf(style).has(found);
    });
    expect(composed.size).toBeGreaterThan(0);
    expect(missing).toEqual([]);
  });

  test('are named by somebody', () => {
    const unused = FILES.filter((file) => file.endsWith('.module.css')).flatMap((style) => {
      const users = uses.filter((use) => use.style === style);
      if (users.some(({ isComputed }) => isComputed)) return [];
      return [...classesOf(style)]
        .filter(
          (name) => !users.some(({ classes }) => classes.has(name)) && !composed.has(`${style}: ${name}`),
        )
        .map((name) => `${style}: ${name}`);
    });
    expect(unused).toEqual([]);
  });
});
