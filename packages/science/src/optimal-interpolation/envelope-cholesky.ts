import { NotPositiveDefiniteError } from '../errors.js';

/** Rows per block: three blocks of 32 × 32 doubles fit a first-level cache of 32 KiB. */
const BLOCK = 32;
const BLOCK_AREA = BLOCK * BLOCK;

/**
 * A symmetric positive definite matrix whose entries vanish left of an envelope, and its Cholesky factor in place.
 * Fill-in never leaves the envelope, so a matrix of N rows and bandwidth b costs N·b² operations, not N³/3.
 * Stored as blocks of 32 × 32 in row-major order; the last rows are padded with the identity.
 */
export class EnvelopeMatrix {
  private readonly size: number;
  private readonly blockRows: number;
  /** First stored block column of each block row. */
  private readonly firstColumn: Int32Array;
  /** Where block (I, J) starts: `blockStart[I] + (J − firstColumn[I])·1024`. */
  private readonly blockStart: Int32Array;
  private readonly values: Float64Array;

  /**
   * @param firstNonZero - shape `[N]`: column of the first entry of each row that may be non-zero, ≤ the row.
   * @param entry - the matrix; asked for entries of the lower triangle only.
   */
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
    this.values = new Float64Array(total);
    this.load(firstNonZero, entry);
  }

  /**
   * Replaces the matrix A by its factor L, A = L·Lᵀ.
   *
   * @throws NotPositiveDefiniteError if a pivot is not positive: two equal observations without noise, for instance.
   */
  factorise(): void {
    const { values } = this;
    for (let row = 0; row < this.blockRows; row++) {
      for (let column = this.firstColumn[row]!; column <= row; column++) {
        const target = this.blockAt(row, column);
        const first = Math.max(this.firstColumn[row]!, this.firstColumn[column]!);
        for (let inner = first; inner < column; inner++) {
          subtractProduct(values, this.blockAt(row, inner), this.blockAt(column, inner), target);
        }
        if (column < row) solveAgainstDiagonal(values, this.blockAt(column, column), target);
        else factoriseDiagonal(values, target, row * BLOCK);
      }
    }
  }

  /** Solves L·Lᵀ·x = b after `factorise`; `b` has shape `[N]` and is kept. */
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

/** C −= A·Bᵀ for three blocks; four rows by two columns at a time stay in registers. */
function subtractProduct(m: Float64Array, a: number, b: number, c: number): void {
  for (let i = 0; i < BLOCK; i += 4) {
    const a0 = a + i * BLOCK;
    const a1 = a0 + BLOCK;
    const a2 = a1 + BLOCK;
    const a3 = a2 + BLOCK;
    for (let j = 0; j < BLOCK; j += 2) {
      const b0 = b + j * BLOCK;
      const b1 = b0 + BLOCK;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let k = 0; k < BLOCK; k++) {
        const left = m[b0 + k]!;
        const right = m[b1 + k]!;
        const m0 = m[a0 + k]!;
        const m1 = m[a1 + k]!;
        const m2 = m[a2 + k]!;
        const m3 = m[a3 + k]!;
        s00 += m0 * left;
        s01 += m0 * right;
        s10 += m1 * left;
        s11 += m1 * right;
        s20 += m2 * left;
        s21 += m2 * right;
        s30 += m3 * left;
        s31 += m3 * right;
      }
      const at = c + i * BLOCK + j;
      m[at] = m[at]! - s00;
      m[at + 1] = m[at + 1]! - s01;
      m[at + BLOCK] = m[at + BLOCK]! - s10;
      m[at + BLOCK + 1] = m[at + BLOCK + 1]! - s11;
      m[at + 2 * BLOCK] = m[at + 2 * BLOCK]! - s20;
      m[at + 2 * BLOCK + 1] = m[at + 2 * BLOCK + 1]! - s21;
      m[at + 3 * BLOCK] = m[at + 3 * BLOCK]! - s30;
      m[at + 3 * BLOCK + 1] = m[at + 3 * BLOCK + 1]! - s31;
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
