import type { RejectionReason, TaskExtent } from '@sillage/contracts';
import { checkMap, RejectionError, type MapVerdict } from '@sillage/checking';
import { openField } from '../files/open-field.js';

export type FileVerdict = {
  /** Why the platform would reject the file; null if nothing stands against it. */
  rejection: RejectionReason | null;
  /** Null for a rejected file. */
  verdict: MapVerdict | null;
};

/** What the check of the platform would say of a file, without writing anything. */
export async function checkFile(options: {
  path: string;
  variable?: string | null;
  tasks: readonly TaskExtent[];
  /** Tasks that the map does not cover are left out instead of warned about, as long as one is left; default false. */
  onlyCovered?: boolean;
  /** 0…1 of the maps have been read. */
  onProgress?: (fraction: number) => void;
}): Promise<FileVerdict> {
  const { path, variable, ...judging } = options;
  const fileName = path.split(/[\\/]/).at(-1) ?? path;
  try {
    const field = await openField({ path, variable, subject: fileName });
    try {
      return { rejection: null, verdict: await checkMap(field, { ...judging, fileName }) };
    } finally {
      field.close();
    }
  } catch (error) {
    if (error instanceof RejectionError) return { rejection: error.reason, verdict: null };
    throw error;
  }
}
