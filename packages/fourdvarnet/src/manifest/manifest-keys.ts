import { z } from 'zod';
import { manifestKindOf, type ManifestArchitecture } from '../families/families.js';

/** The keys of one kind of manifest, in their order, whether they have no default, and else which. */
export function manifestKeysOf(
  architecture: ManifestArchitecture,
): { key: string; isRequired: boolean; defaultValue: unknown }[] {
  return Object.entries(manifestKindOf(architecture).schema.shape).map(([key, schema]) => {
    const absent = z.safeParse(schema, undefined);
    return { key, isRequired: !absent.success, defaultValue: absent.data };
  });
}

/** Names that people write, by the key that they mean. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  batch: 'batch_size',
  anomaly: 'background',
  first_guess: 'background',
  oi: 'background',
  crop: 'reconstruction_weight',
  downsamp: 'prior_downsamp',
  fgat: 'fgat_passes',
  down_samp: 'prior_downsamp',
  fill: 'input_fill',
  lbd: 'obs_weight',
  lr: 'lr_grad',
  lambda: 'lr_grad',
  mean: 'normalisation',
  norm_stats: 'normalisation',
  normalization: 'normalisation',
  patch_dims: 'patch',
  patch_size: 'patch',
  projection: 'final_projection',
  quad: 'bilin_quad',
  rec_weight: 'reconstruction_weight',
  resolution: 'spacing_deg',
  resolution_deg: 'spacing_deg',
  solver: 'architecture',
  spacing: 'spacing_deg',
  std: 'normalisation',
  stride: 'strides',
  steps: 'n_step',
  w: 'obs_weight',
  latitude: 'lat',
  longitude: 'lon',
  days: 'time',
};

/** The candidate that a mistyped name most likely means; null if none is near. */
export function nearestKey(name: string, candidates: readonly string[]): string | null {
  const lower = name.toLowerCase().replaceAll('-', '_');
  const meant = OTHER_NAMES[lower];
  if (meant !== undefined && candidates.includes(meant)) return meant;
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(lower.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions and replacements from one word to the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
