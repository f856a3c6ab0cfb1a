/** Where patches begin along one axis of a grid, ascending. */
export type PatchAxis = {
  /** Nodes (or days) of the grid along this axis. */
  readonly length: number;
  /** Nodes of one patch. */
  readonly patch: number;
  readonly starts: readonly number[];
};

/** Patches of a grid: every combination of the starts of the three axes. */
export type PatchPlan = { readonly time: PatchAxis; readonly lat: PatchAxis; readonly lon: PatchAxis };

/** Where one patch begins. */
export type PatchPlace = { readonly time: number; readonly lat: number; readonly lon: number };

/** Patches that are solved together: `count` of them from `first`, in the order of the plan. */
export type BatchSpan = { readonly first: number; readonly count: number };

/** No patch can be laid as it was asked; the message says which number is to change. */
export class PatchPlanError extends Error {
  readonly tag = 'patch-plan';
}

/**
 * Patches as the 4DVarNet code bases lay them: floor((length − patch) / stride) + 1 from the first node on; a remainder
 * at the end stays without any.
 *
 * @throws PatchPlanError if the axis is shorter than one patch.
 * Source: `XrDataset` of CIA-Oceanix/4dvarnet-starter, src/data.py.
 */
export function stridedAxis(options: { length: number; patch: number; stride: number }): PatchAxis {
  const { length, patch, stride } = options;
  requireCounts(options);
  if (length < patch)
    throw new PatchPlanError(`the axis has ${length} nodes, a patch needs ${patch}: give smaller patches`);
  const count = Math.floor((length - patch) / stride) + 1;
  return { length, patch, starts: Array.from({ length: count }, (_, index) => index * stride) };
}

/** An axis that is as long as its patches, and where the nodes that had to be covered lie on it. */
export type CoveringAxis = PatchAxis & {
  readonly coveredStart: number;
  /** Nodes by which the crop of the first and of the last patch is narrowed, on the outer side only. */
  readonly relief: { readonly first: number; readonly last: number };
};

/**
 * As few patches as cover `covered` nodes without a gap once the crop is taken off, on an axis that grows beyond the
 * covered nodes on both sides as the strides demand.
 *
 * Where a patch less is enough but for up to `relief` nodes, the crop gives way on the outer sides by as many: at 1/20° a box
 * of 10° has 201 nodes, and patches of 240 with a crop of 20 leave 200.
 *
 * @throws PatchPlanError if the crop leaves nothing of a patch, or if the strides leave gaps between patches.
 * Differs: the original drops the remainder and leaves the border without a value; a score needs every node.
 */
export function coveringAxis(options: {
  covered: number;
  patch: number;
  stride: number;
  crop: number;
  relief?: number;
}): CoveringAxis {
  const { covered, patch, stride, crop } = options;
  requireCounts({ patch, stride, covered });
  const usable = patch - 2 * crop;
  if (usable < 1)
    throw new PatchPlanError(
      `a crop of ${crop} on both sides leaves nothing of a patch of ${patch}: the crop must be less than half a patch`,
    );
  const relief = Math.min(crop * 2, options.relief ?? 0);
  const count = Math.max(1, Math.ceil((covered - usable - relief) / stride) + 1);
  if (count > 1 && stride > usable)
    throw new PatchPlanError(
      `strides of ${stride} leave gaps between patches of ${patch} with a crop of ${crop}: ` +
        `strides of at most ${usable} (patch − 2 · crop) do not`,
    );
  const reached = (count - 1) * stride + usable;
  const missing = Math.max(0, covered - reached);
  const firstRelief = Math.min(crop, Math.floor(missing / 2));
  const surplus = Math.max(0, reached - covered);
  return {
    length: (count - 1) * stride + patch,
    patch,
    starts: Array.from({ length: count }, (_, index) => index * stride),
    coveredStart: crop - firstRelief + Math.floor(surplus / 2),
    relief: { first: firstRelief, last: missing - firstRelief },
  };
}

export function patchCount({ time, lat, lon }: PatchPlan): number {
  return time.starts.length * lat.starts.length * lon.starts.length;
}

/** Where patch `index` begins: time is the slowest axis, longitude the fastest. */
export function patchPlace({ time, lat, lon }: PatchPlan, index: number): PatchPlace {
  const lonIndex = index % lon.starts.length;
  const rest = (index - lonIndex) / lon.starts.length;
  const latIndex = rest % lat.starts.length;
  const timeIndex = (rest - latIndex) / lat.starts.length;
  return { time: time.starts[timeIndex]!, lat: lat.starts[latIndex]!, lon: lon.starts[lonIndex]! };
}

/** Batches in the order of the patches; the last one is shorter where the number of patches asks for it. */
export function patchBatches(plan: PatchPlan, batchSize: number): BatchSpan[] {
  const total = patchCount(plan);
  return Array.from({ length: Math.ceil(total / batchSize) }, (_, batch) => ({
    first: batch * batchSize,
    count: Math.min(batchSize, total - batch * batchSize),
  }));
}

function requireCounts(counts: Record<string, number>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1)
      throw new PatchPlanError(`${name} is ${value}, needs a whole number from 1`);
  }
}
