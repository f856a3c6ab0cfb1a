import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  casesInThreeFormats,
  expectedTensors,
  goldenCheckpoint,
  hasGoldenCheckpoints,
} from '../testing/golden-checkpoints.js';
import type { Checkpoint } from './checkpoint.js';
import { readCheckpoint } from './read-checkpoint.js';
import { recogniseNetwork } from './recognition/recognise-network.js';

function described({ tensors }: Checkpoint): Record<string, unknown> {
  return Object.fromEntries(
    [...tensors.values()].map(({ sourceName, dtype, shape, data }) => [
      sourceName,
      [
        dtype,
        [...shape],
        createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex').slice(0, 16),
      ],
    ]),
  );
}

describe.skipIf(!hasGoldenCheckpoints)('readCheckpoint beside PyTorch (../shared is needed)', () => {
  const read = (name: string): Checkpoint => readCheckpoint(goldenCheckpoint(name));

  it.each(Object.entries(hasGoldenCheckpoints ? expectedTensors() : {}))(
    'reads the tensors of %s as PyTorch does',
    (name, expected) => {
      expect(described(read(name))).toEqual(expected);
    },
  );

  it.each(hasGoldenCheckpoints ? casesInThreeFormats() : [])(
    'reads %s alike in all three formats',
    (name) => {
      const zip = read(`${name}/solver_state_dict.pt`);
      expect(zip.format).toBe('zip');
      for (const [file, format] of [
        ['solver_state_dict_legacy.pt', 'legacy'],
        ['solver_state_dict.safetensors', 'safetensors'],
      ] as const) {
        const other = read(`${name}/${file}`);
        expect(other.format).toBe(format);
        expect(described(other)).toEqual(described(zip));
      }
    },
  );

  it.each([
    ['nan_weight.pt', 'non-finite-weights', "tensor 'prior_cost.conv_in.weight': element 0 is NaN"],
    ['pickled_whole_module.pt', 'whole-module', "class 'src.models.GradSolver'"],
    ['evil_reduce.pt', 'dangerous-global', "it names 'posix.system'"],
    ['truncated.ckpt', 'truncated', 'no directory at its end (110371 bytes)'],
    ['shifted_24_bytes.ckpt', 'damaged-container', 'its directory lies 24 bytes later than noted'],
  ])('refuses %s', (name, code, message) => {
    expect(() => read(`ckpt_formats/${name}`)).toThrow(
      expect.objectContaining({ tag: 'CheckpointError', code, message: expect.stringContaining(message) }),
    );
  });

  it('reads what Lightning wrote beside the weights', () => {
    for (const name of ['starter_lightning204_recweight64.ckpt', 'starter_legacy_nonzip.ckpt']) {
      const checkpoint = read(`ckpt_formats/${name}`);
      expect(checkpoint).toMatchObject({
        place: 'state_dict',
        lightning: { version: '2.0.4', epoch: 0, globalStep: 1 },
        hyperParameters: null,
        foreignGlobals: [],
        warnings: [],
      });
      expect(checkpoint.optimizers).toHaveLength(1);
      expect(checkpoint.optimizers[0]!.parameterIndices).toEqual(Array.from({ length: 16 }, (_, i) => i));
      expect(checkpoint.optimizers[0]!.stateShapes.get(0)).toEqual([24, 21, 3, 3]);
    }
  });

  it('reads hyper-parameters around classes that it does not know', () => {
    const { hyperParameters, foreignGlobals } = read('ckpt_formats/foreign_globals_hparams.ckpt');
    expect(hyperParameters).toMatchObject({
      dT: 7,
      shape_state: [21, 24, 24],
      n_grad: 5,
      mean_Tr: 0.3565,
      var_Tr: Math.fround(0.1565),
      cfg: { a: 1, b: [1, 2, { c: null }] },
      opt_fn: '<functools.partial>',
      size: [1, 2],
      w_loss: '<tensor float32 [7]>',
    });
    expect(foreignGlobals).toContain('xarray.core.dataset.Dataset');
    expect(foreignGlobals).toHaveLength(27);
  });

  it('strips the prefixes of wrappers and says where the weights were', () => {
    expect([...read('ckpt_formats/ddp_module_prefix.pt').tensors.keys()][0]).toBe(
      'prior_cost.conv_in.weight',
    );
    expect(read('ckpt_formats/ddp_module_prefix.pt').place).toBe('');
    expect(read('ckpt_formats/nested_model_key.pt').place).toBe('model');
  });

  it.each([
    [
      'ckpt_formats/starter_lightning204_recweight64.ckpt',
      {
        architecture: 'starter',
        daysT: 15,
        priorWidth: 8,
        solverWidth: 6,
        priorKernel: 3,
        solverKernel: 3,
        parameterCount: 10_984,
        quadHint: { isQuadratic: false },
        patchWeights: {
          patch: { days: 15, lat: 24, lon: 24 },
          crop: { days: { before: 0, after: 0 }, lat: { before: 4, after: 4 }, lon: { before: 4, after: 4 } },
        },
      },
    ],
    [
      'base_b1_15x240x240/solver_state_dict.pt',
      { architecture: 'starter', priorWidth: 32, solverWidth: 48, parameterCount: 165_550, quadHint: null },
    ],
    [
      'core_aug_b2_dT7_40x40/solver_state_dict.pt',
      {
        architecture: 'core',
        daysT: 7,
        state: 'augmented',
        prior: 'two-scale',
        priorWidth: 10,
        solverWidth: 20,
        scale: 4,
        sst: null,
        parameterCount: 109_783,
        unknownTensors: [],
      },
    ],
    [
      'core_aug_sst_b2_dT7_40x40/solver_state_dict.safetensors',
      { architecture: 'core', sst: { featureCount: 5, kernel: 3 }, parameterCount: 111_381 },
    ],
  ])('recognises the network of %s', (name, expected) => {
    expect(recogniseNetwork(read(name))).toMatchObject(expected);
  });

  it('says what it saw in a file without a network', () => {
    expect(() => recogniseNetwork(read('ckpt_formats/tensor_views_dtypes.pt'))).toThrow(
      expect.objectContaining({
        code: 'unrecognised-network',
        found: expect.stringContaining("'contig' [4, 6]"),
      }),
    );
  });
});
