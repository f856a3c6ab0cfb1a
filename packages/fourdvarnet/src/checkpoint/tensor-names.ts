/** Segments that wrappers put before, or inside, the names of weights: DataParallel, torch.compile, Fabric, FSDP, checkpointing. */
const WRAPPERS = new Set([
  'module',
  '_orig_mod',
  '_forward_module',
  '_fsdp_wrapped_module',
  '_checkpoint_wrapped_module',
]);
/** Attributes under which Lightning modules and training scripts hold the network. */
const HOLDERS = new Set(['solver', 'model', 'net', 'network', 'lit_mod', 'lit_model', 'ema_model']);

/** What the modules of the known networks are called, inside what holds them. */
const NETWORK_MODULES = new Set([
  ...['prior_cost', 'grad_mod', 'obs_cost'],
  ...['phi_r', 'model_Grad', 'model_VarCost', 'model_H'],
]);

/** Whether a tensor, by its stripped name, is one of a known network rather than of what lies beside it in a file. */
export function isNetworkTensor(name: string): boolean {
  return NETWORK_MODULES.has(name.split('.', 1)[0]!);
}

/**
 * Names without the prefixes of wrappers (`module.`, `_orig_mod.`) and of what holds the network (`solver.`, `model.`, …). Two
 * tensors never get the same name: where they would, as beside a running mean of the weights, the one that is held by fewer
 * modules gets it, and if that does not tell, none.
 */
export function strippedNames(names: readonly string[]): ReadonlyMap<string, string> {
  const rivals = new Map<string, string[]>();
  for (const name of names) {
    const stripped = withoutHolders(withoutWrappers(name));
    rivals.set(stripped, [...(rivals.get(stripped) ?? []), name]);
  }
  const chosen = new Map(names.map((name) => [name, withoutWrappers(name)]));
  for (const [stripped, held] of rivals) {
    const winner = outermost(held);
    if (winner !== null) chosen.set(winner, stripped);
  }
  if (new Set(chosen.values()).size === names.length) return chosen;
  return new Map(names.map((name) => [name, name]));
}

/** The name with the fewest segments; null if two have as few. */
function outermost(names: readonly string[]): string | null {
  const depths = names.map((name) => withoutWrappers(name).split('.').length);
  const least = Math.min(...depths);
  return depths.indexOf(least) === depths.lastIndexOf(least) ? names[depths.indexOf(least)]! : null;
}

function withoutWrappers(name: string): string {
  const segments = name.split('.');
  const kept = segments.filter((segment, i) => i === segments.length - 1 || !WRAPPERS.has(segment));
  return kept.join('.');
}

function withoutHolders(name: string): string {
  const segments = name.split('.');
  let first = 0;
  while (first < segments.length - 1 && HOLDERS.has(segments[first]!)) first++;
  return segments.slice(first).join('.');
}
