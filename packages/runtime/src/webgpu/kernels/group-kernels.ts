import { type ExecutionPlan, type Group, REDUCTION, reductionSize, summedAxes } from '../execution-plan.js';
import { gridOf, quadCount } from '../grid.js';
import { groupLabel } from './group-label.js';
import {
  foldWorkgroups,
  type Kernel,
  KernelWriter,
  type Place,
  positionOf,
  sumOfLanes,
} from './kernel-writer.js';
import { type MatrixSupport, matrixConvolutionKernel } from './matrix-convolution.js';
import { tiledConvolutionKernel } from './tiled-convolution.js';

const POINTWISE_THREADS = 128;

/** How convolutions are computed: in float32 on any device, or on matrix units. */
export type ConvolutionSupport =
  | {
      readonly kind: 'tiled';
      /** Quads of sums that a thread holds in registers. */
      readonly accumulators: number;
    }
  | ({ readonly kind: 'matrix' } & MatrixSupport);

/** The kernels of a group, in the order in which they run; none if nothing of it is wanted. */
export function groupKernels(plan: ExecutionPlan, group: Group, convolutions: ConvolutionSupport): Kernel[] {
  const isWanted = [...group.roots, ...group.body].some((id) => plan.stores.has(id));
  if (!isWanted) return [];
  switch (group.kind) {
    case 'pointwise':
      return [pointwiseKernel(plan, group)];
    case 'reduction':
      return reductionKernels(plan, group);
    case 'convolution':
      return [
        convolutions.kind === 'tiled'
          ? tiledConvolutionKernel(plan, group, convolutions.accumulators)
          : matrixConvolutionKernel(plan, group, convolutions),
      ];
  }
}

function pointwiseKernel(plan: ExecutionPlan, group: Group): Kernel {
  const writer = new KernelWriter(plan, group);
  const quads = quadCount(group.shape[1]);
  const threads = group.grid.positions * quads;
  const { x, z } = foldWorkgroups(Math.ceil(threads / POINTWISE_THREADS));
  const main = `${writer.finishFunction()}
@compute @workgroup_size(${POINTWISE_THREADS})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) thread: u32) {
let index = (workgroup.z * ${x}u + workgroup.x) * ${POINTWISE_THREADS}u + thread;
if (index < ${threads}u) { finish(index / ${quads}u, index % ${quads}u); }
}`;
  return writer.finish(groupLabel(plan, group), main, {
    workgroups: [x, 1, z],
    threads: POINTWISE_THREADS,
  });
}

/**
 * A global sum: every thread adds a few terms, a workgroup adds its threads' sums in a tree, a second kernel adds the
 * workgroups' sums in a tree. No running sum meets more than a few terms, so float32 keeps its digits.
 */
function reductionKernels(plan: ExecutionPlan, group: Group): Kernel[] {
  const [root] = group.roots;
  const operation = plan.graph.nodes[root!]!.operation;
  if (operation.kind !== 'sum' || group.scratch === null) throw new Error(`group ${group.index} is no sum`);
  const input = plan.graph.nodes[operation.input]!.shape;
  const { shape } = group;
  const [overBatch, overChannels, overLat, overLon] = summedAxes(input, shape);
  const { outputs, terms, slices } = reductionSize(input, shape);
  const inputQuads = quadCount(input[1]);
  const outputQuads = quadCount(shape[1]);
  const label = groupLabel(plan, group);

  // Output r is (batch, lat, lon, quad) over the axes that are kept; term t the same over those that are summed.
  const decode = (source: string, isWanted: (isSummed: boolean | undefined) => boolean) => {
    const lines = [`var rest = ${source};`];
    const axis = (isSummed: boolean | undefined, name: string, length: number) => {
      if (!isWanted(isSummed)) return;
      lines.push(`${name} = rest % ${length}u;`, `rest = rest / ${length}u;`);
    };
    axis(overChannels, 'quad', inputQuads);
    axis(overLon, 'lon', input[3]);
    axis(overLat, 'lat', input[2]);
    axis(overBatch, 'batch', input[0]);
    return `{ ${lines.join(' ')} }`;
  };
  const coordinates = 'var quad = 0u; var lon = 0u; var lat = 0u; var batch = 0u;';
  const tree = `shares[thread] = sum;
workgroupBarrier();
for (var width = ${REDUCTION.threads / 2}u; width > 0u; width = width >> 1u) {
if (thread < width) { shares[thread] += shares[thread + width]; }
workgroupBarrier();
}`;

  const first = new KernelWriter(plan, group);
  const grid = gridOf(input, plan.border);
  const place: Place = {
    shape: input,
    grid,
    position: positionOf(grid, { batch: 'batch', lat: 'lat', lon: 'lon' }, 0),
    quad: 'quad',
    batch: 'batch',
    lat: 'lat',
    lon: 'lon',
  };
  const scratch = first.container(group.scratch, true);
  const value = first.read(operation.input, place, new Map());
  if (input[1] % 4 !== 0) first.use('masked');
  const term = input[1] % 4 === 0 ? value : `masked(${value}, quad, ${input[1]}u)`;
  const { x, z } = foldWorkgroups(outputs);
  const partial = first.finish(
    `${label}, parts`,
    `var<workgroup> shares: array<vec4f, ${REDUCTION.threads}>;
@compute @workgroup_size(${REDUCTION.threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) thread: u32) {
let output = workgroup.z * ${x}u + workgroup.x;
${coordinates}
${decode('output', (isSummed) => isSummed !== true)}
var sum = vec4f();
for (var step = 0u; step < ${REDUCTION.quadsPerThread}u; step++) {
let index = (workgroup.y * ${REDUCTION.quadsPerThread}u + step) * ${REDUCTION.threads}u + thread;
if (index < ${terms}u && output < ${outputs}u) {
${decode('index', (isSummed) => isSummed === true)}
sum += ${term};
}
}
${tree}
if (thread == 0u && output < ${outputs}u) { ${scratch}[output * ${slices}u + workgroup.y] = shares[0]; }
}`,
    { workgroups: [x, slices, z], threads: REDUCTION.threads },
  );

  const second = new KernelWriter(plan, group);
  const parts = second.container(group.scratch);
  const position = positionOf(group.grid, { batch: 'batch', lat: 'lat', lon: 'lon' }, 0);
  const total = overChannels === true ? sumOfLanes('shares[0]') : 'shares[0]';
  const final = second.finish(
    label,
    `var<workgroup> shares: array<vec4f, ${REDUCTION.threads}>;
${second.finishFunction()}
@compute @workgroup_size(${REDUCTION.threads})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) thread: u32) {
let output = workgroup.z * ${x}u + workgroup.x;
var sum = vec4f();
if (output < ${outputs}u) {
for (var slice = thread; slice < ${slices}u; slice += ${REDUCTION.threads}u) { sum += ${parts}[output * ${slices}u + slice]; }
}
${tree}
if (thread == 0u && output < ${outputs}u) {
${coordinates}
${decode('output', (isSummed) => isSummed !== true)}
finish(${position}, ${overChannels === true ? '0u' : `quad % ${outputQuads}u`}, ${total});
}
}`,
    { workgroups: [x, 1, z], threads: REDUCTION.threads },
  );
  return [partial, final];
}
