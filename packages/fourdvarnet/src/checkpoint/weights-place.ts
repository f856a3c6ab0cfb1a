import { CheckpointError, listed, quoted, SAVE_STATE_DICT } from './checkpoint-error.js';
import { isKind, isUnreadTensor, type PickleDict, type PickleValue } from './pickle/pickle-value.js';

export type WeightsPlace = {
  /** Empty for the top level. */
  name: string;
  weights: PickleDict;
  /** Other places with tensors, which are not read. */
  ignored: readonly string[];
};

/** Where training scripts put weights, in the order in which we look. */
const NESTED_PLACES = ['model_state_dict', 'model', 'net', 'ema'] as const;
/** What lies beside the weights and holds tensors too. */
const NO_PLACES: readonly PickleValue[] = [
  ...['optimizer', 'optimizers', 'optimizer_state_dict', 'optimizer_states', 'opt'],
  ...['scheduler', 'lr_scheduler', 'lr_schedulers', 'scheduler_state_dict', 'scaler', 'grad_scaler'],
  ...['callbacks', 'loops', 'hyper_parameters', 'datamodule_hyper_parameters', 'rng_state', 'args', 'config'],
];

/**
 * Finds the dictionary of weights: `state_dict` as Lightning writes it, the top level, one of the usual places below, or the
 * only other place that holds tensors.
 *
 * @throws CheckpointError 'whole-module' for a pickled network, 'no-tensors' without weights in these places.
 */
export function findWeights(root: PickleValue): WeightsPlace {
  if (!isKind(root, 'dict')) throw refuseRoot(root);
  const stateDict = root.items.get('state_dict');
  const others = otherPlaces(root);
  const usual = NESTED_PLACES.filter((name) => holdsTensors(root.items.get(name)));
  const nested = usual.length > 0 ? [...usual, ...others] : others.slice(0, others.length === 1 ? 1 : 0);
  if (isKind(stateDict, 'dict'))
    return { name: 'state_dict', weights: stateDict, ignored: [...usual, ...others] };
  if (holdsTensors(root)) return { name: '', weights: root, ignored: nested };
  const [name, ...ignored] = nested;
  const weights = name === undefined ? undefined : root.items.get(name);
  if (name !== undefined && isKind(weights, 'dict')) return { name, weights, ignored };
  for (const place of ['state_dict', ...NESTED_PLACES]) {
    const value = root.items.get(place);
    if (isKind(value, 'stub')) throw wholeModule(`'${place}'`, value.name);
  }
  const keys = others.length > 0 ? others : [...root.items.keys()].filter((key) => typeof key === 'string');
  throw new CheckpointError({
    code: 'no-tensors',
    where: 'the checkpoint',
    found:
      keys.length === 0
        ? 'an empty dictionary'
        : `${others.length > 0 ? 'tensors in' : 'a dictionary with'} ${listed(keys.map(quoted))}`,
    expected: `tensors in 'state_dict', at the top level, or in one of ${listed(NESTED_PLACES.map(quoted))}`,
    fix: SAVE_STATE_DICT,
  });
}

/** Places of no usual name with tensors in them. */
function otherPlaces(root: PickleDict): string[] {
  return [...root.items].flatMap(([key, value]) =>
    typeof key === 'string' &&
    key !== 'state_dict' &&
    !(NESTED_PLACES as readonly string[]).includes(key) &&
    !NO_PLACES.includes(key) &&
    holdsTensors(value)
      ? [key]
      : [],
  );
}

function holdsTensors(value: PickleValue | undefined): boolean {
  if (!isKind(value, 'dict')) return false;
  for (const item of value.items.values()) if (isKind(item, 'tensor') || isUnreadTensor(item)) return true;
  return false;
}

function refuseRoot(root: PickleValue): CheckpointError {
  if (isKind(root, 'stub')) return wholeModule('the checkpoint', root.name);
  const found =
    typeof root === 'object' && root !== null && 'kind' in root
      ? `a ${root.kind}`
      : `a value of the type ${typeof root}`;
  return new CheckpointError({
    code: 'no-tensors',
    where: 'the checkpoint',
    found,
    expected: 'a dictionary of tensors',
    fix: SAVE_STATE_DICT,
  });
}

function wholeModule(where: string, className: string): CheckpointError {
  return new CheckpointError({
    code: 'whole-module',
    where,
    found: `a pickled object of the class ${quoted(className)}: code, not only weights`,
    expected: 'a dictionary of tensors',
    fix: SAVE_STATE_DICT,
  });
}
