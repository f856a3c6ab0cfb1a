import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Seed } from './fuzz-target.ts';

const ROOT = new URL('../../', import.meta.url);

/** A file of the repository. */
export function repositorySeed(path: string): Seed {
  return { name: basename(path), bytes: new Uint8Array(readFileSync(new URL(path, ROOT))) };
}

/** What earlier runs found, kept in `corpus/<target>`. */
export function keptSeeds(target: string): Seed[] {
  const folder = fileURLToPath(new URL(`tools/fuzz/corpus/${target}/`, ROOT));
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => repositorySeed(`tools/fuzz/corpus/${target}/${name}`));
}

/** Whether an error is a refusal in the words of a reader. */
export function isTagged(error: unknown, tag: string): error is Error & { tag: string; code?: string } {
  return error instanceof Error && 'tag' in error && error.tag === tag;
}
