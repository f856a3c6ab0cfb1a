import type { Checkpoint, OptimizerTrace } from '../checkpoint.js';
import type { BilinearHint } from './recognised-network.js';
import { shapeText, type TensorShapes } from './tensor-shapes.js';

export type BilinearPriorShapes = {
  daysT: number;
  priorWidth: number;
  priorKernel: number;
  hasBilin22: boolean;
};

/** Layers of the prior in the order in which its class registers them, weight before bias. */
const LAYERS = ['conv_in', 'conv_hidden', 'bilin_1', 'bilin_21', 'bilin_22', 'conv_out'] as const;

/**
 * Checks the tensors of the one-scale bilinear autoencoder φ: `conv_in` T → D, `conv_hidden`, `bilin_1`, `bilin_21` and
 * `bilin_22` D → D, `conv_out` 2D → T.
 *
 * @throws CheckpointError 'inconsistent-network' where a shape does not fit the others.
 */
export function readBilinearPrior(shapes: TensorShapes): BilinearPriorShapes {
  const [priorWidth, inputs] = shapes.need('prior_cost.conv_in.weight', 4) as [number, number];
  const priorKernel = shapes.kernelOf('prior_cost.conv_in.weight');
  const daysT = shapes.need('prior_cost.conv_out.weight', 4)[0]!;
  if (inputs !== daysT) {
    throw shapes.mismatch(
      'prior_cost.conv_in.weight',
      `${shapeText(shapes.need('prior_cost.conv_in.weight', 4))}: ${inputs} input channels`,
      `${daysT}, the days that 'prior_cost.conv_out' gives back (networks with further inputs, such as coordinates or velocities, are not supported)`,
    );
  }
  const sizes = `with T = ${daysT} days and width ${priorWidth}`;
  shapes.needConvolution('prior_cost.conv_in', priorWidth, daysT, priorKernel, sizes);
  for (const layer of ['conv_hidden', 'bilin_1', 'bilin_21'])
    shapes.needConvolution(`prior_cost.${layer}`, priorWidth, priorWidth, priorKernel, sizes);
  const hasBilin22 = shapes.has('prior_cost.bilin_22.weight');
  if (hasBilin22) shapes.needConvolution('prior_cost.bilin_22', priorWidth, priorWidth, priorKernel, sizes);
  shapes.needConvolution('prior_cost.conv_out', daysT, 2 * priorWidth, priorKernel, sizes);
  return { daysT, priorWidth, priorKernel, hasBilin22 };
}

/**
 * Whether φ is quadratic, from what the file shows by accident: a `bilin_22` that is missing, that equals `bilin_21`, or for
 * which the optimizer kept no state because no gradient ever reached it.
 *
 * @param firstLayers - Modules that the optimizer was given before the prior, in its order.
 */
export function readQuadHint(
  checkpoint: Checkpoint,
  hasBilin22: boolean,
  firstLayers: readonly string[],
): BilinearHint | null {
  if (!hasBilin22) return { isQuadratic: true, because: "the file has no 'bilin_22'" };
  if (areEqual(checkpoint, 'prior_cost.bilin_21', 'prior_cost.bilin_22'))
    return { isQuadratic: true, because: "'bilin_22' equals 'bilin_21', so that both rules give the same" };
  const parameters = [...firstLayers, ...LAYERS.map((layer) => `prior_cost.${layer}`)].flatMap((layer) =>
    ['weight', 'bias'].map((kind) => `${layer}.${kind}`).filter((name) => checkpoint.tensors.has(name)),
  );
  const trace = checkpoint.optimizers[0];
  if (trace === undefined || checkpoint.optimizers.length > 1 || !fits(trace, parameters, checkpoint))
    return null;
  const hasState = (name: string): boolean => trace.stateShapes.has(parameters.indexOf(name));
  const others = parameters.filter((name) => !name.startsWith('prior_cost.bilin_22.'));
  if (!others.every(hasState)) return null; // some other parameter was frozen: absence says nothing
  const weight = hasState('prior_cost.bilin_22.weight');
  if (weight !== hasState('prior_cost.bilin_22.bias')) return null;
  return weight
    ? { isQuadratic: false, because: "the optimizer has a state for 'bilin_22', so it was trained" }
    : { isQuadratic: true, because: "the optimizer has no state for 'bilin_22' alone, so it was never used" };
}

function areEqual(checkpoint: Checkpoint, first: string, second: string): boolean {
  return ['weight', 'bias'].every((kind) => {
    const a = checkpoint.tensors.get(`${first}.${kind}`);
    const b = checkpoint.tensors.get(`${second}.${kind}`);
    return a !== undefined && b !== undefined && a.data.every((value, i) => value === b.data[i]);
  });
}

/** Whether the numbers of the optimizer can mean these parameters: as many, and every state has the shape of its parameter. */
function fits(trace: OptimizerTrace, parameters: readonly string[], checkpoint: Checkpoint): boolean {
  if (trace.parameterIndices.length !== parameters.length) return false;
  if (!trace.parameterIndices.every((index, i) => index === i)) return false;
  return parameters.every((name, i) => {
    const state = trace.stateShapes.get(i);
    if (state === undefined || state === null) return state === undefined;
    const { shape } = checkpoint.tensors.get(name)!;
    return state.length === shape.length && state.every((size, axis) => size === shape[axis]);
  });
}
