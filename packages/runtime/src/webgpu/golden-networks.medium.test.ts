import { interpretGraph } from '@sillage/fourdvarnet';
import { afterAll, describe, expect, it, test } from 'vitest';
import {
  CORE_NETWORKS,
  coreNetwork,
  hasGoldenNetworks,
  TINY_NETWORKS,
  tinyNetwork,
} from '../testing/golden-networks.js';
import { trialNetwork } from '../trial-network.js';
import { openSoftware } from '../testing/webgpu-adapters.js';
import { relativeError } from '../testing/relative-error.js';

/** A software adapter compiles some thirty shaders for each network: seconds, or minutes on a busy machine. */
const SLOW = { timeout: 600_000 };

const float32 = await openSoftware();

describe.skipIf(float32 === null || !hasGoldenNetworks)(
  'our kernels, beside the networks of their authors',
  SLOW,
  () => {
    test.each(TINY_NETWORKS)('reconstruct %s in float32', async (name) => {
      expect(await relativeError(float32!, tinyNetwork(name))).toBeLessThan(1e-6);
    });

    test.each(CORE_NETWORKS)('reconstruct %s in float32', async (name) => {
      expect(await relativeError(float32!, coreNetwork(name))).toBeLessThan(1e-6);
    });
  },
);

describe.skipIf(float32 === null)('our kernels, beside the interpreter', SLOW, () => {
  it('take two steps of a network as wide as the base one', async () => {
    const { graph, inputs } = trialNetwork(
      { prior: 32, solver: 48, steps: 2 },
      { batch: 1, lat: 12, lon: 16 },
    );
    const { reconstruction } = interpretGraph(graph, inputs);
    expect(await relativeError(float32!, { graph, inputs, reconstruction: reconstruction! })).toBeLessThan(
      1e-6,
    );
  });
});

afterAll(async () => {
  await float32?.close();
});
