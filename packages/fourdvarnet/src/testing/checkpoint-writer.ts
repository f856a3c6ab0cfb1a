/**
 * Writes small checkpoints, honest and hostile, byte by byte: what the tests and the fuzzer of the reader read. Knows nothing
 * of the reader. It imports nothing of ours, so that the fuzzer can load it as it is.
 */
import { crc32 } from 'node:zlib';

/** What a pickle can be told to hold. Numbers are integers; `{ float }` is a float. */
export type Picklable =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Picklable[]
  | { float: number }
  | { tuple: Picklable[] }
  | { dict: [Picklable, Picklable][] }
  | { set: Picklable[] }
  /** `module name`, as the GLOBAL opcode has them. */
  | { global: string }
  | { reduce: [callee: Picklable, args: Picklable] }
  | { newObject: [callee: Picklable, args: Picklable] }
  | { build: [target: Picklable, state: Picklable] }
  | { persistent: Picklable }
  /** Opcodes as they are. */
  | { raw: Uint8Array };

export function bytesOf(...parts: (string | number | Uint8Array)[]): Uint8Array {
  const chunks = parts.map((part) =>
    typeof part === 'number'
      ? Uint8Array.of(part)
      : typeof part === 'string'
        ? new TextEncoder().encode(part)
        : part,
  );
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** A whole pickle of protocol 2. */
export function pickleOf(value: Picklable): Uint8Array {
  return bytesOf(0x80, 2, opcodesOf(value), '.');
}

function opcodesOf(value: Picklable): Uint8Array {
  if (value === null) return bytesOf('N');
  if (typeof value === 'boolean') return bytesOf(value ? 0x88 : 0x89);
  if (typeof value === 'number') return bytesOf('J', int32(value));
  if (typeof value === 'string') return textOpcode('X', new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return textOpcode('B', value);
  if (Array.isArray(value)) return bytesOf('](', ...value.map(opcodesOf), 'e');
  if ('float' in value) return bytesOf('G', float64BigEndian(value.float));
  if ('tuple' in value) return bytesOf('(', ...value.tuple.map(opcodesOf), 't');
  if ('dict' in value) return bytesOf('}(', ...value.dict.flat().map(opcodesOf), 'u');
  if ('set' in value) return bytesOf(0x8f, '(', ...value.set.map(opcodesOf), 0x90);
  if ('global' in value) return bytesOf('c', value.global.replace(' ', '\n'), '\n');
  if ('reduce' in value) return bytesOf(...value.reduce.map(opcodesOf), 'R');
  if ('newObject' in value) return bytesOf(...value.newObject.map(opcodesOf), 0x81);
  if ('build' in value) return bytesOf(...value.build.map(opcodesOf), 'b');
  if ('persistent' in value) return bytesOf(opcodesOf(value.persistent), 'Q');
  return value.raw;
}

function textOpcode(opcode: string, bytes: Uint8Array): Uint8Array {
  return bytesOf(opcode, int32(bytes.length), bytes);
}

export function int32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
}

export function int64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return bytes;
}

function float64BigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, false);
  return bytes;
}

export type StorageId = { type?: string; key?: string; location?: string; count: number; view?: Picklable };

export function storageId({
  type = 'FloatStorage',
  key = '0',
  location = 'cpu',
  count,
  view,
}: StorageId): Picklable {
  const items: Picklable[] = ['storage', { global: `torch ${type}` }, key, location, count];
  return { persistent: { tuple: view === undefined ? items : [...items, view] } };
}

/** `_rebuild_tensor_v2` of a storage; strides of C order unless given. */
export function tensorOf(
  storage: StorageId,
  shape: number[],
  { offset = 0, strides = denseStrides(shape) }: { offset?: number; strides?: number[] } = {},
): Picklable {
  return {
    reduce: [
      { global: 'torch._utils _rebuild_tensor_v2' },
      { tuple: [storageId(storage), offset, { tuple: shape }, { tuple: strides }, false, orderedDict([])] },
    ],
  };
}

export function orderedDict(entries: [Picklable, Picklable][]): Picklable {
  const empty = { reduce: [{ global: 'collections OrderedDict' }, { tuple: [] }] as [Picklable, Picklable] };
  return { raw: bytesOf(opcodesOf(empty), '(', ...entries.flat().map(opcodesOf), 'u') };
}

function denseStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

export type ZipEntrySpec = {
  name: string;
  data: Uint8Array;
  /** Fields of the directory that lie. */
  crc?: number;
  method?: number;
  flags?: number;
  sizeBytes?: number;
  storedBytes?: number;
  headerOffset?: number;
  nameInHeader?: string;
};

const ALIGNMENT_BYTES = 64;

