import {
  filesOfTask,
  lackingInput,
  observationFileSchema,
  observationsOfTask,
  type FileRole,
  type InputFile,
  type NetworkSummary,
  type ObjectReference,
  type ObservationFile,
  type RejectionReason,
} from '@sillage/contracts';

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
