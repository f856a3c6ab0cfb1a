import type { MethodFamily } from '@sillage/contracts';

/** Kinds of methods, as pages name them. */
export const METHOD_FAMILY_TEXTS: Record<MethodFamily, { name: string; text: string }> = {
  interpolation: { name: 'interpolation', text: 'Optimal interpolation, splines and the like' },
  dynamical: { name: 'dynamical', text: 'A model of the flow is fitted to the observations' },
  'neural-network': { name: 'neural network', text: 'A network that was trained' },
  other: { name: 'other', text: 'Anything else' },
};
