import { z } from 'zod';

/**
 * What a dataset file is for. Sealed where the disclosure level withholds the reference: `truth` and
 * `evaluation-track`, the gridded and the along-track form of it. Inputs: `observations` (nadirs along track),
 * `swath-observations` (KaRIn, line × cell), `gridded-observations` (daily pseudo-observations on a grid), `sst`, `mask`.
 * Of references: `oi` and `reconstruction` (maps), `network` (a checkpoint) and `network-manifest`, listed once for each area
 * that they are for.
 */
export const fileRoleSchema = z.enum([
  'truth',
  'evaluation-track',
  'observations',
  'swath-observations',
  'gridded-observations',
  'oi',
  'sst',
  'mask',
  'reconstruction',
  'network',
  'network-manifest',
]);
export type FileRole = z.infer<typeof fileRoleSchema>;
