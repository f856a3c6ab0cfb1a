import {
  observationFileSchema,
  type FileRole,
  type InputFile,
  type NetworkSummary,
  type ObjectReference,
  type ObservationFile,
  type RejectionReason,
} from '@sillage/contracts';
import { filesOfTask, observationsOfTask } from '../../challenges/domain/installation.js';

type DatasetInput = {
  role: FileRole;
  area: string;
  scenario?: string;
  path: string;
  variable: string | null;
  object: ObjectReference;
};

export type PredictInputs = { observations: ObservationFile[]; oi: InputFile | null; sst: InputFile | null };

const roleSchema = observationFileSchema.shape.role;

const INPUT_NAMES = { oi: 'a map by optimal interpolation', sst: 'a sea surface temperature' } as const;

/** The public files of a task that a network reads, never the truth; or why the task has not what it needs. */
export function predictInputs(
  files: readonly DatasetInput[],
  task: { area: string; scenario: string },
  extraInputs: NetworkSummary['extraInputs'],
): PredictInputs | { lacking: RejectionReason } {
  const place = `${task.area} × ${task.scenario}`;
  const observations = observationFiles(files, task);
  if (observations.length === 0) {
    return {
      lacking: {
        code: 'inputs-missing',
        where: place,
        found: 'the challenge publishes no observations for this task',
        expected: 'observations that the network can be run on',
        fix: 'Submit the maps themselves for this task.',
      },
    };
  }
  const extra = {
    oi: extraInputs.includes('oi') ? firstOf(files, 'oi', task) : null,
    sst: extraInputs.includes('sst') ? firstOf(files, 'sst', task) : null,
  };
  const missing = extraInputs.find((kind) => extra[kind] === null);
  if (missing !== undefined) {
    return {
      lacking: {
        code: 'inputs-missing',
        where: place,
        found: `the network reads ${INPUT_NAMES[missing]}, and the challenge publishes none for this task`,
        expected: `a dataset file with the role '${missing}'`,
        fix: 'Enter the tasks that have it, or submit a network that does without.',
      },
    };
  }
  return { observations, ...extra };
}

/** The observations of a task, all of them public. */
export function observationFiles(
  files: readonly DatasetInput[],
  task: { area: string; scenario: string },
): ObservationFile[] {
  return observationsOfTask(files, task).map((file) => ({
    ...inputOf(file),
    role: roleSchema.parse(file.role),
  }));
}

function firstOf(
  files: readonly DatasetInput[],
  role: 'oi' | 'sst',
  task: { area: string; scenario: string },
): InputFile | null {
  const [file] = filesOfTask(files, [role], task);
  return file === undefined ? null : inputOf(file);
}

function inputOf({ path, variable, object }: DatasetInput): InputFile {
  return { fileName: path, variable, object };
}
