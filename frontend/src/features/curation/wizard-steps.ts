import type { DefinitionProblem } from '@sillage/contracts';

/** The parts of the wizard, in the order in which one comes by them; each has its own address. */
export const STEPS = [
  { id: 'basics', name: 'Basics' },
  { id: 'areas', name: 'Periods and areas' },
  { id: 'scenarios', name: 'Scenarios and tasks' },
  { id: 'files', name: 'Files' },
  { id: 'references', name: 'References' },
  { id: 'published', name: 'Published scores' },
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
  published: 'published',
  expectedFiles: 'files',
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
  const messages = problems.filter((problem) => problem.path === path).map(({ message }) => message);
  return messages.length === 0 ? undefined : messages.join('; ');
}

/** The id of the control that a problem is about: `areas.0.id` → `field-areas-0-id`. */
export function fieldId(path: string): string {
  return `field-${path.replaceAll('.', '-')}`;
}
