import type { ChallengeDefinition, DatasetFile, DatasetFinding, FileRole } from '@sillage/contracts';
import type { LocatedFile } from '../files/file-reading.js';
import { finding } from './findings.js';
import { isObservationRole } from './leak-verdict.js';

/** What participants are compared with, and what is withheld where the level says so. */
export function isReferenceRole(role: FileRole): boolean {
  return role === 'truth' || role === 'evaluation-track';
}

/** Whether the reference of the challenge is kept from participants; as the backend gives files out. */
export function isSealed({ disclosure }: Pick<ChallengeDefinition, 'disclosure'>): boolean {
  return disclosure !== 'practice';
}

/** What is wrong with a definition whatever its files hold. */
export function definitionFindings(definition: ChallengeDefinition): DatasetFinding[] {
  if (definition.files.length === 0) return [];
  return [...periodFindings(definition), ...taskFindings(definition)];
}

function periodFindings({ periods }: ChallengeDefinition): DatasetFinding[] {
  const { evaluation, training } = periods;
  if (training === undefined || training.end < evaluation.start || training.start > evaluation.end) return [];
  return [
    finding(
      'error',
      'training-overlaps-evaluation',
      {},
      {
        found: `the training period ${training.start} to ${training.end} and the evaluation period ${evaluation.start} to ${evaluation.end} share days`,
        needed: 'no day of the evaluation period in the training period',
        fix: 'End the training before the evaluation begins, better some weeks before it, or begin it after its end.',
      },
    ),
  ];
}

/** Files of observations that are for a task. */
export function observationsOf(
  files: readonly DatasetFile[],
  task: { area: string; scenario: string },
): DatasetFile[] {
  return files.filter(
    ({ role, area, scenario }) =>
      isObservationRole(role) && area === task.area && (scenario ?? task.scenario) === task.scenario,
  );
}

function taskFindings(definition: ChallengeDefinition): DatasetFinding[] {
  return definition.tasks
    .filter((task) => observationsOf(definition.files, task).length === 0)
    .map(({ area, scenario }) =>
      finding(
        'error',
        'task-without-observations',
        { area, scenario },
        {
          found: `no file of observations for ${area} × ${scenario}`,
          needed: 'what methods of this task may use',
          fix: "Add a file with the role 'observations', 'swath-observations' or 'gridded-observations' for this area and scenario, or remove the task.",
        },
      ),
    );
}

/** Checksums that differ from what the definition declares, files that are not there, and copies under other names. */
export function fileFindings(
  definition: ChallengeDefinition,
  files: readonly LocatedFile[],
): DatasetFinding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const findings: DatasetFinding[] = [];
  for (const path of new Set(definition.files.map((file) => file.path))) {
    const file = byPath.get(path);
    if (file === undefined) {
      findings.push(
        finding(
          'error',
          'unreadable',
          { path },
          {
            found: 'the definition names it, and there is no such file',
            needed: 'every file that the definition names',
            fix: 'Add the file, or take it out of the definition.',
          },
        ),
      );
      continue;
    }
    const declared = definition.files.find((use) => use.path === path && use.sha256 !== undefined)?.sha256;
    if (declared !== undefined && declared !== file.sha256)
      findings.push(
        finding(
          'error',
          'sha256-differs',
          { path },
          {
            found: `SHA-256 ${file.sha256}`,
            needed: `${declared}, as the definition says`,
            fix: 'Give the file that the definition means, or correct its sha256 there.',
          },
        ),
      );
  }
  return [...findings, ...copyFindings(definition, files)];
}

function copyFindings(definition: ChallengeDefinition, files: readonly LocatedFile[]): DatasetFinding[] {
  const findings: DatasetFinding[] = [];
  const usesOf = (path: string) => definition.files.filter((use) => use.path === path);
  for (const [index, file] of files.entries()) {
    for (const other of files.slice(index + 1)) {
      if (other.sha256 !== file.sha256) continue;
      const isReference = ({ path }: LocatedFile) => usesOf(path).some(({ role }) => isReferenceRole(role));
      const isPublic = ({ path }: LocatedFile) => usesOf(path).some(({ role }) => !isReferenceRole(role));
      const [copy, original] = isReference(file) ? [other, file] : [file, other];
      if ((isReference(file) || isReference(other)) && (isPublic(file) || isPublic(other)))
        findings.push(
          finding(
            isSealed(definition) ? 'error' : 'warning',
            'sealed-content',
            { path: copy.path },
            {
              found: `the same bytes as '${original.path}', which maps are compared with`,
              needed: 'a file of its own',
              fix: 'Give the file that was meant for this role.',
            },
          ),
        );
      else
        findings.push(
          finding(
            'warning',
            'duplicate-file',
            { path: other.path },
            {
              found: `the same bytes as '${file.path}'`,
              needed: 'one file for one content: a path may be listed for several tasks',
              fix: `Check that this is what was meant; if so, list '${file.path}' in its place.`,
            },
          ),
        );
    }
  }
  // One path under two roles: what is withheld would be given out under the other.
  for (const path of new Set(definition.files.map((use) => use.path))) {
    const roles = [...new Set(usesOf(path).map(({ role }) => role))];
    if (roles.some(isReferenceRole) && !roles.every(isReferenceRole))
      findings.push(
        finding(
          isSealed(definition) ? 'error' : 'warning',
          'sealed-content',
          { path },
          {
            found: `one file with the roles ${roles.map((role) => `'${role}'`).join(' and ')}`,
            needed: 'what maps are compared with in a file that has no other role',
            fix: 'Give the file that was meant for the other role.',
          },
        ),
      );
  }
  return findings;
}
