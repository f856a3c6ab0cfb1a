import type { ExecutionPlan, Group } from './execution-plan.js';
import { convolutionParts, packedBias } from './convolution-parts.js';
import { MAX_TILE_POSITIONS, quadCount } from './grid.js';
import { halfBits, halfValue } from './half.js';
import { foldWorkgroups, type Kernel, type KernelConstants, KernelWriter } from './kernel-writer.js';
import { groupLabel } from './group-label.js';

/** How a kernel multiplies matrices, and what the device gives it. */
export type MatrixSupport = {
  /** `emulated` computes the same products lane by lane: for tests on devices without subgroup matrices. */
  readonly products: 'native' | 'emulated';
  /** Workgroup memory, bytes. */
  readonly workgroupStorage: number;
  /** Workgroups below which the device is not busy: smaller tiles are better then. */
  readonly wantedWorkgroups: number;
  /** Overrides the choice of {@link chooseMatrixTile}. */
  readonly tile?: MatrixTile;
};

/** Matrices are `SIDE` × `SIDE`; a subgroup holds `subgroupRows` × `subgroupColumns` of them, a workgroup several subgroups. */
export type MatrixTile = {
  readonly subgroupRows: number;
  readonly subgroupColumns: number;
  readonly rowSubgroups: number;
  readonly columnSubgroups: number;
};

const SIDE = 16;
const SUBGROUP = 32;
/** Input channels that a tile holds at a time. */
const DEPTH = 32;
const DEPTH_QUADS = DEPTH / 4;
/** float16 values between rows of a tile, beyond what they hold: neighbouring rows fall on different banks. */
const HALF_PADDING = 8;
const FLOAT_PADDING = 4;
const MAX_SUBGROUP_COLUMNS = 4;
const MAX_COLUMN_MATRICES = 12;

/** Quads of an operand must be a multiple of it, so that a slice of 16 channels never spans two taps. */
export const MATRIX_OPERAND_QUADS = SIDE / 4;

/**
 * A convolution of stride 1 as a product of float16 matrices with float32 sums, on a device's matrix units.
 *
 * Positions are the rows, 16 at a time. The zeros around each image make the product of each tap one shifted read of the
 * same operand, without a check of bounds. Operand and weights are staged in workgroup memory, the next slice on its way
 * in registers while the present one is multiplied. At the end the sums pass through workgroup memory once, which puts
 * all sibling convolutions of a channel into one thread; that thread computes and stores the rest of the group.
 */
