import {
  type ChallengeDefinition,
  type DatasetFile,
  entersScenario,
  filesOfTask,
  mapsOfReference,
  observationsOfTask,
  type OiParameters,
} from '@sillage/contracts';
import { isInstalled } from './installation.js';

export type Reference = ChallengeDefinition['references'][number];
type Task = { area: string; scenario: string };

/**
 * What a reference sends in: a file of the dataset in all tasks that it is for, a map to compute for one task, or a network
 * to run on all tasks of the areas that its checkpoint is listed for.
 */
export type ReferenceEntry = { reference: Reference; tasks: Task[] } & (
  | { kind: 'file'; file: DatasetFile }
  | { kind: 'computed'; observations: DatasetFile[]; method: 'oi'; parameters: OiParameters }
  | { kind: 'network'; checkpoint: string; manifest: string }
);

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
    const { compute } = reference;
    for (const task of definition.tasks.filter(({ scenario }) => entersScenario(reference, scenario))) {
      const file = mapFor(maps, reference, task);
      if (file !== undefined) {
        const key = `${file.path} ${file.variable ?? ''}`;
        const entry = entryOfFile.get(key) ?? { kind: 'file' as const, reference, file, tasks: [] };
        entry.tasks.push(task);
        if (!entryOfFile.has(key)) entries.push(entry);
        entryOfFile.set(key, entry);
      } else if (compute?.method === 'oi') {
        const observations = observationsOfTask(definition.files, task);
        if (observations.length === 0) unobserved.push({ reference, task });
        else entries.push({ kind: 'computed', reference, tasks: [task], observations, ...compute });
      } else if (compute?.method === 'network') {
        const isMeant = filesOfTask(definition.files, ['network'], task).some(
          ({ path }) => path === compute.checkpoint,
        );
        if (!isMeant) continue;
        if (observationsOfTask(definition.files, task).length === 0) {
          unobserved.push({ reference, task });
          continue;
        }
        const { checkpoint, manifest } = compute;
        const entry = entryOfFile.get(checkpoint) ?? {
          kind: 'network' as const,
          reference,
          checkpoint,
          manifest,
          tasks: [],
        };
        entry.tasks.push(task);
        if (!entryOfFile.has(checkpoint)) entries.push(entry);
        entryOfFile.set(checkpoint, entry);
      }
    }
  }
  return { entries, unobserved };
}
