import type { OnnxSummary } from './inspect-onnx.js';
import { OnnxError } from './onnx-error.js';
import { onnxShapes, UnknownShapeError } from './onnx-shapes.js';
import { readOnnxGraph, type ReadGraph, type ReadNode, type ReadTensor } from './read-onnx-graph.js';
import { elementBytes } from './tensor-data.js';

export type OnnxMemory = {
  /** Tensors that live at one moment, at most; inputs and outputs count twice, outside and inside of the runtime. */
  activationBytes: number;
  weightBytes: number;
  /** What a process needs for the network, at most. */
  peakBytes: number;
};

/** ONNX Runtime keeps tensors between convolutions in blocks of so many channels, filled up with zeros. */
const CHANNEL_BLOCK = 16;
/**
 * Its arena grows by doubling and keeps what it has, and the plan of the second run is one block beside what the first left. The
 * measured networks need 1.5 to 3 times what lives at one moment, the constant parts below included.
 */
const ARENA_FACTOR = 3;
/** The file as it was read, its copy in the library, its tensors, and the same packed for matrix products. */
const WEIGHT_COPIES = 4;
/** Buffers of the library's threads. */
const THREAD_BYTES = 64 * 2 ** 20;
/** An operator as the library reads it, rewrites it and plans it. */
const NODE_BYTES = 16 * 2 ** 10;

const BLOCKED = new Set('Conv MaxPool AveragePool GlobalMaxPool GlobalAveragePool'.split(' '));

/**
 * What an ONNX network needs at its peak on the CPU, from above: shapes follow from those of the inputs, and every tensor is freed
 * after the last operator that reads it. Nothing is executed.
 *
 * @param bytes - a file that `inspectOnnx` has taken.
 * @param inputShapes - of every input.
 * @returns the reason where a shape depends on values that only a run shows.
 */
export function onnxMemory(
  bytes: Uint8Array,
  { inputs }: Pick<OnnxSummary, 'inputs'>,
  inputShapes: ReadonlyMap<string, readonly number[]>,
): OnnxMemory | { unknown: string } {
  const graph = readOnnxGraph(bytes);
  try {
    for (const { name } of inputs)
      if (!inputShapes.has(name)) return { unknown: `nothing is known of the input '${name}'` };
    const shapes = onnxShapes(graph, inputShapes);
    const activationBytes = peakActivationBytes(graph, shapes, [...inputShapes.keys()]);
    // A shape may be computed with from tensors of the file, so the bytes of the file are what its weights are, at most.
    const weightBytes = bytes.length;
    return {
      activationBytes,
      weightBytes,
      peakBytes:
        ARENA_FACTOR * activationBytes +
        WEIGHT_COPIES * weightBytes +
        NODE_BYTES * graph.nodes.length +
        THREAD_BYTES,
    };
  } catch (error) {
    if (error instanceof UnknownShapeError) return { unknown: error.message };
    // Attributes and shapes that do not go together: ONNX Runtime refuses the file when it loads it.
    if (error instanceof OnnxError || error instanceof RangeError) return { unknown: error.message };
    throw error;
  }
}

function peakActivationBytes(
  { nodes, outputs }: ReadGraph,
  shapes: ReadonlyMap<string, ReadTensor>,
  inputNames: readonly string[],
): number {
  const sizes = allocatedBytes(nodes, shapes);
  const lastUse = new Map<string, number>();
  for (const [index, node] of nodes.entries()) for (const name of node.inputs) lastUse.set(name, index);
  const ends = new Set([...inputNames, ...outputs]);
  // Both stay until the end, and have a copy on the other side.
  let live = 0;
  for (const name of ends) live += 2 * (sizes.get(name) ?? 0);
  let peak = live;
  const freedAfter = new Map<number, string[]>();
  for (const [index, node] of nodes.entries()) {
    const results = node.outputs.filter((name) => name !== '' && !ends.has(name));
    for (const name of results) {
      live += sizes.get(name) ?? 0;
      const last = Math.max(lastUse.get(name) ?? index, index);
      const freed = freedAfter.get(last);
      if (freed === undefined) freedAfter.set(last, [name]);
      else freed.push(name);
    }
    peak = Math.max(peak, live + workBytes(node, shapes, sizes));
    for (const name of freedAfter.get(index) ?? []) live -= sizes.get(name) ?? 0;
    freedAfter.delete(index);
  }
  return peak;
}

/** Every tensor, with whole blocks of channels from convolutions on. */
function allocatedBytes(
  nodes: readonly ReadNode[],
  shapes: ReadonlyMap<string, ReadTensor>,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const [name, tensor] of shapes) sizes.set(name, bytesOf(tensor.dims, tensor));
  const blocked = new Set<string>();
  for (const node of nodes) {
    const isBlocked = BLOCKED.has(node.operator) || node.inputs.some((name) => blocked.has(name));
    if (!isBlocked) continue;
    for (const name of node.outputs) {
      const tensor = shapes.get(name);
      if (tensor?.dims.length !== 4) continue;
      blocked.add(name);
      const channels = Math.ceil(tensor.dims[1]! / CHANNEL_BLOCK) * CHANNEL_BLOCK;
      sizes.set(name, bytesOf(tensor.dims.with(1, channels), tensor));
    }
  }
  return sizes;
}

function bytesOf(dims: readonly number[], { elementType }: ReadTensor): number {
  return dims.reduce((product, dim) => product * dim, 1) * (elementBytes(elementType) ?? 8);
}

/** What an operator allocates beside its results. */
function workBytes(
  node: ReadNode,
  shapes: ReadonlyMap<string, ReadTensor>,
  sizes: ReadonlyMap<string, number>,
): number {
  const [input, kernel, output] = [node.inputs[0], node.inputs[1], node.outputs[0]].map((name) =>
    shapes.get(name ?? ''),
  );
  switch (node.operator) {
    case 'ConvTranspose': {
      // The products of one image's values with every weight of the kernel, before they are added up.
      if (input === undefined || kernel === undefined) return 0;
      const places = input.dims.slice(2).reduce((product, dim) => product * dim, 1);
      return 4 * places * kernel.dims.slice(1).reduce((product, dim) => product * dim, 1);
    }
    case 'Conv': {
      // Values in the order of the kernel, for as many places as there are results or filters, whichever is less; and the
      // input in blocks of channels.
      if (kernel === undefined || output === undefined) return 0;
      const [filters, ...window] = kernel.dims;
      const places = output.dims.slice(2).reduce((product, dim) => product * dim, 1);
      const patch = window.reduce((product, dim) => product * dim, 1);
      return 4 * Math.min(places, filters!) * patch + (sizes.get(node.inputs[0] ?? '') ?? 0);
    }
    case 'LSTM':
    case 'GRU':
    case 'RNN':
      // All gates of all times at once.
      return 4 * (sizes.get(node.outputs[0] ?? '') ?? 0);
    case 'MatMul':
    case 'Gemm':
    case 'Resize':
    case 'Transpose':
      return sizes.get(node.inputs[0] ?? '') ?? 0;
    default:
      return 0;
  }
}
