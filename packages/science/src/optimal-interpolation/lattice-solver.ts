import { InvalidOptionError, NotConvergedError } from '../errors.js';
import { requireLength } from '../grid.js';
import { NODES_PER_POINT } from './gaussian-lattice.js';
import { LATTICE_PARTS, latticeNodeCount, type Allocate, type LatticeSystem } from './lattice-system.js';

/**
 * Residual at which the conjugate gradients stop, relative to the right-hand side. Maps then differ from the solution
 * by less than 0.5 mm for heights of some decimetres (docs/adr/0010-oi-for-swaths-and-basins.md).
 */
const LATTICE_TOLERANCE = 3e-6;
/** The baseline takes 450; ten times less noise about as many times more. */
const MOST_ITERATIONS = 5000;

/**
 * What a thread does for one part of the work. Tasks follow one another; the parts of a task are independent.
 * `project`: Gᵀ·y of the part's observations. `apply`: Gᵀ·G·p of the part's observations. `collect`: their sum over all
 * parts for a slice of the nodes. `advance` and `turn`: the vector updates of the conjugate gradients for a slice.
 */
export type LatticeTask = 'project' | 'apply' | 'collect' | 'advance' | 'turn';

/** Vectors of the conjugate gradients: plain data that threads can share. */
export type LatticeState = {
  /** Heights in the order of the system, metres, shape `[N]`. */
  readonly heightsM: Float64Array;
  /** Values on the nodes, residual, direction and the product with the matrix; shape `[Y, X, T]`. */
  readonly values: Float64Array;
  readonly residual: Float64Array;
  readonly direction: Float64Array;
  readonly product: Float64Array;
  /** What each part of the observations adds to the levels that it touches; shape `[Y, X, T of the part]`. */
  readonly partSums: readonly Float64Array[];
  /** First level of each part and its end, shape `[LATTICE_PARTS, 2]`. */
  readonly partLevels: Int32Array;
  /** Dot products of each slice, shape `[LATTICE_PARTS]`. */
  readonly dots: Float64Array;
  /** Step length and how much of the old direction stays. */
  readonly scalars: Float64Array;
};

const STEP = 0;
const TURN = 1;

/**
 * Vectors of zeros for the solution of a system: the heights, four on the nodes of the lattice, and the sums of each part.
 *
 * @param allocate - memory that every thread sees, where several work on the state; ordinary memory by default.
 */
export function createLatticeState(
  system: LatticeSystem,
  allocate: Allocate = (byteLength) => new ArrayBuffer(byteLength),
): LatticeState {
  const doubles = (count: number): Float64Array => new Float64Array(allocate(count * 8));
  const nodeCount = latticeNodeCount(system);
  const partLevels = new Int32Array(allocate(LATTICE_PARTS * 8));
  const partSums = Array.from({ length: LATTICE_PARTS }, (_, part) => {
    const levels = system.groupLevel.subarray(system.partStart[part], system.partStart[part + 1]);
    const first = levels[0] ?? 0;
    const end = levels.length === 0 ? 0 : levels[levels.length - 1]! + NODES_PER_POINT;
    partLevels.set([first, end], 2 * part);
    return doubles((end - first) * levelLength(system));
  });
  return {
    heightsM: doubles(system.observationCount),
    values: doubles(nodeCount),
    residual: doubles(nodeCount),
    direction: doubles(nodeCount),
    product: doubles(nodeCount),
    partSums,
    partLevels,
    dots: doubles(LATTICE_PARTS),
    scalars: doubles(2),
  };
}

/** Puts heights (metres, in the order of the observations that the system was made of) into the state, and starts at 0. */
export function loadHeights(system: LatticeSystem, state: LatticeState, heightsM: Float64Array): void {
  requireLength('heightsM', heightsM, system.observationCount);
  const bad = heightsM.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InvalidOptionError(`heightsM[${bad}]`, heightsM[bad], 'a finite height');
  system.order.forEach((from, index) => {
    state.heightsM[index] = heightsM[from]!;
  });
  state.values.fill(0);
  state.direction.fill(0);
}

/** Does tasks on a system and its state, which several threads may hold at once. */
export class LatticeSolver {
  private readonly system: LatticeSystem;
  private readonly state: LatticeState;
  /** The lattice at the time of one group, shape `[Y, X]`. */
  private readonly level: Float64Array;
  private readonly misfit: Float64Array;

  constructor(system: LatticeSystem, state: LatticeState) {
    this.system = system;
    this.state = state;
    this.level = new Float64Array(levelLength(system));
    const { groupStart } = system;
    let largest = 0;
    for (let group = 0; group + 1 < groupStart.length; group++) {
      largest = Math.max(largest, groupStart[group + 1]! - groupStart[group]!);
    }
    this.misfit = new Float64Array(largest);
  }

