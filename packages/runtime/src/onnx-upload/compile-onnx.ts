import { availableParallelism } from 'node:os';
import { inspectOnnx, type OnnxLimits, type OnnxPort, type OnnxSummary } from '@sillage/fourdvarnet';
import { RuntimeError, type Tensors } from '../network-runtime.js';
import { keepFloat32 } from '../onnxruntime/keep-float32.js';
import { loadOnnxRuntime } from '../onnxruntime/load-onnx-runtime.js';
import { OnnxSession } from '../onnxruntime/onnx-session.js';

export type CompileOnnxOptions = {
  /** Shape of every input. Free axes of the file get their length here, once. */
  readonly inputShapes: Readonly<Record<string, readonly number[]>>;
  /**
   * Not WebGPU: there ONNX Runtime adds up some convolutions wrongly, and a network that somebody else wrote cannot be
   * rewritten around that.
   */
  readonly runtime?: 'onnxruntime-cpu' | 'onnxruntime-cuda';
  readonly threads?: number;
  readonly limits?: OnnxLimits;
};

export type UploadedNetwork = {
  readonly summary: OnnxSummary;
  /** @throws {@link RuntimeError} `wrong-input`, `out-of-memory`, `device-lost`. */
  run(inputs: Tensors): Promise<Record<string, UploadedTensor>>;
  release(): Promise<void>;
};

export type UploadedTensor = { readonly data: Float32Array; readonly dims: readonly number[] };

/**
 * Loads an ONNX file that somebody uploaded, float32 in and out, for inputs of one shape each.
 *
 * The file is inspected first. What its operators allocate and how long they take is not bounded here: run it in a
 * process with limits on both, since a run occupies its thread until it ends.
 *
 * @throws OnnxError if the file is not taken; {@link RuntimeError} `invalid-network` if its inputs are not those of
 *   `inputShapes` or ONNX Runtime refuses it, `unavailable` without the runtime.
 */
export async function compileOnnx(bytes: Uint8Array, options: CompileOnnxOptions): Promise<UploadedNetwork> {
  const { inputShapes, runtime = 'onnxruntime-cpu', threads = availableParallelism(), limits } = options;
  const summary = inspectOnnx(bytes, limits);
  const axisLengths = axisLengthsOf(summary.inputs, inputShapes);
  const outputs = summary.outputs.map(({ name, elementType }) => {
    requireFloat32(`output '${name}'`, elementType);
    return name;
  });
  const library = await loadOnnxRuntime();
  const provider = runtime === 'onnxruntime-cuda' ? 'cuda' : 'cpu';
  if (provider === 'cuda') keepFloat32();
  const session = await OnnxSession.create(bytes, { library, provider, threads }, { axisLengths });
  return {
    summary,
    async run(inputs) {
      const feeds = Object.fromEntries(
        summary.inputs.map(({ name }) => {
          const dims = inputShapes[name]!;
          const length = dims.reduce((product, dim) => product * dim, 1);
          const data = inputs[name];
          if (data?.length !== length) {
            throw new RuntimeError(
              'wrong-input',
              `input '${name}' has ${data?.length ?? 'no'} values, need ${length} for the shape [${dims.join(', ')}]`,
            );
          }
          return [name, { data, dims }];
        }),
      );
      return session.runWithUnknownShapes(feeds, outputs);
    },
    release: () => session.release(),
  };
}

/** Name of each free axis → the length that the shapes give it. */
function axisLengthsOf(
  inputs: readonly OnnxPort[],
  shapes: CompileOnnxOptions['inputShapes'],
): Record<string, number> {
  const unknown = Object.keys(shapes).find((name) => !inputs.some((input) => input.name === name));
  if (unknown !== undefined) {
    const known = inputs.map(({ name }) => `'${name}'`).join(', ');
    throw new RuntimeError(
      'invalid-network',
      `the file has no input '${unknown}'; it has ${known || 'none'}`,
    );
  }
  const lengths = new Map<string, number>();
  for (const { name, elementType, dims } of inputs) {
    requireFloat32(`input '${name}'`, elementType);
    const shape = shapes[name];
    if (shape === undefined) {
      throw new RuntimeError('invalid-network', `the file has an input '${name}' that nothing is known for`);
    }
    const fits =
      dims === null ||
      (dims.length === shape.length &&
        dims.every((dim, axis) => {
          if (typeof dim === 'number') return dim === shape[axis];
          if (dim === null) return true;
          const length = lengths.get(dim) ?? shape[axis]!;
          lengths.set(dim, length);
          return length === shape[axis];
        }));
    if (!fits) {
      throw new RuntimeError(
        'invalid-network',
        `input '${name}' of the file has the shape [${dims.map((dim) => dim ?? '?').join(', ')}], which is not ` +
          `[${shape.join(', ')}]`,
      );
    }
  }
  return Object.fromEntries(lengths);
}

function requireFloat32(what: string, elementType: string): void {
  if (elementType === 'float32') return;
  throw new RuntimeError(
    'invalid-network',
    `${what} of the file is ${elementType}, need float32: cast inside the network`,
  );
}
