import { interpretGraph } from '@sillage/fourdvarnet';
import { RuntimeError, type NetworkRuntime } from './network-runtime.js';
import { trialNetwork } from './trial-network.js';

/** Of the whole reconstruction, relative, L2: a wrong kernel is far beyond, rounding far below. */
const TOLERANCE = { float32: 1e-5, 'float16-products': 1e-2 };

/**
 * Solves a small network on a runtime and with the float64 interpreter, twice: a race shows as a difference.
 *
 * @throws {@link RuntimeError} `unavailable`, and closes the runtime, if they do not agree; whatever the runtime throws.
 */
export async function requireAgreement(runtime: NetworkRuntime): Promise<void> {
  const { graph, inputs } = trialNetwork({ prior: 16, solver: 16, steps: 2 }, { batch: 1, lat: 12, lon: 16 });
  const expected = interpretGraph(graph, inputs)['reconstruction']!;
  const network = await runtime.compile(graph);
  const found = (await network.run(inputs))['reconstruction']!;
  const again = (await network.run(inputs))['reconstruction']!;
  await network.release();
  const error = relativeDifference(found, expected);
  const { name, device, precision } = runtime.description;
  const isRepeated = found.every((value, i) => value === again[i]);
  if (error <= TOLERANCE[precision] && isRepeated) return;
  await runtime.close();
  if (error <= TOLERANCE[precision]) {
    throw new RuntimeError(
      'unavailable',
      `${name} computes another result every time on ${device}. Update the driver, or take onnxruntime-cpu`,
    );
  }
  throw new RuntimeError(
    'unavailable',
    `${name} computes wrongly on ${device}: a network that has a known result came out ${error} off (relative, L2; ` +
      `${TOLERANCE[precision]} is allowed). Update the driver, or take onnxruntime-cpu`,
  );
}

/** |found − expected| / |expected|, Euclidean norms; NaN where any value is. */
export function relativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) {
    throw new RangeError(`${found.length} values beside ${expected.length}`);
  }
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (found[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}
