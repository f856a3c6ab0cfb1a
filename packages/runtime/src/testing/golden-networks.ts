import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildNetwork,
  readNpy,
  type Graph,
  type NetworkSettings,
  type PatchBatch,
  type WeightMap,
} from '@sillage/fourdvarnet';

const folder = `${process.env['SILLAGE_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url))}/golden/fourdvarnet`;

export const hasGoldenNetworks = existsSync(folder);
if (!hasGoldenNetworks) {
  console.warn(`Tests on golden networks are skipped: ${folder} is not here (set SILLAGE_SHARED).`);
}

export const TINY_NETWORKS = [
  'tiny_b2_15x24x24_h8_6_s3_lr1e3_noquad_down2',
  'tiny_b2_15x24x24_h8_6_s4_lr02_quad_down2',
  'tiny_b2_15x24x24_nodown',
] as const;
export const CORE_NETWORKS = ['core_aug_b2_dT7_40x40', 'core_aug_sst_b2_dT7_40x40'] as const;

export type GoldenNetwork = {
  readonly graph: Graph;
  readonly inputs: Readonly<Record<string, Float32Array>>;
  /** What the authors' classes compute with these weights: in float64 or, for the full-size patch, in float32. */
  readonly reconstruction: ArrayLike<number>;
};

export function tinyNetwork(name: (typeof TINY_NETWORKS)[number]): GoldenNetwork {
  return starterNetwork(name, safetensors(name), { batch: 2, lat: 24, lon: 24 }, 'output_f64');
}

/** The full-size patch of 15 × 240 × 240 points through the base network. */
export function baseNetwork(): GoldenNetwork {
  const name = 'base_b1_15x240x240';
  return starterNetwork(
    name,
    torchTensors(`${folder}/${name}/solver_state_dict.pt`),
    { batch: 1, lat: 240, lon: 240 },
    'output',
  );
}

export function coreNetwork(name: (typeof CORE_NETWORKS)[number]): GoldenNetwork {
  const info = readInfo(name);
  const norm = info['norm'] as 'l1' | 'l2';
  const settings: NetworkSettings = {
    architecture: 'core',
    nGrad: info['n_grad'] as number,
    nFourdvarIter: info['n_fourdvar_iter'] as number,
    augState: info['aug_state'] as boolean,
    normObs: norm,
    normPrior: norm,
    isPeriodic: false,
    medianWidth: 1,
  };
  const inputs = {
    oi: float32(name, 'oi'),
    mask: float32(name, 'mask'),
    observations: float32(name, 'obs'),
    ...(info['sst'] === true ? { sst: float32(name, 'sst') } : {}),
  };
  const { graph } = buildNetwork(safetensors(name), settings, { batch: 2, lat: 40, lon: 40 });
  return { graph, inputs, reconstruction: readArray(name, 'output_f64') };
}

function starterNetwork(
  name: string,
  weights: WeightMap,
  size: PatchBatch,
  output: 'output' | 'output_f64',
): GoldenNetwork {
  const info = readInfo(name);
  const settings: NetworkSettings = {
    architecture: 'starter',
    nStep: info['n_step'] as number,
    lrGrad: info['lr_grad'] as number,
    priorDownsamp: info['prior_downsamp'] as number | null,
    gradDownsamp: info['grad_downsamp'] as number | null,
    bilinQuad: info['bilin_quad'] as boolean,
    obsWeight: 1,
    init: 'obs',
    inputFill: 'nan',
    finalProjection: true,
  };
  const observed = float32(name, 'input');
  const inputs = {
    observations: observed.map((value) => (Number.isNaN(value) ? 0 : value)),
    mask: observed.map((value) => (Number.isNaN(value) ? 0 : 1)),
  };
  return {
    graph: buildNetwork(weights, settings, size).graph,
    inputs,
    reconstruction: readArray(name, output),
  };
}

function readInfo(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${folder}/${name}/info.json`, 'utf8')) as Record<string, unknown>;
}

function readArray(name: string, variable: string): ArrayLike<number> {
  return readNpy(readFileSync(`${folder}/${name}/${variable}.npy`)).data;
}

function float32(name: string, variable: string): Float32Array {
  return Float32Array.from(readArray(name, variable));
}

function safetensors(name: string): WeightMap {
  const bytes = readFileSync(`${folder}/${name}/solver_state_dict.safetensors`);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  return new Map(
    Object.entries(header)
      .filter(([tensor]) => tensor !== '__metadata__')
      .map(
        ([
          tensor,
          {
            shape,
            data_offsets: [from, to],
          },
        ]) => [tensor, { shape, data: floats(bytes.subarray(start + from, start + to)) }],
      ),
  );
}

/** The base network's tensors in the order in which its file stores them. */
const BASE_TENSORS: readonly (readonly [layer: string, outputs: number, inputs: number])[] = [
  ['prior_cost.conv_in', 32, 15],
  ['prior_cost.conv_hidden', 32, 32],
  ['prior_cost.bilin_1', 32, 32],
  ['prior_cost.bilin_21', 32, 32],
  ['prior_cost.bilin_22', 32, 32],
  ['prior_cost.conv_out', 15, 64],
  ['grad_mod.gates', 192, 63],
  ['grad_mod.conv_out', 15, 48],
];

/** Files `data/0`, `data/1`… of a zip that compresses nothing, as torch writes it. */
function torchTensors(path: string): WeightMap {
  const bytes = readFileSync(path);
  const storages = new Map<string, Buffer>();
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 46)) {
    const [size, nameLength, header] = [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt32LE(at + 42),
    ];
    const key = /\/data\/(\d+)$/.exec(bytes.toString('utf8', at + 46, at + 46 + nameLength))?.[1];
    const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
    if (key !== undefined) storages.set(key, bytes.subarray(start, start + size));
  }
  const tensors = BASE_TENSORS.flatMap(([layer, outputs, inputs]) => [
    { name: `${layer}.weight`, shape: [outputs, inputs, 3, 3] },
    { name: `${layer}.bias`, shape: [outputs] },
  ]);
  return new Map(
    tensors.map(({ name, shape }, k) => [name, { shape, data: floats(storages.get(String(k))!) }]),
  );
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
