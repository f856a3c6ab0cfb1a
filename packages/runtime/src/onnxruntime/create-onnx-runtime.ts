import { availableParallelism } from 'node:os';
import { onnxModel, onnxOutputNames, type Graph, type Shape } from '@sillage/fourdvarnet';
import { checkedInputs } from '../checked-inputs.js';
import {
  RuntimeError,
  type CompiledNetwork,
  type NetworkRuntime,
  type RuntimeDescription,
} from '../network-runtime.js';
import { cpuName, cudaName, webGpuName } from './device-name.js';
import { keepFloat32 } from './keep-float32.js';
import { loadOnnxRuntime, type OnnxRuntimeLibrary } from './load-onnx-runtime.js';
import { lowerForCpu, lowerForWebGpu } from './lower-graph.js';
import { OnnxSession, type SessionSettings } from './onnx-session.js';
import { probe } from './probe.js';

export type OnnxRuntimeName = 'onnxruntime-cpu' | 'onnxruntime-webgpu' | 'onnxruntime-cuda';

export type OnnxRuntimeOptions = {
  readonly name?: OnnxRuntimeName;
  /** Of the CPU; all cores that this process may use by default. */
  readonly threads?: number;
  /** Whether `onnxruntime-webgpu` may take an adapter that computes on the CPU: slow, for tests. */
  readonly allowSoftware?: boolean;
};

const PROVIDERS = {
  'onnxruntime-cpu': 'cpu',
  'onnxruntime-webgpu': 'webgpu',
  'onnxruntime-cuda': 'cuda',
} as const satisfies Record<OnnxRuntimeName, string>;

const LOWER: Readonly<Record<SessionSettings['provider'], (graph: Graph) => Graph>> = {
  cpu: lowerForCpu,
  webgpu: lowerForWebGpu,
  cuda: (graph) => graph,
};

/**
 * ONNX Runtime on the CPU or, where the installed library has the provider and the machine a device, on a GPU.
 *
 * @throws {@link RuntimeError} `unavailable`: no native library for this platform, no such provider, no such device.
 */
export async function createOnnxRuntime({
  name = 'onnxruntime-cpu',
  threads = availableParallelism(),
  allowSoftware = false,
}: OnnxRuntimeOptions = {}): Promise<NetworkRuntime> {
  const library = await loadOnnxRuntime();
  const provider = PROVIDERS[name];
  if (!library.listSupportedBackends().some((backend) => backend.name === provider)) {
    throw new RuntimeError('unavailable', missingProviderText(name, library));
  }
  const settings = { library, provider, threads };
  const adapter = provider === 'webgpu' ? await webGpuName({ allowSoftware }) : null;
  if (provider === 'cuda') keepFloat32();
  await check(name, settings);
  const description: RuntimeDescription = {
    name,
    version: `onnxruntime-node ${library.env.versions.node ?? library.env.versions.common}`,
    device: adapter ?? (provider === 'cuda' ? await cudaName() : cpuName(threads)),
    precision: 'float32',
  };
  const sessions = new Set<OnnxSession>();
  return {
    description,
    async compile(graph) {
      const session = await OnnxSession.create(onnxModel(LOWER[provider](graph)), settings);
      sessions.add(session);
      return compiledNetwork(graph, session, () => sessions.delete(session));
    },
    async close() {
      for (const session of sessions) await session.release();
      sessions.clear();
    },
  };
}

/** @throws {@link RuntimeError} `unavailable` if a session does not start, or computes wrongly. */
async function check(name: OnnxRuntimeName, settings: SessionSettings): Promise<void> {
  const { graph, x, y } = probe();
  let found: Float32Array | undefined;
  try {
    const session = await OnnxSession.create(onnxModel(LOWER[settings.provider](graph)), settings);
    const [dims, outputDims] = [graph.nodes[0]!.shape, graph.nodes.at(-1)!.shape];
    found = (await session.run({ x: { data: x, dims } }, { y: outputDims }))['y'];
    await session.release();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError(
      'unavailable',
      `${name} cannot start a session on this machine: ${reason.split('\n')[0]}`,
      { cause: error },
    );
  }
  const wrong = y.findIndex((value, i) => value !== found?.[i]);
  if (wrong >= 0) {
    throw new RuntimeError(
      'unavailable',
      `${name} computes wrongly on this machine: a sum that is ${y[wrong]} came out as ${found?.[wrong]}. ` +
        'Update the driver and onnxruntime-node, or take onnxruntime-cpu',
    );
  }
}

function compiledNetwork(graph: Graph, session: OnnxSession, forget: () => void): CompiledNetwork {
  const shapeOf = (id: number): Shape => graph.nodes[id]!.shape;
  const outputNames = onnxOutputNames(graph);
  const fetches = Object.fromEntries(
    Array.from(graph.outputs, ([output, id]) => [outputNames.get(output)!, shapeOf(id)]),
  );
  return {
    peakBytes: null,
    usefulRunsInFlight: 1,
    async run(inputs) {
      const feeds = Object.fromEntries(
        checkedInputs(graph, inputs).map(({ name, data, shape }) => [name, { data, dims: shape }]),
      );
      const results = await session.run(feeds, fetches);
      return Object.fromEntries(
        Array.from(outputNames, ([output, onnxName]) => [output, results[onnxName]!]),
      );
    },
    async release() {
      forget();
      await session.release();
    },
  };
}

function missingProviderText(name: OnnxRuntimeName, library: OnnxRuntimeLibrary): string {
  const found = library.listSupportedBackends().map((backend) => `'${backend.name}'`);
  const advice =
    name === 'onnxruntime-cuda'
      ? 'Install onnxruntime-node with ONNXRUNTIME_NODE_INSTALL=cuda12 on a machine with CUDA 12 and cuDNN 9.'
      : 'Take a build of onnxruntime-node that has it.';
  return `${name} is not in the installed onnxruntime-node, which has ${found.join(', ')}. ${advice}`;
}