/**
 * A zip archive as torch writes it: local headers without sizes, padding in an `FB` field so that data start at a multiple of 64
 * bytes, a descriptor after the data, zip64 records at the end.
 */
export function zipArchive(entries: readonly ZipEntrySpec[], { isZip64 = true } = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const records: Uint8Array[] = [];
  let at = 0;
  const add = (part: Uint8Array): void => {
    parts.push(part);
    at += part.length;
  };
  for (const entry of entries) {
    const name = bytesOf(entry.nameInHeader ?? entry.name);
    const headerOffset = at;
    const paddingBytes =
      (2 * ALIGNMENT_BYTES - ((at + 34 + name.length) % ALIGNMENT_BYTES)) % ALIGNMENT_BYTES;
    const crc = entry.crc ?? crc32(entry.data);
    add(
      little(
        [0x04034b50, 4],
        [0, 2],
        [0x0808, 2],
        [0, 2],
        [0, 4],
        [0, 4],
        [0, 4],
        [0, 4],
        [name.length, 2],
        [paddingBytes + 4, 2],
      ),
    );
    add(name);
    add(bytesOf('FB', little([paddingBytes, 2]), 'Z'.repeat(paddingBytes)));
    add(entry.data);
    add(little([0x08074b50, 4], [crc, 4], [entry.data.length, 4], [entry.data.length, 4]));
    const nameBytes = bytesOf(entry.name);
    records.push(
      bytesOf(
        little(
          [0x02014b50, 4],
          [0, 2],
          [0, 2],
          [entry.flags ?? 0x0808, 2],
          [entry.method ?? 0, 2],
          [0, 4],
          [crc, 4],
          [entry.storedBytes ?? entry.data.length, 4],
          [entry.sizeBytes ?? entry.data.length, 4],
          [nameBytes.length, 2],
          [0, 2],
          [0, 2],
          [0, 2],
          [0, 2],
          [0, 4],
          [entry.headerOffset ?? headerOffset, 4],
        ),
        nameBytes,
      ),
    );
  }
  const offset = at;
  for (const record of records) add(record);
  const sizeBytes = at - offset;
  const count = entries.length;
  if (isZip64) {
    const recordOffset = at;
    add(bytesOf(little([0x06064b50, 4]), int64(44), little([0x031e, 2], [45, 2], [0, 4], [0, 4])));
    add(bytesOf(int64(count), int64(count), int64(sizeBytes), int64(offset)));
    add(bytesOf(little([0x07064b50, 4], [0, 4]), int64(recordOffset), little([1, 4])));
  }
  add(little([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [sizeBytes, 4], [offset, 4], [0, 2]));
  return bytesOf(...parts);
}

function little(...fields: [value: number, byteCount: 2 | 4][]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [, byteCount]) => sum + byteCount, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, byteCount] of fields) {
    if (byteCount === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += byteCount;
  }
  return bytes;
}

export type StorageData = Readonly<Record<string, Uint8Array>>;

/** The zip archive that torch.save would write for an object and its storages. */
export function torchZip(root: Picklable, storages: StorageData, prefix = 'archive'): Uint8Array {
  return zipArchive(torchZipEntries(pickleOf(root), storages, prefix));
}

export function torchZipEntries(
  pickle: Uint8Array,
  storages: StorageData,
  prefix = 'archive',
): ZipEntrySpec[] {
  return [
    { name: `${prefix}/data.pkl`, data: pickle },
    { name: `${prefix}/byteorder`, data: bytesOf('little') },
    ...Object.entries(storages).map(([key, data]) => ({ name: `${prefix}/data/${key}`, data })),
    { name: `${prefix}/version`, data: bytesOf('3\n') },
  ];
}

const MAGIC_PICKLE = bytesOf(
  0x80,
  2,
  0x8a,
  10,
  Uint8Array.of(0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19),
  '.',
);

/** The same in torch's format before 1.6; storage ids need `view: null`. Counts of elements come with the data. */
export function torchLegacy(
  root: Picklable,
  storages: Readonly<Record<string, { count: number; data: Uint8Array }>>,
  machine: Picklable = {
    dict: [
      ['protocol_version', 1001],
      ['little_endian', true],
    ],
  },
): Uint8Array {
  return bytesOf(
    MAGIC_PICKLE,
    pickleOf(1001),
    pickleOf(machine),
    pickleOf(root),
    pickleOf(Object.keys(storages)),
    ...Object.values(storages).map(({ count, data }) => bytesOf(int64(count), data)),
  );
}

export function safetensors(header: unknown, data: Uint8Array): Uint8Array {
  const text = bytesOf(typeof header === 'string' ? header : JSON.stringify(header));
  return bytesOf(int64(text.length), text, data);
}

/** Little-endian float32 values. */
export function float32Bytes(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

export function float64Bytes(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat64(8 * i, value, true));
  return bytes;
}
