import type { Checkpoint, OptimizerTrace } from '../../checkpoint/checkpoint.js';
import { readPatchWeights } from '../../checkpoint/recognition/patch-weights.js';
import type { BilinearHint, Recognised } from '../../checkpoint/recognition/recognised-network.js';
import { shapeText, type TensorShapes } from '../../checkpoint/recognition/tensor-shapes.js';
import { mismatch } from '../../manifest/manifest-error.js';
import type { RawManifest } from '../../manifest/raw-manifest.js';

/** What the tensors of φ say, in every family that has the one-scale bilinear prior of 4dvarnet-starter. */
export type BilinearPriorShapes = {
  /** T: days of the state, the channels of the network. */
  daysT: number;
  /** `dh_p`. */
  priorWidth: number;
  /** Points, odd. */
  priorKernel: number;
  /** False where the file has no `bilin_22`: then φ is quadratic. */
  hasBilin22: boolean;
};

/** A network with that prior. */
export type BilinearNetwork = Recognised &
  BilinearPriorShapes & {
    /** null when the file does not tell: the manifest must. */
    quadHint: BilinearHint | null;
  };

const PREFIXES = ['prior_cost.', 'grad_mod.', 'obs_cost.'];
/** A tensor that each of these families has. */
export const PRIOR_ANCHOR = 'prior_cost.conv_in';

export function hasBilinearPrior(shapes: TensorShapes): boolean {
  return (
    shapes.has(`${PRIOR_ANCHOR}.weight`) && !shapes.names().some((name) => name.startsWith('phi_r.encoder.'))
  );
}

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

/** What the tensors of a prior tell of a manifest. */
export function knownOfPrior({ hasBilin22, quadHint }: BilinearNetwork): RawManifest {
  if (!hasBilin22) return { bilin_quad: true };
  return quadHint === null ? {} : { bilin_quad: quadHint.isQuadratic };
}

/** @throws ManifestError `mismatch` where a manifest and the tensors do not agree about the bilinear term. */
export function requireQuad(
  { bilin_quad: stated }: { bilin_quad: boolean },
  { hasBilin22, quadHint }: BilinearNetwork,
): void {
  const known = hasBilin22 ? quadHint : { isQuadratic: true, because: "the checkpoint has no 'bilin_22'" };
  if (known === null || known.isQuadratic === stated) return;
  throw mismatch(
    'bilin_quad',
    `bilin_quad: ${stated}, but the checkpoint says ${known.isQuadratic}: ${known.because}`,
    `bilin_quad: ${known.isQuadratic}`,
    `Write bilin_quad: ${known.isQuadratic}${hasBilin22 ? ', or leave the state of the optimizer out of the checkpoint if you know better' : ''}.`,
  );
}

/** What is left of a file once the tensors of a family are claimed. */
export function readRest(shapes: TensorShapes, family: string) {
  const patchWeights = readPatchWeights(shapes, 'rec_weight');
  shapes.refuseUnclaimed(PREFIXES, family);
  return {
    parameterCount: shapes.countParameters(PREFIXES),
    patchWeights,
    unusedTensors: [],
    unknownTensors: shapes.unclaimed(),
  };
}

/** Width and kernel of the last layer of a solver, which gives a step for each day. */
export function readSolverOutput(
  shapes: TensorShapes,
  daysT: number,
): { solverWidth: number; solverKernel: number } {
  const [outputs, solverWidth] = shapes.need('grad_mod.conv_out.weight', 4) as [number, number];
  const solverKernel = shapes.kernelOf('grad_mod.conv_out.weight');
  if (outputs !== daysT) throw wrongSteps(shapes, daysT);
  return { solverWidth, solverKernel };
}

function wrongSteps(shapes: TensorShapes, daysT: number) {
  return shapes.mismatch(
    'grad_mod.conv_out.weight',
    shapeText(shapes.need('grad_mod.conv_out.weight', 4)),
    `[${daysT}, …]: a step for each of the ${daysT} days of 'prior_cost'`,
  );
}
