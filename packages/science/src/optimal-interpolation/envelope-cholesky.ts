import { NotPositiveDefiniteError } from '../errors.js';
import { createVectorMemory, type VectorMemory } from '../webassembly/assembler.js';
import { BLOCK, createSubtractProduct, type SubtractProduct } from './block-product.js';

const BLOCK_AREA = BLOCK * BLOCK;
const PAGE_BYTES = 65536; // of WebAssembly memory

/**
 * Solves A·x = b for a symmetric positive definite matrix whose entries vanish left of an envelope.
 *
 * Fill-in of the Cholesky factor never leaves the envelope, so a matrix of N rows and bandwidth w costs N·w²
 * operations, not N³/3.
 *
 * @param firstNonZero - shape `[N]`: column of the first entry of each row that may be non-zero, ≤ the row.
 * @param entry - the matrix; asked for entries of the lower triangle only.
 * @param b - shape `[N]`, kept.
 * @returns x, shape `[N]`.
 * @throws NotPositiveDefiniteError if a pivot is not positive: two equal observations without noise, for instance.
 */
export function solveInEnvelope(
  firstNonZero: Int32Array,
  entry: (row: number, column: number) => number,
  b: Float64Array,
): Float64Array {
  const matrix = new EnvelopeMatrix(firstNonZero, entry);
  matrix.factorise();
  return matrix.solve(b);
}

/**
 * One memory for all systems of a thread: it only grows, and each system is done with before the next starts. Made when
 * it is first needed, because a page may import this package under a policy that forbids WebAssembly.
 */
let kernel: { memory: VectorMemory; subtractProduct: SubtractProduct } | null = null;

function requireKernel(): { memory: VectorMemory; subtractProduct: SubtractProduct } {
  if (kernel === null) {
    const memory = createVectorMemory(0);
    kernel = { memory, subtractProduct: createSubtractProduct(memory) };
  }
  return kernel;
}

function workspace(memory: VectorMemory, doubles: number): Float64Array {
  const missingBytes = 8 * doubles - memory.buffer.byteLength;
  if (missingBytes > 0) memory.grow(Math.ceil(missingBytes / PAGE_BYTES));
  return new Float64Array(memory.buffer, 0, doubles).fill(0);
}

/** Blocks of 32 × 32 in row-major order, the last rows padded with the identity. */
class EnvelopeMatrix {
  private readonly size: number;
  private readonly blockRows: number;
  /** First stored block column of each block row. */
  private readonly firstColumn: Int32Array;
  /** Where block (I, J) starts: `blockStart[I] + (J − firstColumn[I])·1024`. */
  private readonly blockStart: Int32Array;
  private readonly values: Float64Array;
  private readonly subtractProduct: SubtractProduct;

  constructor(firstNonZero: Int32Array, entry: (row: number, column: number) => number) {
    this.size = firstNonZero.length;
    this.blockRows = Math.ceil(this.size / BLOCK);
    this.firstColumn = new Int32Array(this.blockRows);
    this.blockStart = new Int32Array(this.blockRows);
    let total = 0;
    for (let blockRow = 0; blockRow < this.blockRows; blockRow++) {
      const rows = firstNonZero.subarray(blockRow * BLOCK, (blockRow + 1) * BLOCK);
      this.firstColumn[blockRow] = Math.floor(Math.min(...rows) / BLOCK);
      this.blockStart[blockRow] = total;
      total += (blockRow - this.firstColumn[blockRow]! + 1) * BLOCK_AREA;
    }
    const { memory, subtractProduct } = requireKernel();
    this.subtractProduct = subtractProduct;
    this.values = workspace(memory, total);
    this.load(firstNonZero, entry);
  }

  /** Replaces the matrix A by its factor L, A = L·Lᵀ. */
  factorise(): void {
    const { values } = this;
    for (let row = 0; row < this.blockRows; row++) {
      for (let column = this.firstColumn[row]!; column <= row; column++) {
        const target = this.blockAt(row, column);
        const first = Math.max(this.firstColumn[row]!, this.firstColumn[column]!);
        for (let inner = first; inner < column; inner++) {
          this.subtractProduct(8 * this.blockAt(row, inner), 8 * this.blockAt(column, inner), 8 * target);
        }
        if (column < row) solveAgainstDiagonal(values, this.blockAt(column, column), target);
        else factoriseDiagonal(values, target, row * BLOCK);
      }
    }
  }

