import { afterAll, describe, expect, it, test } from 'vitest';
import {
  CORE_NETWORKS,
  coreNetwork,
  hasGoldenNetworks,
  TINY_NETWORKS,
  tinyNetwork,
} from '../testing/golden-networks.js';
import { openSoftware } from '../testing/webgpu-adapters.js';
import { relativeError } from '../testing/relative-error.js';

const float32 = await openSoftware();

describe.skipIf(float32 === null || !hasGoldenNetworks)(
  'our kernels, beside the networks of their authors',
  () => {
    test.each(TINY_NETWORKS)('reconstruct %s in float32', async (name) => {
      expect(await relativeError(float32!, tinyNetwork(name))).toBeLessThan(1e-6);
    });

    test.each(CORE_NETWORKS)('reconstruct %s in float32', async (name) => {
      expect(await relativeError(float32!, coreNetwork(name))).toBeLessThan(1e-6);
    });

    it('reconstruct a network with float16 pairs nearly as in float32', async () => {
      const pairs = (await openSoftware({
        precision: 'float16-products',
        operandParts: 2,
        emulateMatrices: {},
      }))!;
      expect(await relativeError(pairs, tinyNetwork(TINY_NETWORKS[2]))).toBeLessThan(1e-5);
      await pairs.close();
    });

    it('reconstruct a network with float16 products as well as those round', async () => {
      const halves = (await openSoftware({ precision: 'float16-products', emulateMatrices: {} }))!;
      expect(await relativeError(halves, tinyNetwork(TINY_NETWORKS[0]))).toBeLessThan(2e-3);
      await halves.close();
    });
  },
);

afterAll(async () => {
  await float32?.close();
});
