import type { ExecutionPlan, Group } from '../execution-plan.js';
import { quadCount } from '../grid.js';
import { convolutionParts, packedBias } from './convolution-parts.js';
import { foldWorkgroups, type Kernel, type KernelConstants, KernelWriter } from './kernel-writer.js';
import { groupLabel } from './group-label.js';

const THREADS = 128;
/** Vectors of four input channels that a tile holds at a time: 16 rows of the matrix product. */
const TILE_QUADS = 4;
/** One more than needed: neighbouring rows fall on different memory banks. */
const TILE_STRIDE = TILE_QUADS + 1;

/**
 * A convolution of stride 1 as a matrix product in float32, positions × (taps · input channels) × outputs. A tile of the
 * operand and one of the weights lie in workgroup memory; a thread multiplies several positions by several quads of
 * outputs, of all sibling convolutions, in registers: `accumulators` quads of sums.
 */
export function tiledConvolutionKernel(plan: ExecutionPlan, group: Group, accumulators: number): Kernel {
  const { operand, siblings, kernel, outputs, weightNodes } = convolutionParts(plan, group);
  const quads = quadCount(outputs);
  const quadsPerThread = siblings === 1 && quads > 1 && accumulators >= 4 ? 2 : 1;
  const positionsPerThread = Math.max(1, powerOfTwoUpTo(accumulators / (siblings * quadsPerThread)));
  const columns = Math.min(8, 2 ** Math.ceil(Math.log2(Math.ceil(quads / quadsPerThread))));
  const rows = THREADS / columns;
  const tilePositions = Math.min(256, rows * positionsPerThread);
  const perThread = tilePositions / rows;
  const tileQuads = columns * quadsPerThread;
  const tiles = Math.ceil(quads / tileQuads);
  const inputQuads = operand.quads;
  const depth = kernel * kernel * inputQuads;
  const chunks = Math.ceil(depth / TILE_QUADS);
  const vectors = tileQuads * siblings;

  const writer = new KernelWriter(plan, group);
  const from = writer.container(operand);
  const weightConstants: KernelConstants = {
    key: `tiled ${weightNodes.map(({ id }) => id).join()} ${operandKey(plan, group)} ${columns} ${quadsPerThread}`,
    make: () => packTiled(plan, group, { columns, quadsPerThread, tiles, rowCount: chunks * TILE_QUADS * 4 }),
  };
  const weights = writer.constants(weightConstants, 'vec4f');
  const bias = packedBias(plan, group);
  const biases = bias === null ? null : writer.constants(bias, 'vec4f');
  const finish = writer.finishFunction();

  const { grid } = group;
  const padding = (kernel - 1) / 2;
  const { x, z } = foldWorkgroups(Math.ceil(grid.positions / tilePositions));
  const operandCount = tilePositions * TILE_QUADS;
  const weightCount = TILE_QUADS * 4 * vectors;
  const accumulator = (i: number, vector: number) => `c${i}_${vector}`;
  const each = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, i) => make(i));
  const threadVectors = quadsPerThread * siblings;

  const main = `${finish}
var<workgroup> operandTile: array<vec4f, ${tilePositions * TILE_STRIDE}>;
var<workgroup> weightTile: array<vec4f, ${weightCount}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) thread: u32) {
let firstPosition = (workgroup.z * ${x}u + workgroup.x) * ${tilePositions}u;
let tile = workgroup.y;
let column = thread % ${columns}u;
let row = thread / ${columns}u;
${each(perThread, (i) => each(threadVectors, (v) => `var ${accumulator(i, v)} = vec4f();`).join(' ')).join('\n')}
for (var chunk = 0u; chunk < ${chunks}u; chunk++) {
for (var index = thread; index < ${operandCount}u; index += ${THREADS}u) {
let position = index / ${TILE_QUADS}u;
let k = chunk * ${TILE_QUADS}u + index % ${TILE_QUADS}u;
let tap = k / ${inputQuads}u;
let away = (tap / ${kernel}u) * ${grid.pitch}u + tap % ${kernel}u;
var value = vec4f();
if (k < ${depth}u) {
value = ${from}[(firstPosition + position + away + ${grid.guardBefore - padding * (grid.pitch + 1)}u) * ${inputQuads}u + k % ${inputQuads}u];
}
operandTile[position * ${TILE_STRIDE}u + index % ${TILE_QUADS}u] = value;
}
for (var index = thread; index < ${weightCount}u; index += ${THREADS}u) {
weightTile[index] = ${weights}[(tile * ${chunks}u + chunk) * ${weightCount}u + index];
}
workgroupBarrier();
for (var k = 0u; k < ${TILE_QUADS}u; k++) {
${each(4, (lane) => each(threadVectors, (v) => `let w${lane}_${v} = weightTile[(k * 4u + ${lane}u) * ${vectors}u + ${v * columns}u + column];`).join('\n')).join('\n')}
${each(perThread, (i) => {
  const sums = each(threadVectors, (v) =>
    each(4, (lane) => `${accumulator(i, v)} += a.${'xyzw'[lane]!} * w${lane}_${v};`).join(' '),
  );
  return `{ let a = operandTile[(row + ${i * rows}u) * ${TILE_STRIDE}u + k]; ${sums.join('\n')} }`;
}).join('\n')}
}
workgroupBarrier();
}
${each(perThread, (i) =>
  each(quadsPerThread, (j) => {
    const values = each(siblings, (s) => {
      const sum = accumulator(i, j * siblings + s);
      return biases === null ? sum : `${sum} + ${biases}[q * ${siblings}u + ${s}u]`;
    });
    return `{
let p = firstPosition + row + ${i * rows}u;
let q = tile * ${tileQuads}u + ${j * columns}u + column;
if (p < ${grid.positions}u && q < ${quads}u) { finish(p, q, ${values.join(', ')}); }
}`;
  }).join('\n'),
).join('\n')}
}`;
  return writer.finish(groupLabel(plan, group), main, {
    workgroups: [x, tiles, z],
    threads: THREADS,
    flop: 2 * x * z * tilePositions * chunks * TILE_QUADS * 4 * tiles * tileQuads * 4 * siblings,
    slices: chunks,
  });
}

