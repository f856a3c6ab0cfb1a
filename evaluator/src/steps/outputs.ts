import { basename } from 'node:path';
import { artefactNameSchema, type ArtefactName, type ObjectReference } from '@sillage/contracts';
import type { WrittenArtefact } from '@sillage/pipeline';
import { z } from 'zod';
import type { Leavings } from './step.js';

/** A file in the output folder: no way out of it. */
export const outputFileNameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);

export const outputSchema = z.object({ name: artefactNameSchema, fileName: outputFileNameSchema });
type Output = z.infer<typeof outputSchema>;

export function outputsOf(artefacts: readonly WrittenArtefact[]): Output[] {
  return artefacts.map(({ name, path }) => ({ name, fileName: basename(path) }));
}

/** One after the other. */
export async function storeOutputs(
  outputs: readonly Output[],
  { store }: Leavings,
): Promise<{ name: ArtefactName; object: ObjectReference }[]> {
  const artefacts = [];
  for (const { name, fileName } of outputs) artefacts.push({ name, object: await store(fileName) });
  return artefacts;
}
