import { describe, expect, it } from 'vitest';
import { ownSeeds } from '../testing/checkpoint-seeds.js';
import * as writer from '../testing/checkpoint-writer.js';
import {
  bytesOf,
  float32Bytes,
  int64,
  orderedDict,
  type Picklable,
  pickleOf,
  safetensors,
  storageId,
  tensorOf,
  torchLegacy,
  torchZip,
  torchZipEntries,
  zipArchive,
  type ZipEntrySpec,
} from '../testing/checkpoint-writer.js';
import { CheckpointError } from './checkpoint-error.js';
import type { CheckpointLimits } from './checkpoint-limits.js';
import { readCheckpoint } from './read-checkpoint.js';

const WEIGHTS = float32Bytes(1, 2, 3, 4, 5, 6);
const TENSOR = tensorOf({ count: 6 }, [2, 3]);
const dict = (...entries: [Picklable, Picklable][]): Picklable => ({ dict: entries });
const zipOf = (root: Picklable, weights = WEIGHTS) => torchZip(root, { 0: weights });

function refusal(bytes: Uint8Array, limits: Partial<CheckpointLimits> = {}): CheckpointError {
  try {
    readCheckpoint(bytes, limits);
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
  throw new Error('it was read');
}

const codeOf = (bytes: Uint8Array, limits?: Partial<CheckpointLimits>) => refusal(bytes, limits).code;

describe('readCheckpoint', () => {
  it.each<[place: string, root: Picklable]>([
    ['', dict(['w', TENSOR])],
    ['', orderedDict([['w', TENSOR]])],
    ['state_dict', dict(['epoch', 1], ['state_dict', orderedDict([['w', TENSOR]])])],
    ['model', dict(['model', dict(['w', TENSOR])])],
    ['model_state_dict', dict(['optimizer', dict()], ['model_state_dict', dict(['w', TENSOR])])],
    ['net', dict(['net', dict(['w', TENSOR])])],
    ['ema', dict(['ema', dict(['w', TENSOR])])],
    ['solver', dict(['optimizer', dict(['w', TENSOR])], ['solver', dict(['w', TENSOR])], ['epoch', 3])],
    ['module', dict(['module', orderedDict([['w', TENSOR]])], ['dp_world_size', 1])],
  ])('finds tensors in the place %j', (place, root) => {
    const checkpoint = readCheckpoint(zipOf(root));
    expect(checkpoint).toMatchObject({
      format: 'zip',
      place,
      foreignGlobals: [],
      warnings: [],
      metadata: {},
    });
    expect(checkpoint.tensors.get('w')).toEqual({
      name: 'w',
      sourceName: 'w',
      dtype: 'float32',
      shape: [2, 3],
      data: Float32Array.of(1, 2, 3, 4, 5, 6),
    });
  });

  it('prefers model_state_dict to others, and says that there are others', () => {
    const other = tensorOf({ count: 6 }, [1]);
    const root = dict(['ema', dict(['w', other])], ['model_state_dict', dict(['w', TENSOR])]);
    const { place, tensors, warnings } = readCheckpoint(zipOf(root));
    expect([place, tensors.get('w')!.shape]).toEqual(['model_state_dict', [2, 3]]);
    expect(warnings).toEqual(["Weights were read from 'model_state_dict'; there are others in 'ema'."]);
  });

  it('says that there are others beside the state_dict of Lightning, and does not guess between unusual places', () => {
    const both = dict(['state_dict', dict(['w', TENSOR])], ['ema_state_dict', dict(['w', TENSOR])]);
    expect(readCheckpoint(zipOf(both)).warnings).toEqual([
      "Weights were read from 'state_dict'; there are others in 'ema_state_dict'.",
    ]);
    const two = zipOf(dict(['generator', dict(['w', TENSOR])], ['critic', dict(['w', TENSOR])]));
    expect(refusal(two)).toMatchObject({ code: 'no-tensors', found: "tensors in 'generator', 'critic'" });
  });

  it('leaves out what is not finite and no part of a known network', () => {
    const root = (name: string): Picklable =>
      dict(['solver.grad_mod.gates.bias', tensorOf({ count: 6 }, [2])], [name, tensorOf({ count: 6 }, [3])]);
    const weights = float32Bytes(1, 2, NaN, 4, 5, 6);
    const { tensors, warnings } = readCheckpoint(zipOf(root('land_mask'), weights));
    expect([...tensors.keys()]).toEqual(['grad_mod.gates.bias']);
    expect(warnings).toEqual([
      "Tensor 'land_mask' is no part of the network and was left out: element 2 is NaN.",
    ]);
    expect(codeOf(zipOf(root('solver.grad_mod.mean'), weights))).toBe('non-finite-weights');
  });

  it('reads parameters, subclasses and typed tensors as tensors', () => {
    const parameter: Picklable = {
      reduce: [{ global: 'torch._utils _rebuild_parameter' }, { tuple: [TENSOR, true, orderedDict([])] }],
    };
    const subclass: Picklable = {
      reduce: [
        { global: 'torch._tensor _rebuild_from_type_v2' },
        {
          tuple: [
            { global: 'torch._utils _rebuild_tensor_v2' },
            { global: 'torch Tensor' },
            { tuple: [storageId({ count: 6 }), 1, { tuple: [2] }, { tuple: [2] }, false, dict()] },
            dict(['note', 'x']),
          ],
        },
      ],
    };
    const typed: Picklable = {
      reduce: [
        { global: 'torch._utils _rebuild_tensor_v3' },
        {
          tuple: [
            storageId({ type: 'UntypedStorage', key: '1', count: 8 }),
            1,
            { tuple: [1] },
            { tuple: [1] },
            false,
            dict(),
            { global: 'torch int32' },
          ],
        },
      ],
    };
    const { tensors } = readCheckpoint(
      torchZip(dict(['p', parameter], ['s', subclass], ['t', typed]), { 0: WEIGHTS, 1: int64(7 * 2 ** 32) }),
    );
    expect(tensors.get('p')!.data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(tensors.get('s')!.data).toEqual(Float32Array.of(2, 4));
    expect(tensors.get('t')!.data).toEqual(Int32Array.of(7));
  });

  it('reads the same from random access as from bytes, and asks for no byte outside', () => {
    for (const { bytes } of ownSeeds(writer)) {
      const source = {
        sizeBytes: bytes.length,
        readInto(target: Uint8Array, offset: number) {
          expect(offset + target.length).toBeLessThanOrEqual(bytes.length);
          target.set(bytes.subarray(offset, offset + target.length));
        },
      };
      expect(readCheckpoint(source)).toEqual(readCheckpoint(bytes));
    }
  });

  it('leaves the bytes alone', () => {
    for (const { bytes } of ownSeeds(writer)) {
      const before = Uint8Array.from(bytes);
      for (const { data } of readCheckpoint(bytes).tensors.values()) data.set([...data].reverse() as never);
      expect(bytes).toEqual(before);
    }
  });

  it('reads what Lightning notes, and what the optimizer kept', () => {
    const checkpoint = readCheckpoint(ownSeeds(writer)[0]!.bytes);
    expect(checkpoint).toMatchObject({
      lightning: { version: '2.0.4', epoch: 7, globalStep: null },
      hyperParameters: { cfg: { n_step: 15, lr: 1e-3 }, mean_Tr: 1, set: [1, 2] },
      optimizers: [{ parameterIndices: [0], stateShapes: new Map([[0, null]]) }],
      foreignGlobals: ['omegaconf.dictconfig.DictConfig'],
    });
    expect(checkpoint.tensors.get('b.counter')!.data).toEqual(BigInt64Array.of(1n, -2n, 3n));
    expect(checkpoint.tensors.get('a.repeated')!.shape).toEqual([5, 4]);
  });

  it('warns of entries beside the tensors', () => {
    const { warnings, tensors } = readCheckpoint(zipOf(dict(['w', TENSOR], ['steps', 3])));
    expect(tensors.size).toBe(1);
    expect(warnings).toEqual(["1 entries beside the tensors are not read, such as 'steps'."]);
  });

  it('reads the metadata of safetensors', () => {
    const header = {
      __metadata__: { manifest: '{"a":1}' },
      w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    };
    expect(readCheckpoint(safetensors(header, float32Bytes(1, 2)))).toMatchObject({
      format: 'safetensors',
      metadata: { manifest: '{"a":1}' },
    });
  });

  it('reads an archive without zip64 records, and one with a comment', () => {
    const entries = torchZipEntries(pickleOf(dict(['w', TENSOR])), { 0: WEIGHTS });
    const plain = zipArchive(entries, { isZip64: false });
    expect(readCheckpoint(plain).tensors.size).toBe(1);
    const commented = bytesOf(plain, 'hello');
    commented[plain.length - 2] = 5;
    expect(readCheckpoint(commented).tensors.size).toBe(1);
  });
});

describe('readCheckpoint refuses', () => {
  it.each<[name: string, bytes: Uint8Array, found: string]>([
    ['nothing', new Uint8Array(0), 'it is empty'],
    ['HDF5', bytesOf(0x89, 'HDF\r\n', 0x1a, '\n'), 'it is an HDF5 file (NetCDF-4 or Keras)'],
    ['a web page', bytesOf('<!DOCTYPE html>'), 'it is a web page, perhaps'],
    ['a pointer of Git LFS', bytesOf('version https://git-lfs.github.com/spec/v1\n'), 'run git lfs pull'],
    ['gzip', bytesOf(0x1f, 0x8b, 8), 'it is a gzip file; unpack it first'],
    ['a bare pickle', pickleOf(dict(['w', 1])), 'it is a bare pickle'],
    ['anything', bytesOf('hello'), 'it starts with the bytes 68 65 6c 6c 6f'],
    ['another zip archive', zipArchive([{ name: 'a.txt', data: bytesOf('a') }]), "but 'a.txt'"],
    [
      'two checkpoints in one archive',
      zipArchive([
        { name: 'a/data.pkl', data: pickleOf(1) },
        { name: 'b/data.pkl', data: pickleOf(1) },
      ]),
      'it has 2 entries <name>/data.pkl',
    ],
  ])('%s', (_, bytes, found) => {
    expect(refusal(bytes)).toMatchObject({ code: 'not-a-checkpoint', found: expect.stringContaining(found) });
  });

  it.each<[name: string, root: Picklable, code: string]>([
    [
      'a pickled network',
      { newObject: [{ global: 'src.models GradSolver' }, { tuple: [] }] },
      'whole-module',
    ],
    [
      'a pickled network under model',
      dict(['model', { newObject: [{ global: 'a B' }, { tuple: [] }] }]),
      'whole-module',
    ],
    ['a list', [1, 2], 'no-tensors'],
    ['a single tensor', TENSOR, 'no-tensors'],
    ['an empty dictionary', dict(), 'no-tensors'],
    ['a dictionary of numbers', dict(['a', 1], ['b', 2]), 'no-tensors'],
    ['an empty state_dict', dict(['state_dict', dict()], ['w', TENSOR]), 'no-tensors'],
    [
      'complex numbers',
      dict(['w', tensorOf({ type: 'ComplexFloatStorage', count: 3 }, [3])]),
      'unknown-dtype',
    ],
    [
      'a storage of another library',
      dict(['w', tensorOf({ type: 'storage.x FloatStorage', count: 6 }, [6])]),
      'unknown-dtype',
    ],
    [
      'a quantised tensor',
      dict([
        'w',
        { reduce: [{ global: 'torch._utils _rebuild_qtensor' }, { tuple: [storageId({ count: 6 })] }] },
      ]),
      'unsupported-tensor',
    ],
    [
      'a tensor of no storage',
      dict(['w', { reduce: [{ global: 'torch._utils _rebuild_tensor_v2' }, { tuple: [1] }] }]),
      'unsupported-tensor',
    ],
    ['a missing storage', dict(['w', tensorOf({ key: '7', count: 6 }, [6])]), 'missing-storage'],
    ['a storage of another size', dict(['w', tensorOf({ count: 5 }, [5])]), 'storage-out-of-bounds'],
    ['a shape beyond the storage', dict(['w', tensorOf({ count: 6 }, [7])]), 'storage-out-of-bounds'],
    [
      'an offset beyond the storage',
      dict(['w', tensorOf({ count: 6 }, [6], { offset: 1 })]),
      'storage-out-of-bounds',
    ],
    [
      'strides beyond the storage',
      dict(['w', tensorOf({ count: 6 }, [2], { strides: [6] })]),
      'storage-out-of-bounds',
    ],
    ['a negative stride', dict(['w', tensorOf({ count: 6 }, [2], { strides: [-1] })]), 'malformed-tensor'],
    ['a negative offset', dict(['w', tensorOf({ count: 6 }, [2], { offset: -1 })]), 'malformed-tensor'],
    ['a negative size', dict(['w', tensorOf({ count: 6 }, [-2])]), 'malformed-tensor'],
    [
      'more strides than sizes',
      dict(['w', tensorOf({ count: 6 }, [2], { strides: [1, 1] })]),
      'malformed-tensor',
    ],
    ['nine axes', dict(['w', tensorOf({ count: 6 }, [1, 1, 1, 1, 1, 1, 1, 1, 1])]), 'malformed-tensor'],
    ['an endless name', dict(['w'.repeat(1001), TENSOR]), 'malformed-tensor'],
    [
      'a storage with two types',
      dict(['w', TENSOR], ['v', tensorOf({ type: 'IntStorage', count: 6 }, [6])]),
      'malformed-pickle',
    ],
  ])('%s', (_, root, code) => {
    expect(codeOf(zipOf(root))).toBe(code);
  });

  it('a tiny storage that strides of 0 blow up to terabytes', () => {
    const huge = tensorOf({ count: 6 }, [2 ** 20, 2 ** 20], { strides: [0, 0] });
    expect(codeOf(zipOf(dict(['w', huge])))).toBe('too-large');
    const beyondNumbers = tensorOf(
      { count: 6 },
      Array.from({ length: 8 }, () => 2 ** 30),
      {
        strides: Array.from({ length: 8 }, () => 0),
      },
    );
    expect(codeOf(zipOf(dict(['w', beyondNumbers])))).toBe('too-large');
  });

  it('many views of one storage that are too large together', () => {
    const view = tensorOf({ count: 6 }, [1000, 6], { strides: [0, 1] });
    const root = dict(...Array.from({ length: 10 }, (_, i): [Picklable, Picklable] => [`w${i}`, view]));
    expect(codeOf(zipOf(root), { maxTensorBytes: 200_000 })).toBe('too-large');
    expect(readCheckpoint(zipOf(root), { maxTensorBytes: 240_000 }).tensors.size).toBe(10);
  });

  it('weights that are not finite, and says where', () => {
    expect(refusal(zipOf(dict(['w', TENSOR]), float32Bytes(1, 2, 3, NaN, 5, 6)))).toMatchObject({
      code: 'non-finite-weights',
      message: expect.stringContaining("tensor 'w': element 3 is NaN"),
    });
    expect(codeOf(zipOf(dict(['w', TENSOR]), float32Bytes(1, 2, 3, Infinity, 5, 6)))).toBe(
      'non-finite-weights',
    );
  });

  it('what a limit excludes', () => {
    const good = zipOf(dict(['w', TENSOR], ['v', TENSOR]));
    expect(codeOf(good, { maxFileBytes: 100 })).toBe('too-large');
    expect(codeOf(good, { maxEntries: 2 })).toBe('too-complex');
    expect(codeOf(good, { maxStructureBytes: 150 })).toBe('too-large');
    expect(codeOf(good, { maxPickleBytes: 100 })).toBe('too-large');
    expect(codeOf(good, { maxTensors: 1 })).toBe('too-complex');
    expect(codeOf(good, { maxTensorBytes: 47 })).toBe('too-large');
    expect(readCheckpoint(good, { maxTensorBytes: 48 }).tensors.size).toBe(2);
  });
});

describe('a damaged zip archive is refused:', () => {
  const entries = torchZipEntries(pickleOf(dict(['w', TENSOR])), { 0: WEIGHTS });
  const good = zipArchive(entries);
  const changed = (name: string, change: Partial<ZipEntrySpec>): Uint8Array =>
    zipArchive(entries.map((entry) => (entry.name === name ? { ...entry, ...change } : entry)));
  const replaced = (at: number, ...values: number[]): Uint8Array => {
    const bytes = Uint8Array.from(good);
    bytes.set(values, at < 0 ? bytes.length + at : at);
    return bytes;
  };

  it.each<[name: string, bytes: Uint8Array, code: string]>([
    ['compressed', changed('archive/data/0', { method: 8 }), 'compressed-entry'],
    ['encrypted', changed('archive/data/0', { flags: 0x0809 }), 'compressed-entry'],
    ['a wrong checksum of the weights', changed('archive/data/0', { crc: 1 }), 'crc-mismatch'],
    ['a wrong checksum of the pickle', changed('archive/data.pkl', { crc: 1 }), 'crc-mismatch'],
    ['two sizes', changed('archive/data/0', { storedBytes: 1 }), 'damaged-container'],
    [
      'a size beyond the file',
      changed('archive/data/0', { sizeBytes: 1e9, storedBytes: 1e9 }),
      'damaged-container',
    ],
    [
      'a shorter entry',
      changed('archive/data/0', { sizeBytes: 20, storedBytes: 20 }),
      'storage-out-of-bounds',
    ],
    ['a header elsewhere', changed('archive/data/0', { headerOffset: 1 }), 'damaged-container'],
    ['a header beyond the file', changed('archive/data/0', { headerOffset: 0xfffffff0 }), 'truncated'],
    [
      'another name in the header',
      changed('archive/data/0', { nameInHeader: 'archive/data/1' }),
      'damaged-container',
    ],
    [
      'sizes announced in 64 bits, but not there',
      changed('archive/data/0', { sizeBytes: 0xffffffff }),
      'damaged-container',
    ],
    ['a name that occurs twice', zipArchive([...entries, entries[2]!]), 'damaged-container'],
    ['big-endian', changed('archive/byteorder', { data: bytesOf('big') }), 'big-endian'],
    [
      'TorchScript',
      zipArchive([...entries, { name: 'archive/code/a.py', data: bytesOf('x'), method: 8 }]),
      'whole-module',
    ],
    ['bytes after the end', bytesOf(good, 'xx'), 'damaged-container'],
    ['bytes before the start', bytesOf(good.subarray(0, 100), 'xx', good.subarray(100)), 'damaged-container'],
    ['bytes lost', bytesOf(good.subarray(0, 100), good.subarray(102)), 'damaged-container'],
    ['no end', good.subarray(0, good.length - 1), 'truncated'],
    ['half', good.subarray(0, good.length / 2), 'truncated'],
    ['only its first bytes', good.subarray(0, 5), 'truncated'],
    ['another number of entries', replaced(-22 + 10, 9), 'damaged-container'],
    ['a part of several', replaced(-22 + 4, 1), 'damaged-container'],
    ['a locator that points elsewhere', replaced(-22 - 20 + 8, 1), 'damaged-container'],
    ['a zip64 record with another number of entries', replaced(-22 - 20 - 56 + 32, 9), 'damaged-container'],
  ])('%s', (_, bytes, code) => {
    expect(codeOf(bytes)).toBe(code);
  });
});

describe('a damaged older file is refused:', () => {
  const tensor = tensorOf({ count: 6, view: null }, [6]);
  const root = dict(['w', tensor]);
  const good = torchLegacy(root, { 0: { count: 6, data: WEIGHTS } });

  it('but a good one is read, views of a storage included', () => {
    expect(readCheckpoint(good).tensors.get('w')!.data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    const view = tensorOf({ count: 6, view: { tuple: ['v', 2, 3] } }, [2], { offset: 1 });
    const { tensors } = readCheckpoint(torchLegacy(dict(['w', view]), { 0: { count: 6, data: WEIGHTS } }));
    expect(tensors.get('w')!.data).toEqual(Float32Array.of(4, 5));
  });

  it.each<[name: string, bytes: Uint8Array, code: string]>([
    [
      'big-endian',
      torchLegacy(root, { 0: { count: 6, data: WEIGHTS } }, dict(['little_endian', false])),
      'big-endian',
    ],
    ['no machine', torchLegacy(root, { 0: { count: 6, data: WEIGHTS } }, 1), 'malformed-pickle'],
    ['another count', torchLegacy(root, { 0: { count: 5, data: WEIGHTS } }), 'storage-out-of-bounds'],
    ['no storage', torchLegacy(root, {}), 'missing-storage'],
    [
      'a storage of which no tensor knows',
      torchLegacy(root, { 0: { count: 6, data: WEIGHTS }, 1: { count: 6, data: WEIGHTS } }),
      'malformed-pickle',
    ],
    ['cut in the weights', good.subarray(0, good.length - 1), 'truncated'],
    ['cut in the keys', good.subarray(0, good.length - 40), 'truncated'],
    ['cut in the object', good.subarray(0, 100), 'truncated'],
    [
      'a view outside of its storage',
      torchLegacy(dict(['w', tensorOf({ count: 6, view: { tuple: ['v', 4, 3] } }, [1])]), {
        0: { count: 6, data: WEIGHTS },
      }),
      'malformed-pickle',
    ],
    [
      'a tensor outside of its view',
      torchLegacy(dict(['w', tensorOf({ count: 6, view: { tuple: ['v', 1, 3] } }, [4])]), {
        0: { count: 6, data: WEIGHTS },
      }),
      'storage-out-of-bounds',
    ],
  ])('%s', (_, bytes, code) => {
    expect(codeOf(bytes)).toBe(code);
  });

  it('pickles longer than the limit, told apart from a file that was cut', () => {
    expect(codeOf(good, { maxStructureBytes: 100 })).toBe('too-large');
  });
});

describe('a damaged safetensors file is refused:', () => {
  const data = float32Bytes(1, 2, 3);
  const entry = (change: object) => ({ w: { dtype: 'F32', shape: [3], data_offsets: [0, 12], ...change } });

  it.each<[name: string, header: unknown, code: string]>([
    ['no JSON', '{"w', 'malformed-header'],
    ['no entry', { w: 1 }, 'malformed-header'],
    ['no tensor', {}, 'malformed-header'],
    ['no dtype', entry({ dtype: 1 }), 'malformed-header'],
    ['an unknown dtype', entry({ dtype: 'F8_E5M2' }), 'unknown-dtype'],
    ['a shape that needs more', entry({ shape: [4] }), 'malformed-header'],
    ['a negative size', entry({ shape: [-3] }), 'malformed-header'],
    ['a fractional size', entry({ shape: [1.5] }), 'malformed-header'],
    ['sizes beyond numbers', entry({ shape: [2 ** 50, 2 ** 50, 0] }), 'malformed-header'],
    ['one offset', entry({ data_offsets: [0] }), 'malformed-header'],
    ['offsets beyond the file', entry({ shape: [4], data_offsets: [0, 16] }), 'truncated'],
    ['a gap', entry({ shape: [2], data_offsets: [4, 12] }), 'malformed-header'],
    ['bytes of nobody', entry({ shape: [2], data_offsets: [0, 8] }), 'malformed-header'],
    [
      'an overlap',
      { ...entry({}), v: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } },
      'malformed-header',
    ],
    ['metadata that are no texts', { ...entry({}), __metadata__: { a: 1 } }, 'malformed-header'],
  ])('%s', (_, header, code) => {
    expect(codeOf(safetensors(header, data))).toBe(code);
  });

  it('a header longer than the file or the limit', () => {
    const good = safetensors(entry({}), data);
    expect(readCheckpoint(good).tensors.size).toBe(1);
    expect(codeOf(bytesOf(int64(1000), good.subarray(8)))).toBe('truncated');
    expect(codeOf(bytesOf(int64(2 ** 30), good.subarray(8)))).toBe('too-large');
    expect(codeOf(good.subarray(0, good.length - 1))).toBe('truncated');
  });
});
