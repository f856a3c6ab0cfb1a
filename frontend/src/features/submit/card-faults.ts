import {
  createSubmissionRequestSchema,
  type CreateSubmissionRequest,
  type InputKind,
} from '@sillage/contracts';

export type SubmitValues = {
  challenge: string;
  tasks: { area: string; scenario: string }[];
  uploadId: string;
  variable: string;
  name: string;
  description: string;
  inputs: InputKind[];
  codeUrl: string;
  paperUrl: string;
  licence: string;
};

/** Names of the fields as they stand in the request, and so in the API's errors. */
export type SubmitField =
  | 'tasks'
  | 'variable'
  | 'card.name'
  | 'card.description'
  | 'card.inputs'
  | 'card.codeUrl'
  | 'card.paperUrl'
  | 'card.licence';

const FIELD_TEXTS: Partial<Record<SubmitField, string>> = {
  tasks: 'Choose at least one task.',
  'card.name': 'Give the method a name of at most 80 characters.',
  'card.inputs': 'Say which inputs the method used.',
  'card.codeUrl': 'Give a whole address that starts with https://, or leave it empty.',
  'card.paperUrl': 'Give a whole address that starts with https://, or leave it empty.',
};

/** The request the form stands for, or what is off in it, by field. */
export function submissionRequestOf(
  values: SubmitValues,
): { request: CreateSubmissionRequest } | { faults: Partial<Record<string, string>> } {
  const parsed = createSubmissionRequestSchema.safeParse({
    challenge: values.challenge,
    tasks: values.tasks,
    uploadId: values.uploadId,
    ...(values.variable.trim() === '' ? {} : { variable: values.variable.trim() }),
    card: {
      name: values.name,
      description: values.description,
      inputs: values.inputs,
      codeUrl: values.codeUrl.trim() === '' ? null : values.codeUrl.trim(),
      paperUrl: values.paperUrl.trim() === '' ? null : values.paperUrl.trim(),
      ...(values.licence.trim() === '' ? {} : { licence: values.licence }),
    },
  });
  if (parsed.success) return { request: parsed.data };
  const faults: Partial<Record<string, string>> = {};
  for (const issue of parsed.error.issues) {
    const field = fieldOf(issue.path.join('.'));
    faults[field] ??= FIELD_TEXTS[field as SubmitField] ?? issue.message;
  }
  return { faults };
}

/** `card.inputs.0` is off: the field to mark is `card.inputs`. */
export function fieldOf(path: string): string {
  return path.replace(/\.\d+(\..*)?$/, '');
}
