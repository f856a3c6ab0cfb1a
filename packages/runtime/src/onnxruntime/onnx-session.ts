import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { RuntimeError } from '../network-runtime.js';
import type { OnnxRuntimeLibrary } from './load-onnx-runtime.js';

export type SessionSettings = {
  readonly library: OnnxRuntimeLibrary;
  readonly provider: 'cpu' | 'webgpu' | 'cuda';
  readonly threads: number;
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
  static async create(model: Uint8Array, settings: SessionSettings): Promise<OnnxSession> {
    const { library, provider, threads } = settings;
    try {
      const session = await library.InferenceSession.create(model, sessionOptions(provider, threads));
      return new OnnxSession(library, session);
    } catch (error) {
      throw runtimeError(error, 'invalid-network');
    }
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
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
    if (this.#isReleased) {
      throw new RuntimeError('invalid-network', 'the network has been released; compile it again');
    }
    const tensor = ({ data, dims }: Feed): Tensor => new this.#library.Tensor('float32', data, dims);
    const results = Object.fromEntries(
      Object.entries(outputs).map(([name, dims]) => [
        name,
        { data: new Float32Array(dims.reduce((product, dim) => product * dim, 1)), dims },
      ]),
    );
    const tensors = (named: Readonly<Record<string, Feed>>) =>
      Object.fromEntries(Object.entries(named).map(([name, feed]) => [name, tensor(feed)]));
    try {
      await this.#session.run(tensors(feeds), tensors(results));
    } catch (error) {
      throw runtimeError(error, 'wrong-input');
    }
    return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data]));
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
    extra: {
      session: {
        // Gradients get as small as 1e-40 where nothing is observed; a denormal costs a hundred times an ordinary number.
        set_denormal_as_zero: '1',
      },
    },
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
