import type { Checkpoint } from '../checkpoint.js';
import { CheckpointError, listed, quoted } from '../checkpoint-error.js';
import { readCoreNetwork } from './core-network.js';
import type { RecognisedNetwork } from './recognised-network.js';
import { readCnnSolverNetwork, readFixedPointNetwork, readStarterNetwork } from './starter-networks.js';
import { TensorShapes } from './tensor-shapes.js';

/** What each family looks like, for messages. */
const FAMILIES =
  "starter: 'prior_cost.conv_in.weight' with 'grad_mod.gates.weight'; with a convolutional solver: 'grad_mod.conv_in.weight' instead; fixed-point: 'prior_cost.*' alone; core: 'phi_r.encoder.*' with 'model_Grad.lstm.Gates.weight'";

/**
 * Tells from the names and shapes of its tensors which network a checkpoint holds, and how large it is.
 *
 * What the tensors cannot tell (steps, step size, normalisation, …) belongs in the manifest that accompanies the upload.
 *
 * @throws CheckpointError 'unrecognised-network' when the tensors are of no known family, or of a variant with further parts;
 *   'inconsistent-network' when a tensor is missing or its shape does not fit the others.
 */
export function recogniseNetwork(checkpoint: Checkpoint): RecognisedNetwork {
  const shapes = new TensorShapes(checkpoint);
  refuseKnownVariant(checkpoint, shapes);
  if (shapes.names().some((name) => name.startsWith('phi_r.encoder.')))
    return readCoreNetwork(checkpoint, shapes);
  if (shapes.has('prior_cost.conv_in.weight')) {
    if (shapes.has('grad_mod.gates.weight')) return readStarterNetwork(checkpoint, shapes);
    if (shapes.has('grad_mod.conv_in.weight')) return readCnnSolverNetwork(checkpoint, shapes);
    if (!shapes.names().some((name) => /^(grad_mod|obs_cost)\./.test(name)))
      return readFixedPointNetwork(checkpoint, shapes);
  }
  refuseSeveral(shapes);
  throw new CheckpointError({
    code: 'unrecognised-network',
    where: 'the network',
    found: `its tensors are ${listed(shapes.names().map((name) => shapes.describe(name)))}`,
    expected: `those of one of these families: ${FAMILIES}`,
    fix: 'Upload the state_dict of the solver, or export other networks to ONNX.',
  });
}

/** Copies of one network in a file: which of them is meant is for its author to say. */
function refuseSeveral(shapes: TensorShapes): void {
  const anchors = shapes.names().flatMap((name) => {
    const found = /^(.+\.)(prior_cost\.conv_in|model_Grad\.lstm\.Gates)\.weight$/.exec(name);
    return found === null ? [] : [found[1]!];
  });
  if (anchors.length < 2) return;
  throw new CheckpointError({
    code: 'unrecognised-network',
    where: 'the network',
    found: `there are ${anchors.length} of them, below ${listed(anchors.map(quoted))}`,
    expected: 'one network',
    fix: 'Save the state_dict of the one that is to be run.',
  });
}

/** Networks of the authors that are known by their tensors and not built here. */
const VARIANTS: readonly { name: string; pattern: RegExp }[] = [
  {
    name: 'several priors weighted by place (MultiPrior)',
    pattern: /^prior_cost\.(prior_costs|weight_mods)\./,
  },
  { name: 'several priors of three-dimensional convolutions', pattern: /^prior_cost\.priors\./ },
  {
    name: 'weights that are computed from others (as weight_norm does; remove_parametrizations before saving makes them plain)',
    pattern: /^(prior_cost|grad_mod)\..*(\.parametrizations\.|\.weight_[gv]$)/,
  },
];

function refuseKnownVariant(checkpoint: Checkpoint, shapes: TensorShapes): void {
  for (const { name, pattern } of VARIANTS) {
    const found = shapes.names().find((tensor) => pattern.test(tensor));
    if (found !== undefined)
      throw new CheckpointError({
        code: 'unrecognised-network',
        where: 'the network',
        found: `${name}: it has ${shapes.describe(found)}`,
        expected: `one of these families: ${FAMILIES}`,
        fix: 'Export it to ONNX, which the platform runs as it is.',
      });
  }
  const solid = [...checkpoint.tensors].find(
    ([tensor, { shape }]) => shape.length === 5 && /^(prior_cost|grad_mod|obs_cost)\./.test(tensor),
  );
  if (solid !== undefined)
    throw new CheckpointError({
      code: 'unrecognised-network',
      where: 'the network',
      found: `three-dimensional convolutions: it has ${shapes.describe(solid[0])}`,
      expected: 'two-dimensional ones, with days as channels',
      fix: 'Export it to ONNX, which the platform runs as it is.',
    });
}
