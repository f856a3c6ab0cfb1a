import { networkManifestSchema } from '@sillage/contracts';
import { parseDocument } from 'yaml';
import type { z } from 'zod';

const MAX_FAULTS = 12;

/**
 * What is plainly wrong in a manifest, before an evaluator has looked at the checkpoint beside it: no YAML, or a
 * `manifest.yaml` (it names an `architecture`) with keys or values that no network has. Any other text, a hydra
 * configuration for example, is left to the check.
 *
 * @returns one sentence for each fault; empty where there is none.
 */
export function manifestFaults(text: string): string[] {
  let content: unknown;
  try {
    const document = parseDocument(text, { prettyErrors: true });
    const [error] = document.errors;
    if (error !== undefined) return [`This is not YAML: ${firstLine(error.message)}`];
    content = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return [`This is not YAML: ${firstLine(error instanceof Error ? error.message : String(error))}`];
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return ['A manifest is a list of settings, like "architecture: starter".'];
  if (!('architecture' in content)) return [];
  const parsed = networkManifestSchema.safeParse(content);
  return parsed.success ? [] : parsed.error.issues.slice(0, MAX_FAULTS).map(sentenceOf);
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return `${path === '' ? '' : `${path}: `}there is no setting ${issue.keys.map((key) => `'${key}'`).join(', ')}`;
  return `${path === '' ? '' : `${path}: `}${issue.message}`;
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? message;
}
