import { problemsIn, type Problem } from '@sillage/contracts';
import { KEYS_OF_CHECKPOINTS, networkManifestSchema } from '@sillage/fourdvarnet/families';
import { readYamlMapping } from '@sillage/fourdvarnet/yaml-mapping';

const MAX_FAULTS = 12;
/** What a fault repeats of the text: an author knows the rest. */
const MAX_SENTENCE_CHARACTERS = 300;

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
    .filter(({ path, message }) => !(message === 'missing' && KEYS_OF_CHECKPOINTS.includes(path)))
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
