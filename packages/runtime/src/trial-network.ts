import { buildNetwork, type Graph, type PatchBatch } from '@sillage/fourdvarnet';
import { spreadValues } from './spread-values.js';

const DAYS = 15;

export type TrialSizes = { readonly prior: number; readonly solver: number; readonly steps: number };

/** Widths and steps of the two published sizes of the starter network. */
export const PUBLISHED_SIZES = {
  base: { prior: 32, solver: 48, steps: 10 },
  larger: { prior: 64, solver: 96, steps: 15 },
} as const satisfies Record<string, TrialSizes>;

/** A starter network of any width with weights of our own, and a patch of which a tenth is observed. */
export function trialNetwork(
  { prior, solver, steps }: TrialSizes,
  size: PatchBatch,
): { graph: Graph; inputs: Record<string, Float32Array> } {
  const weights = new Map<string, { shape: number[]; data: Float32Array }>();
  const layer = (name: string, outputs: number, inputs: number) => {
    const scaled = (length: number) =>
      spreadValues(length, weights.size + 1).map((value) => value / Math.sqrt(9 * inputs));
    weights.set(`${name}.weight`, { shape: [outputs, inputs, 3, 3], data: scaled(outputs * inputs * 9) });
    weights.set(`${name}.bias`, { shape: [outputs], data: scaled(outputs) });
  };
  layer('prior_cost.conv_in', prior, DAYS);
  for (const name of ['conv_hidden', 'bilin_1', 'bilin_21', 'bilin_22'])
    layer(`prior_cost.${name}`, prior, prior);
  layer('prior_cost.conv_out', DAYS, 2 * prior);
  layer('grad_mod.gates', 4 * solver, DAYS + solver);
  layer('grad_mod.conv_out', DAYS, solver);
  const { graph } = buildNetwork(
    weights,
    {
      architecture: 'starter',
      nStep: steps,
      lrGrad: 1000,
      priorDownsamp: 2,
      gradDownsamp: null,
      bilinQuad: false,
      obsWeight: 1,
      init: 'obs',
      inputFill: 'nan',
      finalProjection: true,
    },
    size,
  );
  const length = size.batch * DAYS * size.lat * size.lon;
  const mask = spreadValues(length, 1).map((value) => (value > 0.8 ? 1 : 0));
  const observations = spreadValues(length, 2).map((value, i) => value * mask[i]!);
  return { graph, inputs: { observations, mask } };
}