  /** Does the given part, 0 … LATTICE_PARTS − 1, of a task. */
  run(task: LatticeTask, part: number): void {
    switch (task) {
      case 'project':
        return this.forEachGroup(part, (group) => {
          const { groupStart } = this.system;
          this.misfit.set(this.state.heightsM.subarray(groupStart[group], groupStart[group + 1]));
          this.spread(group, part);
        });
      case 'apply':
        return this.forEachGroup(part, (group) => {
          this.interpolate(group);
          this.spread(group, part);
        });
      case 'collect':
        return this.collect(part);
      case 'advance':
        return this.advance(part);
      case 'turn':
        return this.turn(part);
    }
  }

  private forEachGroup(part: number, work: (group: number) => void): void {
    const { partStart } = this.system;
    for (let group = partStart[part]!; group < partStart[part + 1]!; group++) work(group);
  }

  /** `misfit` = the direction at the observations of a group: first to their time, then to their places. */
  private interpolate(group: number): void {
    const { system, level, misfit } = this;
    const { direction } = this.state;
    const { runs, runStart, firstNode, latWeights, lonWeights, groupStart } = system;
    const levelCount = system.time.count;
    const rowLength = system.lon.count;
    const time = tenOf(system.groupWeights, group * NODES_PER_POINT);
    for (let run = runStart[group]!; run < runStart[group + 1]!; run++) {
      const end = runs[2 * run + 1]!;
      let from = runs[2 * run]! * levelCount + system.groupLevel[group]!;
      for (let node = runs[2 * run]!; node < end; node++) {
        level[node] = dotOfTen(time, direction, from);
        from += levelCount;
      }
    }
    const start = groupStart[group]!;
    for (let index = start; index < groupStart[group + 1]!; index++) {
      const offset = index * NODES_PER_POINT;
      const lon = tenOf(lonWeights, offset);
      let node = firstNode[index]!;
      let sum = 0;
      for (let row = offset; row < offset + NODES_PER_POINT; row++) {
        sum += latWeights[row]! * dotOfTen(lon, level, node);
        node += rowLength;
      }
      misfit[index - start] = sum;
    }
  }

  /** Adds `misfit` times the weights of the observations of a group to the sums of a part. */
  private spread(group: number, part: number): void {
    const { system, level, misfit } = this;
    const { runs, runStart, firstNode, latWeights, lonWeights, groupStart } = system;
    const { partLevels } = this.state;
    const sums = this.state.partSums[part]!;
    const rowLength = system.lon.count;
    for (let run = runStart[group]!; run < runStart[group + 1]!; run++) {
      level.fill(0, runs[2 * run], runs[2 * run + 1]);
    }
    const start = groupStart[group]!;
    for (let index = start; index < groupStart[group + 1]!; index++) {
      const offset = index * NODES_PER_POINT;
      const lon = tenOf(lonWeights, offset);
      let node = firstNode[index]!;
      for (let row = offset; row < offset + NODES_PER_POINT; row++) {
        addTen(lon, misfit[index - start]! * latWeights[row]!, level, node);
        node += rowLength;
      }
    }
    const time = tenOf(system.groupWeights, group * NODES_PER_POINT);
    const firstLevel = partLevels[2 * part]!;
    const levelCount = partLevels[2 * part + 1]! - firstLevel;
    for (let run = runStart[group]!; run < runStart[group + 1]!; run++) {
      const end = runs[2 * run + 1]!;
      let to = runs[2 * run]! * levelCount + system.groupLevel[group]! - firstLevel;
      for (let node = runs[2 * run]!; node < end; node++) {
        addTen(time, level[node]!, sums, to);
        to += levelCount;
      }
    }
  }

  /** product = noise²·direction + Σ sums of the parts, which go back to 0; and its dot product with the direction. */
  private collect(part: number): void {
    const { product, direction, partLevels, partSums, dots } = this.state;
    const [first, end] = this.slice(part);
    const levelCount = this.system.time.count;
    const noiseVariance = this.system.covariance.noise ** 2;
    for (let index = first; index < end; index++) product[index] = noiseVariance * direction[index]!;
    partSums.forEach((sums, other) => {
      const firstLevel = partLevels[2 * other]!;
      const partCount = partLevels[2 * other + 1]! - firstLevel;
      for (let node = first / levelCount; node < end / levelCount; node++) {
        let to = node * levelCount + firstLevel;
        for (let from = node * partCount; from < (node + 1) * partCount; from++, to++) {
          product[to] = product[to]! + sums[from]!;
          sums[from] = 0;
        }
      }
    });
    let dot = 0;
    for (let index = first; index < end; index++) dot += product[index]! * direction[index]!;
    dots[part] = dot;
  }

  /** values += step·direction, residual −= step·product; and the square of the residual. */
  private advance(part: number): void {
    const { values, residual, direction, product, dots, scalars } = this.state;
    const [first, end] = this.slice(part);
    const step = scalars[STEP]!;
    let dot = 0;
    for (let node = first; node < end; node++) {
      values[node] = values[node]! + step * direction[node]!;
      const rest = residual[node]! - step * product[node]!;
      residual[node] = rest;
      dot += rest * rest;
    }
    dots[part] = dot;
  }

