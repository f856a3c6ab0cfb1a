type Named = { id: string; name: string };
export type Task = { area: string; scenario: string };

/** `gf.nadir4`: a task in one word, for addresses and forms. */
export function taskKey(task: Task): string {
  return `${task.area}.${task.scenario}`;
}

export function nameOf(list: readonly Named[], id: string): string {
  return list.find((item) => item.id === id)?.name ?? id;
}

/** `Gulf Stream, 4 nadirs`. */
export function taskName(
  challenge: { areas: readonly Named[]; scenarios: readonly Named[] },
  task: Task,
): string {
  return `${nameOf(challenge.areas, task.area)}, ${nameOf(challenge.scenarios, task.scenario)}`;
}
