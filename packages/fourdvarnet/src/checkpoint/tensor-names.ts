/** Segments that wrappers put before, or inside, the names of weights: DataParallel and torch.compile. */
const WRAPPERS = new Set(['module', '_orig_mod']);
/** Attributes under which Lightning modules and training scripts hold the network. */
const HOLDERS = new Set(['solver', 'model', 'net', 'network', 'lit_mod', 'lit_model', 'ema_model']);

/**
 * Names without the prefixes of wrappers (`module.`, `_orig_mod.`) and of what holds the network (`solver.`, `model.`, …). Two
 * tensors never get the same name: where they would, the names stay as they are.
 */
export function strippedNames(names: readonly string[]): ReadonlyMap<string, string> {
  for (const strip of [(name: string) => withoutHolders(withoutWrappers(name)), withoutWrappers]) {
    const stripped = new Map(names.map((name) => [name, strip(name)]));
    if (new Set(stripped.values()).size === names.length) return stripped;
  }
  return new Map(names.map((name) => [name, name]));
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
