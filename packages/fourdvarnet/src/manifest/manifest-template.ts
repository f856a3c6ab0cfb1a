import { networkManifestSchema } from '@sillage/contracts';
import { stringify } from 'yaml';
import type { RecognisedNetwork } from '../checkpoint/index.js';
import { knownKeys } from './known-keys.js';
import { MANIFEST_KEYS } from './manifest-keys.js';
import { UNDECIDED, type RawManifest } from './parse-manifest.js';

/** Column at which comments begin, where the value leaves room. */
const COMMENT_COLUMN = 44;
/**
 * A manifest to start from: what is known is filled in, what is not stands there as a comment with its meaning, so that the
 * template is refused until a person has written it.
 *
 * @param more - known from elsewhere, e.g. a hydra configuration; the checkpoint's own word counts more.
 * @param open - what that leaves open, and why: a default must not stand in for it, so these keys get a value that is refused.
 */
export function manifestTemplate(
  network: RecognisedNetwork,
  more: RawManifest = {},
  open: readonly { key: string; reason: string }[] = [],
): string {
  const known = { ...more, ...knownKeys(network) };
  const schema = networkManifestSchema.options.find(
    ({ shape }) => shape.architecture.value === network.architecture,
  );
  const lines = Object.keys(schema?.shape ?? {}).map((key) => {
    const { meaning, values } = MANIFEST_KEYS[key]!;
    if (key in known) return commented(`${key}: ${flow(known[key])}`, meaning);
    const reason = open.find((asked) => asked.key === key)?.reason;
    if (reason !== undefined) return commented(`${key}: ${UNDECIDED}`, `${meaning}: ${values}. ${reason}`);
    return commented(`# ${key}: `, `${meaning}: ${values}`);
  });
  return `${lines.join('\n')}\n`;
}

function commented(text: string, comment: string): string {
  return `${text.padEnd(COMMENT_COLUMN)} # ${comment}`;
}

/** A value on one line. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim();
}
