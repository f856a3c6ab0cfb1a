import { stringify } from 'yaml';
import { MANIFEST_KEYS, manifestKindOf, type RecognisedNetwork } from '../families/families.js';
import { knownKeys } from './known-keys.js';
import { isUnwritten, UNDECIDED } from './parse-manifest.js';
import type { RawManifest } from './raw-manifest.js';

/** Column at which comments begin, where the value leaves room. */
const COMMENT_COLUMN = 44;
/**
 * A manifest to start from: what is known is filled in, what is not stands there as a comment with its meaning, so that the
 * template is refused until a person has written it.
 *
 * @param more - what its author wrote, a manifest or a hydra configuration: it stands, and what the checkpoint says otherwise is
 *   named beside it. Keys that such a network does not have are named at the end.
 * @param open - what that leaves open, and why: a default must not stand in for it, so these keys get a value that is refused.
 */
export function manifestTemplate(
  network: RecognisedNetwork,
  more: RawManifest = {},
  open: readonly { key: string; reason: string }[] = [],
): string {
  const stored = knownKeys(network);
  const written = Object.fromEntries(
    Object.entries(more).filter(([key, value]) => !(key in stored && isUnwritten(value))),
  );
  const known: RawManifest = { ...stored, ...written, architecture: network.architecture };
  const otherWord = (key: string): string =>
    key in stored && flow(stored[key]) !== flow(known[key])
      ? `; the checkpoint says ${flow(stored[key])}`
      : '';
  const keys = Object.keys(manifestKindOf(network.architecture).schema.shape);
  const lines = keys.map((key) => {
    const { meaning, values } = MANIFEST_KEYS[key]!;
    if (key in known) return commented(`${key}: ${flow(known[key])}`, `${meaning}${otherWord(key)}`);
    const reason = open.find((asked) => asked.key === key)?.reason;
    if (reason !== undefined) return commented(`${key}: ${UNDECIDED}`, `${meaning}: ${values}. ${reason}`);
    return commented(`# ${key}: `, `${meaning}: ${values}`);
  });
  const dropped = Object.entries(written).filter(
    ([key, value]) => !keys.includes(key) || (key === 'architecture' && value !== network.architecture),
  );
  const notTaken = dropped.map(
    ([key, value]) => `# left out, not of a ${network.architecture} network: ${key}: ${flow(value)}`,
  );
  return `${[...lines, ...notTaken].join('\n')}\n`;
}

function commented(text: string, comment: string): string {
  return `${text.padEnd(COMMENT_COLUMN)} # ${comment}`;
}

/** A value on one line. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim();
}
