import { networkManifestSchema, problemsIn, type Problem } from '@sillage/contracts';
import { isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';

const MAX_FAULTS = 12;
const MAX_ALIASES = 100;
/** Settings that a checkpoint may tell itself (`knownKeys` of fourdvarnet): whether one lacks them is seen beside its weights. */
const MAYBE_IN_CHECKPOINT: readonly string[] = [
  'patch',
  'reconstruction_weight',
  'n_grad',
  'n_fourdvar_iter',
  'normalisation',
];

/**
 * What is plainly wrong in a manifest, before an evaluator has looked at the checkpoint beside it: no YAML, or a
 * `manifest.yaml` (it names an `architecture`) with keys or values that no network has, or without those that no checkpoint
 * tells. Any other text, a hydra configuration for example, is left to the check.
 *
 * @returns one sentence for each fault; empty where there is none.
 */
export function manifestFaults(text: string): string[] {
  let content: unknown;
  try {
    const lineCounter = new LineCounter();
    // The library compares every key with every other one, and finds the place of every error: seconds for a page of them.
    const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, lineCounter });
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      return [`This is not YAML: ${firstLine(error.message)} at line ${line}, column ${col}`];
    }
    const fault = structureFault(document);
    if (fault !== null) return [`This is not YAML: ${fault}`];
    content = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    return [`This is not YAML: ${firstLine(error instanceof Error ? error.message : String(error))}`];
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return ['A manifest is a list of settings, like "architecture: starter".'];
  if (!('architecture' in content)) return [];
  const parsed = networkManifestSchema.safeParse(content);
  if (parsed.success) return [];
  return problemsIn(parsed.error.issues, content)
    .filter(({ path, message }) => !(message === 'missing' && MAYBE_IN_CHECKPOINT.includes(path)))
    .slice(0, MAX_FAULTS)
    .map(sentenceOf);
}

/** What makes a text of valid YAML mean nothing certain, or far more than it says: a key that stands twice, many aliases. */
function structureFault(document: Document): string | null {
  let fault: string | null = null;
  let aliasCount = 0;
  visit(document, {
    Alias: () => {
      aliasCount += 1;
      if (aliasCount <= MAX_ALIASES) return undefined;
      fault = `more than ${MAX_ALIASES} aliases`;
      return visit.BREAK;
    },
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : key;
        if (seen.has(name)) {
          fault = `the key '${String(name)}' stands twice`;
          return visit.BREAK;
        }
        seen.add(name);
      }
      return undefined;
    },
  });
  return fault;
}

function sentenceOf({ path, found, needed, ...problem }: Problem): string {
  const message = problem.message.replace('there is no such part:', 'there is no setting');
  const place = path === '' ? '' : `${path}: `;
  if (message === 'missing') return `${place}missing; needed is ${needed}`;
  return message.includes(found) ? `${place}${message}` : `${place}${message}, not ${found}`;
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? message;
}