  /** Solves L·Lᵀ·x = b after `factorise`. */
  solve(b: Float64Array): Float64Array {
    const x = new Float64Array(this.blockRows * BLOCK);
    x.set(b);
    for (let row = 0; row < this.blockRows; row++) {
      for (let column = this.firstColumn[row]!; column < row; column++) {
        subtractBlockTimesVector(this.values, this.blockAt(row, column), x, row * BLOCK, column * BLOCK);
      }
      solveLowerBlock(this.values, this.blockAt(row, row), x, row * BLOCK);
    }
    for (let row = this.blockRows - 1; row >= 0; row--) {
      solveUpperBlock(this.values, this.blockAt(row, row), x, row * BLOCK);
      for (let column = this.firstColumn[row]!; column < row; column++) {
        subtractTransposedTimesVector(this.values, this.blockAt(row, column), x, row * BLOCK, column * BLOCK);
      }
    }
    return x.slice(0, this.size);
  }

  private blockAt(row: number, column: number): number {
    return this.blockStart[row]! + (column - this.firstColumn[row]!) * BLOCK_AREA;
  }

  private load(firstNonZero: Int32Array, entry: (row: number, column: number) => number): void {
    const { values } = this;
    for (let row = 0; row < this.blockRows * BLOCK; row++) {
      const blockRow = Math.floor(row / BLOCK);
      if (row >= this.size) {
        values[this.blockAt(blockRow, blockRow) + (row % BLOCK) * (BLOCK + 1)] = 1;
        continue;
      }
      for (let column = firstNonZero[row]!; column <= row; column++) {
        const at =
          this.blockAt(blockRow, Math.floor(column / BLOCK)) + (row % BLOCK) * BLOCK + (column % BLOCK);
        values[at] = entry(row, column);
      }
    }
  }
}

/** X := X·L⁻ᵀ for a block X and a factorised diagonal block L. */
function solveAgainstDiagonal(m: Float64Array, diagonal: number, block: number): void {
  for (let i = 0; i < BLOCK; i++) {
    const row = block + i * BLOCK;
    for (let j = 0; j < BLOCK; j++) {
      const factor = diagonal + j * BLOCK;
      let sum = m[row + j]!;
      for (let k = 0; k < j; k++) sum -= m[row + k]! * m[factor + k]!;
      m[row + j] = sum / m[factor + j]!;
    }
  }
}

function factoriseDiagonal(m: Float64Array, diagonal: number, firstRow: number): void {
  for (let i = 0; i < BLOCK; i++) {
    const row = diagonal + i * BLOCK;
    for (let j = 0; j <= i; j++) {
      const other = diagonal + j * BLOCK;
      let sum = m[row + j]!;
      for (let k = 0; k < j; k++) sum -= m[row + k]! * m[other + k]!;
      if (j < i) {
        m[row + j] = sum / m[other + j]!;
      } else {
        if (!(sum > 0)) throw new NotPositiveDefiniteError({ row: firstRow + i, pivot: sum });
        m[row + j] = Math.sqrt(sum);
      }
    }
  }
}

function subtractBlockTimesVector(
  m: Float64Array,
  block: number,
  x: Float64Array,
  to: number,
  from: number,
): void {
  for (let i = 0; i < BLOCK; i++) {
    let sum = x[to + i]!;
    for (let k = 0; k < BLOCK; k++) sum -= m[block + i * BLOCK + k]! * x[from + k]!;
    x[to + i] = sum;
  }
}

function subtractTransposedTimesVector(
  m: Float64Array,
  block: number,
  x: Float64Array,
  from: number,
  to: number,
): void {
  for (let i = 0; i < BLOCK; i++) {
    const factor = x[from + i]!;
    for (let k = 0; k < BLOCK; k++) x[to + k] = x[to + k]! - m[block + i * BLOCK + k]! * factor;
  }
}

function solveLowerBlock(m: Float64Array, diagonal: number, x: Float64Array, at: number): void {
  for (let i = 0; i < BLOCK; i++) {
    let sum = x[at + i]!;
    for (let k = 0; k < i; k++) sum -= m[diagonal + i * BLOCK + k]! * x[at + k]!;
    x[at + i] = sum / m[diagonal + i * BLOCK + i]!;
  }
}

function solveUpperBlock(m: Float64Array, diagonal: number, x: Float64Array, at: number): void {
  for (let i = BLOCK - 1; i >= 0; i--) {
    let sum = x[at + i]!;
    for (let k = i + 1; k < BLOCK; k++) sum -= m[diagonal + k * BLOCK + i]! * x[at + k]!;
    x[at + i] = sum / m[diagonal + i * BLOCK + i]!;
  }
}
