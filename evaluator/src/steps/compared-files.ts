import { join } from 'node:path';
import type { ObjectReference } from '@sillage/contracts';
import type { Input } from './step.js';

const CANONICAL_NAME = 'canonical.nc';
const TRUTH_NAME = 'truth.nc';

/** A map and its truth, which scores and products compare. */
export function inputsOfCompared(files: { canonical: ObjectReference; truth: ObjectReference }): Input[] {
  return [
    { name: CANONICAL_NAME, object: files.canonical },
    { name: TRUTH_NAME, object: files.truth },
  ];
}

export function comparedIn(inputFolder: string): { canonicalPath: string; truthPath: string } {
  return { canonicalPath: join(inputFolder, CANONICAL_NAME), truthPath: join(inputFolder, TRUTH_NAME) };
}