function powerOfTwoUpTo(value: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(1, value)));
}

function operandKey(plan: ExecutionPlan, group: Group): string {
  return plan.operandLanes.get(group.operand!)!.join();
}

/** `[tile][row: tap, quad, lane][quad of the thread, sibling][column] → 4 outputs`. */
function packTiled(
  plan: ExecutionPlan,
  group: Group,
  layout: { columns: number; quadsPerThread: number; tiles: number; rowCount: number },
): Float32Array {
  const { operand, siblings, kernel, outputs, inputs, weights, lanes } = convolutionParts(plan, group);
  const { columns, quadsPerThread, tiles, rowCount } = layout;
  const tileQuads = columns * quadsPerThread;
  const vectors = tileQuads * siblings;
  const taps = kernel * kernel;
  const packed = new Float32Array(tiles * rowCount * vectors * 4);
  for (const [s, data] of weights.entries()) {
    for (let o = 0; o < outputs; o++) {
      const quad = o >> 2;
      const tile = Math.floor(quad / tileQuads);
      const j = Math.floor((quad % tileQuads) / columns);
      const vector = (j * siblings + s) * columns + (quad % columns);
      for (let i = 0; i < inputs; i++) {
        for (let tap = 0; tap < taps; tap++) {
          const row = tap * operand.quads * 4 + lanes[i]!;
          packed[((tile * rowCount + row) * vectors + vector) * 4 + (o & 3)] =
            data[(o * inputs + i) * taps + tap]!;
        }
      }
    }
  }
  return packed;
}
