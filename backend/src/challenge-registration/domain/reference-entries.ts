import {
  entersScenario,
  mapsOfReference,
  type ChallengeDefinition,
  type DatasetFile,
  type OiParameters,
} from '@sillage/contracts';
import { filesOfTask, isInstalled } from '../../challenges/domain/installation.js';

export type Reference = ChallengeDefinition['references'][number];
type Task = { area: string; scenario: string };

/** What a reference sends in: a file of the dataset in all tasks that it is for, or a map to compute for one task. */
export type ReferenceEntry = { reference: Reference; tasks: Task[] } & (
  | { kind: 'file'; file: DatasetFile }
  | { kind: 'computed'; observations: DatasetFile[]; method: 'oi'; parameters: OiParameters }
);

/** Nadirs along track and swaths; daily pseudo-observations on a grid only where nothing else observes the task. */
function observationsOf({ files }: ChallengeDefinition, task: Task): DatasetFile[] {
  const alongTrack = filesOfTask(files, ['observations', 'swath-observations'], task);
  return alongTrack.length > 0 ? alongTrack : filesOfTask(files, ['gridded-observations'], task);
}

/** One map per task: the reference's own before one that any reference may enter. */
function mapFor(files: readonly DatasetFile[], reference: Reference, task: Task): DatasetFile | undefined {
  const fitting = filesOfTask(files, [reference.role], task);
  return fitting.find((file) => file.reference === reference.id) ?? fitting[0];
}

/** Every entry of the references of a challenge, and the tasks that one should be computed for but has no observations. */
export function referenceEntries(definition: ChallengeDefinition): {
  entries: ReferenceEntry[];
  unobserved: { reference: Reference; task: Task }[];
} {
  const entries: ReferenceEntry[] = [];
  const unobserved: { reference: Reference; task: Task }[] = [];
  // Without data there is nothing to enter, and nothing amiss.
  for (const reference of isInstalled(definition) ? definition.references : []) {
    const maps = mapsOfReference(definition.files, reference);
    const entryOfFile = new Map<string, ReferenceEntry>();
    for (const task of definition.tasks.filter(({ scenario }) => entersScenario(reference, scenario))) {
      const file = mapFor(maps, reference, task);
      if (file !== undefined) {
        const key = `${file.path} ${file.variable ?? ''}`;
        const entry = entryOfFile.get(key) ?? { kind: 'file' as const, reference, file, tasks: [] };
        entry.tasks.push(task);
        if (!entryOfFile.has(key)) entries.push(entry);
        entryOfFile.set(key, entry);
      } else if (reference.compute !== undefined) {
        const observations = observationsOf(definition, task);
        if (observations.length === 0) unobserved.push({ reference, task });
        else entries.push({ kind: 'computed', reference, tasks: [task], observations, ...reference.compute });
      }
    }
  }
  return { entries, unobserved };
}
