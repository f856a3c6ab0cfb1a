import { z } from 'zod';
import { count, patching, positive, sstInput } from '../manifest-parts.js';
import type { ManifestKeys } from '../manifest-words.js';

const norm = z.enum(['l1', 'l2']).default('l2');
export const coreSchema = z.strictObject({
  architecture: z.literal('core'),
  n_grad: count(100),
  n_fourdvar_iter: count(20),
  aug_state: z.boolean().default(true),
  /** `two-scale`: a coarse and a fine unit. `one-scale`: the fine unit alone. */
  prior: z.enum(['two-scale', 'one-scale']).default('two-scale'),
  norm_obs: norm,
  norm_prior: norm,
  /** ε of the l1 norms; default: those of the checkpoint. */
  eps_obs: positive.optional(),
  eps_prior: positive.optional(),
  /** Odd number of nodes of the median filter on the result, patch by patch, zeros beyond its edge; 1: none. */
  median_width: count(31).default(1),
  /** `UsePriodicBoundary`: the solver's cell sees the opposite edge beyond the first and the last row of a patch. */
  periodic_boundary: z.boolean().default(false),
  /** Whether the memory of the solver's cell and the size of the first gradient last from one cascade to the next. */
  carry_memory: z.boolean().default(true),
  /** A prior that adds noise to its input. Known so that it can be refused: its maps cannot be computed again. */
  stochastic: z.boolean().default(false),
  sst_normalisation: sstInput.sst_normalisation.optional(),
  ...patching,
});
export type CoreManifest = z.infer<typeof coreSchema>;

export const coreKeys = {
  n_grad: { meaning: 'steps of one cascade', values: 'a whole number, 1…100', hydra: 'params.n_grad' },
  n_fourdvar_iter: {
    meaning: 'cascades',
    values: 'a whole number, 1…20',
    hydra: 'params.n_fourdvar_iter',
  },
  aug_state: {
    meaning: 'whether the state holds a second anomaly',
    values: 'true or false',
    hydra: 'params.aug_state',
  },
  prior: {
    meaning: 'a coarse and a fine bilinear unit, or the fine one alone',
    values: 'two-scale or one-scale',
    hydra: 'phi (Phi_r, Phi_r_OI)',
  },
  norm_obs: { meaning: 'norm of the observation cost', values: 'l1 or l2', hydra: 'params.norm_obs' },
  norm_prior: { meaning: 'norm of the prior cost', values: 'l1 or l2', hydra: 'params.norm_prior' },
  eps_obs: {
    meaning: 'ε of the l1 norm of the observations; default: the stored one',
    values: 'a number above 0',
  },
  eps_prior: {
    meaning: 'ε of the l1 norm of the prior; default: the stored one',
    values: 'a number above 0',
  },
  median_width: {
    meaning: 'width of the median filter on the result; 1: none',
    values: 'an odd number, 1…31',
    hydra: 'params.median_filter_width',
  },
  carry_memory: {
    meaning:
      "whether the memory of the solver's cell and the size of the first gradient last from one cascade to the next; in code of 2021 each cascade began anew",
    values: 'true or false',
  },
  periodic_boundary: {
    meaning: "whether the solver's cell sees the opposite edge beyond the first and the last row of a patch",
    values: 'true or false',
    hydra: 'params.UsePriodicBoundary',
  },
  stochastic: {
    meaning: 'whether the prior adds noise to its input; such networks are not run',
    values: 'false',
    hydra: 'params.stochastic',
  },
} as const satisfies ManifestKeys;
