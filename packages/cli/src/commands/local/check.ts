import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { taskExtent, type ChallengeDefinition, type TaskExtent } from '@sillage/contracts';
import { findMistakes, checkFile, mistakeText, type MistakeText } from '@sillage/pipeline';
import { CommandError } from '../../command-error.js';
import { print, printJson } from '../../terminal/output.js';
import { rejectionText } from '../../terminal/rejection-text.js';
import { datasetOf } from './local-challenge.js';

export type CheckOptions = {
  challenge: string;
  area?: string;
  scenario?: string;
  variable?: string;
  reference?: string;
  referenceVariable?: string;
  json?: boolean;
};

type Comparison = { path: string; variable: string | null; name: string };

/** What the platform would say of a map, and the usual mistakes that it shows against the truth. Exit status 1 if rejected. */
export async function check(path: string, options: CheckOptions): Promise<void> {
  const { folder, definition } = datasetOf(options.challenge);
  const task = chosenTask(definition, options);
  const verdict = await checkFile({ path, variable: options.variable ?? null, tasks: [task] });
  const comparison = comparisonOf(folder, definition, task, options);
  const mistakes =
    comparison === null
      ? null
      : (
          await findMistakes({
            reconstructionPath: path,
            reconstructionVariable: options.variable ?? null,
            referencePath: comparison.path,
            referenceVariable: comparison.variable,
            scoredBox: task.scoredBox,
            period: task.period,
          }).catch((error: unknown) => {
            // A file that cannot be read at all has its reason above.
            if (verdict.rejection !== null) return [];
            throw error;
          })
        ).map((mistake) => ({ kind: mistake.kind, text: mistakeText(mistake, comparison.name) }));
  if (options.json === true) {
    printJson({
      path,
      challenge: definition.id,
      area: task.area,
      scenario: task.scenario,
      accepted: verdict.rejection === null,
      rejection: verdict.rejection,
      warnings: verdict.verdict?.warnings ?? [],
      compared_with: comparison?.path ?? null,
      mistakes: mistakes?.map(({ kind, text }) => ({ kind, ...text })) ?? null,
    });
  } else {
    print(
      verdict.rejection === null
        ? `The platform would accept it for ${task.area} × ${task.scenario}.`
        : `The platform would reject it. ${rejectionText(verdict.rejection)}`,
    );
    for (const warning of verdict.verdict?.warnings ?? []) print(`Note: ${warning.message}`);
    if (mistakes === null)
      print('Not compared with anything: give --reference, a truth or a map by OI on a grid.');
    else print(mistakesText(mistakes.map(({ text }) => text)));
  }
  if (verdict.rejection !== null) process.exitCode = 1;
}

function mistakesText(mistakes: readonly MistakeText[]): string {
  if (mistakes.length === 0)
    return 'None of the usual mistakes: dates, position, axes, sign, unit and mean fit.';
  return mistakes.map(({ title, evidence, fix }) => `${title}. ${evidence} ${fix}`).join('\n');
}

function chosenTask(definition: ChallengeDefinition, options: CheckOptions): TaskExtent {
  const fitting = definition.tasks.filter(
    ({ area, scenario }) => (options.area ?? area) === area && (options.scenario ?? scenario) === scenario,
  );
  const [task, other] = fitting;
  const known = definition.tasks.map(({ area, scenario }) => `${area} × ${scenario}`).join(', ');
  if (task === undefined) throw new CommandError(`'${definition.id}' has no such task; it has ${known}`);
  if (other !== undefined)
    throw new CommandError(`say which task with --area and --scenario; '${definition.id}' has ${known}`);
  return taskExtent(definition, task);
}

/** `--reference`, else the truth of the challenge's folder, else its map by OI; null where there is none. */
function comparisonOf(
  folder: string,
  definition: ChallengeDefinition,
  task: TaskExtent,
  options: CheckOptions,
): Comparison | null {
  if (options.reference !== undefined) {
    return { path: options.reference, variable: options.referenceVariable ?? null, name: 'the reference' };
  }
  for (const [role, name] of [
    ['truth', 'the truth'],
    ['oi', 'the map by OI'],
  ] as const) {
    const file = definition.files.find(
      (item) =>
        item.role === role &&
        item.area === task.area &&
        (item.scenario ?? task.scenario) === task.scenario &&
        existsSync(join(folder, item.path)),
    );
    if (file) return { path: join(folder, file.path), variable: file.variable ?? null, name };
  }
  return null;
}
