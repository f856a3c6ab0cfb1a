import type { RejectionReason, TaskExtent } from '@sillage/contracts';
import { judgeMap, RejectionError, type MapVerdict } from '@sillage/validation';
import { openField } from './open-field.js';

export type FileVerdict = {
  /** Why the platform would reject the file; null if nothing stands against it. */
  rejection: RejectionReason | null;
  /** Null for a rejected file. */
  verdict: MapVerdict | null;
};

/** What the check of the platform would say of a file, without writing anything. */
export async function judgeFile(options: {
  path: string;
  variable?: string | null;
  tasks: readonly TaskExtent[];
}): Promise<FileVerdict> {
  const fileName = options.path.split(/[\\/]/).at(-1) ?? options.path;
  try {
    const field = await openField({ path: options.path, variable: options.variable, subject: fileName });
    try {
      return { rejection: null, verdict: await judgeMap(field, { fileName, tasks: options.tasks }) };
    } finally {
      field.close();
    }
  } catch (error) {
    if (error instanceof RejectionError) return { rejection: error.reason, verdict: null };
    throw error;
  }
}
