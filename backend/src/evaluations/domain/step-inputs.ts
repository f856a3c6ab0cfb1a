import {
  filesOfTask,
  lackingInput,
  observationFileSchema,
  observationsOfTask,
  referenceFile,
  type FileRole,
  type InputFile,
  type NetworkSummary,
  type ObjectReference,
  type ObservationFile,
  type Protocol,
  type RejectionReason,
} from '@sillage/contracts';

/** A file of a dataset version, as the steps of an evaluation read it. */
export type DatasetInput = {
  role: FileRole;
  area: string;
  scenario?: string;
  path: string;
  variable: string | null;
  object: ObjectReference;
};

export type PredictInputs = { observations: ObservationFile[]; oi: InputFile | null; sst: InputFile | null };

export type ScoreInputs = { truth: ObjectReference; truthVariable: string | null; oi: InputFile | null };

const roleSchema = observationFileSchema.shape.role;

/** The public files of a task that a network reads, never the truth; or why the task has not what it needs. */
export function predictInputs(
  files: readonly DatasetInput[],
  task: { area: string; scenario: string },
  extraInputs: NetworkSummary['extraInputs'],
): PredictInputs | { lacking: RejectionReason } {
  const lacking = lackingInput(files, task, extraInputs);
  if (lacking !== null) return { lacking };
  return {
    observations: observationFiles(files, task),
    oi: extraInputs.includes('oi') ? firstOf(files, 'oi', task) : null,
    sst: extraInputs.includes('sst') ? firstOf(files, 'sst', task) : null,
  };
}

/** What the score step reads beside the map; null where the dataset has nothing to compare it with. */
export function scoreInputs(
  protocol: Protocol,
  files: readonly DatasetInput[],
  task: { area: string; scenario: string },
): ScoreInputs | null {
  const reference = referenceFile({ protocol, files }, task);
  if (reference === undefined) return null;
  return { truth: reference.object, truthVariable: reference.variable, oi: firstOf(files, 'oi', task) };
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
