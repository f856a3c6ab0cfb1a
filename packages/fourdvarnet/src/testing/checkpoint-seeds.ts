/**
 * Good checkpoints of our own, small and of every format, to be mutated. The writer comes as a parameter: this file imports
 * types only, so that the fuzzer can load it as it is.
 */
import type * as Writer from './checkpoint-writer.js';

/** A file by its name. */
type Seed = { name: string; bytes: Uint8Array };

export function ownSeeds(writer: typeof Writer): Seed[] {
  const { tensorOf, torchZip, torchLegacy, safetensors, float32Bytes, orderedDict, bytesOf } = writer;
  const weights = float32Bytes(...Array.from({ length: 24 }, (_, i) => i / 8 - 1));
  const counters = new Uint8Array(BigInt64Array.from([1n, -2n, 3n]).buffer);
  const halves = new Uint8Array(Uint16Array.from([0x3c00, 0xc000, 0x0001, 0x7bff]).buffer);
  const views: [Writer.Picklable, Writer.Picklable][] = [
    ['a.weight', tensorOf({ count: 24 }, [2, 3, 4])],
    ['a.turned', tensorOf({ count: 24 }, [4, 3, 2], { strides: [1, 4, 12] })],
    ['a.repeated', tensorOf({ count: 24 }, [5, 4], { offset: 20, strides: [0, 1] })],
    ['b.counter', tensorOf({ type: 'LongStorage', key: '1', count: 3 }, [3])],
    ['b.half', tensorOf({ type: 'HalfStorage', key: '2', count: 4 }, [4])],
    ['b.scalar', tensorOf({ count: 24 }, [], { offset: 5 })],
  ];
  const config: Writer.Picklable = {
    build: [
      { newObject: [{ global: 'omegaconf.dictconfig DictConfig' }, { tuple: [] }] },
      {
        dict: [
          [
            '_content',
            {
              dict: [
                ['n_step', 15],
                ['lr', { float: 1e-3 }],
              ],
            },
          ],
        ],
      },
    ],
  };
  const scalar: Writer.Picklable = {
    reduce: [
      { global: 'numpy.core.multiarray scalar' },
      {
        tuple: [
          { reduce: [{ global: 'numpy dtype' }, { tuple: ['f8', false, true] }] },
          { reduce: [{ global: '_codecs encode' }, { tuple: ['\0\0\0\0\0\0\u00f0?', 'latin1'] }] },
        ],
      },
    ],
  };
  const lightning: Writer.Picklable = {
    dict: [
      ['epoch', 7],
      ['pytorch-lightning_version', '2.0.4'],
      ['state_dict', orderedDict(views)],
      [
        'hyper_parameters',
        {
          dict: [
            ['cfg', config],
            ['mean_Tr', scalar],
            ['set', { set: [1, 2] }],
          ],
        },
      ],
      [
        'optimizer_states',
        [
          {
            dict: [
              ['state', { dict: [[0, { dict: [] }]] }],
              ['param_groups', [{ dict: [['params', [0]]] }]],
            ],
          },
        ],
      ],
    ],
  };
  const legacyView: [Writer.Picklable, Writer.Picklable][] = [
    ['module.weight', tensorOf({ count: 24, view: null }, [4, 6])],
    ['module.counter', tensorOf({ type: 'LongStorage', key: '1', count: 3, view: null }, [3])],
    ['module.half', tensorOf({ type: 'HalfStorage', key: '2', count: 4, view: { tuple: ['v', 1, 2] } }, [2])],
  ];
  return [
    { name: 'own-lightning.ckpt', bytes: torchZip(lightning, { 0: weights, 1: counters, 2: halves }) },
    {
      name: 'own-legacy.pt',
      bytes: torchLegacy(
        { dict: legacyView },
        { 0: { count: 24, data: weights }, 1: { count: 3, data: counters }, 2: { count: 4, data: halves } },
      ),
    },
    {
      name: 'own.safetensors',
      bytes: safetensors(
        {
          __metadata__: { manifest: '{}' },
          'a.weight': { dtype: 'F32', shape: [2, 3, 4], data_offsets: [0, 96] },
          'a.counter': { dtype: 'I64', shape: [3], data_offsets: [96, 120] },
          'a.half': { dtype: 'F16', shape: [2, 2], data_offsets: [120, 128] },
        },
        bytesOf(weights, counters, halves),
      ),
    },
  ];
}
