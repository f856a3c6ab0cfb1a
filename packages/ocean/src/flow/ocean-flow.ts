import { GRAVITY_M_PER_S2, MEAN_RADIUS_M, ROTATION_RAD_PER_S } from '../earth.js';
import type { FlowDefinition } from '../ocean-definition.js';
import { normalNumber, seededRandom } from '../random.js';
import { TwoLayerFlow } from './two-layer-flow.js';

/** The flow left the range of numbers: its time step is too long for its velocities. */
export class SimulationDivergedError extends Error {
  readonly tag = 'simulation-diverged';
  constructor(
    readonly ocean: string,
    readonly modelDays: number,
  ) {
    super(`the simulation of '${ocean}' diverged by model day ${modelDays}; it needs a shorter time step`);
    this.name = 'SimulationDivergedError';
  }
}

/** `spin-up` ends with the flow's first day; `days` are the days asked for and those that had to run before them. */
export type SimulationProgress = { stage: 'spin-up' | 'days'; done: number; total: number };

export type FlowRun = {
  flow: FlowDefinition;
  seed: number;
  /** Days of the flow that run before the first that is yielded. */
  skippedDays: number;
  dayCount: number;
  withTracer: boolean;
  onProgress?: ((progress: SimulationProgress) => void) | undefined;
};

const SECONDS_PER_DAY = 86_400;
/** Waves in the random start, and the upper vorticity (1/s) that each of them carries. */
const START_WAVE_COUNT = 40;
const START_WAVE_VORTICITY = 2e-6;
/** Eastward waves per domain of the random start, where the definition names none; northward up to the same number. */
const START_WAVES = { least: 2, most: 8 };

/**
 * The flow at 00:00 of each day asked for; the same object each time, one day further. Its upper layer does not depend on
 * whether a tracer travels with it.
 *
 * @throws SimulationDivergedError if the time step is too long.
 */
export function* flowDays(run: FlowRun): Generator<TwoLayerFlow> {
  const { flow: definition, skippedDays, dayCount, onProgress } = run;
  if (dayCount <= 0) return;
  const flow = developedFlow(
    definition,
    run.seed,
    (done) => onProgress?.({ stage: 'spin-up', done, total: spinUpDays(definition) }),
    run.withTracer,
  );
  const total = skippedDays + dayCount;
  for (let day = 0; day < total; day++) {
    if (day > 0) advanceOneDay(flow, definition.id);
    onProgress?.({ stage: 'days', done: day + 1, total });
    if (day >= skippedDays) yield flow;
  }
}

/** Model days before the first day that is kept. */
export function spinUpDays(flow: FlowDefinition): number {
  return flow.spinUp.days + flow.refinementDays;
}

/** Coriolis parameter at the centre of the ocean, 1/s. */
export function coriolisParameter(flow: FlowDefinition): number {
  return 2 * ROTATION_RAD_PER_S * Math.sin((flow.centreLatDeg * Math.PI) / 180);
}

/** Sea level of a streamfunction of 1 m²/s: f₀/g, s/m. */
export function heightPerStream(flow: FlowDefinition): number {
  return coriolisParameter(flow) / GRAVITY_M_PER_S2;
}

/**
 * Spectrum of where the upper layer's water comes from, m: shape [row, column, 2].
 *
 * @throws Error if no tracer travels with the flow.
 */
export function originSpectrum(flow: TwoLayerFlow): Float64Array {
  if (flow.tracer === null) throw new Error('the flow carries no tracer: temperature needs one');
  return flow.tracer.displacementSpectrum();
}

/** A flow with developed eddies: random start, coarse spin-up, then the full grid. */
export function developedFlow(
  definition: FlowDefinition,
  seed: number,
  onDay: (doneDays: number) => void = () => undefined,
  withTracer = false,
): TwoLayerFlow {
  const coarse = flowOnGrid(definition, definition.spinUp, withTracer);
  setRandomStart(coarse, seed, definition.startWaves ?? START_WAVES);
  for (let day = 1; day <= definition.spinUp.days; day++) {
    advanceOneDay(coarse, definition.id);
    onDay(day);
  }
  const fine = flowOnGrid(definition, definition, withTracer);
  fine.refineFrom(coarse);
  for (let day = 1; day <= definition.refinementDays; day++) {
    advanceOneDay(fine, definition.id);
    onDay(definition.spinUp.days + day);
  }
  return fine;
}

function flowOnGrid(
  definition: FlowDefinition,
  grid: { columnCount: number; rowCount: number; timeStepSeconds: number },
  withTracer: boolean,
): TwoLayerFlow {
  return new TwoLayerFlow({
    columnCount: grid.columnCount,
    rowCount: grid.rowCount,
    timeStepSeconds: grid.timeStepSeconds,
    widthM: definition.widthM,
    heightM: definition.heightM,
    beta: (2 * ROTATION_RAD_PER_S * Math.cos((definition.centreLatDeg * Math.PI) / 180)) / MEAN_RADIUS_M,
    deformationRadiusM: definition.deformationRadiusM,
    depthRatio: definition.depthRatio,
    upperVelocity: definition.upperVelocity,
    lowerVelocity: definition.lowerVelocity,
    bottomDrag: definition.bottomDrag,
    ...(withTracer ? { tracerRelaxation: 1 / (definition.originMemoryDays * SECONDS_PER_DAY) } : {}),
  });
}

function advanceOneDay(flow: TwoLayerFlow, oceanId: string): void {
  const stepCount = SECONDS_PER_DAY / flow.settings.timeStepSeconds;
  if (!Number.isInteger(stepCount)) {
    throw new RangeError(`a day is not a whole number of time steps of ${flow.settings.timeStepSeconds} s`);
  }
  for (let step = 0; step < stepCount; step++) flow.step();
  if (!flow.isFinite()) throw new SimulationDivergedError(oceanId, flow.elapsedSeconds / SECONDS_PER_DAY);
}

/** Plane waves of random direction, phase and strength, e.g. 130 to 750 km long on a domain of 1500 km. */
function setRandomStart(flow: TwoLayerFlow, seed: number, waves: { least: number; most: number }): void {
  const { columnCount, rowCount } = flow.settings;
  const { least, most } = waves;
  const random = seededRandom(seed);
  const upper = new Float64Array(columnCount * rowCount);
  for (let wave = 0; wave < START_WAVE_COUNT; wave++) {
    // Never (0, 0): that mode has no flow.
    const eastward = least + Math.floor(random() * (most - least + 1));
    const northward = Math.floor(random() * (2 * most + 1)) - most;
    const phase = 2 * Math.PI * random();
    const amplitude = START_WAVE_VORTICITY * normalNumber(random);
    for (let row = 0; row < rowCount; row++) {
      for (let column = 0; column < columnCount; column++) {
        const angle =
          2 * Math.PI * ((eastward * column) / columnCount + (northward * row) / rowCount) + phase;
        upper[row * columnCount + column]! += amplitude * Math.cos(angle);
      }
    }
  }
  flow.setVorticity(upper, new Float64Array(columnCount * rowCount));
}