export function matrixConvolutionKernel(plan: ExecutionPlan, group: Group, support: MatrixSupport): Kernel {
  const { operand, siblings, kernel, outputs, weightNodes } = convolutionParts(plan, group);
  const { grid } = group;
  const tile = support.tile ?? chooseMatrixTile({ siblings, outputs, positions: grid.positions }, support);
  const { subgroupRows, subgroupColumns, rowSubgroups, columnSubgroups } = tile;
  const threads = SUBGROUP * rowSubgroups * columnSubgroups;
  const tilePositions = SIDE * subgroupRows * rowSubgroups;
  const columnMatrices = subgroupColumns * columnSubgroups;
  const tileColumns = SIDE * columnMatrices;
  const blocksPerTile = columnMatrices / siblings;
  const tiles = Math.ceil(Math.ceil(outputs / SIDE) / blocksPerTile);
  const operandStride = DEPTH + HALF_PADDING;
  const weightStride = tileColumns + HALF_PADDING;
  const sumStride = tileColumns + FLOAT_PADDING;

  const parts = operand.format === 'float16-pair' ? 3 : 1;
  const taps = kernel * kernel;
  const inputQuads = operand.quads;
  const positionQuads = inputQuads * (operand.format === 'float16-pair' ? 2 : 1);
  const depthQuads = parts * taps * inputQuads;
  const chunks = Math.ceil(depthQuads / DEPTH_QUADS);
  const padding = (kernel - 1) / 2;

  const writer = new KernelWriter(plan, group);
  const from = writer.container(operand);
  const weightConstants: KernelConstants = {
    key: `matrix ${weightNodes.map(({ id }) => id).join()} ${plan.operandLanes.get(operand)!.join()} ${operand.format} ${blocksPerTile}`,
    make: () => packMatrix(plan, group, { blocksPerTile, tiles, rowCount: chunks * DEPTH }),
  };
  const weights = writer.constants(weightConstants, 'vec4<f16>');
  const bias = packedBias(plan, group);
  const biases = bias === null ? null : writer.constants(bias, 'vec4f');
  const finish = writer.finishFunction();
  const dialect = support.products === 'native' ? NATIVE : EMULATED;

  const each = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => make(i)).join('\n');
  const operandVectors = tilePositions * DEPTH_QUADS;
  const weightVectors = (DEPTH * tileColumns) / 4;
  const operandLoads = Math.ceil(operandVectors / threads);
  const weightLoads = Math.ceil(weightVectors / threads);
  const guarded = (index: string, count: number, isExact: boolean, code: string) =>
    isExact ? code : `if (${index} < ${count}u) { ${code} }`;
  // A thread's vectors are a multiple of a row apart: all of them in the same slice of channels.
  const fetch = `let k = min(chunk * ${DEPTH_QUADS}u + thread % ${DEPTH_QUADS}u, ${depthQuads - 1}u);
let part = k / ${taps * inputQuads}u;
let tap = (k / ${inputQuads}u) % ${taps}u;
let away = (tap / ${kernel}u) * ${grid.pitch}u + tap % ${kernel}u + ${grid.guardBefore - padding * (grid.pitch + 1)}u;
let quad = k % ${inputQuads}u + select(0u, ${inputQuads}u, part == 2u);
${each(operandLoads, (load) => {
  const index = `thread + ${load * threads}u`;
  return guarded(
    index,
    operandVectors,
    operandVectors % threads === 0,
    `operandVector${load} = ${from}[(firstPosition + (${index}) / ${DEPTH_QUADS}u + away) * ${positionQuads}u + quad];`,
  );
})}
${each(weightLoads, (load) => {
  const index = `thread + ${load * threads}u`;
  return guarded(
    index,
    weightVectors,
    weightVectors % threads === 0,
    `weightVector${load} = ${weights}[(tile * ${chunks}u + chunk) * ${weightVectors}u + ${index}];`,
  );
})}`;
  const scatter = (vector: string, target: string) =>
    [...'xyzw'].map((lane, index) => `${target}[to + ${index}u] = ${vector}.${lane};`).join(' ');
  const stash = `${each(operandLoads, (load) => {
    const index = `thread + ${load * threads}u`;
    return guarded(
      index,
      operandVectors,
      operandVectors % threads === 0,
      `{ let to = ((${index}) / ${DEPTH_QUADS}u) * ${operandStride}u + (thread % ${DEPTH_QUADS}u) * 4u; ${scatter(`operandVector${load}`, 'operandTile')} }`,
    );
  })}
${each(weightLoads, (load) => {
  const index = `thread + ${load * threads}u`;
  return guarded(
    index,
    weightVectors,
    weightVectors % threads === 0,
    `{ let to = ((${index}) / ${tileColumns / 4}u) * ${weightStride}u + ((${index}) % ${tileColumns / 4}u) * 4u; ${scatter(`weightVector${load}`, 'weightTile')} }`,
  );
})}`;
  const multiply = Array.from({ length: DEPTH / SIDE }, (_, step) => step * SIDE)
    .map(
      (depth) => `{
${each(subgroupRows, (i) => `let a${i} = ${dialect.left('operandTile', `(subgroupRow + ${i * SIDE}u) * ${operandStride}u + ${depth}u`, operandStride)};`)}
${each(
  subgroupColumns,
  (
    j,
  ) => `let w${j} = ${dialect.right('weightTile', `${depth * weightStride}u + subgroupColumn + ${j * SIDE}u`, weightStride)};
${each(subgroupRows, (i) => `sum${i}_${j} = ${dialect.multiply(`a${i}`, `w${j}`, `sum${i}_${j}`, operandStride, weightStride)};`)}`,
)}
}`,
    )
    .join('\n');
  const sumRows = SIDE * rowSubgroups;
  const sumQuads = tileColumns / 4 / siblings;
  const epilogue = each(
    subgroupRows,
    (
      i,
    ) => `${each(subgroupColumns, (j) => dialect.store('sums', `(subgroup % ${rowSubgroups}u) * ${SIDE * sumStride}u + subgroupColumn + ${j * SIDE}u`, `sum${i}_${j}`, sumStride))}
workgroupBarrier();
finishRows(thread, firstPosition + ${i * SIDE}u, tile);
workgroupBarrier();`,
  );
  const values = Array.from({ length: siblings }, (_, s) => {
    const sum = `vec4f(${[0, 1, 2, 3].map((lane) => `sums[first + ${s * SIDE + lane}u]`).join(', ')})`;
    return biases === null ? sum : `${sum} + ${biases}[q * ${siblings}u + ${s}u]`;
  });
  const { x, z } = foldWorkgroups(Math.ceil(grid.positions / tilePositions));
  const main = `${finish}
var<workgroup> operandTile: array<f16, ${tilePositions * operandStride}>;
var<workgroup> weightTile: array<f16, ${DEPTH * weightStride}>;
var<workgroup> sums: array<f32, ${sumRows * sumStride}>;
${dialect.functions({ operandStride, weightStride, sumStride })}
fn finishRows(thread: u32, firstPosition: u32, tile: u32) {
for (var index = thread; index < ${sumRows * sumQuads}u; index += ${threads}u) {
let row = index / ${sumQuads}u;
let block = (index % ${sumQuads}u) / 4u;
let quadInBlock = index % 4u;
let first = row * ${sumStride}u + block * ${SIDE * siblings}u + quadInBlock * 4u;
let p = firstPosition + (row / ${SIDE}u) * ${SIDE * subgroupRows}u + row % ${SIDE}u;
let q = (tile * ${blocksPerTile}u + block) * 4u + quadInBlock;
if (p < ${grid.positions}u && q < ${quadCount(outputs)}u) { finish(p, q, ${values.join(', ')}); }
}
}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) thread: u32) {
let firstPosition = (workgroup.z * ${x}u + workgroup.x) * ${tilePositions}u;
let tile = workgroup.y;
let subgroup = ${dialect.uniform(`thread / ${SUBGROUP}u`)};
let subgroupRow = (subgroup % ${rowSubgroups}u) * ${SIDE * subgroupRows}u;
let subgroupColumn = (subgroup / ${rowSubgroups}u) * ${SIDE * subgroupColumns}u;
${dialect.prologue}
${each(subgroupRows, (i) => each(subgroupColumns, (j) => `var sum${i}_${j}: ${dialect.result};`))}
${each(operandLoads, (load) => `var operandVector${load}: vec4<f16>;`)}
${each(weightLoads, (load) => `var weightVector${load}: vec4<f16>;`)}
{
let chunk = 0u;
${fetch}
}
for (var present = 0u; present < ${chunks}u; present++) {
${stash}
workgroupBarrier();
if (present + 1u < ${chunks}u) {
let chunk = present + 1u;
${fetch}
}
${multiply}
workgroupBarrier();
}
${epilogue}
}`;
  return writer.finish(groupLabel(plan, group), main, {
    workgroups: [x, tiles, z],
    enables: dialect.enables,
  });
}

