import type { ChallengeDefinition } from '@sillage/contracts';

/** A challenge may be described, with published scores, before an organiser has its data. */
export function isInstalled({ files }: Pick<ChallengeDefinition, 'files'>): boolean {
  return files.length > 0;
}

/** A definition as the database has it: rows from before these parts existed lack them. */
export type StoredDefinition = Omit<ChallengeDefinition, 'published' | 'expectedFiles'> &
  Partial<Pick<ChallengeDefinition, 'published' | 'expectedFiles'>>;

export function fromStored(definition: StoredDefinition): ChallengeDefinition {
  return {
    ...definition,
    published: definition.published ?? [],
    expectedFiles: definition.expectedFiles ?? [],
  };
}
