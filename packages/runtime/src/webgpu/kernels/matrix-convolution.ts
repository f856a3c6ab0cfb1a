import type { ExecutionPlan, Group } from '../execution-plan.js';
import { convolutionParts, packedBias } from './convolution-parts.js';
import { MAX_TILE_POSITIONS, quadCount } from '../grid.js';
import { halfBits, halfValue } from '../half.js';
import { foldWorkgroups, type Kernel, type KernelConstants, KernelWriter } from './kernel-writer.js';
import { groupLabel } from './group-label.js';
import type { MatrixUnit } from './matrix-unit.js';

/** How a kernel multiplies matrices, and what the device gives it. */
export type MatrixSupport = {
  /** `emulated` computes the same products lane by lane: for tests on devices without subgroup matrices. */
  readonly products: 'native' | 'emulated';
  readonly unit: MatrixUnit;
  /** Workgroup memory, bytes. */
  readonly workgroupStorage: number;
  /** Threads that a workgroup may have. */
  readonly maxThreads: number;
  /** Workgroups below which the device is not busy: smaller tiles are better then. */
  readonly wantedWorkgroups: number;
  /** Sums that a lane holds best: fewer leave its registers idle, more leave room for too few subgroups. */
  readonly wantedSums: number;
  /** Overrides the choice of {@link chooseMatrixTile}. */
  readonly tile?: MatrixTile;
  /** Tiles that a measurement found to be better, by {@link matrixTileKey}. */
  readonly tiles?: ReadonlyMap<string, MatrixTile>;
};

/** In matrices of the {@link MatrixUnit}: a subgroup holds `subgroupRows` × `subgroupColumns` of them, a workgroup several subgroups. */
export type MatrixTile = {
  readonly subgroupRows: number;
  readonly subgroupColumns: number;
  readonly rowSubgroups: number;
  readonly columnSubgroups: number;
  /** 2: the next slice is staged in another place while the present one is multiplied, which saves a barrier a slice. */
  readonly stages: 1 | 2;
};

/** What a tile was chosen for. */
export function matrixTileKey(
  product: MatrixProduct & { readonly depth: number; readonly format: string },
): string {
  const { siblings, outputs, positions, depth, format } = product;
  return `${siblings}×${outputs} outputs, ${depth} deep, ${positions} positions, ${format}`;
}

/** Input channels that a tile holds at a time. */
const DEPTH = 32;
const DEPTH_QUADS = DEPTH / 4;
/** float16 values between rows of a tile, beyond what they hold: neighbouring rows fall on different banks. */
const HALF_PADDING = 8;
const FLOAT_PADDING = 4;
/** Outputs of a subgroup, and of a workgroup. */
const MAX_SUBGROUP_OUTPUTS = 64;
const MAX_TILE_OUTPUTS = 192;

/** Quads of an operand must be a multiple of it: a row of channels is a number of whole matrices. */
export function matrixOperandQuads({ side }: MatrixUnit): number {
  return side / 4;
}

/**
 * A convolution of stride 1 as a product of float16 matrices with float32 sums, on a device's matrix units.
 *
 * Positions are the rows, a matrix of them at a time. The zeros around each image make the product of each tap one shifted read of the
 * same operand, without a check of bounds. Operand and weights are staged in workgroup memory, the next slice on its way
 * in registers while the present one is multiplied. At the end the sums pass through workgroup memory once, which puts
 * all sibling convolutions of a channel into one thread; that thread computes and stores the rest of the group.
 */
