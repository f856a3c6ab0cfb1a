import type { Graph } from '@sillage/fourdvarnet';

export const RUNTIME_NAMES = [
  'onnxruntime-cpu',
  'onnxruntime-webgpu',
  'onnxruntime-cuda',
  'webgpu',
  'tfjs',
] as const;
export type RuntimeName = (typeof RUNTIME_NAMES)[number];

/** What computed a result: stored with every score that a network got. */
export type RuntimeDescription = {
  readonly name: RuntimeName;
  /** Of the library that executes, e.g. `onnxruntime-node 1.30.0`. */
  readonly version: string;
  /** The device as its driver names it, e.g. `NVIDIA H100 80GB HBM3` or `CPU, 2 threads`. */
  readonly device: string;
  /** Of the products inside convolutions; sums are float32 everywhere. */
  readonly precision: 'float32' | 'float16-products';
};

/** Named tensors `[batch, channels, lat, lon]` in C order, as long as the graph's shapes say. */
export type Tensors = Readonly<Record<string, Float32Array>>;

/** Executes network graphs on one device. It owns what it allocates there, until {@link close}. */
export type NetworkRuntime = {
  readonly description: RuntimeDescription;
  /** @throws {@link RuntimeError} `out-of-memory`, `unsupported-operation`. */
  compile(graph: Graph): Promise<CompiledNetwork>;
  close(): Promise<void>;
};

export type CompiledNetwork = {
  /** Bytes that one run holds on the device at its peak; null where the library does not tell. */
  readonly peakBytes: number | null;
  /** How many runs may be under way together to keep the device busy; further calls wait. */
  readonly usefulRunsInFlight: number;
  /** @throws {@link RuntimeError} `wrong-input`, `out-of-memory`, `device-lost`. */
  run(inputs: Tensors): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
};

export type RuntimeErrorCode =
  | 'unavailable'
  | 'unsupported-operation'
  | 'wrong-input'
  | 'out-of-memory'
  | 'device-lost'
  | 'invalid-network';

/** Says what was asked of a runtime, why it cannot do it, and what to do instead. */
export class RuntimeError extends Error {
  readonly tag = 'runtime';
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
