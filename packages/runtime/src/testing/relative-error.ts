import type { NetworkRuntime } from '../network-runtime.js';
import { relativeDifference } from '../require-agreement.js';
import type { GoldenNetwork } from './golden-networks.js';

/** |found − expected| / |expected| over the whole reconstruction of a golden network. */
export async function relativeError(
  runtime: NetworkRuntime,
  { graph, inputs, reconstruction }: GoldenNetwork,
): Promise<number> {
  const network = await runtime.compile(graph);
  const found = (await network.run(inputs))['reconstruction']!;
  await network.release();
  return relativeDifference(found, reconstruction);
}
