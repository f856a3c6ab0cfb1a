import type { NetworkRuntime } from '../network-runtime.js';
import type { GoldenNetwork } from './golden-networks.js';

/** |found − expected| / |expected|, Euclidean norms over the whole reconstruction; NaN where any value is. */
export async function relativeError(
  runtime: NetworkRuntime,
  { graph, inputs, reconstruction }: GoldenNetwork,
): Promise<number> {
  const network = await runtime.compile(graph);
  const found = (await network.run(inputs))['reconstruction']!;
  await network.release();
  if (found.length !== reconstruction.length) {
    throw new RangeError(`${found.length} values beside ${reconstruction.length}`);
  }
  let difference = 0;
  let size = 0;
  for (const [i, value] of found.entries()) {
    difference += (value - reconstruction[i]!) ** 2;
    size += reconstruction[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}
