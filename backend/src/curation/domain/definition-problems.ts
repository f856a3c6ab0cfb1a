import {
  challengeDefinitionSchema,
  foundText,
  MAX_MANIFEST_CHARACTERS,
  problemsIn,
  type ChallengeDefinition,
  type DefinitionProblem,
  type DraftDefinition,
} from '@sillage/contracts';
import { compareVersions } from '../../challenges/domain/fingerprint.js';

/** What a definition is held against. */
export type DraftContext = {
  files: ReadonlyMap<string, { sha256: string; sizeBytes: number }>;
  /** Of the challenge that the draft was started from; null for a new one. */
  basedOnChallengeId: string | null;
  /** The newest dataset version of the challenge that the definition names; null where there is no such challenge. */
  newestVersion: string | null;
};

/** A manifest is a text; a character has at most four bytes. */
const MAX_MANIFEST_BYTES = 4 * MAX_MANIFEST_CHARACTERS;

/** Everything that keeps a definition from being a dataset version, in the order of the definition. */
export function definitionProblems(definition: DraftDefinition, context: DraftContext): DefinitionProblem[] {
  const parsed = challengeDefinitionSchema.safeParse(definition);
  const ofSchema = parsed.success ? [] : problemsIn(parsed.error.issues, definition);
  return [
    ...ofSchema,
    ...identityProblems(definition, context),
    ...fileProblems(definition, context),
    ...(parsed.success ? repetitions(parsed.data) : []),
  ];
}

/** @returns null while the definition cannot be read as one, whatever its files are. */
export function completeDefinition(definition: DraftDefinition): ChallengeDefinition | null {
  const parsed = challengeDefinitionSchema.safeParse(definition);
  return parsed.success ? parsed.data : null;
}

/** What a draft calls itself while it is written; empty where it does not say so yet. */
export function nameInDraft(definition: DraftDefinition, key: 'id' | 'name' | 'datasetVersion'): string {
  const value = definition[key];
  return typeof value === 'string' ? value : '';
}

/** The version after the newest one: its last number raised. */
export function nextVersion(newest: string): string {
  const [major = '1', minor = '0', patch = '0'] = newest.split('.');
  return `${major}.${minor}.${Number(patch) + 1}`;
}

function identityProblems(
  definition: DraftDefinition,
  { basedOnChallengeId, newestVersion }: DraftContext,
): DefinitionProblem[] {
  const id = nameInDraft(definition, 'id');
  const version = nameInDraft(definition, 'datasetVersion');
  if (id === '' || newestVersion === null) return [];
  if (id !== basedOnChallengeId) {
    return [
      basedOnChallengeId === null
        ? {
            path: 'id',
            message: `there is a challenge '${id}' already`,
            found: `'${id}', the id of a challenge`,
            needed: 'an id that is new',
            fix: 'Choose another id, or start the draft from one of the versions of that challenge.',
          }
        : {
            path: 'id',
            message: `'${id}' is another challenge than '${basedOnChallengeId}', which this draft was started from`,
            found: `'${id}', the id of another challenge`,
            needed: `'${basedOnChallengeId}', or an id that is new`,
            fix: `Use '${basedOnChallengeId}', or choose an id that is new.`,
          },
    ];
  }
  if (/^\d+\.\d+\.\d+$/.test(version) && compareVersions(version, newestVersion) <= 0) {
    return [
      {
        path: 'datasetVersion',
        message: `${version} is not newer than ${newestVersion}, the newest version of '${id}'`,
        found: version,
        needed: `a number above ${newestVersion}`,
        fix: `Use ${nextVersion(newestVersion)} or more.`,
      },
    ];
  }
  return [];
}

/** Of any list that may be one of files: the definition may be wrong elsewhere still. */
function fileProblems(definition: DraftDefinition, { files }: DraftContext): DefinitionProblem[] {
  const listed: unknown[] = Array.isArray(definition.files) ? definition.files : [];
  const problems: DefinitionProblem[] = [];
  listed.forEach((entry, index) => {
    if (typeof entry !== 'object' || entry === null || !('path' in entry) || typeof entry.path !== 'string')
      return;
    const { path } = entry;
    const file = files.get(path);
    if (file === undefined) {
      problems.push({
        path: `files.${index}.path`,
        message: `the draft has no file '${path}'`,
        found: foundText(path),
        needed:
          files.size === 0 ? 'a file of the draft, which has none' : 'the name of a file that the draft has',
        fix: 'Add the file, correct the name, or take the line out.',
      });
      return;
    }
    if ('sha256' in entry && typeof entry.sha256 === 'string' && entry.sha256 !== file.sha256) {
      problems.push({
        path: `files.${index}.sha256`,
        message: `'${path}' has another SHA-256`,
        found: `the SHA-256 ${file.sha256}`,
        needed: `${entry.sha256}, as the definition declares`,
        fix: 'Add the right file, or correct the line.',
      });
    }
    if (
      'role' in entry &&
      entry.role === 'network-manifest' &&
      (file.sizeBytes === 0 || file.sizeBytes > MAX_MANIFEST_BYTES)
    ) {
      problems.push({
        path: `files.${index}.path`,
        message: `'${path}' has not the size of a manifest`,
        found: `${file.sizeBytes} bytes`,
        needed: `a text of 1 to ${MAX_MANIFEST_CHARACTERS} characters`,
        fix: 'Add the manifest under this name, or give the file another role.',
      });
    }
  });
  return problems;
}

/** Names that must tell one thing from another. */
function repetitions({ areas, scenarios, tasks, references }: ChallengeDefinition): DefinitionProblem[] {
  const lists: { path: string; key: string; what: string; names: string[] }[] = [
    { path: 'areas', key: 'id', what: 'area', names: areas.map(({ id }) => id) },
    { path: 'scenarios', key: 'id', what: 'scenario', names: scenarios.map(({ id }) => id) },
    {
      path: 'tasks',
      key: '',
      what: 'task',
      names: tasks.map(({ area, scenario }) => `${area} × ${scenario}`),
    },
    { path: 'references', key: 'id', what: 'reference', names: references.map(({ id }) => id) },
    { path: 'references', key: 'name', what: 'reference', names: references.map(({ name }) => name) },
  ];
  return lists.flatMap(({ path, key, what, names }) =>
    names.flatMap((name, index) =>
      names.indexOf(name) === index
        ? []
        : [
            {
              path: [path, String(index), key].filter((part) => part !== '').join('.'),
              message: `there is another ${what} '${name}'`,
              found: `'${name}' twice`,
              needed: `names that tell one ${what} from another`,
              fix: 'Rename one of the two, or take it out.',
            },
          ],
    ),
  );
}
