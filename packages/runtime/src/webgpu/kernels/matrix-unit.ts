/** What one subgroup multiplies in one step: matrices of `side` × `side`, float16 operands, float32 sums. */
export type MatrixUnit = {
  readonly side: 8 | 16;
  /** Threads of a subgroup, of every one of them. */
  readonly lanes: number;
};

/** What an adapter says about its subgroups and matrices. */
export type MatrixAbilities = {
  readonly subgroupMinSize?: number | undefined;
  readonly subgroupMaxSize?: number | undefined;
  readonly subgroupMatrixConfigs?: Iterable<MatrixConfiguration>;
};

type MatrixConfiguration = {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
};

/** The larger one first: more products for what is loaded. */
const SIDES = [16, 8] as const;
/** A thread stages vectors of one slice of channels only, eight of them to a row: a subgroup is a multiple of that. */
const FEWEST_LANES = 8;

/** The matrix unit to compute with, or, as the end of a sentence that begins with "it", what keeps the device from having one. */
export function matrixUnitOf({
  subgroupMinSize = 0,
  subgroupMaxSize = 0,
  subgroupMatrixConfigs = [],
}: MatrixAbilities): MatrixUnit | string {
  const shapes = Array.from(
    subgroupMatrixConfigs,
    ({ componentType, resultComponentType, M, N, K }) =>
      `${componentType} → ${resultComponentType} ${M}×${N}×${K}`,
  );
  const side = SIDES.find((length) => shapes.includes(shapeName(length)));
  if (side === undefined) {
    return `it multiplies ${shapes.join(', ') || 'no matrices'}, ${SIDES.map(shapeName).join(' or ')} is needed`;
  }
  // Where they differ, the driver chooses for each kernel: nobody knows which threads share a matrix.
  if (subgroupMinSize !== subgroupMaxSize || subgroupMinSize === 0 || subgroupMinSize % FEWEST_LANES !== 0) {
    return `its subgroups have ${subgroupMinSize} to ${subgroupMaxSize} lanes, one number of them is needed, a multiple of ${FEWEST_LANES}`;
  }
  return { side, lanes: subgroupMinSize };
}

function shapeName(side: number): string {
  return `f16 → f32 ${side}×${side}×${side}`;
}
