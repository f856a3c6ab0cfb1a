import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { challengeDefinitionSchema, problemLine, problemsIn } from '@sillage/contracts';
import type { ChallengeDefinition } from '@sillage/contracts';
import { parse } from 'yaml';
import { CommandError } from '../../command-error.js';

/** The definition in `folder/challenge.yaml`, with every fault named by its place. */
export function readChallengeFolder(folder: string): ChallengeDefinition {
  const path = join(folder, 'challenge.yaml');
  if (!existsSync(path)) throw new CommandError(`${folder}: there is no challenge.yaml in it`);
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new CommandError(`${path} is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  const parsed = challengeDefinitionSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = problemsIn(parsed.error.issues, content).map(
    (problem) => `${problem.path || 'the file'}: ${problemLine(problem)}`,
  );
  throw new CommandError(`${path} does not define a challenge: ${faults.join('; ')}`);
}

/** A folder with a challenge.yaml, or the name of one in this installation's `datasets/`. */
export function datasetOf(idOrFolder: string): { folder: string; definition: ChallengeDefinition } {
  const datasetsFolder = fileURLToPath(new URL('../../../../../datasets/', import.meta.url));
  const isShipped = /^[a-z0-9-]+$/.test(idOrFolder) && readdirSync(datasetsFolder).includes(idOrFolder);
  const folder = isShipped ? `${datasetsFolder}${idOrFolder}` : idOrFolder;
  return { folder, definition: readChallengeFolder(folder) };
}
