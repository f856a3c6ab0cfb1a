/**
 * Makes broken and hostile checkpoints out of good ones, reproducibly. Knows the formats well enough that a mutation gets past the
 * checksums to what lies behind them.
 */
import { crc32 } from 'node:zlib';
import type { Seed } from './fuzz-target.ts';
import { flipBits as anyFlip, pick, setNumber, splice, truncate, viewOf, type Random } from './mutations.ts';

export type Mutation = {
  seed: Seed;
  kind: MutationKind;
  bytes: Uint8Array;
  /**
   * What must hold if the file is still read: `same` tensors as before, since only bytes that do not count were touched or since
   * checksums cover the others; or just `any` that are well formed.
   */
  expectation: 'same' | 'any';
  /** Whether the file must be read at all: nothing that counts was touched. */
  mustRead: boolean;
};
export type MutationKind =
  | 'flip-bits'
  | 'truncate'
  | 'splice'
  | 'unreachable-bytes'
  | 'pickle-opcodes'
  | 'pickle-bytes'
  | 'directory-fields'
  | 'weights'
  | 'header-text';
type Entry = {
  name: string;
  headerOffset: number;
  recordOffset: number;
  dataOffset: number;
  sizeBytes: number;
};
type Rebuild = (entries: readonly { name: string; data: Uint8Array }[]) => Uint8Array;

