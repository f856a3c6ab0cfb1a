import { join } from 'node:path';
import type { ChallengeDefinition } from '@sillage/contracts';
import { findLeaks, type LocatedFile } from '../inspect/index.js';
import type { ProgressListener } from '../files/progress.js';
import { ImportError } from './import-error.js';

/**
 * What participants get must not hold what their maps are compared with. Looked for in the files as they are, whatever they were
 * made of.
 *
 * @returns what may be meant so, for whoever imports.
 * @throws ImportError 'gives-truth-away'.
 */
export async function refuseLeaks(
  definition: ChallengeDefinition,
  made: { folder: string; files: readonly Omit<LocatedFile, 'localPath'>[]; now: Date },
  onProgress?: ProgressListener,
): Promise<string[]> {
  const { ofTracks, others } = await findLeaks({
    definition,
    files: made.files.map(({ path, sha256, sizeBytes }) => ({
      ...{ path, sha256, sizeBytes },
      localPath: join(made.folder, path),
    })),
    evaluatorVersion: '',
    now: made.now,
    onProgress: (_, activity) => onProgress?.(1, `looking for leaks: ${activity}`),
  });
  const [leak] = [...ofTracks, ...others.filter(({ severity }) => severity === 'error')];
  if (leak === undefined)
    return others
      .filter(({ severity }) => severity === 'warning')
      .map(({ path, found, fix }) => `${path ?? definition.id}: ${found}. ${fix}`);
  throw new ImportError({
    code: 'gives-truth-away',
    where: leak.path ?? made.folder,
    found: leak.found,
    expected: leak.needed,
    fix: `${leak.fix} Nothing was registered; import into a new folder once the input files are right.`,
  });
}
