import type { DraftDefinition } from '@sillage/contracts';

/**
 * Reading and changing a definition that is being written: any part may be missing, or of another kind than it should be.
 * A path is the way to a value, like `['areas', 0, 'scoredBox', 'west']`.
 */
export type Path = readonly (string | number)[];

export function valueAt(definition: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return typeof key === 'number' ? (value as unknown[])[key] : undefined;
    return isRecord(value) ? value[key] : undefined;
  }, definition);
}

/** The text there, else nothing: what a text field shows. */
export function textAt(definition: unknown, path: Path): string {
  const value = valueAt(definition, path);
  return typeof value === 'string' ? value : '';
}

export function numberAt(definition: unknown, path: Path): number | null {
  const value = valueAt(definition, path);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The list there; anything else counts as an empty one. */
export function listAt(definition: unknown, path: Path): readonly unknown[] {
  const value = valueAt(definition, path);
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The texts in the list there. */
export function textsAt(definition: unknown, path: Path): string[] {
  return listAt(definition, path).filter((item): item is string => typeof item === 'string');
}

/** The same definition with another value there; what leads to it is made where it is missing. `undefined` takes it out. */
export function withValue(definition: DraftDefinition, path: Path, value: unknown): DraftDefinition {
  return changed(definition, path, value) as DraftDefinition;
}

/** The same definition with one more item at the end of a list. */
export function withItem(definition: DraftDefinition, path: Path, item: unknown): DraftDefinition {
  return withValue(definition, path, [...listAt(definition, path), item]);
}

export function withoutItem(definition: DraftDefinition, path: Path, index: number): DraftDefinition {
  return withValue(
    definition,
    path,
    listAt(definition, path).filter((_item, other) => other !== index),
  );
}

function changed(holder: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list: unknown[] = Array.isArray(holder) ? [...(holder as unknown[])] : [];
    list[key] = changed(list[key], rest, value);
    return list;
  }
  const record: Record<string, unknown> = isRecord(holder) ? { ...holder } : {};
  const next = changed(record[key], rest, value);
  if (next === undefined) delete record[key];
  else record[key] = next;
  return record;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where two definitions say something else, as `areas.0.scoredBox.west`; at most as deep as needed. */
export function differingPaths(left: unknown, right: unknown, prefix = ''): string[] {
  if (Object.is(left, right)) return [];
  const areLists = Array.isArray(left) && Array.isArray(right);
  if (!areLists && !(isRecord(left) && isRecord(right))) return [prefix];
  const keys = new Set([...Object.keys(left as object), ...Object.keys(right as object)]);
  return [...keys].flatMap((key) =>
    differingPaths(
      (left as Record<string, unknown>)[key],
      (right as Record<string, unknown>)[key],
      prefix === '' ? key : `${prefix}.${key}`,
    ),
  );
}

/**
 * A new id for the scenario or area at `index`, wherever the definition names it: tasks, files, references and published rows
 * follow, so that renaming breaks nothing.
 */
export function withId(
  definition: DraftDefinition,
  kind: 'areas' | 'scenarios',
  index: number,
  id: string,
): DraftDefinition {
  const before = textAt(definition, [kind, index, 'id']);
  const named = withValue(definition, [kind, index, 'id'], id);
  const isShared = listAt(definition, [kind]).some(
    (item, other) => other !== index && textAt(item, ['id']) === before,
  );
  if (before === '' || isShared) return named;
  const key = kind === 'areas' ? 'area' : 'scenario';
  const follow = (item: unknown) => (isRecord(item) && item[key] === before ? { ...item, [key]: id } : item);
  let result = named;
  for (const list of ['tasks', 'files', 'published'])
    if (listAt(result, [list]).length > 0)
      result = withValue(result, [list], listAt(result, [list]).map(follow));
  const listOfReference = kind === 'scenarios' ? 'scenarios' : 'trainedOn';
  listAt(result, ['references']).forEach((reference, position) => {
    const names = textsAt(reference, [listOfReference]);
    if (names.includes(before))
      result = withValue(
        result,
        ['references', position, listOfReference],
        names.map((name) => (name === before ? id : name)),
      );
  });
  return result;
}

/** Without an area or a scenario, and without the tasks that it had. Files and references that name it stay, and are told. */
export function withoutNamed(
  definition: DraftDefinition,
  kind: 'areas' | 'scenarios',
  index: number,
): DraftDefinition {
  const id = textAt(definition, [kind, index, 'id']);
  const key = kind === 'areas' ? 'area' : 'scenario';
  const tasks = listAt(definition, ['tasks']).filter((task) => textAt(task, [key]) !== id);
  return withValue(withoutItem(definition, [kind], index), ['tasks'], tasks);
}

/** Whether there is a board of this area and scenario. */
export function hasTask(definition: unknown, area: string, scenario: string): boolean {
  return listAt(definition, ['tasks']).some(
    (task) => textAt(task, ['area']) === area && textAt(task, ['scenario']) === scenario,
  );
}

/** Tasks in the order of areas and then scenarios, as the matrix shows them. */
export function withTask(
  definition: DraftDefinition,
  task: { area: string; scenario: string },
  isWanted: boolean,
): DraftDefinition {
  const areas = listAt(definition, ['areas']).map((area) => textAt(area, ['id']));
  const scenarios = listAt(definition, ['scenarios']).map((scenario) => textAt(scenario, ['id']));
  const isThis = (area: string, scenario: string) => area === task.area && scenario === task.scenario;
  const tasks = areas.flatMap((area) =>
    scenarios
      .filter((scenario) => (isThis(area, scenario) ? isWanted : hasTask(definition, area, scenario)))
      .map((scenario) => ({ area, scenario })),
  );
  return withValue(definition, ['tasks'], tasks);
}

/** `oi-gf-nadir4.nc` → what a file with such a name is for, as far as the name and the definition tell. */
export function useFromName(
  definition: unknown,
  path: string,
): { role: string; area: string; scenario?: string } {
  const name = path.toLowerCase();
  const words = name.replace(/\.[a-z0-9]+$/, '').split(/[^a-z0-9]+/);
  const longestFirst = (left: string, right: string) => right.length - left.length;
  const ids = (kind: string) =>
    listAt(definition, [kind])
      .map((item) => textAt(item, ['id']))
      .filter((id) => id !== '');
  const areas = ids('areas');
  const area = [...areas].sort(longestFirst).find((id) => words.join('-').includes(id)) ?? areas[0] ?? '';
  const scenario = ids('scenarios')
    .sort(longestFirst)
    .find((id) => words.join('-').includes(id));
  const role =
    ROLE_WORDS.find(([word]) => words.some((other) => other.startsWith(word)))?.[1] ?? 'observations';
  return { role, area, ...(scenario === undefined || !BY_SCENARIO.has(role) ? {} : { scenario }) };
}

/** In this order: `gridded-observations-…` are gridded. */
const ROLE_WORDS = [
  ['truth', 'truth'],
  ['gridded', 'gridded-observations'],
  ['swath', 'swath-observations'],
  ['karin', 'swath-observations'],
  ['obs', 'observations'],
  ['oi', 'oi'],
  ['sst', 'sst'],
  ['mask', 'mask'],
  ['track', 'evaluation-track'],
  ['map', 'reconstruction'],
  ['nadir', 'observations'],
] as const;

/** Roles whose content depends on what was observed. */
const BY_SCENARIO: ReadonlySet<string> = new Set([
  'observations',
  'swath-observations',
  'gridded-observations',
  'oi',
  'reconstruction',
]);
