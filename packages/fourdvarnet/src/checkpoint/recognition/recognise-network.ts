import type { Checkpoint } from '../checkpoint.js';
import { CheckpointError, listed, quoted } from '../checkpoint-error.js';
import { FAMILIES, type RecognisedNetwork } from '../../families/families.js';
import type { Family } from '../../families/family.js';
import { TensorShapes } from './tensor-shapes.js';

/** What each family looks like, for messages. */
const LOOKS = FAMILIES.flatMap((family: Family) => family.looks ?? []).join('; ');

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
  const family = FAMILIES.find(({ isOf }) => isOf(shapes));
  if (family !== undefined) return family.recognise(checkpoint, shapes);
  refuseSeveral(shapes);
  throw new CheckpointError({
    code: 'unrecognised-network',
    where: 'the network',
    found: `its tensors are ${listed(shapes.names().map((name) => shapes.describe(name)))}`,
    expected: `those of one of these families: ${LOOKS}`,
    fix: 'Upload the state_dict of the solver, or export other networks to ONNX.',
  });
}

/** Modules below which lie networks of a known family. */
export function placesOfCopies(names: readonly string[]): string[] {
  const ends = [...new Set(FAMILIES.map(({ anchor }) => `.${anchor}.weight`))];
  return names.flatMap((name) => {
    const end = ends.find((known) => name.endsWith(known));
    return end === undefined ? [] : [name.slice(0, -end.length)];
  });
}

/** Copies of one network in a file: which of them is meant is for its author to say. */
function refuseSeveral(shapes: TensorShapes): void {
  const anchors = placesOfCopies(shapes.names()).map((place) => `${place}.`);
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
        expected: `one of these families: ${LOOKS}`,
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
