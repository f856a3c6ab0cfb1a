import { networkManifestSchema, problemsIn, type Problem } from '@sillage/contracts';
import { readYamlMapping } from '@sillage/contracts/yaml-mapping';

const MAX_FAULTS = 12;
/** What a fault repeats of the text: an author knows the rest. */
const MAX_SENTENCE_CHARACTERS = 300;
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
  const reading = readYamlMapping(text);
  if (!reading.isMapping)
    return [
      reading.isYaml
        ? 'A manifest is a list of settings, like "architecture: starter".'
        : `This is not YAML: ${reading.found}`,
    ];
  const content = reading.mapping;
  if (!('architecture' in content)) return [];
  const parsed = networkManifestSchema.safeParse(content);
  if (parsed.success) return [];
  return problemsIn(parsed.error.issues, content)
    .filter(({ path, message }) => !(message === 'missing' && MAYBE_IN_CHECKPOINT.includes(path)))
    .slice(0, MAX_FAULTS)
    .map(sentenceOf)
    .map((sentence) =>
      sentence.length > MAX_SENTENCE_CHARACTERS ? `${sentence.slice(0, MAX_SENTENCE_CHARACTERS)}…` : sentence,
    );
}

function sentenceOf({ path, found, needed, ...problem }: Problem): string {
  const message = problem.message.replace('there is no such part:', 'there is no setting');
  const place = path === '' ? '' : `${path}: `;
  if (message === 'missing') return `${place}missing; needed is ${needed}`;
  return message.includes(found) ? `${place}${message}` : `${place}${message}, not ${found}`;
}
