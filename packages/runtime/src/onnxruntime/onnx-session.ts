import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { RuntimeError } from '../network-runtime.js';
import type { OnnxRuntimeLibrary } from './load-onnx-runtime.js';

export type SessionSettings = {
  readonly library: OnnxRuntimeLibrary;
  readonly provider: 'cpu' | 'webgpu' | 'cuda';
  readonly threads: number;
};

export type SessionOptions = {
  /** Name of a free axis → its length. */
  readonly axisLengths?: Readonly<Record<string, number>>;
};

export type Feed = { readonly data: Float32Array; readonly dims: readonly number[] };

/** One loaded network of ONNX Runtime, float32 in and out. It is released once, and not while it runs. */
export class OnnxSession {
  readonly #library: OnnxRuntimeLibrary;
  readonly #session: InferenceSession;
  /** Settles when the last run that was asked for has ended. */
  #lastRun: Promise<unknown> = Promise.resolve();
  #isReleased = false;

  private constructor(library: OnnxRuntimeLibrary, session: InferenceSession) {
    this.#library = library;
    this.#session = session;
  }

  /** @throws {@link RuntimeError} `unsupported-operation`, `invalid-network`, `out-of-memory`. */
  static async create(
    model: Uint8Array,
    settings: SessionSettings,
    { axisLengths = {} }: SessionOptions = {},
  ): Promise<OnnxSession> {
    const { library, provider, threads } = settings;
    try {
      const session = await library.InferenceSession.create(model, {
        ...sessionOptions(provider, threads),
        freeDimensionOverrides: axisLengths,
      });
      return new OnnxSession(library, session);
    } catch (error) {
      throw runtimeError(error, 'invalid-network');
    }
  }

  /**
   * @param outputs - name → shape of what to compute; the arrays are allocated here and belong to the caller.
   * @throws {@link RuntimeError} `out-of-memory`, `device-lost`, `wrong-input`.
   */
  run(
    feeds: Readonly<Record<string, Feed>>,
    outputs: Readonly<Record<string, readonly number[]>>,
  ): Promise<Record<string, Float32Array>> {
    const run = this.#lastRun.then(() => this.#run(feeds, outputs));
    this.#lastRun = run.catch(() => undefined);
    return run;
  }

  /** As {@link run}, for outputs whose shapes only a run shows. */
  runWithUnknownShapes(
    feeds: Readonly<Record<string, Feed>>,
    outputs: readonly string[],
  ): Promise<Record<string, Feed>> {
    const run = this.#lastRun.then(async () => {
      const results = await this.#execute(feeds, outputs);
      return Object.fromEntries(
        outputs.map((name) => {
          const { data, dims } = results[name]!;
          if (!(data instanceof Float32Array)) {
            throw new RuntimeError('invalid-network', `output '${name}' is not float32`);
          }
          return [name, { data: Float32Array.from(data), dims }];
        }),
      );
    });
    this.#lastRun = run.catch(() => undefined);
    return run;
  }

  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    await this.#lastRun;
    await this.#session.release();
  }

  async #run(
    feeds: Readonly<Record<string, Feed>>,
    outputs: Readonly<Record<string, readonly number[]>>,
  ): Promise<Record<string, Float32Array>> {
    const results = Object.fromEntries(
      Object.entries(outputs).map(([name, dims]) => [
        name,
        { data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)), dims },
      ]),
    );
    await this.#execute(feeds, this.#tensors(results));
    return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data]));
  }

  async #execute(
    feeds: Readonly<Record<string, Feed>>,
    fetches: InferenceSession.FetchesType,
  ): Promise<Readonly<Record<string, Tensor>>> {
    if (this.#isReleased) {
      throw new RuntimeError('invalid-network', 'the network has been released; compile it again');
    }
    try {
      return (await this.#session.run(this.#tensors(feeds), fetches)) as Readonly<Record<string, Tensor>>;
    } catch (error) {
      throw runtimeError(error, 'wrong-input');
    }
  }

  #tensors(named: Readonly<Record<string, Feed>>): Record<string, Tensor> {
    return Object.fromEntries(
      Object.entries(named).map(([name, { data, dims }]) => [
        name,
        new this.#library.Tensor('float32', data, dims),
      ]),
    );
  }
}

function sessionOptions(
  provider: SessionSettings['provider'],
  threads: number,
): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // One network, one shape: the arena and the memory plan find their size in the first run and keep it.
    enableCpuMemArena: true,
    enableMemPattern: true,
    logSeverityLevel: 4,
    // Threads that wait for each other sleep: by default they spin. A map of the demo's NATL on two threads, beside other work
    // on the same two cores, took 24 s of processor time and 52 s by the clock; so it takes 17 and 30.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    // Not session.set_denormal_as_zero: it also turns JavaScript's own numbers below 1e-308 to 0, on the calling thread, and
    // no patch got faster by it, not even one of observations around 1e-37.
  };
}

const OUT_OF_MEMORY = /bad_alloc|failed to allocate|out of memory|CUDA failure 2\b/i;
const DEVICE_LOST = /device (was |is )?lost|CUDA failure (?!2\b)\d+/i;
const NOT_IMPLEMENTED = /not[_ ]implemented|could not find an implementation|is not a registered function/i;

function runtimeError(error: unknown, otherwise: 'invalid-network' | 'wrong-input'): RuntimeError {
  const message = error instanceof Error ? error.message : String(error);
  const code = OUT_OF_MEMORY.test(message)
    ? 'out-of-memory'
    : DEVICE_LOST.test(message)
      ? 'device-lost'
      : NOT_IMPLEMENTED.test(message)
        ? 'unsupported-operation'
        : otherwise;
  return new RuntimeError(code, `onnxruntime: ${message}`, { cause: error });
}