/** @param rebuild - Writes a zip archive of changed entries. */
export function mutated(seed: Seed, others: readonly Seed[], random: Random, rebuild: Rebuild): Mutation {
  const general: (() => Mutation)[] = [
    () => flipBits(seed, random),
    () => mutation(seed, 'truncate', truncate(seed, random).bytes, 'same'),
    () => mutation(seed, 'splice', splice(seed, others, random).bytes),
  ];
  const special = isZip(seed.bytes)
    ? [
        () => touchUnreachable(seed, random),
        () => changeDirectory(seed, random),
        () => changePickle(seed, random, rebuild),
        () => changePickle(seed, random, rebuild),
        () => changePickle(seed, random, rebuild),
        () => changeWeights(seed, random),
      ]
    : seed.bytes[0] === 0x80
      ? [() => changeLegacyPickles(seed, random), () => changeLegacyPickles(seed, random)]
      : [() => changeHeader(seed, random), () => changeHeader(seed, random)];
  const kinds = [...general, ...special];
  return kinds[random(kinds.length)]!();
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function mutation(
  seed: Seed,
  kind: MutationKind,
  bytes: Uint8Array,
  expectation: Mutation['expectation'] = 'any',
): Mutation {
  return { seed, kind, bytes, expectation, mustRead: false };
}

/** All of a zip archive that is read is covered by a checksum, or decides whether anything is found at all. */
function flipBits(seed: Seed, random: Random): Mutation {
  return mutation(seed, 'flip-bits', anyFlip(seed, random).bytes, isZip(seed.bytes) ? 'same' : 'any');
}

/** Padding, descriptors and times of a zip archive: nobody may read them. */
function touchUnreachable(seed: Seed, random: Random): Mutation {
  const bytes = Uint8Array.from(seed.bytes);
  const view = viewOf(bytes);
  for (let i = random(6); i >= 0; i--) {
    const entry = pick(entriesOf(bytes), random);
    const nameEnd = entry.headerOffset + 30 + view.getUint16(entry.headerOffset + 26, true);
    const paddingBytes = entry.dataOffset - nameEnd - 4;
    const places = [entry.headerOffset + 10 + random(16), entry.dataOffset + entry.sizeBytes + random(16)];
    if (paddingBytes > 0) places.push(nameEnd + 4 + random(paddingBytes));
    bytes[places[random(places.length)]!] = random(256);
  }
  return { ...mutation(seed, 'unreachable-bytes', bytes, 'same'), mustRead: true };
}

function changeDirectory(seed: Seed, random: Random): Mutation {
  const bytes = Uint8Array.from(seed.bytes);
  const view = viewOf(bytes);
  for (let i = random(3); i >= 0; i--) {
    // A record has 46 bytes before its name; the end records take the last 98.
    const at =
      random(3) === 0
        ? bytes.length - 1 - random(98)
        : pick(entriesOf(seed.bytes), random).recordOffset + random(46);
    setNumber(view, at, random);
  }
  return mutation(seed, 'directory-fields', bytes);
}

/** Changes bytes of a storage and its checksum. */
function changeWeights(seed: Seed, random: Random): Mutation {
  const bytes = Uint8Array.from(seed.bytes);
  const view = viewOf(bytes);
  const entry = pick(
    entriesOf(bytes).filter(({ sizeBytes }) => sizeBytes > 0),
    random,
  );
  for (let i = random(8); i >= 0; i--) setNumber(view, entry.dataOffset + random(entry.sizeBytes), random);
  const data = bytes.subarray(entry.dataOffset, entry.dataOffset + entry.sizeBytes);
  view.setUint32(entry.recordOffset + 16, crc32(data), true);
  return mutation(seed, 'weights', bytes);
}

function changePickle(seed: Seed, random: Random, rebuild: Rebuild): Mutation {
  const isOpcodes = random(4) > 0;
  const entries = entriesOf(seed.bytes).map(({ name, dataOffset, sizeBytes }) => {
    const data = seed.bytes.subarray(dataOffset, dataOffset + sizeBytes);
    if (!name.endsWith('/data.pkl')) return { name, data };
    return { name, data: isOpcodes ? changeOpcodes(data, random) : changeBytes(data, random) };
  });
  return mutation(seed, isOpcodes ? 'pickle-opcodes' : 'pickle-bytes', rebuild(entries));
}

function changeLegacyPickles(seed: Seed, random: Random): Mutation {
  const end = Math.min(seed.bytes.length, legacyPicklesEnd(seed.bytes));
  const pickles = seed.bytes.subarray(0, end);
  const isOpcodes = random(4) > 0;
  const changed = isOpcodes ? changeOpcodes(pickles, random) : changeBytes(pickles, random);
  const bytes = new Uint8Array(changed.length + seed.bytes.length - end);
  bytes.set(changed);
  bytes.set(seed.bytes.subarray(end), changed.length);
  return mutation(seed, isOpcodes ? 'pickle-opcodes' : 'pickle-bytes', bytes);
}

function changeBytes(data: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(data);
  for (let i = random(6); i >= 0; i--) bytes[random(bytes.length)] = random(256);
  return bytes;
}

function changeHeader(seed: Seed, random: Random): Mutation {
  const length = Number(viewOf(seed.bytes).getBigUint64(0, true));
  let text = new TextDecoder().decode(seed.bytes.subarray(8, 8 + length));
  for (let i = random(3); i >= 0; i--) text = changeJson(text, random);
  const header = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + header.length + seed.bytes.length - 8 - length);
  const statedLength = random(6) === 0 ? random(2 * header.length) : header.length;
  viewOf(bytes).setBigUint64(0, BigInt(statedLength), true);
  bytes.set(header, 8);
  bytes.set(seed.bytes.subarray(8 + length), 8 + header.length);
  return mutation(seed, 'header-text', bytes);
}

const JSON_SCRAPS = [
  ' ',
  '\n\t',
  '-1',
  '0',
  '1e308',
  '9007199254740993',
  'null',
  '[]',
  '{}',
  '"F32"',
  '"F8_E5M2"',
  '"BF16"',
  'true',
  '[[[[[[',
  '"',
  ',',
];

function changeJson(text: string, random: Random): string {
  const scrap = JSON_SCRAPS[random(JSON_SCRAPS.length)]!;
  const numbers = [...text.matchAll(/\d+|"[A-Z]+\d+"/g)];
  if (random(3) > 0 && numbers.length > 0) {
    const found = numbers[random(numbers.length)]!;
    return text.slice(0, found.index) + scrap + text.slice(found.index + found[0].length);
  }
  const at = random(text.length + 1);
  return text.slice(0, at) + scrap + text.slice(at + random(3));
}

