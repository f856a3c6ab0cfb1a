/** Rows and columns of a block: three blocks of 32 × 32 doubles fit a first-level cache of 32 KiB. */
export const BLOCK = 32;

/** The part of WebAssembly's JavaScript interface that is used here; the ES2023 library has no types for it. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number }) => BlockMemory;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
};

/** Memory in pages of 64 KiB; growing detaches arrays on the old buffer. */
export type BlockMemory = { readonly buffer: ArrayBuffer; grow(pages: number): number };

/** Takes byte addresses of three row-major 32 × 32 blocks of doubles and does C −= A·Bᵀ. */
export type SubtractProduct = (a: number, b: number, c: number) => void;

const ROW_BYTES = 8 * BLOCK;
const BLOCK_BYTES = ROW_BYTES * BLOCK;
/** Four rows of A by two rows of B: eight accumulators and six operands stay in the sixteen vector registers. */
const TILE_ROWS = 4;
const TILE_COLUMNS = 2;

/** Opcodes, by the names of the WebAssembly specification. */
const I32 = 0x7f;
const V128 = 0x7b;
const LOOP = [0x03, 0x40];
const END = [0x0b];
const BR_IF_INNERMOST = [0x0d, 0];
const I32_ADD = [0x6a];
const I32_NE = [0x47];
const F64_ADD = [0xa0];
const F64_SUB = [0xa1];
const F64X2_ADD = [0xfd, 0xf0, 0x01];
const F64X2_MUL = [0xfd, 0xf2, 0x01];
const f64x2ExtractLane = (lane: number): number[] => [0xfd, 0x21, lane];
const localGet = (local: number): number[] => [0x20, ...unsigned(local)];
const localSet = (local: number): number[] => [0x21, ...unsigned(local)];
const i32Const = (value: number): number[] => [0x41, ...signed(value)];
const v128Load = (offset: number): number[] => [0xfd, 0x00, 3, ...unsigned(offset)];
const f64Load = (offset: number): number[] => [0x2b, 3, ...unsigned(offset)];
const f64Store = (offset: number): number[] => [0x39, 3, ...unsigned(offset)];

/** Parameters and locals of the function. */
const A = 0;
const B = 1;
const C = 2;
const TILE_B = 3;
const TILE_C = 4;
const LAST_TILE_C = 5;
const LAST_C = 6;
const FIRST_OPERAND = 7;
const FIRST_SUM = FIRST_OPERAND + TILE_ROWS + TILE_COLUMNS;

/**
 * The innermost loop of the Cholesky factorisation, two numbers at a time: WebAssembly has 128-bit vectors, JavaScript does
 * not. The function is assembled here, for blocks of 32 × 32, so that no build step or binary file is needed.
 */
export function createSubtractProduct(memory: BlockMemory): SubtractProduct {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), { host: { memory } });
  return instance.exports['subtractProduct'] as SubtractProduct;
}

/** A memory that blocks can be kept in. */
export function createBlockMemory(pages: number): BlockMemory {
  return new WebAssembly.Memory({ initial: pages });
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: number[]): number[] => [id, ...unsigned(content.length), ...content];
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
  const body = [...localDeclarations(), ...functionBody(), ...END];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic and version
    ...section(1, [1, 0x60, 3, I32, I32, I32, 0]), // type 0: (i32, i32, i32) → ()
    ...section(2, [1, ...name('host'), ...name('memory'), 0x02, 0x00, 0]), // a memory of at least 0 pages
    ...section(3, [1, 0]), // function 0 has type 0
    ...section(7, [1, ...name('subtractProduct'), 0x00, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

function localDeclarations(): number[] {
  const addresses = FIRST_OPERAND - TILE_B;
  const vectors = TILE_ROWS + TILE_COLUMNS + TILE_ROWS * TILE_COLUMNS;
  return [2, addresses, I32, vectors, V128];
}

/** For each four rows of A, for each two rows of B: the tile of products, summed over k two by two. */
function functionBody(): number[] {
  return [
    ...assign(LAST_C, [...localGet(C), ...i32Const(BLOCK_BYTES), ...I32_ADD]),
    ...LOOP,
    ...assign(TILE_B, localGet(B)),
    ...assign(TILE_C, localGet(C)),
    ...assign(LAST_TILE_C, [...localGet(C), ...i32Const(ROW_BYTES), ...I32_ADD]),
    ...LOOP,
    ...Array.from({ length: BLOCK / 2 }, (_, pair) => accumulatePair(pair)).flat(),
    ...subtractTile(),
    ...advance(TILE_B, TILE_COLUMNS * ROW_BYTES),
    ...advance(TILE_C, TILE_COLUMNS * 8),
    ...[...localGet(TILE_C), ...localGet(LAST_TILE_C), ...I32_NE, ...BR_IF_INNERMOST],
    ...END,
    ...advance(A, TILE_ROWS * ROW_BYTES),
    ...advance(C, TILE_ROWS * ROW_BYTES),
    ...[...localGet(C), ...localGet(LAST_C), ...I32_NE, ...BR_IF_INNERMOST],
    ...END,
  ];
}

/** `sum[row][column] += a[row][k, k + 1] · b[column][k, k + 1]` for k = 2·pair. */
function accumulatePair(pair: number): number[] {
  const code: number[] = [];
  const operand = (index: number): number => FIRST_OPERAND + index;
  for (let row = 0; row < TILE_ROWS; row++) {
    code.push(...assign(operand(row), [...localGet(A), ...v128Load(row * ROW_BYTES + 16 * pair)]));
  }
  for (let column = 0; column < TILE_COLUMNS; column++) {
    const load = [...localGet(TILE_B), ...v128Load(column * ROW_BYTES + 16 * pair)];
    code.push(...assign(operand(TILE_ROWS + column), load));
  }
  for (let row = 0; row < TILE_ROWS; row++) {
    for (let column = 0; column < TILE_COLUMNS; column++) {
      const sum = FIRST_SUM + row * TILE_COLUMNS + column;
      const product = [...localGet(operand(row)), ...localGet(operand(TILE_ROWS + column)), ...F64X2_MUL];
      code.push(...assign(sum, pair === 0 ? product : [...localGet(sum), ...product, ...F64X2_ADD]));
    }
  }
  return code;
}

/** `c[row][column] −= sum[0] + sum[1]` for the tile. */
function subtractTile(): number[] {
  const code: number[] = [];
  for (let row = 0; row < TILE_ROWS; row++) {
    for (let column = 0; column < TILE_COLUMNS; column++) {
      const sum = FIRST_SUM + row * TILE_COLUMNS + column;
      const offset = row * ROW_BYTES + 8 * column;
      code.push(...localGet(TILE_C), ...localGet(TILE_C), ...f64Load(offset));
      code.push(
        ...localGet(sum),
        ...f64x2ExtractLane(0),
        ...localGet(sum),
        ...f64x2ExtractLane(1),
        ...F64_ADD,
      );
      code.push(...F64_SUB, ...f64Store(offset));
    }
  }
  return code;
}

function assign(local: number, value: number[]): number[] {
  return [...value, ...localSet(local)];
}

function advance(local: number, bytes: number): number[] {
  return assign(local, [...localGet(local), ...i32Const(bytes), ...I32_ADD]);
}

/** LEB128 of a number ≥ 0. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number ≥ 0: bit 6 of the last byte is the sign. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