/** The largest tile that keeps enough workgroups busy and fits into workgroup memory. */
export function chooseMatrixTile(
  { siblings, outputs, positions }: { siblings: number; outputs: number; positions: number },
  { products, workgroupStorage, wantedWorkgroups }: MatrixSupport,
): MatrixTile {
  // Lane by lane, the code of every matrix is written out: one subgroup with as few as there can be.
  if (products === 'emulated') {
    return { subgroupRows: 1, subgroupColumns: siblings, rowSubgroups: 1, columnSubgroups: 1 };
  }
  const blocks = Math.ceil(outputs / SIDE);
  let best: { tile: MatrixTile; rank: readonly number[] } | null = null;
  for (let blocksPerTile = 1; blocksPerTile * siblings <= MAX_COLUMN_MATRICES; blocksPerTile++) {
    const columnMatrices = blocksPerTile * siblings;
    const columnSubgroups = [1, 2, 3, 4].find(
      (count) => columnMatrices % count === 0 && columnMatrices / count <= MAX_SUBGROUP_COLUMNS,
    );
    if (columnSubgroups === undefined) continue;
    const tiles = Math.ceil(blocks / blocksPerTile);
    const waste = tiles * blocksPerTile - blocks;
    for (const rowSubgroups of [1, 2, 4]) {
      for (const subgroupRows of [1, 2, 4]) {
        const tile: MatrixTile = {
          subgroupRows,
          subgroupColumns: columnMatrices / columnSubgroups,
          rowSubgroups,
          columnSubgroups,
        };
        const tilePositions = SIDE * subgroupRows * rowSubgroups;
        if (tilePositions > MAX_TILE_POSITIONS || matrixTileBytes(tile) > workgroupStorage) continue;
        const workgroups = Math.ceil(positions / tilePositions) * tiles;
        const subgroups = rowSubgroups * columnSubgroups;
        // Least waste of columns; enough workgroups; most products per value staged; a workgroup of 4 to 8 subgroups.
        const staged = tilePositions + columnMatrices * SIDE;
        const rank = [
          -waste,
          Math.min(workgroups, wantedWorkgroups),
          subgroups >= 4 && subgroups <= 8 ? 1 : 0,
          (tilePositions * columnMatrices * SIDE) / staged,
        ];
        if (best === null || isHigher(rank, best.rank)) best = { tile, rank };
      }
    }
  }
  if (best === null) {
    throw new Error(`no matrix tile fits into ${workgroupStorage} bytes of workgroup memory`);
  }
  return best.tile;
}

