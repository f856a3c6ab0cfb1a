import type { Graph } from '@sillage/fourdvarnet';
import {
  type CompiledNetwork,
  type NetworkRuntime,
  RuntimeError,
  type RuntimeDescription,
  type Tensors,
} from './network-runtime.js';
import { relativeDifference } from './require-agreement.js';

/**
 * Of a first batch, relative, L2: twice what the 11 bits of TF32 cost on published networks, in which they were trained. Where 5 % of
 * the signal is missed, it moves µ by less than 5e-5.
 */
const PRECISION_TOLERANCE = 2e-3;

/**
 * A runtime with products of float16 whose networks solve their first batch in float32 as well. Where a network does not bear
 * float16 (values beyond 65504, sums that cancel), it goes on in float32, the description says so, and a warning says why.
 *
 * @param openExact - the same device in float32; opened for the first batch of each network, and closed after it.
 */
export function verifiedInFloat32(
  fast: NetworkRuntime,
  openExact: () => Promise<NetworkRuntime>,
): NetworkRuntime {
  return new VerifiedRuntime(fast, openExact);
}

class VerifiedRuntime implements NetworkRuntime {
  readonly #fast: NetworkRuntime;
  readonly #openExact: () => Promise<NetworkRuntime>;
  readonly #exact: NetworkRuntime[] = [];
  #description: RuntimeDescription;

  constructor(fast: NetworkRuntime, openExact: () => Promise<NetworkRuntime>) {
    this.#fast = fast;
    this.#openExact = openExact;
    this.#description = fast.description;
  }

  /** Of what computes, float32 once a network needed it. */
  get description(): RuntimeDescription {
    return this.#description;
  }

  async compile(graph: Graph): Promise<CompiledNetwork> {
    // The last batch of a map is shorter, and a network of its own: one precision for all of them.
    const [exact] = this.#exact;
    if (exact !== undefined) return exact.compile(graph);
    return new VerifiedNetwork(await this.#fast.compile(graph), (inputs, found) =>
      this.#verdict(graph, inputs, found),
    );
  }

  async close(): Promise<void> {
    await this.#fast.close();
    for (const runtime of this.#exact.splice(0)) await runtime.close();
  }

  /** The network to go on with in float32, and its result; null where the other one is good enough. */
  async #verdict(graph: Graph, inputs: Tensors, found: Record<string, Float32Array>): Promise<Exact | null> {
    const exact = await this.#openExact();
    let network: CompiledNetwork;
    let outputs: Record<string, Float32Array>;
    try {
      network = await exact.compile(graph);
      outputs = await network.run(inputs);
    } catch (error) {
      await exact.close();
      // Too large in float32 only: nothing to hold it against.
      if (error instanceof RuntimeError && error.code === 'out-of-memory' && areNumbers(found)) return null;
      throw error;
    }
    const difference = Math.max(
      ...Object.entries(outputs).map(([name, values]) => distance(found[name]!, values)),
    );
    // What float32 computes of it is no number either: it is not the products.
    if (difference <= PRECISION_TOLERANCE || !areNumbers(outputs)) {
      await network.release();
      await exact.close();
      return null;
    }
    this.#exact.push(exact);
    this.#description = exact.description;
    process.emitWarning(
      `this network goes on in float32: with float16 products its first batch came out ${difference} off (relative, L2; ${PRECISION_TOLERANCE} is allowed)`,
    );
    return { network, outputs };
  }
}

/** A first batch in float32, and the network that solved it. */
type Exact = { readonly network: CompiledNetwork; readonly outputs: Record<string, Float32Array> };
type Verify = (inputs: Tensors, found: Record<string, Float32Array>) => Promise<Exact | null>;

class VerifiedNetwork implements CompiledNetwork {
  #network: CompiledNetwork;
  readonly #verify: Verify;
  #verified: Promise<void> | null = null;

  constructor(network: CompiledNetwork, verify: Verify) {
    this.#network = network;
    this.#verify = verify;
  }

  get peakBytes(): number | null {
    return this.#network.peakBytes;
  }

  get usefulRunsInFlight(): number {
    return this.#network.usefulRunsInFlight;
  }

  async run(inputs: Tensors): Promise<Record<string, Float32Array>> {
    if (this.#verified !== null) {
      await this.#verified;
      return this.#network.run(inputs);
    }
    const first = this.#runFirst(inputs);
    this.#verified = first.then(() => undefined);
    this.#verified.catch(() => (this.#verified = null)); // the next run tries again
    return first;
  }

  async release(): Promise<void> {
    await this.#verified?.catch(() => undefined);
    await this.#network.release();
  }

  async #runFirst(inputs: Tensors): Promise<Record<string, Float32Array>> {
    const found = await this.#network.run(inputs);
    const better = await this.#verify(inputs, found);
    if (better === null) return found;
    await this.#network.release();
    this.#network = better.network;
    return better.outputs;
  }
}

/** Infinite where a value is no number in one of them. */
function distance(found: Float32Array, expected: Float32Array): number {
  const difference = relativeDifference(found, expected);
  if (Number.isFinite(difference)) return difference;
  return found.every((value, i) => value === expected[i]) ? 0 : Infinity;
}

function areNumbers(outputs: Record<string, Float32Array>): boolean {
  return Object.values(outputs).every((values) => values.every(Number.isFinite));
}
