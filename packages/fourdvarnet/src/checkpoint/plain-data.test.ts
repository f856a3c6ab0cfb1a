import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  float32Bytes,
  float64Bytes,
  int64,
  type Picklable,
  tensorOf,
  torchZip,
} from '../testing/checkpoint-writer.js';
import { DEFAULT_CHECKPOINT_LIMITS } from './checkpoint-limits.js';
import { PickleReader } from './pickle/pickle-reader.js';
import { plainData } from './plain-data.js';
import { readCheckpoint } from './read-checkpoint.js';

const NO_STORAGES = {
  storageBytes: () => {
    throw new Error('nothing here has storages');
  },
};

function copyOf(...parts: (string | number | Uint8Array)[]) {
  const reader = new PickleReader(bytesOf(...parts, '.'), DEFAULT_CHECKPOINT_LIMITS, 'the test');
  return plainData(reader.read(0).value, DEFAULT_CHECKPOINT_LIMITS, NO_STORAGES);
}

describe('plainData', () => {
  it('writes as text what JSON cannot say', () => {
    expect(copyOf('(Fnan\nFinf\nL123456789012345678901\nt').data).toEqual([
      'NaN',
      'Infinity',
      '123456789012345678901',
    ]);
  });

  it('stops at a value that contains itself', () => {
    const { data, wasCutShort } = copyOf(']q', 0, 'h', 0, 'a');
    expect(wasCutShort).toBe(true);
    expect(JSON.stringify(data)).toContain('<left out>');
    expect(copyOf('}q', 0, 'U', 1, 'ah', 0, 's').wasCutShort).toBe(true);
  });

  it('stops at shared values that double forty times', () => {
    const doubled = bytesOf(...Array.from({ length: 40 }, () => bytesOf('2', 0x86)));
    const { data, wasCutShort } = copyOf('N', doubled);
    expect(wasCutShort).toBe(true);
    expect(JSON.stringify(data).length).toBeLessThan(2_000_000);
  });

  it('stops at a long text that is repeated', () => {
    const text = bytesOf('X', Uint8Array.of(0, 0, 1, 0), 'x'.repeat(65_536), 'q', 0);
    const { data, wasCutShort } = copyOf('(', text, ...Array.from({ length: 5000 }, () => 'h\0'), 'l');
    expect(wasCutShort).toBe(true);
    expect(JSON.stringify(data).length).toBeLessThan(2_000_000);
  });

  it('names an object after the class at the bottom of a chain of calls', () => {
    expect(copyOf('ca\nB\n', ')R'.repeat(5000)).data).toBe('<a.B>');
  });

  it('keeps a checkpoint readable whose hyper-parameters are cut short', () => {
    const bytes = torchZip(
      {
        dict: [
          ['state_dict', { dict: [['w', tensorOf({ count: 1 }, [1])]] }],
          ['hyper_parameters', { raw: bytesOf(']q', 9, 'h', 9, 'a') }],
        ],
      },
      { 0: float32Bytes(1) },
    );
    const { tensors, warnings } = readCheckpoint(bytes);
    expect(tensors.size).toBe(1);
    expect(warnings).toEqual(['hyper_parameters are long or deep: a part of them was left out.']);
  });

  /** As xarray 2025 and NumPy 2 pickle them in protocol 2. */
  const array = (shape: number[], code: string, bytes: Uint8Array): Picklable => ({
    build: [
      {
        reduce: [
          { global: 'numpy._core.multiarray _reconstruct' },
          { tuple: [{ global: 'numpy ndarray' }, { tuple: [0] }, 'b'] },
        ],
      },
      { tuple: [1, { tuple: shape }, numpyDtype(code), false, bytes] },
    ],
  });
  const numpyDtype = (code: string): Picklable => ({
    build: [
      { reduce: [{ global: 'numpy dtype' }, { tuple: [code, false, true] }] },
      { tuple: [3, '<', null, null, null, -1, -1, 0] },
    ],
  });
  const slotted = (name: string, slots: [Picklable, Picklable][]): Picklable => ({
    build: [{ newObject: [{ global: name }, { tuple: [] }] }, { tuple: [null, { dict: slots }] }],
  });
  const variable = (data: Picklable): Picklable =>
    slotted('xarray.core.variable Variable', [
      ['_dims', { tuple: [] }],
      ['_data', data],
      ['_attrs', null],
    ]);
  const dataArray = (data: Picklable): Picklable =>
    slotted('xarray.core.dataarray DataArray', [
      ['_coords', { dict: [] }],
      ['_name', 'ssh'],
      ['_variable', variable(data)],
    ]);
  const half = array([], 'f8', float64Bytes(0.5));

  it.each<{ name: string; value: Picklable; read: number | string | boolean }>([
    { name: 'a tensor without axes', value: tensorOf({ count: 3 }, [], { offset: 1 }), read: 0.25 },
    { name: 'a tensor of one element', value: tensorOf({ count: 3 }, [1, 1], { offset: 2 }), read: -8 },
    {
      name: 'a tensor of one whole number',
      value: tensorOf({ type: 'LongStorage', key: '1', count: 1 }, []),
      read: 12,
    },
    {
      name: 'a tensor of one truth value',
      value: tensorOf({ type: 'BoolStorage', key: '2', count: 1 }, []),
      read: true,
    },
    { name: 'an array without axes', value: half, read: 0.5 },
    { name: 'an array of one float32', value: array([1], 'f4', float32Bytes(0.5)), read: 0.5 },
    { name: 'a DataArray', value: dataArray(half), read: 0.5 },
    { name: 'a DataArray of a number', value: dataArray({ float: 0.5 }), read: 0.5 },
    {
      name: 'a Dataset of one variable',
      value: {
        build: [
          { newObject: [{ global: 'xarray.core.dataset Dataset' }, { tuple: [] }] },
          { tuple: [null, { dict: [['_variables', { dict: [['ssh', variable(half)]] }]] }] },
        ],
      },
      read: 0.5,
    },
    {
      name: 'a setting of omegaconf that is an array',
      value: {
        build: [
          { newObject: [{ global: 'omegaconf.nodes AnyNode' }, { tuple: [] }] },
          {
            dict: [
              ['_metadata', null],
              ['_val', half],
            ],
          },
        ],
      },
      read: 0.5,
    },
    { name: 'two numbers', value: tensorOf({ count: 3 }, [2]), read: '<tensor float32 [2]>' },
    { name: 'two numbers of an array', value: array([2], 'f4', float32Bytes(1, 2)), read: '<numpy.ndarray>' },
    {
      name: 'a tensor beyond its storage',
      value: tensorOf({ count: 3 }, [], { offset: 3 }),
      read: '<tensor float32 []>',
    },
    {
      name: 'a tensor whose storage is not there',
      value: tensorOf({ key: '7', count: 1 }, []),
      read: '<tensor float32 []>',
    },
  ])('reads $name as $read', ({ value, read }) => {
    const bytes = torchZip(
      {
        dict: [
          ['state_dict', { dict: [['w', tensorOf({ count: 3 }, [3])]] }],
          ['hyper_parameters', { dict: [['mean_Tr', value]] }],
        ],
      },
      { 0: float32Bytes(1, 0.25, -8), 1: int64(12), 2: Uint8Array.of(1) },
    );
    expect(readCheckpoint(bytes).hyperParameters).toEqual({ mean_Tr: read });
  });

  it('reads no more than 16 MiB of storages for single numbers', () => {
    const keys = Array.from({ length: 12 }, (_, index) => String(index + 1));
    const count = 2 ** 19;
    const storage = new Uint8Array(4 * count);
    const bytes = torchZip(
      {
        dict: [
          ['state_dict', { dict: [['w', tensorOf({ count: 1 }, [1])]] }],
          ['hyper_parameters', keys.map((key) => tensorOf({ key, count }, []))],
        ],
      },
      { 0: float32Bytes(1), ...Object.fromEntries(keys.map((key) => [key, storage])) },
    );
    let readBytes = 0;
    const { hyperParameters } = readCheckpoint({
      sizeBytes: bytes.length,
      readInto: (target, offset) => {
        readBytes += target.length;
        target.set(bytes.subarray(offset, offset + target.length));
      },
    });
    expect(hyperParameters).toEqual([...Array(8).fill(0), ...Array(4).fill('<tensor float32 []>')]);
    expect(readBytes).toBeLessThan(17 * 2 ** 20);
  });
});
