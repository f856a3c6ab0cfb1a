import type { DefinitionProblem } from '@sillage/contracts';

/** The parts of the wizard, in the order in which one comes by them; each has its own address. */
export const STEPS = [
  { id: 'basics', name: 'Basics' },
  { id: 'areas', name: 'Periods and areas' },
  { id: 'scenarios', name: 'Scenarios and tasks' },
  { id: 'files', name: 'Files' },
  { id: 'references', name: 'References' },
  { id: 'yaml', name: 'Definition as YAML' },
  { id: 'check', name: 'Check' },
  { id: 'validate', name: 'Validate' },
] as const;
export type StepId = (typeof STEPS)[number]['id'];

export function stepOf(text: string | null | undefined): StepId {
  return STEPS.find(({ id }) => id === text)?.id ?? 'basics';
}

const STEP_OF_KEY: Partial<Record<string, StepId>> = {
  periods: 'areas',
  areas: 'areas',
  scenarios: 'scenarios',
  tasks: 'scenarios',
  files: 'files',
  references: 'references',
  published: 'yaml',
  expectedFiles: 'yaml',
};

/** Where a problem is mended. A definition without files is told among the files. */
export function stepOfProblem({ path }: DefinitionProblem): StepId {
  return STEP_OF_KEY[path.split('.')[0] ?? ''] ?? 'basics';
}

export function problemsOfStep(problems: readonly DefinitionProblem[], step: StepId): DefinitionProblem[] {
  return problems.filter((problem) => stepOfProblem(problem) === step);
}

/** The problem of a field: of its path, or of something in it that has no field of its own. */
export function problemAt(problems: readonly DefinitionProblem[], path: string): string | undefined {
  const messages = problems
    .filter((problem) => problem.path === path)
    .map(({ message }) => problemWords(message));
  return messages.length === 0 ? undefined : messages.join('; ');
}

/** The id of the control that a problem is about: `areas.0.id` → `field-areas-0-id`. */
export function fieldId(path: string): string {
  return `field-${path.replaceAll('.', '-')}`;
}

/** What the schema library says of a value, in the words of people who fill in a form; what is in our words already stays. */
export function problemWords(message: string): string {
  if (/received undefined$|^Too small: expected string to have >=1 characters$/.test(message))
    return 'missing';
  if (message === 'Too small: expected array to have >=1 items') return 'at least one is needed';
  const options = /^Invalid option: expected one of (.*)$/.exec(message)?.[1];
  if (options !== undefined) return `choose one of ${options.replaceAll('"', '').split('|').join(', ')}`;
  const longest = /^Too big: expected string to have <=(\d+) characters$/.exec(message)?.[1];
  if (longest !== undefined) return `at most ${longest} characters`;
  const kind = /^Invalid input: expected (\w+), received \w+$/.exec(message)?.[1];
  if (kind !== undefined) return `a ${KIND_WORDS[kind] ?? kind} is needed`;
  if (message === 'Invalid ISO date') return 'a day like 2012-10-22 is needed';
  return message;
}

const KIND_WORDS: Partial<Record<string, string>> = {
  string: 'text',
  boolean: 'yes or no',
  array: 'list',
  object: 'group of values',
};
