import {
  advance,
  assign,
  F64_ADD,
  F64_SUB,
  F64X2_ADD,
  F64X2_MUL,
  f64Load,
  f64Store,
  f64x2ExtractLane,
  I32_ADD,
  i32Const,
  instantiate,
  localGet,
  repeatUntilEqual,
  v128Load,
  type VectorFunction,
  type VectorMemory,
} from '../webassembly/assembler.js';

/** Rows and columns of a block: three blocks of 32 × 32 doubles fit a first-level cache of 32 KiB. */
export const BLOCK = 32;

/** Takes byte addresses of three row-major 32 × 32 blocks of doubles and does C −= A·Bᵀ. */
export type SubtractProduct = (a: number, b: number, c: number) => void;

const ROW_BYTES = 8 * BLOCK;
const BLOCK_BYTES = ROW_BYTES * BLOCK;
/** Four rows of A by two rows of B: eight accumulators and six operands stay in the sixteen vector registers. */
const TILE_ROWS = 4;
const TILE_COLUMNS = 2;

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

/** The innermost loop of the Cholesky factorisation, two numbers at a time, for blocks of 32 × 32 in the memory. */
export function createSubtractProduct(memory: VectorMemory): SubtractProduct {
  const { subtractProduct } = instantiate(memory, [subtractProductFunction()]);
  return subtractProduct as SubtractProduct;
}

/** For each four rows of A, for each two rows of B: the tile of products, summed over k two by two. */
function subtractProductFunction(): VectorFunction {
  const tile = [
    ...Array.from({ length: BLOCK / 2 }, (_, pair) => accumulatePair(pair)).flat(),
    ...subtractTile(),
    ...advance(TILE_B, TILE_COLUMNS * ROW_BYTES),
    ...advance(TILE_C, TILE_COLUMNS * 8),
  ];
  const rows = [
    ...assign(TILE_B, localGet(B)),
    ...assign(TILE_C, localGet(C)),
    ...assign(LAST_TILE_C, [...localGet(C), ...i32Const(ROW_BYTES), ...I32_ADD]),
    ...repeatUntilEqual(TILE_C, LAST_TILE_C, tile),
    ...advance(A, TILE_ROWS * ROW_BYTES),
    ...advance(C, TILE_ROWS * ROW_BYTES),
  ];
  return {
    name: 'subtractProduct',
    parameterCount: 3,
    addressCount: FIRST_OPERAND - TILE_B,
    vectorCount: TILE_ROWS + TILE_COLUMNS + TILE_ROWS * TILE_COLUMNS,
    body: [
      ...assign(LAST_C, [...localGet(C), ...i32Const(BLOCK_BYTES), ...I32_ADD]),
      ...repeatUntilEqual(C, LAST_C, rows),
    ],
  };
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
