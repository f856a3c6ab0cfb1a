import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ImportError } from './import-error.js';

/** Deeper folders than these hold something else. */
const DEEPEST = 4;

/** A file with the scenario that it is for, or the method that made it. */
export type NamedInput = { path: string; key: string };

/** Every NetCDF file under some files and folders, in order of their paths. */
export function netcdfFiles(places: readonly string[]): string[] {
  const found: string[] = [];
  const visit = (path: string, depth: number): void => {
    const entry = statSync(path, { throwIfNoEntry: false });
    if (!entry) {
      throw new ImportError({
        code: 'input-missing',
        where: path,
        found: 'there is no such file or folder',
        expected: 'a file of the challenge, or a folder with its files',
        fix: 'Check the path.',
      });
    }
    if (entry.isDirectory()) {
      if (depth < DEEPEST)
        for (const name of readdirSync(path).toSorted()) visit(join(path, name), depth + 1);
    } else if (depth === 0 || /\.nc[45]?$/.test(path)) found.push(path);
  };
  for (const place of places) visit(resolve(place), 0);
  return [...new Set(found)];
}

/**
 * Files whose name says what they are for. A place that was named by `key=path` is for that key, whatever its name.
 *
 * @throws ImportError 'input-ambiguous' where two files are for the same.
 */
export function namedInputs(
  what: string,
  explicit: readonly string[],
  discovered: readonly string[],
  keyOf: (name: string) => string | null,
): NamedInput[] {
  const inputs: NamedInput[] = [];
  const add = (input: NamedInput): void => {
    const other = inputs.find(({ key }) => key === input.key);
    if (other === undefined) inputs.push(input);
    else if (other.path !== input.path) {
      throw new ImportError({
        code: 'input-ambiguous',
        where: `${what} for ${input.key}`,
        found: `two files: ${other.path} and ${input.path}`,
        expected: 'one',
        fix: 'Take one of them out of the folder.',
      });
    }
  };
  for (const text of explicit) {
    const [, key, path = text] = /^([a-z0-9-]+)=(.+)$/.exec(text) ?? [];
    for (const file of netcdfFiles([path])) {
      const known = key ?? keyOf(basename(file));
      if (known !== null && known !== undefined) add({ path: file, key: known });
      else {
        throw new ImportError({
          code: 'input-ambiguous',
          where: file,
          found: `its name does not say for which ${what === 'maps' ? 'method' : 'scenario'} it is`,
          expected: 'the name that its authors gave it, or key=path',
          fix: `Write for example nadir4=${file}.`,
        });
      }
    }
  }
  if (explicit.length > 0) return inputs;
  for (const path of discovered) {
    const key = keyOf(basename(path));
    if (key !== null) add({ path, key });
  }
  return inputs;
}

/** The one file of its kind, or null. */
export function singleInput(
  what: string,
  explicit: string | undefined,
  discovered: readonly string[],
  pattern: RegExp,
): string | null {
  if (explicit !== undefined) {
    const [file, second] = netcdfFiles([explicit]);
    if (file !== undefined && second === undefined) return file;
    throw new ImportError({
      code: 'input-missing',
      where: explicit,
      found: file === undefined ? 'no NetCDF file' : 'several files',
      expected: `one file: ${what}`,
      fix: 'Name the file itself.',
    });
  }
  const matches = discovered.filter((path) => pattern.test(basename(path)));
  const [first, second] = matches;
  if (second === undefined) return first ?? null;
  throw new ImportError({
    code: 'input-ambiguous',
    where: what,
    found: `two files: ${first} and ${second}`,
    expected: 'one',
    fix: 'Name the right one by its option, or take the other out of the folder.',
  });
}

export function missingInput(what: string, name: string, option: string): ImportError {
  return new ImportError({
    code: 'input-missing',
    where: what,
    found: `no file called ${name}`,
    expected: 'the file of the challenge',
    fix: `Put it into the folder of --from, or name it by ${option}. challenge.yaml says under expectedFiles who gives it.`,
  });
}
