import { createSubmissionRequestSchema, inputKindSchema } from '@sillage/contracts';
import type {
  ChallengeView,
  CreateSubmissionRequest,
  InputKind,
  SubmissionView,
  TaskReference,
} from '@sillage/contracts';
import { ApiClient, ApiError } from '../api/api-client.js';
import { uploadFile } from '../api/upload-file.js';
import { UploadState } from '../api/upload-state.js';
import { CommandError } from '../command-error.js';
import { serverSettings } from '../settings/settings.js';
import { print, printJson, say } from '../terminal/output.js';
import { createProgressLine } from '../terminal/progress-line.js';
import { formatBytes } from '../terminal/quantities.js';
import { requireScores, submissionText, waitForSubmission } from './follow-submission.js';

export type SubmitOptions = {
  url?: string;
  challenge: string;
  area?: string;
  scenario?: string;
  allTasks?: boolean;
  name: string;
  inputs: string;
  description?: string;
  codeUrl?: string;
  paperUrl?: string;
  licence?: string;
  variable?: string;
  wait?: boolean;
  json?: boolean;
};

export async function submit(path: string, options: SubmitOptions): Promise<void> {
  const server = serverSettings(options, process.env);
  const client = new ApiClient(server);
  const inputs = parseInputs(options.inputs);
  const challenge = await client.challenge(options.challenge);
  const tasks = chooseTasks(challenge, options);
  const request = {
    challenge: challenge.id,
    tasks,
    uploadId: 'pending',
    ...(options.variable === undefined ? {} : { variable: options.variable }),
    card: {
      name: options.name,
      description: options.description ?? '',
      inputs,
      codeUrl: options.codeUrl ?? null,
      paperUrl: options.paperUrl ?? null,
      ...(options.licence === undefined ? {} : { licence: options.licence }),
    },
  };
  const checked = createSubmissionRequestSchema.safeParse(request); // before a long upload, not after it
  if (!checked.success) {
    throw new CommandError(
      checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  }
  await client.me();

  let submission = await uploadAndCreate(path, client, checked.data);
  if (options.json !== true)
    say(`submission ${submission.id}: ${tasks.map((task) => `${task.area} × ${task.scenario}`).join(', ')}`);
  if (options.wait === true) submission = await waitForSubmission(client, submission.id);
  if (options.json === true) printJson(submission);
  else print(submissionText(submission, server.url));
  if (options.wait === true) requireScores(submission);
}

async function uploadAndCreate(
  path: string,
  client: ApiClient,
  request: CreateSubmissionRequest,
): Promise<SubmissionView> {
  const state = new UploadState(process.env);
  const { server } = client;
  for (let isSecondTry = false; ; isSecondTry = true) {
    const progress = createProgressLine();
    const uploaded = await uploadFile({ path, server, state, onProgress: progress.update }).finally(
      progress.clear,
    );
    say(`${uploaded.fileName}: ${formatBytes(uploaded.sizeBytes)} uploaded, SHA-256 ${uploaded.sha256}`);
    try {
      const submission = await client.createSubmission({ ...request, uploadId: uploaded.uploadId });
      state.forget(server.url, uploaded.sha256);
      return submission;
    } catch (error) {
      const isSpent =
        error instanceof ApiError &&
        (error.code === 'upload-already-used' || error.code === 'upload-not-found');
      if (isSpent) state.forget(server.url, uploaded.sha256);
      if (!isSpent || isSecondTry) throw error;
    }
  }
}

export function parseInputs(text: string): InputKind[] {
  const names = text.split(',').map((name) => name.trim());
  return names.map((name) => {
    const parsed = inputKindSchema.safeParse(name);
    if (parsed.success) return parsed.data;
    throw new CommandError(
      `'${name}' is no kind of input; give one or more of ${inputKindSchema.options.join(', ')}`,
    );
  });
}

export function chooseTasks(
  challenge: Pick<ChallengeView, 'id' | 'tasks'>,
  options: { area?: string; scenario?: string; allTasks?: boolean },
): TaskReference[] {
  const listed = challenge.tasks.map((task) => `--area ${task.area} --scenario ${task.scenario}`).join(' · ');
  if (options.allTasks === true) {
    if (options.area !== undefined || options.scenario !== undefined) {
      throw new CommandError('--all-tasks enters every board; leave out --area and --scenario');
    }
    return challenge.tasks;
  }
  const matching = challenge.tasks.filter(
    (task) =>
      (options.area === undefined || task.area === options.area) &&
      (options.scenario === undefined || task.scenario === options.scenario),
  );
  const [only, ...others] = matching;
  if (only === undefined)
    throw new CommandError(`challenge '${challenge.id}' has no such task; it has ${listed}`);
  if (others.length > 0)
    throw new CommandError(
      `challenge '${challenge.id}' has several tasks, choose one or give --all-tasks: ${listed}`,
    );
  return [only];
}
