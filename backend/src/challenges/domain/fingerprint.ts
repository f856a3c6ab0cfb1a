import { createHash } from 'node:crypto';
import type { ChallengeDefinition } from '@sillage/contracts';

/** Keys sorted at every depth, so that the order in which a file lists them does not matter. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, canonical(item)]),
  );
}

/** Parts that definitions did not always have: empty ones count as absent, or every older dataset would seem changed. */
const LATER_PARTS: ReadonlySet<string> = new Set([
  'published',
  'expectedFiles',
] satisfies (keyof ChallengeDefinition)[]);

function withoutEmptyLaterParts(definition: ChallengeDefinition): Partial<ChallengeDefinition> {
  return Object.fromEntries(
    Object.entries(definition).filter(
      ([key, part]) => !(LATER_PARTS.has(key) && Array.isArray(part) && part.length === 0),
    ),
  );
}

/** SHA-256 over everything that decides a score or is shown: the definition and the bytes of its files. */
export function datasetFingerprint(
  definition: ChallengeDefinition,
  sha256ByPath: ReadonlyMap<string, string>,
): string {
  const files = [...sha256ByPath].sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([canonical(withoutEmptyLaterParts(definition)), files]))
    .digest('hex');
}

/** Compares versions `major.minor.patch` by number. */
export function compareVersions(left: string, right: string): number {
  const parts = (version: string) => version.split('.').map(Number);
  const [leftParts, rightParts] = [parts(left), parts(right)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (leftParts[index] ?? 0) - (rightParts[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