export function matrixConvolutionKernel(plan: ExecutionPlan, group: Group, support: MatrixSupport): Kernel {
  const { operand, siblings, kernel, outputs, weightNodes } = convolutionParts(plan, group);
  const { grid } = group;
  const product = { siblings, outputs, positions: grid.positions };
  const key = matrixTileKey({
    ...product,
    depth: kernel * kernel * operand.quads * 4,
    format: operand.format,
  });
  const tile = support.tile ?? support.tiles?.get(key) ?? chooseMatrixTile(product, support);
  const { side, lanes } = support.unit;
  const sideQuads = side / 4;
  const { subgroupRows, subgroupColumns, rowSubgroups, columnSubgroups, stages } = tile;
  const threads = lanes * rowSubgroups * columnSubgroups;
  const tilePositions = side * subgroupRows * rowSubgroups;
  const columnMatrices = subgroupColumns * columnSubgroups;
  const tileColumns = side * columnMatrices;
  const blocksPerTile = columnMatrices / siblings;
  const tiles = Math.ceil(Math.ceil(outputs / side) / blocksPerTile);
  const operandStride = DEPTH + HALF_PADDING;
  const weightStride = tileColumns + HALF_PADDING;
  const sumStride = tileColumns + FLOAT_PADDING;
  const operandSize = tilePositions * operandStride;
  const weightSize = DEPTH * weightStride;

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
    make: () => packMatrix(plan, group, { side, blocksPerTile, tiles, rowCount: chunks * DEPTH }),
  };
  const weights = writer.constants(weightConstants, 'vec4<f16>');
  const bias = packedBias(plan, group);
  const biases = bias === null ? null : writer.constants(bias, 'vec4f');
  const finish = writer.finishFunction();
  const dialect = DIALECTS[support.products](support.unit, { operandStride, weightStride, sumStride });

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
  const stage = (size: number) => (stages === 1 ? '' : `(present % 2u) * ${size}u + `);
  const scatter = (vector: string, target: string) =>
    [...'xyzw'].map((lane, index) => `${target}[to + ${index}u] = ${vector}.${lane};`).join(' ');
  const stash = `${each(operandLoads, (load) => {
    const index = `thread + ${load * threads}u`;
    return guarded(
      index,
      operandVectors,
      operandVectors % threads === 0,
      `{ let to = ${stage(operandSize)}((${index}) / ${DEPTH_QUADS}u) * ${operandStride}u + (thread % ${DEPTH_QUADS}u) * 4u; ${scatter(`operandVector${load}`, 'operandTile')} }`,
    );
  })}
${each(weightLoads, (load) => {
  const index = `thread + ${load * threads}u`;
  return guarded(
    index,
    weightVectors,
    weightVectors % threads === 0,
    `{ let to = ${stage(weightSize)}((${index}) / ${tileColumns / 4}u) * ${weightStride}u + ((${index}) % ${tileColumns / 4}u) * 4u; ${scatter(`weightVector${load}`, 'weightTile')} }`,
  );
})}`;
  const multiply = Array.from({ length: DEPTH / side }, (_, step) => step * side)
    .map(
      (depth) => `{
${each(subgroupRows, (i) => `let a${i} = ${dialect.left('operandTile', `${stage(operandSize)}(subgroupRow + ${i * side}u) * ${operandStride}u + ${depth}u`)};`)}
${each(
  subgroupColumns,
  (
    j,
  ) => `let w${j} = ${dialect.right('weightTile', `${stage(weightSize)}${depth * weightStride}u + subgroupColumn + ${j * side}u`)};
${each(subgroupRows, (i) => `sum${i}_${j} = ${dialect.multiply(`a${i}`, `w${j}`, `sum${i}_${j}`)};`)}`,
)}
}`,
    )
    .join('\n');
  const sumRows = side * rowSubgroups;
  const sumQuads = tileColumns / 4 / siblings;
  const epilogue = each(
    subgroupRows,
    (
      i,
    ) => `${each(subgroupColumns, (j) => dialect.store('sums', `(subgroup % ${rowSubgroups}u) * ${side * sumStride}u + subgroupColumn + ${j * side}u`, `sum${i}_${j}`))}
workgroupBarrier();
finishRows(thread, firstPosition + ${i * side}u, tile);
workgroupBarrier();`,
  );
  const values = Array.from({ length: siblings }, (_, s) => {
    const sum = `vec4f(${[0, 1, 2, 3].map((lane) => `sums[first + ${s * side + lane}u]`).join(', ')})`;
    return biases === null ? sum : `${sum} + ${biases}[q * ${siblings}u + ${s}u]`;
  });
  const { x, z } = foldWorkgroups(Math.ceil(grid.positions / tilePositions));
  // Remainders that change nothing tell the compiler how far an index goes: it then leaves out its own checks of bounds,
  // a dozen instructions for every matrix that is loaded.
  const main = `${finish}
var<workgroup> operandTile: array<f16, ${stages * operandSize}>;
var<workgroup> weightTile: array<f16, ${stages * weightSize}>;
var<workgroup> sums: array<f32, ${sumRows * sumStride}>;
${dialect.functions}
fn finishRows(thread: u32, firstPosition: u32, tile: u32) {
for (var index = thread; index < ${sumRows * sumQuads}u; index += ${threads}u) {
let bounded = index % ${sumRows * sumQuads}u;
let row = bounded / ${sumQuads}u;
let block = (bounded % ${sumQuads}u) / ${sideQuads}u;
let quadInBlock = bounded % ${sideQuads}u;
let first = row * ${sumStride}u + block * ${side * siblings}u + quadInBlock * 4u;
let p = firstPosition + (row / ${side}u) * ${side * subgroupRows}u + row % ${side}u;
let q = (tile * ${blocksPerTile}u + block) * ${sideQuads}u + quadInBlock;
if (p < ${grid.positions}u && q < ${quadCount(outputs)}u) { finish(p, q, ${values.join(', ')}); }
}
}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) thread: u32) {
let firstPosition = (workgroup.z * ${x}u + workgroup.x) * ${tilePositions}u;
let tile = workgroup.y;
let subgroup = ${dialect.uniform(`thread / ${lanes}u`)};
let subgroupRow = (subgroup % ${rowSubgroups}u) * ${side * subgroupRows}u;
let subgroupColumn = ((subgroup / ${rowSubgroups}u) % ${columnSubgroups}u) * ${side * subgroupColumns}u;
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
${stages === 1 ? 'workgroupBarrier();' : ''}
}
${epilogue}
}`;
  return writer.finish(groupLabel(plan, group), main, {
    workgroups: [x, tiles, z],
    threads,
    enables: dialect.enables,
    flop: 2 * x * z * tilePositions * chunks * DEPTH * tiles * tileColumns,
    slices: chunks,
  });
}