type Token = { bytes: Uint8Array };
type Argument = number | 'line' | 'two-lines' | 'length1' | 'length4' | 'length8';

/** The argument that follows each opcode. */
const ARGUMENTS: Readonly<Record<number, Argument>> = {
  0x80: 1,
  0x95: 8,
  0x4a: 4,
  0x4b: 1,
  0x4d: 2,
  0x47: 8,
  0x68: 1,
  0x6a: 4,
  0x71: 1,
  0x72: 4,
  0x82: 1,
  0x83: 2,
  0x84: 4,
  0x49: 'line',
  0x4c: 'line',
  0x46: 'line',
  0x53: 'line',
  0x56: 'line',
  0x67: 'line',
  0x70: 'line',
  0x50: 'line',
  0x63: 'two-lines',
  0x69: 'two-lines',
  0x8a: 'length1',
  0x8c: 'length1',
  0x43: 'length1',
  0x55: 'length1',
  0x8b: 'length4',
  0x58: 'length4',
  0x42: 'length4',
  0x54: 'length4',
  0x8d: 'length8',
  0x8e: 'length8',
  0x96: 'length8',
};

const NAMES = [
  'posix\nsystem',
  'builtins\neval',
  'torch\nFloatStorage',
  'torch\nLongStorage',
  'torch\nQUInt8Storage',
  'collections\nOrderedDict',
  'torch._utils\n_rebuild_tensor_v2',
  'torch._utils\n_rebuild_tensor_v3',
  'torch._utils\n_rebuild_parameter',
  'torch\nSize',
  '_codecs\nencode',
  'numpy\ndtype',
  'numpy.core.multiarray\nscalar',
  'builtins\nlist',
  'builtins\nset',
  'builtins\ndict',
  'torch._tensor\n_rebuild_from_type_v2',
  'omegaconf.dictconfig\nDictConfig',
  'a.b\nC',
];

const TEXTS = [
  'storage',
  'module',
  'state_dict',
  'model',
  'hyper_parameters',
  '__proto__',
  'optimizer_states',
  '0',
  'little',
  '',
  '\u{1f40d}',
];

