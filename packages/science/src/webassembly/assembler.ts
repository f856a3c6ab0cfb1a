/**
 * The few instructions of WebAssembly that the vector loops are made of, as bytes. Modules are assembled here, so that no build
 * step and no binary file is needed; JavaScript has no vector instructions of its own.
 */

/** The part of WebAssembly's JavaScript interface that is used; the ES2023 library has no types for it. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number }) => VectorMemory;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
};

/** Memory in pages of 64 KiB; growing detaches arrays on the old buffer. */
export type VectorMemory = { readonly buffer: ArrayBuffer; grow(pages: number): number };

/** A function without a result; its parameters are addresses (bytes) and counts. */
export type VectorFunction = {
  name: string;
  /** Parameters take the first local numbers, then come the locals of each type, in this order. */
  parameterCount: number;
  addressCount: number;
  vectorCount: number;
  body: readonly number[];
};

/** Opcodes, by the names of the WebAssembly specification. */
const I32 = 0x7f;
const V128 = 0x7b;
const LOOP = [0x03, 0x40];
const END = [0x0b];
const BR_IF_INNERMOST = [0x0d, 0];
export const I32_ADD = [0x6a];
export const I32_MUL = [0x6c];
const I32_NE = [0x47];
export const F64_ADD = [0xa0];
export const F64_SUB = [0xa1];
export const V128_XOR = [0xfd, 0x51];
export const F64X2_ADD = [0xfd, 0xf0, 0x01];
export const F64X2_SUB = [0xfd, 0xf1, 0x01];
export const F64X2_MUL = [0xfd, 0xf2, 0x01];
export const f64x2ExtractLane = (lane: number): number[] => [0xfd, 0x21, lane];
export const localGet = (local: number): number[] => [0x20, ...unsigned(local)];
export const i32Const = (value: number): number[] => [0x41, ...signed(value)];
export const v128Load = (offset: number): number[] => [0xfd, 0x00, 3, ...unsigned(offset)];
export const v128Store = (offset: number): number[] => [0xfd, 0x0b, 3, ...unsigned(offset)];
export const v128Const = (low: number, high: number): number[] => [
  ...[0xfd, 0x0c],
  ...new Uint8Array(Float64Array.of(low, high).buffer),
];
export const f64Load = (offset: number): number[] => [0x2b, 3, ...unsigned(offset)];
export const f64Store = (offset: number): number[] => [0x39, 3, ...unsigned(offset)];

/** A lane (0 or 1) of the first of two vectors, then a lane of the second. */
export const f64x2Shuffle = (ofFirst: number, ofSecond: number): number[] => {
  const bytes = (start: number): number[] => Array.from({ length: 8 }, (_, index) => start + index);
  return [0xfd, 0x0d, ...bytes(8 * ofFirst), ...bytes(16 + 8 * ofSecond)];
};

export function assign(local: number, value: readonly number[]): number[] {
  return [...value, 0x21, ...unsigned(local)];
}

/** Adds a constant to a local. */
export function advance(local: number, bytes: number): number[] {
  return assign(local, [...localGet(local), ...i32Const(bytes), ...I32_ADD]);
}

/** Adds a local to a local. */
export function advanceBy(local: number, by: number): number[] {
  return assign(local, [...localGet(local), ...localGet(by), ...I32_ADD]);
}

/** Repeats the body until two locals are equal; it runs once at least. */
export function repeatUntilEqual(left: number, right: number, body: readonly number[]): number[] {
  return [...LOOP, ...body, ...localGet(left), ...localGet(right), ...I32_NE, ...BR_IF_INNERMOST, ...END];
}

export function createVectorMemory(pages: number): VectorMemory {
  return new WebAssembly.Memory({ initial: pages });
}

/** Assembles the functions and binds them to a memory. */
export function instantiate(
  memory: VectorMemory,
  functions: readonly VectorFunction[],
): Record<string, (...numbers: number[]) => void> {
  const module = new WebAssembly.Module(moduleBytes(functions));
  const { exports } = new WebAssembly.Instance(module, { host: { memory } });
  return exports as Record<string, (...numbers: number[]) => void>;
}

function moduleBytes(functions: readonly VectorFunction[]): Uint8Array<ArrayBuffer> {
  const list = (items: readonly number[][]): number[] => [...unsigned(items.length), ...items.flat()];
  const section = (id: number, content: number[]): number[] => [id, ...unsigned(content.length), ...content];
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
  const types = functions.map(({ parameterCount }) => [
    ...[0x60, parameterCount],
    ...Array.from({ length: parameterCount }, () => I32),
    0,
  ]);
  const exported = functions.map((one, index) => [...name(one.name), 0x00, index]);
  const bodies = functions.map(({ addressCount, vectorCount, body }) => {
    const locals = [2, ...unsigned(addressCount), I32, ...unsigned(vectorCount), V128];
    return [...unsigned(locals.length + body.length + END.length), ...locals, ...body, ...END];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic and version
    ...section(1, list(types)),
    ...section(2, [1, ...name('host'), ...name('memory'), 0x02, 0x00, 0]), // a memory of at least 0 pages
    ...section(3, list(functions.map((_, index) => unsigned(index)))), // function k has type k
    ...section(7, list(exported)),
    ...section(10, list(bodies)),
  ]);
}

/** LEB128 of a number ≥ 0. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128: bit 6 of the last byte is the sign. */
function signed(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