/** What decides how fast a tile is. */
export type MatrixProduct = {
  readonly siblings: number;
  readonly outputs: number;
  readonly positions: number;
};

/** The tile that is likely to be the fastest: the first of {@link matrixTileCandidates}. */
export function chooseMatrixTile(product: MatrixProduct, support: MatrixSupport): MatrixTile {
  // Lane by lane, the code of every matrix is written out: one subgroup with as few as there can be.
  if (support.products === 'emulated') {
    return {
      subgroupRows: 1,
      subgroupColumns: product.siblings,
      rowSubgroups: 1,
      columnSubgroups: 1,
      stages: 1,
    };
  }
  const [best] = matrixTileCandidates(product, support);
  if (best === undefined) {
    throw new Error(`no matrix tile fits into ${support.workgroupStorage} bytes of workgroup memory`);
  }
  return best;
}

/**
 * Tiles that fit, the most promising first: least waste of columns; enough workgroups; a workgroup of 4 to 8 subgroups; as many
 * sums in a lane as is best; two stages; most products per value staged. Whatever the tile, a sum is
 * added up in the same order.
 */
export function matrixTileCandidates(
  { siblings, outputs, positions }: MatrixProduct,
  { unit, workgroupStorage, maxThreads, wantedWorkgroups, wantedSums }: Omit<MatrixSupport, 'products'>,
): readonly MatrixTile[] {
  const { side, lanes } = unit;
  const blocks = Math.ceil(outputs / side);
  const wantedMatrices = (wantedSums * lanes) / side ** 2;
  const found: { tile: MatrixTile; rank: readonly number[] }[] = [];
  for (let blocksPerTile = 1; blocksPerTile * siblings * side <= MAX_TILE_OUTPUTS; blocksPerTile++) {
    const columnMatrices = blocksPerTile * siblings;
    const tiles = Math.ceil(blocks / blocksPerTile);
    const waste = tiles * blocksPerTile - blocks;
    for (const columnSubgroups of [1, 2, 3, 4]) {
      const subgroupColumns = columnMatrices / columnSubgroups;
      if (!Number.isInteger(subgroupColumns) || side * subgroupColumns > MAX_SUBGROUP_OUTPUTS) continue;
      for (const rowSubgroups of [1, 2, 4]) {
        for (const subgroupRows of [1, 2, 4]) {
          for (const stages of [1, 2] as const) {
            const tile = { subgroupRows, subgroupColumns, rowSubgroups, columnSubgroups, stages };
            const tilePositions = side * subgroupRows * rowSubgroups;
            if (tilePositions > MAX_TILE_POSITIONS || matrixTileBytes(tile, unit) > workgroupStorage)
              continue;
            if (lanes * rowSubgroups * columnSubgroups > maxThreads) continue;
            const workgroups = Math.ceil(positions / tilePositions) * tiles;
            const subgroups = rowSubgroups * columnSubgroups;
            const held = subgroupRows * subgroupColumns;
            const staged = tilePositions + columnMatrices * side;
            const rank = [
              -waste,
              Math.min(workgroups, wantedWorkgroups),
              subgroups >= 4 && subgroups <= 8 ? 1 : 0,
              -Math.abs(Math.log2(held / wantedMatrices)),
              stages,
              (tilePositions * columnMatrices * side) / staged,
              subgroupRows,
            ];
            found.push({ tile, rank });
          }
        }
      }
    }
  }
  return found.sort((a, b) => compareRanks(b.rank, a.rank)).map(({ tile }) => tile);
}

/** Workgroup memory of a tile, bytes. */
export function matrixTileBytes(tile: MatrixTile, { side }: MatrixUnit): number {
  const tileColumns = side * tile.subgroupColumns * tile.columnSubgroups;
  const tilePositions = side * tile.subgroupRows * tile.rowSubgroups;
  return (
    2 * tile.stages * tilePositions * (DEPTH + HALF_PADDING) +
    2 * tile.stages * DEPTH * (tileColumns + HALF_PADDING) +
    4 * side * tile.rowSubgroups * (tileColumns + FLOAT_PADDING)
  );
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, i) => value !== b[i]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}

