import type { Checkpoint } from '../checkpoint.js';
import { CheckpointError, listed } from '../checkpoint-error.js';
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
  if (shapes.names().some((name) => name.startsWith('phi_r.encoder.')))
    return readCoreNetwork(checkpoint, shapes);
  if (shapes.has('prior_cost.conv_in.weight')) {
    if (shapes.has('grad_mod.gates.weight')) return readStarterNetwork(checkpoint, shapes);
    if (shapes.has('grad_mod.conv_in.weight')) return readCnnSolverNetwork(checkpoint, shapes);
    if (!shapes.names().some((name) => /^(grad_mod|obs_cost)\./.test(name)))
      return readFixedPointNetwork(checkpoint, shapes);
  }
  throw new CheckpointError({
    code: 'unrecognised-network',
    where: 'the network',
    found: `its tensors are ${listed(shapes.names().map((name) => shapes.describe(name)))}`,
    expected: `those of one of these families: ${FAMILIES}`,
    fix: 'Upload the state_dict of the solver, or export other networks to ONNX.',
  });
}