/** Workgroup memory of a tile, bytes. */
export function matrixTileBytes(tile: MatrixTile): number {
  const tileColumns = SIDE * tile.subgroupColumns * tile.columnSubgroups;
  const tilePositions = SIDE * tile.subgroupRows * tile.rowSubgroups;
  return (
    2 * tilePositions * (DEPTH + HALF_PADDING) +
    2 * DEPTH * (tileColumns + HALF_PADDING) +
    4 * SIDE * tile.rowSubgroups * (tileColumns + FLOAT_PADDING)
  );
}

function isHigher(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((value, i) => value !== b[i]);
  return index >= 0 && a[index]! > b[index]!;
}

/**
 * `[tile][row: part, tap, input lane][block of 16 outputs, sibling, output]`, as float16 bits. Of a pair, the operand's
 * high part meets the weights' high and low parts, its low part the high part only: the fourth product is below the
 * last digit of float32's neighbourhood.
 */
function packMatrix(
  plan: ExecutionPlan,
  group: Group,
  { blocksPerTile, tiles, rowCount }: { blocksPerTile: number; tiles: number; rowCount: number },
): Uint16Array {
  const { operand, siblings, kernel, outputs, inputs, weights, lanes } = convolutionParts(plan, group);
  const taps = kernel * kernel;
  const inputLanes = operand.quads * 4;
  const columns = blocksPerTile * siblings * SIDE;
  const parts = operand.format === 'float16-pair' ? (['high', 'low', 'high'] as const) : (['high'] as const);
  const packed = new Uint16Array(tiles * rowCount * columns);
  for (const [s, data] of weights.entries()) {
    for (let o = 0; o < outputs; o++) {
      const block = Math.floor(o / SIDE);
      const tile = Math.floor(block / blocksPerTile);
      const column = ((block % blocksPerTile) * siblings + s) * SIDE + (o % SIDE);
      for (let i = 0; i < inputs; i++) {
        for (let tap = 0; tap < taps; tap++) {
          const value = data[(o * inputs + i) * taps + tap]!;
          const high = halfBits(value);
          for (const [index, part] of parts.entries()) {
            const row = (index * taps + tap) * inputLanes + lanes[i]!;
            packed[(tile * rowCount + row) * columns + column] =
              part === 'high' ? high : halfBits(value - halfValue(high));
          }
        }
      }
    }
  }
  return packed;
}

