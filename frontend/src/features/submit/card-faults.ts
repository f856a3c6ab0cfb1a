import {
  createSubmissionRequestSchema,
  createSubmissionSetRequestSchema,
  type CreateSubmissionRequest,
  type CreateSubmissionSetRequest,
  type InputKind,
  type Visibility,
} from '@sillage/contracts';
import type { ZodError } from 'zod';
import { taskKey, type Task } from '../../lib/tasks';

export type CardValues = {
  name: string;
  description: string;
  inputs: InputKind[];
  /** Empty where it is not said. */
  family?: string;
  /** Areas of the challenge. */
  trainedOn?: string[];
  codeUrl: string;
  paperUrl: string;
  licence: string;
  /** Public where it is left out. */
  visibility?: Visibility;
  /** In the name of a team; a person's own where it is left out. */
  team?: string | null;
};

export type SubmitValues = CardValues & {
  challenge: string;
  tasks: Task[];
  uploadId: string;
  onlyCovered: boolean;
  variable: string;
  /** Where the file is a network: the text of its manifest, null where the file carries it. Null for a map. */
  network: { manifest: string | null } | null;
};

/** One file of a set; `uploadId` is empty while it is being sent, `tasks` while nobody has said what it is for. */
export type FileValues = { name: string; uploadId: string; tasks: Task[]; onlyCovered: boolean };
export type SetValues = CardValues & { challenge: string; variable: string; files: FileValues[] };

type Faults = { faults: Partial<Record<string, string>> };

/** Names of the fields as they stand in the request, and so in the API's errors. */
export type SubmitField =
  | 'tasks'
  | 'files'
  | 'variable'
  | 'network.manifest'
  | 'card.name'
  | 'card.description'
  | 'card.inputs'
  | 'card.family'
  | 'card.trainedOn'
  | 'card.codeUrl'
  | 'card.paperUrl'
  | 'card.licence'
  | 'visibility.until';

const FIELD_TEXTS: Partial<Record<SubmitField, string>> = {
  tasks: 'Choose at least one task.',
  'network.manifest': 'Say how the network is run: paste its manifest, open its file, or fill in the form.',
  'card.name': 'Give the method a name of at most 80 characters.',
  'card.inputs': 'Say which inputs the method used.',
  'card.codeUrl': 'Give a whole address that starts with https://, or leave it empty.',
  'visibility.until': 'Say on which day the name is shown.',
  'card.paperUrl': 'Give a whole address that starts with https://, or leave it empty.',
};

/** The request the form stands for, or what is off in it, by field. */
export function submissionRequestOf(values: SubmitValues): { request: CreateSubmissionRequest } | Faults {
  const parsed = createSubmissionRequestSchema.safeParse({
    challenge: values.challenge,
    tasks: values.tasks,
    uploadId: values.uploadId,
    ...(values.network === null
      ? { onlyCovered: values.onlyCovered, ...variableOf(values.variable) }
      : { network: values.network }),
    card: cardOf(values),
    visibility: values.visibility,
    team: values.team,
  });
  return parsed.success ? { request: parsed.data } : { faults: faultsOf(parsed.error) };
}

/** The same for several files at once. What is off in the list of files is said in one sentence, under `files`. */
export function setRequestOf(values: SetValues): { request: CreateSubmissionSetRequest } | Faults {
  const parsed = createSubmissionSetRequestSchema.safeParse({
    challenge: values.challenge,
    card: cardOf(values),
    visibility: values.visibility,
    team: values.team,
    files: mergedFiles(values.files).map(({ uploadId, tasks, onlyCovered }) => ({
      uploadId,
      tasks,
      onlyCovered,
      ...variableOf(values.variable),
    })),
  });
  const fileFault = faultOfFiles(values.files);
  if (parsed.success && fileFault === null) return { request: parsed.data };
  return {
    faults: {
      ...(fileFault === null ? {} : { files: fileFault }), // first on the page, so first to get the focus
      ...(parsed.success ? {} : withoutFiles(faultsOf(parsed.error))),
    },
  };
}

/** A file that was chosen twice was sent once: then it is scored on all that was chosen for it. */
function mergedFiles(files: readonly FileValues[]): FileValues[] {
  const merged = new Map<string, FileValues>();
  for (const [index, file] of files.entries()) {
    const key = file.uploadId === '' ? `unsent ${index}` : `${file.uploadId} ${file.onlyCovered}`;
    const earlier = merged.get(key);
    merged.set(key, earlier === undefined ? file : { ...earlier, tasks: [...earlier.tasks, ...file.tasks] });
  }
  return [...merged.values()];
}

function withoutFiles({
  files: _,
  ...others
}: Partial<Record<string, string>>): Partial<Record<string, string>> {
  return others;
}

function faultOfFiles(files: readonly FileValues[]): string | null {
  if (files.length === 0) return 'Choose the files to submit.';
  const idle = files.find((file) => file.tasks.length === 0);
  if (idle !== undefined) return `Say what ${idle.name} is scored on.`;
  const owners = new Map<string, string>();
  for (const file of files) {
    for (const key of file.tasks.map(taskKey)) {
      const owner = owners.get(key);
      if (owner !== undefined) return `${owner} and ${file.name} are to be scored on the same task.`;
      owners.set(key, file.name);
    }
  }
  const unsent = files.find((file) => file.uploadId === '');
  return unsent === undefined ? null : `Wait until ${unsent.name} is uploaded.`;
}

function variableOf(variable: string): { variable?: string } {
  return variable.trim() === '' ? {} : { variable: variable.trim() };
}

function cardOf(values: CardValues) {
  return {
    name: values.name,
    description: values.description,
    inputs: values.inputs,
    ...(values.family ? { family: values.family } : {}),
    ...(values.trainedOn === undefined || values.trainedOn.length === 0
      ? {}
      : { trainedOn: values.trainedOn }),
    codeUrl: values.codeUrl.trim() === '' ? null : values.codeUrl.trim(),
    paperUrl: values.paperUrl.trim() === '' ? null : values.paperUrl.trim(),
    ...(values.licence.trim() === '' ? {} : { licence: values.licence }),
  };
}

function faultsOf(error: Pick<ZodError, 'issues'>): Partial<Record<string, string>> {
  const faults: Partial<Record<string, string>> = {};
  for (const issue of error.issues) {
    const field = fieldOf(issue.path.join('.'));
    faults[field] ??= FIELD_TEXTS[field as SubmitField] ?? issue.message;
  }
  return faults;
}

/** `card.inputs.0` is off: the field to mark is `card.inputs`. */
export function fieldOf(path: string): string {
  return path.replace(/\.\d+(\..*)?$/, '');
}