  /** direction = residual + turn·direction. */
  private turn(part: number): void {
    const { residual, direction, scalars } = this.state;
    const [first, end] = this.slice(part);
    const turn = scalars[TURN]!;
    for (let node = first; node < end; node++) direction[node] = residual[node]! + turn * direction[node]!;
  }

  /** The values of a part of the places, all their levels. */
  private slice(part: number): [number, number] {
    const placeCount = this.level.length;
    const edge = (index: number): number => Math.floor((index * placeCount) / LATTICE_PARTS);
    return [edge(part) * this.system.time.count, edge(part + 1) * this.system.time.count];
  }
}

/** How far the conjugate gradients are. */
export type LatticeProgress = {
  iteration: number;
  /** Relative to the right-hand side. */
  residual: number;
  /** 0…1, the share of the work that is done if the residual goes on falling as it did. */
  fraction: number;
};

/**
 * Solves (Gᵀ·G + noise²·I)·z = Gᵀ·y by conjugate gradients; the values z end up in the state.
 *
 * @param runTask - does all parts of a task, on as many threads as there are.
 * @returns iterations that it took and the residual that is left.
 * @throws NotConvergedError after `mostIterations`: the noise is too small for this method.
 */
export async function solveLattice(
  state: LatticeState,
  runTask: (task: LatticeTask) => void | Promise<void>,
  options: {
    tolerance?: number;
    /** Default 5000. */
    mostIterations?: number;
    onIteration?: (progress: LatticeProgress) => void | Promise<void>;
  } = {},
): Promise<LatticeProgress> {
  const { tolerance = LATTICE_TOLERANCE, mostIterations = MOST_ITERATIONS } = options;
  await runTask('project');
  await runTask('collect');
  state.residual.set(state.product);
  state.scalars[STEP] = 0;
  await runTask('advance');
  const initial = sumOf(state.dots);
  if (initial === 0) return { iteration: 0, residual: 0, fraction: 1 };
  state.direction.set(state.residual);
  for (let iteration = 1, before = initial; iteration <= mostIterations; iteration++) {
    await runTask('apply');
    await runTask('collect');
    state.scalars[STEP] = before / sumOf(state.dots);
    await runTask('advance');
    const after = sumOf(state.dots);
    const residual = Math.sqrt(after / initial);
    const fraction = Math.min(1, Math.max(0, Math.log(residual) / Math.log(tolerance)));
    const progress = { iteration, residual, fraction };
    await options.onIteration?.(progress);
    if (residual <= tolerance) return progress;
    state.scalars[TURN] = after / before;
    before = after;
    await runTask('turn');
  }
  throw new NotConvergedError({ iterations: mostIterations, tolerance });
}

/**
 * Ten weights as ten variables, and the two loops over them written out: nine tenths of the time go here, and the engine
 * neither unrolls such loops nor keeps the weights in registers.
 */
type Ten = {
  w0: number;
  w1: number;
  w2: number;
  w3: number;
  w4: number;
  w5: number;
  w6: number;
  w7: number;
  w8: number;
  w9: number;
};

function tenOf(weights: Float64Array, at: number): Ten {
  return {
    w0: weights[at]!,
    w1: weights[at + 1]!,
    w2: weights[at + 2]!,
    w3: weights[at + 3]!,
    w4: weights[at + 4]!,
    w5: weights[at + 5]!,
    w6: weights[at + 6]!,
    w7: weights[at + 7]!,
    w8: weights[at + 8]!,
    w9: weights[at + 9]!,
  };
}

function dotOfTen(w: Ten, values: Float64Array, at: number): number {
  const first = w.w0 * values[at]! + w.w1 * values[at + 1]! + w.w2 * values[at + 2]!;
  const second = w.w3 * values[at + 3]! + w.w4 * values[at + 4]! + w.w5 * values[at + 5]!;
  const third = w.w6 * values[at + 6]! + w.w7 * values[at + 7]!;
  return first + second + (third + w.w8 * values[at + 8]! + w.w9 * values[at + 9]!);
}

/** values[at …] += factor · weights. */
function addTen(w: Ten, factor: number, values: Float64Array, at: number): void {
  values[at] = values[at]! + factor * w.w0;
  values[at + 1] = values[at + 1]! + factor * w.w1;
  values[at + 2] = values[at + 2]! + factor * w.w2;
  values[at + 3] = values[at + 3]! + factor * w.w3;
  values[at + 4] = values[at + 4]! + factor * w.w4;
  values[at + 5] = values[at + 5]! + factor * w.w5;
  values[at + 6] = values[at + 6]! + factor * w.w6;
  values[at + 7] = values[at + 7]! + factor * w.w7;
  values[at + 8] = values[at + 8]! + factor * w.w8;
  values[at + 9] = values[at + 9]! + factor * w.w9;
}

/** Nodes of one time level. */
function levelLength(system: Pick<LatticeSystem, 'lat' | 'lon'>): number {
  return system.lat.count * system.lon.count;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