type Dialect = {
  readonly enables: string;
  readonly result: string;
  readonly prologue: string;
  uniform(expression: string): string;
  functions(strides: { operandStride: number; weightStride: number; sumStride: number }): string;
  left(tile: string, offset: string, stride: number): string;
  right(tile: string, offset: string, stride: number): string;
  multiply(a: string, w: string, sum: string, operandStride: number, weightStride: number): string;
  store(target: string, offset: string, sum: string, stride: number): string;
};

const NATIVE: Dialect = {
  // Offsets depend on the subgroup's index, which is the same in all its lanes: the analysis cannot see that.
  enables: `enable f16;
enable subgroups;
enable chromium_experimental_subgroup_matrix;
diagnostic(off, chromium.subgroup_matrix_uniformity);`,
  result: `subgroup_matrix_result<f32, ${SIDE}, ${SIDE}>`,
  prologue: '',
  uniform: (expression) => `subgroupBroadcastFirst(${expression})`,
  functions: () => '',
  left: (tile, offset, stride) =>
    `subgroupMatrixLoad<subgroup_matrix_left<f16, ${SIDE}, ${SIDE}>, row_major>(&${tile}, ${offset}, ${stride}u)`,
  right: (tile, offset, stride) =>
    `subgroupMatrixLoad<subgroup_matrix_right<f16, ${SIDE}, ${SIDE}>, row_major>(&${tile}, ${offset}, ${stride}u)`,
  multiply: (a, w, sum) => `subgroupMatrixMultiplyAccumulate(${a}, ${w}, ${sum})`,
  store: (target, offset, sum, stride) =>
    `subgroupMatrixStore<row_major>(&${target}, ${offset}, ${sum}, ${stride}u);`,
};

/** A lane holds 8 of the 256 sums; operands stay in workgroup memory and are named by their offsets. */
const EMULATED: Dialect = {
  enables: 'enable f16;',
  result: 'array<f32, 8>',
  prologue: `let lane = thread % ${SUBGROUP}u;
nothing = workgroup.z >> 16u;`,
  uniform: (expression) => expression,
  functions: ({ operandStride, weightStride, sumStride }) => `
// 0, which the compiler does not know: it does not write every product out.
var<private> nothing: u32;
fn multiplyAccumulate(a: u32, w: u32, sum: array<f32, 8>, lane: u32) -> array<f32, 8> {
var result = sum;
for (var e = 0u; e < 8u + nothing; e++) {
for (var k = 0u; k < ${SIDE}u + nothing; k++) {
result[e] += f32(operandTile[a + ((lane / ${SIDE}u) * 8u + e) * ${operandStride}u + k]) * f32(weightTile[w + k * ${weightStride}u + lane % ${SIDE}u]);
}
}
return result;
}
fn storeSums(to: u32, sum: array<f32, 8>, lane: u32) {
var values = sum;
for (var e = 0u; e < 8u; e++) { sums[to + ((lane / ${SIDE}u) * 8u + e) * ${sumStride}u + lane % ${SIDE}u] = values[e]; }
}`,
  left: (_tile, offset) => offset,
  right: (_tile, offset) => offset,
  multiply: (a, w, sum) => `multiplyAccumulate(${a}, ${w}, ${sum}, lane)`,
  store: (_target, offset, sum) => `storeSums(${offset}, ${sum}, lane);`,
};
