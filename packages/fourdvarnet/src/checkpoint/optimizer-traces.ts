import type { OptimizerTrace } from './checkpoint.js';
import { isKind, type PickleDict, type PickleValue } from './pickle/pickle-value.js';

const MAX_OPTIMIZERS = 8;
const MAX_PARAMETERS = 20_000;
/** Of Adam and its relatives, and of SGD with momentum. */
const STATE_TENSORS = ['exp_avg', 'momentum_buffer', 'square_avg'];

/** What `optimizer_states` (Lightning) or `optimizer_state_dict`, `optimizer` (own loops) say about the parameters. */
export function readOptimizerTraces(root: PickleDict): OptimizerTrace[] {
  const states = root.items.get('optimizer_states');
  const found = isKind(states, 'list')
    ? states.items.slice(0, MAX_OPTIMIZERS)
    : [root.items.get('optimizer_state_dict') ?? root.items.get('optimizer')];
  return found.flatMap((optimizer) => {
    const trace = readTrace(optimizer);
    return trace === null ? [] : [trace];
  });
}

function readTrace(optimizer: PickleValue | undefined): OptimizerTrace | null {
  if (!isKind(optimizer, 'dict')) return null;
  const state = optimizer.items.get('state');
  const groups = optimizer.items.get('param_groups');
  if (!isKind(state, 'dict') || !isKind(groups, 'list')) return null;
  const parameterIndices: number[] = [];
  for (const group of groups.items.slice(0, MAX_PARAMETERS)) {
    const indices = isKind(group, 'dict') ? group.items.get('params') : undefined;
    if (!isKind(indices, 'list')) return null;
    for (const index of indices.items) {
      if (typeof index !== 'number' || parameterIndices.length >= MAX_PARAMETERS) return null;
      parameterIndices.push(index);
    }
  }
  const stateShapes = new Map<number, readonly number[] | null>();
  for (const [index, values] of state.items) {
    if (typeof index === 'number' && stateShapes.size < MAX_PARAMETERS)
      stateShapes.set(index, stateShape(values));
  }
  return { parameterIndices, stateShapes };
}

function stateShape(values: PickleValue): readonly number[] | null {
  if (!isKind(values, 'dict')) return null;
  const tensor = STATE_TENSORS.map((name) => values.items.get(name)).find((value) => isKind(value, 'tensor'));
  return isKind(tensor, 'tensor') ? tensor.shape : null;
}