/** Values and structure that a random change of bytes would hardly ever find. */
const SNIPPETS: readonly (readonly number[])[] = [
  [0x29, 0x52], // () REDUCE
  [0x7d, 0x62], // {} BUILD
  [0x5d, 0x28, 0x4b, 1, 0x65], // [1]
  [0x32, 0x61], // DUP APPEND: a list in itself
  [0x32, 0x32, 0x73], // DUP DUP SETITEM
  [0x32, 0x62], // DUP BUILD
  [0x85, 0x85, 0x85],
  [0x28, 0x28, 0x28],
  [0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  [0x4e, 0x51],
];

function changeOpcodes(pickle: Uint8Array, random: Random): Uint8Array {
  const tokens = tokensOf(pickle);
  for (let i = random(2) * random(4); i >= 0; i--) changeToken(tokens, random);
  const bytes = new Uint8Array(tokens.reduce((sum, token) => sum + token.bytes.length, 0));
  let at = 0;
  for (const token of tokens) {
    bytes.set(token.bytes, at);
    at += token.bytes.length;
  }
  return bytes;
}

function changeToken(tokens: Token[], random: Random): void {
  const at = random(tokens.length);
  const token = tokens[at];
  if (token === undefined) return;
  switch (random(8)) {
    case 0:
      tokens.splice(at, 1);
      break;
    case 1:
      tokens.splice(at, 0, ...tokens.slice(random(tokens.length)).slice(0, 1 + random(12)));
      break;
    case 2: {
      const other = random(tokens.length);
      tokens[at] = tokens[other]!;
      tokens[other] = token;
      break;
    }
    case 3:
      tokens.splice(at, 0, { bytes: Uint8Array.from(SNIPPETS[random(SNIPPETS.length)]!) });
      break;
    case 4:
      tokens[at] = { bytes: Uint8Array.of(random(4) === 0 ? random(256) : pick(PLAIN_OPCODES, random)) };
      break;
    default:
      changeArgument(tokens, random);
  }
}

const PLAIN_OPCODES = [...'()]}.012NQRabdelosuat']
  .map((character) => character.charCodeAt(0))
  .concat([0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8f, 0x90, 0x91, 0x92, 0x93, 0x94]);

/** One opcode among those that have an argument, whether frequent or rare, gets another argument. */
function changeArgument(tokens: Token[], random: Random): void {
  const opcodes = [...new Set(tokens.map(({ bytes }) => bytes[0]!))].filter(
    (opcode) => ARGUMENTS[opcode] !== undefined,
  );
  if (opcodes.length === 0) return;
  const opcode = pick(opcodes, random);
  const places = tokens.flatMap(({ bytes }, at) => (bytes[0] === opcode ? [at] : []));
  const at = pick(places, random);
  tokens[at] = changedArgument(tokens[at]!, opcode, random);
}

function changedArgument(token: Token, opcode: number, random: Random): Token {
  if (opcode === 0x63) return { bytes: new TextEncoder().encode(`c${pick(NAMES, random)}\n`) };
  if (opcode === 0x58) {
    const text = new TextEncoder().encode(pick(TEXTS, random));
    const bytes = new Uint8Array(5 + text.length);
    bytes[0] = opcode;
    viewOf(bytes).setUint32(1, random(10) === 0 ? random(2 ** 32) : text.length, true);
    bytes.set(text, 5);
    return { bytes };
  }
  const bytes = Uint8Array.from(token.bytes);
  if (bytes.length > 1) setNumber(viewOf(bytes), 1, random);
  return { bytes };
}

function tokensOf(pickle: Uint8Array): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pickle.length;) {
    const end = Math.min(pickle.length, at + 1 + argumentBytes(pickle, at));
    tokens.push({ bytes: pickle.subarray(at, end) });
    at = end;
  }
  return tokens;
}

function argumentBytes(pickle: Uint8Array, at: number): number {
  const kind = ARGUMENTS[pickle[at]!];
  const view = viewOf(pickle);
  if (kind === undefined) return 0;
  if (typeof kind === 'number') return kind;
  const line = (from: number): number => {
    const end = pickle.indexOf(10, from);
    return end < 0 ? pickle.length : end + 1;
  };
  if (kind === 'line') return line(at + 1) - at - 1;
  if (kind === 'two-lines') return line(line(at + 1)) - at - 1;
  const lengthBytes = { length1: 1, length4: 4, length8: 8 }[kind];
  if (at + 1 + lengthBytes > pickle.length) return 0;
  const length = lengthBytes === 1 ? pickle[at + 1]! : view.getUint32(at + 1, true);
  return lengthBytes + length;
}

/** Where the five pickles end: after the fifth STOP. */
function legacyPicklesEnd(bytes: Uint8Array): number {
  let at = 0;
  let stops = 0;
  while (at < bytes.length && stops < 5) {
    if (bytes[at] === 0x2e) stops++;
    at += 1 + argumentBytes(bytes, at);
  }
  return at;
}

/** The entries of a good zip archive. */
function entriesOf(bytes: Uint8Array): Entry[] {
  const view = viewOf(bytes);
  const entries: Entry[] = [];
  let at = view.getUint32(bytes.length - 6, true);
  while (view.getUint32(at, true) === 0x02014b50) {
    const nameBytes = view.getUint16(at + 28, true);
    const headerOffset = view.getUint32(at + 42, true);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)),
      headerOffset,
      recordOffset: at,
      dataOffset:
        headerOffset + 30 + view.getUint16(headerOffset + 26, true) + view.getUint16(headerOffset + 28, true),
      sizeBytes: view.getUint32(at + 24, true),
    });
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}
