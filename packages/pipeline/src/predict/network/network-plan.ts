import type { NetworkManifest } from '@sillage/fourdvarnet';
import { buildNetwork, networkCost, type NetworkSettings, type WeightMap } from '@sillage/fourdvarnet';

/** What one batch costs. */
export type BatchCost = {
  /** 10⁹ floating-point operations of one patch. */
  gflopPerPatch: number;
  /** Tensors of one batch that are needed at one moment, and the weights; a runtime that works in place needs less. */
  peakMemoryBytes: number;
};

/**
 * Counts what a network costs, before it runs.
 *
 * @throws GraphError if weights, settings and patches do not go together.
 */
export function batchCost(
  weights: WeightMap,
  settings: NetworkSettings,
  {
    patch,
    batch_size: batch,
    fgat_passes: passes,
  }: Pick<NetworkManifest, 'patch' | 'batch_size' | 'fgat_passes'>,
): BatchCost {
  const { graph } = buildNetwork(weights, settings, { batch, lat: patch.lat, lon: patch.lon });
  const { flopPerRun, peakActivationBytes, weightBytes } = networkCost(graph);
  return {
    gflopPerPatch: ((1 + passes) * flopPerRun) / batch / 1e9,
    peakMemoryBytes: peakActivationBytes + weightBytes,
  };
}