/**
 * `[tile][row: part, tap, input lane][block of `side` outputs, sibling, output]`, as float16 bits. Of a pair, the operand's
 * high part meets the weights' high and low parts, its low part the high part only: the fourth product is below the
 * last digit of float32's neighbourhood.
 */
function packMatrix(
  plan: ExecutionPlan,
  group: Group,
  {
    side,
    blocksPerTile,
    tiles,
    rowCount,
  }: { side: number; blocksPerTile: number; tiles: number; rowCount: number },
): Uint16Array {
  const { operand, siblings, kernel, outputs, inputs, weights, lanes } = convolutionParts(plan, group);
  const taps = kernel * kernel;
  const inputLanes = operand.quads * 4;
  const columns = blocksPerTile * siblings * side;
  const parts = operand.format === 'float16-pair' ? (['high', 'low', 'high'] as const) : (['high'] as const);
  const packed = new Uint16Array(tiles * rowCount * columns);
  for (const [s, data] of weights.entries()) {
    for (let o = 0; o < outputs; o++) {
      const block = Math.floor(o / side);
      const tile = Math.floor(block / blocksPerTile);
      const column = ((block % blocksPerTile) * siblings + s) * side + (o % side);
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

type Strides = { readonly operandStride: number; readonly weightStride: number; readonly sumStride: number };

type Dialect = {
  readonly enables: string;
  readonly result: string;
  readonly prologue: string;
  readonly functions: string;
  uniform(expression: string): string;
  left(tile: string, offset: string): string;
  right(tile: string, offset: string): string;
  multiply(a: string, w: string, sum: string): string;
  store(target: string, offset: string, sum: string): string;
};

const DIALECTS = { native: nativeDialect, emulated: emulatedDialect } as const;

function nativeDialect({ side }: MatrixUnit, { operandStride, weightStride, sumStride }: Strides): Dialect {
  return {
    // Offsets depend on the subgroup's index, which is the same in all its lanes: the analysis cannot see that.
    enables: `enable f16;
enable subgroups;
enable chromium_experimental_subgroup_matrix;
diagnostic(off, chromium.subgroup_matrix_uniformity);`,
    result: `subgroup_matrix_result<f32, ${side}, ${side}>`,
    prologue: '',
    functions: '',
    uniform: (expression) => `subgroupBroadcastFirst(${expression})`,
    left: (tile, offset) =>
      `subgroupMatrixLoad<subgroup_matrix_left<f16, ${side}, ${side}>, row_major>(&${tile}, ${offset}, ${operandStride}u)`,
    right: (tile, offset) =>
      `subgroupMatrixLoad<subgroup_matrix_right<f16, ${side}, ${side}>, row_major>(&${tile}, ${offset}, ${weightStride}u)`,
    multiply: (a, w, sum) => `subgroupMatrixMultiplyAccumulate(${a}, ${w}, ${sum})`,
    store: (target, offset, sum) =>
      `subgroupMatrixStore<row_major>(&${target}, ${offset}, ${sum}, ${sumStride}u);`,
  };
}

/** A lane holds some sums of one column; operands stay in workgroup memory and are named by their offsets. */
function emulatedDialect(
  { side, lanes }: MatrixUnit,
  { operandStride, weightStride, sumStride }: Strides,
): Dialect {
  const held = side ** 2 / lanes;
  return {
    enables: 'enable f16;',
    result: `array<f32, ${held}>`,
    prologue: `let lane = thread % ${lanes}u;
nothing = workgroup.z >> 16u;`,
    functions: `
// 0, which the compiler does not know: it does not write every product out.
var<private> nothing: u32;
fn multiplyAccumulate(a: u32, w: u32, sum: array<f32, ${held}>, lane: u32) -> array<f32, ${held}> {
var result = sum;
for (var e = 0u; e < ${held}u + nothing; e++) {
for (var k = 0u; k < ${side}u + nothing; k++) {
result[e] += f32(operandTile[a + ((lane / ${side}u) * ${held}u + e) * ${operandStride}u + k]) * f32(weightTile[w + k * ${weightStride}u + lane % ${side}u]);
}
}
return result;
}
fn storeSums(to: u32, sum: array<f32, ${held}>, lane: u32) {
var values = sum;
for (var e = 0u; e < ${held}u; e++) { sums[to + ((lane / ${side}u) * ${held}u + e) * ${sumStride}u + lane % ${side}u] = values[e]; }
}`,
    uniform: (expression) => expression,
    left: (_tile, offset) => offset,
    right: (_tile, offset) => offset,
    multiply: (a, w, sum) => `multiplyAccumulate(${a}, ${w}, ${sum}, lane)`,
    store: (_target, offset, sum) => `storeSums(${offset}, ${sum}, lane);`,
  };
}
