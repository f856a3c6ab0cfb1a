import { describe, expect, it } from 'vitest';
import { bytesOf, int32, int64, type Picklable, pickleOf } from '../../testing/checkpoint-writer.js';
import { CheckpointError } from '../checkpoint-error.js';
import { type CheckpointLimits, DEFAULT_CHECKPOINT_LIMITS } from '../checkpoint-limits.js';
import { plainData } from '../plain-data.js';
import { PickleReader } from './pickle-reader.js';
import { isKind, type PickleValue } from './pickle-value.js';

function read(bytes: Uint8Array, limits: Partial<CheckpointLimits> = {}): PickleValue {
  return new PickleReader(bytes, { ...DEFAULT_CHECKPOINT_LIMITS, ...limits }, 'the test').read(0).value;
}

const NO_STORAGES = {
  storageBytes: () => {
    throw new Error('nothing here has storages');
  },
};
const plain = (bytes: Uint8Array) => plainData(read(bytes), DEFAULT_CHECKPOINT_LIMITS, NO_STORAGES).data;

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof CheckpointError) return error.code;
    throw error;
  }
  return 'none';
}

describe('PickleReader', () => {
  it.each<[name: string, parts: (string | number | Uint8Array)[], value: unknown]>([
    ['None', ['N'], null],
    ['True and False', [0x88, 0x89, 0x86], [true, false]],
    ['BININT', ['J', int32(-5)], -5],
    ['BININT1', ['K', 200], 200],
    ['BININT2', ['M', 0x34, 0x12], 0x1234],
    ['LONG1 of nothing', [0x8a, 0], 0],
    ['LONG1, negative', [0x8a, 2, 0x00, 0xff], -256],
    ['LONG1, large', [0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1], String(2n ** 64n)],
    ['LONG4', [0x8b, int32(1), 0x80], -128],
    ['BINFLOAT', ['G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0], 1.5],
    ['INT', ['I-42\n'], -42],
    ['INT as a truth value', ['I01\n'], true],
    ['LONG', ['L123456789012345678901L\n'], '123456789012345678901'],
    ['FLOAT', ['F1e-3\n'], 0.001],
    ['FLOAT nan', ['Fnan\n'], 'NaN'],
    ['STRING', ["S'a\\x41\\n'\n"], 'aA\n'],
    ['UNICODE', ['V\\u00e9\\U0001F40D\n'], 'é🐍'],
    ['BINSTRING', ['T', int32(2), 0xe9, 0x41], 'éA'],
    ['SHORT_BINSTRING', ['U', 1, 'x'], 'x'],
    ['BINUNICODE', ['X', int32(2), 'é'], 'é'],
    ['SHORT_BINUNICODE', [0x8c, 2, 'é'], 'é'],
    ['BINUNICODE8', [0x8d, int64(1), 'x'], 'x'],
    ['BINBYTES', ['B', int32(3), 'abc'], '<3 bytes>'],
    ['SHORT_BINBYTES', ['C', 1, 'a'], '<1 bytes>'],
    ['BINBYTES8', [0x8e, int64(2), 'ab'], '<2 bytes>'],
    ['BYTEARRAY8', [0x96, int64(2), 'ab'], '<2 bytes>'],
    ['tuples of 0 to 3 values', [')', 'K', 1, 0x85, 'K', 2, 'K', 3, 0x86, 0x87], [[], [1], [2, 3]]],
    ['TUPLE', ['(K', 1, ')(tt'], [1, [], []]],
    ['EMPTY_LIST with APPEND and APPENDS', [']K', 1, 'a(K', 2, 'K', 3, 'e'], [1, 2, 3]],
    ['LIST', ['(K', 1, 'K', 2, 'l'], [1, 2]],
    ['EMPTY_DICT with SETITEM and SETITEMS', ['}U', 1, 'aK', 1, 's(U', 1, 'bK', 2, 'u'], { a: 1, b: 2 }],
    ['DICT', ['(U', 1, 'aK', 1, 'd'], { a: 1 }],
    ['EMPTY_SET with ADDITEMS', [0x8f, '(K', 1, 'K', 1, 0x90], [1]],
    ['FROZENSET', ['(K', 1, 0x91], [1]],
    [
      'the memo in three sizes',
      ['K', 7, 'q', 3, 'r', int32(900), 'p5\n0', '(h', 3, 'j', int32(900), 'g5\nt'],
      [7, 7, 7],
    ],
    ['MEMOIZE', ['K', 7, 0x94, '0h', 0], 7],
    ['DUP, POP and POP_MARK', ['K', 1, '2', '0', '(K', 2, 'K', 3, '1'], 1],
    ['POP of a mark', ['K', 1, '(0'], 1],
    ['PROTO and FRAME', [0x80, 4, 0x95, int64(3), 'N'], null],
    ['GLOBAL', ['ca.b\nC\n'], '<a.b.C>'],
    ['STACK_GLOBAL', [0x8c, 1, 'a', 0x8c, 3, 'B.C', 0x93], '<a.B.C>'],
    ['REDUCE', ['ca\nB\n)R'], '<a.B>'],
    ['REDUCE of what another call returned', ['ca\nB\n)R)R'], '<a.B>'],
    ['NEWOBJ', ['ca\nB\n)', 0x81], '<a.B>'],
    ['NEWOBJ_EX', ['ca\nB\n)}', 0x92], '<a.B>'],
    ['OBJ', ['(ca\nB\nK', 1, 'o'], '<a.B>'],
    ['INST', ['(K', 1, 'ia\nB\n'], '<a.B>'],
    [
      'an array of numpy by its class',
      ['cnumpy._core.multiarray\n_reconstruct\ncnumpy\nndarray\n', 0x85, 'R'],
      '<numpy.ndarray>',
    ],
    ['a namespace of argparse', ['cargparse\nNamespace\n)', 0x81, '}U', 1, 'aK', 1, 'sb'], { a: 1 }],
    ['BUILD of a stub', ['ca\nB\n)R}b'], '<a.B>'],
    ['BUILD of a dictionary, which is ignored', ['}U', 1, 'aK', 1, 's}b'], { a: 1 }],
    ['a stub as a key', ['}ca\nB\n)RK', 1, 's'], { '<a.B>': 1 }],
    ['a class as a key', ['}ca\nB\nK', 1, 's'], { '<a.B>': 1 }],
    ['items set on a stub, a subclass of dict', ['ca\nB\n)R(U', 1, 'aK', 1, 'u'], { a: 1 }],
    ['items appended to a stub, a subclass of list', ['ca\nB\n)R(K', 1, 'e'], [1]],
    ['OrderedDict of pairs', ['ccollections\nOrderedDict\n]U', 1, 'aK', 1, 0x86, 'a', 0x85, 'R'], { a: 1 }],
    ['defaultdict', ['ccollections\ndefaultdict\nca\nB\n', 0x85, 'RU', 1, 'aK', 1, 's'], { a: 1 }],
    ['set of a list', ['c__builtin__\nset\n]K', 1, 'a', 0x85, 'R'], [1]],
    ['torch.Size', ['ctorch\nSize\nK', 2, 'K', 3, 0x86, 0x85, 'R'], [2, 3]],
    ['__proto__ as a key', ['}U', 9, '__proto__K', 1, 's'], JSON.parse('{"__proto__": 1}')],
  ])('reads %s', (_, parts, value) => {
    expect(plain(bytesOf(...parts, '.'))).toEqual(value);
  });

  it.each([
    ['f8', '<', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 1.5],
    ['f8', '>', [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], 1.5],
    ['f4', '<', [0, 0, 0xc0, 0x3f], 1.5],
    ['i8', '<', [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -2],
    ['u1', '|', [200], 200],
    ['b1', '|', [1], true],
  ])('reads a numpy scalar of %s, byte order %s', (code, order, bytes, value) => {
    const dtype = {
      build: [
        { reduce: [{ global: 'numpy dtype' }, { tuple: [code, false, true] }] },
        { tuple: [3, order, null, null, null, -1, -1, 0] },
      ],
    } as const;
    const text = String.fromCharCode(...bytes);
    const encoded = { reduce: [{ global: '_codecs encode' }, { tuple: [text, 'latin1'] }] } as const;
    for (const raw of [Uint8Array.from(bytes), structuredClone(encoded)]) {
      const pickle = pickleOf({
        reduce: [
          { global: 'numpy._core.multiarray scalar' },
          { tuple: [structuredClone(dtype) as never, raw as never] },
        ],
      });
      expect(plain(pickle)).toBe(value);
    }
  });

  it.each<[name: string, parts: (string | number | Uint8Array)[], code: string]>([
    ['ends early', ['K'], 'truncated'],
    ['never stops', ['N'], 'truncated'],
    ['announces a long text', ['X', int32(100), 'x.'], 'truncated'],
    ['announces an endless text', [0x8d, Uint8Array.from({ length: 8 }, () => 0xff), '.'], 'truncated'],
    ['stops without a value', ['.'], 'malformed-pickle'],
    ['stops with two values', ['NN.'], 'malformed-pickle'],
    ['leaves a mark open', ['N(.'], 'malformed-pickle'],
    ['closes what was not opened', ['Nt.'], 'malformed-pickle'],
    ['reaches below a mark', ['N(', 0x85, '.'], 'malformed-pickle'],
    ['recalls what it never noted', ['h', 1, '.'], 'malformed-pickle'],
    ['notes under a negative number', ['Np-1\n.'], 'malformed-pickle'],
    ['appends to a number', ['K', 1, 'Na.'], 'malformed-pickle'],
    ['sets an item of a list', [']NNs.'], 'malformed-pickle'],
    ['has a key without a value', ['}(Nu.'], 'malformed-pickle'],
    ['calls a number', ['K', 1, ')R.'], 'malformed-pickle'],
    ['calls with a list', ['ca\nB\n]R.'], 'malformed-pickle'],
    ['calls nothing', ['(o.'], 'malformed-pickle'],
    ['builds a number', ['K', 1, 'Nb.'], 'malformed-pickle'],
    ['names a class by a number', ['K', 1, 'K', 2, 0x93, '.'], 'malformed-pickle'],
    ['names a class without end', ['ca'], 'truncated'],
    ['has a line without end', ['ca', 'b'.repeat(5000)], 'malformed-pickle'],
    ['has an integer that is none', ['Ix\n.'], 'malformed-pickle'],
    ['has a number that is none', ['F\n.'], 'malformed-pickle'],
    ['has a text without quotation marks', ['Sx\n.'], 'malformed-pickle'],
    ['claims protocol 6', [0x80, 6, 'N.'], 'malformed-pickle'],
    ['refers to the container by a number', ['K', 1, 'Q.'], 'malformed-pickle'],
    ['uses an extension code', [0x82, 1, '.'], 'unsupported-opcode'],
    ['uses an out-of-band buffer', [0x97, '.'], 'unsupported-opcode'],
    ['uses a textual persistent id', ['Px\n.'], 'unsupported-opcode'],
    ['uses no opcode at all', [0xff, '.'], 'unsupported-opcode'],
    ['names posix.system and never calls it', ['cposix\nsystem\n0N.'], 'dangerous-global'],
    [
      'names builtins.eval by STACK_GLOBAL',
      [0x8c, 8, 'builtins', 0x8c, 4, 'eval', 0x93, '0N.'],
      'dangerous-global',
    ],
    ['names os.system by INST', ['(ios\nsystem\n.'], 'dangerous-global'],
  ])('refuses a pickle that %s', (_, parts, code) => {
    expect(codeOf(() => read(bytesOf(...parts)))).toBe(code);
  });

  it.each<[name: string, limits: Partial<CheckpointLimits>, pickle: Uint8Array]>([
    ['opcodes', { maxOpcodes: 10 }, bytesOf('N0'.repeat(10), 'N.')],
    ['objects', { maxObjects: 10 }, bytesOf('}0'.repeat(11), 'N.')],
    ['values on the stack', { maxStackDepth: 10 }, bytesOf('N'.repeat(11), '.')],
    ['marks', { maxMarks: 10 }, bytesOf('('.repeat(11), '.')],
    ['noted values', { maxMemoEntries: 10 }, bytesOf('N', new Uint8Array(11).fill(0x94), '.')],
  ])('stops at its limit of %s', (_, limits, pickle) => {
    expect(codeOf(() => read(pickle, limits))).toBe('too-complex');
    expect(codeOf(() => read(pickle))).not.toBe('too-complex');
  });

  it.each(['builtins\nlist', 'builtins\nset', 'collections\nOrderedDict'])(
    'counts what %j walks over: a list of 100 values, 100 times, is 10 000 values',
    (name) => {
      const list = bytesOf('](', 'N'.repeat(100), 'eq', 0, '0');
      const pickle = bytesOf(
        list,
        ...Array.from({ length: 100 }, () => bytesOf(`c${name}\nh`, 0, 0x85, 'R0')),
        'N.',
      );
      expect(codeOf(() => read(pickle, { maxObjects: 10_000 }))).toBe('too-complex');
      expect(read(pickle, { maxObjects: 11_000 })).toBe(null);
    },
  );

  it('counts the bytes of encoded text: 100 bytes, 100 times, are 10 000 bytes', () => {
    const text = bytesOf('U', 100, 'x'.repeat(100), 'q', 0, '0');
    const encode = bytesOf('c_codecs\nencode\nh', 0, 'U', 6, 'latin1', 0x86, 'R0');
    const pickle = bytesOf(text, ...Array.from({ length: 100 }, () => encode), 'N.');
    expect(codeOf(() => read(pickle, { maxStructureBytes: 9999 }))).toBe('too-complex');
    expect(read(pickle, { maxStructureBytes: 10_000 })).toBe(null);
  });

  it('passes over a text beyond its limit, as NumPy arrays are written, and reads on behind it', () => {
    const array: Picklable = {
      reduce: [{ global: '_codecs encode' }, { tuple: ['x'.repeat(300), 'latin1'] }],
    };
    const value = read(
      pickleOf({
        dict: [
          [array, 1],
          ['w', 2],
        ],
      }),
      { maxTextBytes: 200 },
    );
    expect(isKind(value, 'dict') && value.items.get('w')).toBe(2);
    expect(read(pickleOf('y'.repeat(201)), { maxTextBytes: 200 })).toBe('<text of 201 bytes>');
    expect(read(pickleOf('y'.repeat(200)), { maxTextBytes: 200 })).toBe('y'.repeat(200));
  });

  it('refuses the name of a class that is longer than any name', () => {
    const text = bytesOf('X', int32(5000), new Uint8Array(5000).fill(65));
    expect(codeOf(() => read(bytesOf(text, 'U', 1, 'b', 0x93, '.')))).toBe('malformed-pickle');
  });

  it('reads several pickles of one file, each with a memo of its own', () => {
    const reader = new PickleReader(
      bytesOf('K', 1, 'q', 0, '.', 'h', 0, '.'),
      DEFAULT_CHECKPOINT_LIMITS,
      'the test',
    );
    const first = reader.read(0);
    expect(first).toEqual({ value: 1, end: 5 });
    expect(codeOf(() => reader.read(first.end))).toBe('malformed-pickle');
  });
});
