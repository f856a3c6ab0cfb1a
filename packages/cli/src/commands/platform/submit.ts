import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import {
  createSubmissionRequestSchema,
  createSubmissionSetRequestSchema,
  inputKindSchema,
  MAX_MANIFEST_CHARACTERS,
  methodFamilySchema,
  problemLine,
  problemsIn,
} from '@sillage/contracts';
import type {
  ChallengeView,
  CreateSubmissionRequest,
  CreateSubmissionSetRequest,
  InputKind,
  MethodFamily,
  SubmissionView,
  TaskReference,
} from '@sillage/contracts';
import { createApiClient, type ApiClient } from '../../api/api-client.js';
import { ApiError } from '../../api/api-error.js';
import { uploadFile } from '../../api/upload-file.js';
import type { UploadedFile } from '../../api/upload-file.js';
import { UploadState } from '../../api/upload-state.js';
import { CommandError } from '../../command-error.js';
import { requireFile } from '../../require-file.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson, say } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatBytes } from '../../terminal/quantities.js';
import { requireScores, submissionText, taskName, waitForSubmission } from './follow-submission.js';

export type SubmitOptions = {
  url?: string;
  challenge: string;
  area?: string;
  scenario?: string;
  allTasks?: boolean;
  allAreas?: boolean;
  /** `area:scenario=file`, one map for each task. */
  map?: string[];
  name: string;
  inputs: string;
  description?: string;
  family?: string;
  /** Areas, separated by commas. */
  trainedOn?: string;
  codeUrl?: string;
  paperUrl?: string;
  licence?: string;
  variable?: string;
  /** How a network is run. */
  manifest?: string;
  visibility: string;
  /** Look at the files as the platform's check does, before they are uploaded; default true. */
  check?: boolean;
  /** Name of one of the account's teams. */
  team?: string;
  wait?: boolean;
  json?: boolean;
};

export async function submit(path: string | undefined, options: SubmitOptions): Promise<void> {
  const server = serverSettings(options, process.env);
  const client = createApiClient(server);
  const card = {
    name: options.name,
    description: options.description ?? '',
    inputs: parseInputs(options.inputs),
    ...(options.family === undefined ? {} : { family: parseFamily(options.family) }),
    ...(options.trainedOn === undefined ? {} : { trainedOn: parseAreas(options.trainedOn) }),
    codeUrl: options.codeUrl ?? null,
    paperUrl: options.paperUrl ?? null,
    ...(options.licence === undefined ? {} : { licence: options.licence }),
  };
  const visibility = parseVisibility(options.visibility);
  const team = options.team === undefined ? null : await teamNamed(client, options.team);
  const variable = options.variable === undefined ? {} : { variable: options.variable };
  const maps = options.map === undefined ? null : chosenMaps(path, options.map, options);
  // before anything else: a name that is mistyped, or a folder, is no fault of a map
  for (const file of maps?.map((map) => map.path) ?? (path === undefined ? [] : [path]))
    await requireFile(file);
  const network = await networkOf(path, options.manifest);
  const challenge = await client.challenge(options.challenge);
  if (maps !== null) {
    const files = maps.map((map) => ({
      ...map,
      tasks: map.tasks.map((task) => requireTask(challenge, task)),
    }));
    const request = checked(createSubmissionSetRequestSchema, {
      challenge: challenge.id,
      card,
      visibility,
      team,
      files: files.map(({ tasks }, index) => ({ uploadId: `pending-${index}`, tasks, ...variable })),
    });
    await client.me();
    await requireAllowance(client, challenge, team);
    if (options.check !== false) {
      const { requireGoodMaps } = await import('./check-before-upload.js');
      await requireGoodMaps(challenge, files, { ...variable, onlyCovered: false });
    }
    return follow(client, await uploadAndCreateSet(files, client, request), options);
  }
  if (path === undefined) throw new CommandError('give a file with maps, or one --map for each task');
  const tasks = network === null ? chooseTasks(challenge, options) : tasksOfNetwork(challenge, options);
  const request = checked(createSubmissionRequestSchema, {
    challenge: challenge.id,
    tasks,
    uploadId: 'pending',
    onlyCovered: options.allAreas === true,
    ...variable,
    ...(network === null ? {} : { network }),
    visibility,
    team,
    card,
  });
  await client.me();
  await requireAllowance(client, challenge, team);
  if (options.check !== false) {
    const judge = await import('./check-before-upload.js');
    if (network === null)
      await judge.requireGoodMaps(challenge, [{ path, tasks }], {
        ...variable,
        onlyCovered: request.onlyCovered,
      });
    else await judge.requireGoodNetwork(challenge, { path, manifest: network.manifest, tasks });
  }
  return follow(client, [await uploadAndCreate(path, client, request)], options);
}

/** Before a long upload, not after it: whether the challenge takes anything now, and how much of its limits is used. */
async function requireAllowance(
  client: ApiClient,
  { id, name, rules }: ChallengeView,
  team: string | null,
): Promise<void> {
  if (!rules.acceptsSubmissions) {
    const next =
      rules.acceptsFrom === null
        ? 'no later phase takes any'
        : `it does from ${utcMinute(rules.acceptsFrom)} on`;
    throw new CommandError(`'${name}' takes no submissions now; ${next}`);
  }
  if (rules.quota.perDay === null && rules.quota.perPhase === null) return;
  const { perDay, perPhase, nextSlotAt } = await client.allowance(id, team);
  for (const [use, when] of [
    [perDay, 'today'],
    [perPhase, 'in this phase'],
  ] as const) {
    if (use === null || use.used < use.limit) continue;
    const next = nextSlotAt === null ? '' : `; the next slot opens ${utcMinute(nextSlotAt)}`;
    throw new CommandError(`${use.used} of ${use.limit} submissions used ${when}${next}`);
  }
}

const utcMinute = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;

async function teamNamed(client: ApiClient, name: string): Promise<string> {
  const teams = await client.teams();
  const found = teams.find((team) => team.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found.id;
  const names = teams.map((team) => team.name).join(', ');
  throw new CommandError(
    `you are in no team '${name}'${names === '' ? '; teams are made on your account page' : `; you are in ${names}`}`,
  );
}

/** `public`, `private`, or `anonymous:YYYY-MM-DD`. */
function parseVisibility(text: string): unknown {
  const [, until] = /^anonymous:(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
  if (until !== undefined) return { kind: 'anonymous', until };
  if (text === 'public' || text === 'private') return { kind: text };
  throw new CommandError(
    `--visibility '${text}' is none of public, private, anonymous:YYYY-MM-DD (the day on which the name is shown)`,
  );
}

const NETWORK_EXTENSIONS: readonly string[] = ['.ckpt', '.pt', '.pth', '.safetensors', '.onnx'];
const MAX_MANIFEST_BYTES = 4 * MAX_MANIFEST_CHARACTERS;

/** A file is a network by its name, or because a manifest comes with it. */
async function networkOf(
  path: string | undefined,
  manifestPath: string | undefined,
): Promise<NonNullable<CreateSubmissionRequest['network']> | null> {
  if (path === undefined) {
    if (manifestPath === undefined) return null;
    throw new CommandError('--manifest says how a network is run: give the file with its weights, too');
  }
  if (manifestPath === undefined)
    return NETWORK_EXTENSIONS.includes(extname(path).toLowerCase()) ? { manifest: null } : null;
  try {
    const { size } = await stat(manifestPath);
    if (size > MAX_MANIFEST_BYTES)
      throw new CommandError(`${manifestPath} has ${formatBytes(size)}; a manifest is a page of YAML`);
    return { manifest: await readFile(manifestPath, 'utf8') };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`the manifest ${manifestPath} cannot be read: ${reason}`);
  }
}

/** A network maps what it is pointed at: one area or scenario stands for all its tasks. */
function tasksOfNetwork(
  challenge: Pick<ChallengeView, 'id' | 'tasks'>,
  options: Parameters<typeof chooseTasks>[1],
): TaskReference[] {
  const matching = challenge.tasks.filter(
    (task) =>
      (options.area === undefined || task.area === options.area) &&
      (options.scenario === undefined || task.scenario === options.scenario),
  );
  const isPointed = options.area !== undefined || options.scenario !== undefined;
  return options.allTasks !== true && options.allAreas !== true && isPointed && matching.length > 1
    ? matching
    : chooseTasks(challenge, options);
}

/** Before a long upload, not after it. */
function checked<Request>(
  schema: {
    safeParse(
      value: unknown,
    ):
      | { success: true; data: Request }
      | { success: false; error: { issues: Parameters<typeof problemsIn>[0] } };
  },
  request: unknown,
): Request {
  const parsed = schema.safeParse(request);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    problemsIn(parsed.error.issues, request)
      .map((problem) => `${problem.path}: ${problemLine(problem)}`)
      .join('; '),
  );
}

async function follow(
  client: ApiClient,
  created: SubmissionView[],
  options: { wait?: boolean; json?: boolean },
): Promise<void> {
  const submissions: SubmissionView[] = [];
  if (options.json !== true) {
    for (const { id, evaluations } of created)
      say(`submission ${id}: ${evaluations.map(taskName).join(', ')}`);
  }
  for (const submission of created)
    submissions.push(options.wait === true ? await waitForSubmission(client, submission.id) : submission);
  const [only, ...others] = submissions;
  if (options.json === true) printJson(others.length === 0 ? only : submissions);
  else print(submissions.map((submission) => submissionText(submission, client.server.url)).join('\n\n'));
  if (options.wait === true) requireScores(submissions);
}

type FileOfSet = { path: string; tasks: TaskReference[] };

/** `--map gf:nadir4=a.nc …` as files with their tasks; a file that is given for several tasks is sent once. */
function chosenMaps(
  path: string | undefined,
  maps: readonly string[],
  options: Pick<SubmitOptions, 'area' | 'scenario' | 'allTasks' | 'allAreas'>,
): FileOfSet[] {
  const isTaskChosen =
    options.area !== undefined ||
    options.scenario !== undefined ||
    options.allTasks === true ||
    options.allAreas === true;
  if (path !== undefined || isTaskChosen) {
    throw new CommandError(
      '--map names files and tasks; leave out the file, --area, --scenario, --all-tasks and --all-areas',
    );
  }
  const files = new Map<string, FileOfSet>();
  const pathOfTask = new Map<string, string>();
  for (const text of maps) {
    const [, area, scenario, file] = /^([^:=]+):([^:=]+)=(.+)$/.exec(text) ?? [];
    if (area === undefined || scenario === undefined || file === undefined)
      throw new CommandError(`--map '${text}' does not read area:scenario=file, like gf:nadir4=maps.nc`);
    const task = { area, scenario };
    const key = resolve(file);
    const earlier = pathOfTask.get(taskName(task));
    if (earlier !== undefined)
      throw new CommandError(`--map gives ${taskName(task)} twice: ${earlier} and ${file}`);
    pathOfTask.set(taskName(task), file);
    const known = files.get(key);
    if (known === undefined) files.set(key, { path: file, tasks: [task] });
    else known.tasks.push(task);
  }
  return [...files.values()];
}

function requireTask(challenge: Pick<ChallengeView, 'id' | 'tasks'>, task: TaskReference): TaskReference {
  const [found] = chooseTasks(challenge, task);
  return found ?? task;
}

async function send(path: string, client: ApiClient, state: UploadState): Promise<UploadedFile> {
  const progress = createProgressLine();
  const uploaded = await uploadFile({
    path,
    server: client.server,
    state,
    onProgress: progress.update,
  }).finally(progress.clear);
  say(`${uploaded.fileName}: ${formatBytes(uploaded.sizeBytes)} uploaded, SHA-256 ${uploaded.sha256}`);
  return uploaded;
}

/** An upload of an earlier run may have been spent or dropped since: then everything is sent once more. */
async function withUploads<Result>(
  client: ApiClient,
  work: (sendFile: (path: string) => Promise<UploadedFile>) => Promise<Result>,
): Promise<Result> {
  const state = new UploadState(process.env);
  for (let isSecondTry = false; ; isSecondTry = true) {
    const hashes = new Set<string>();
    const forget = (): void => {
      for (const sha256 of hashes) state.forget(client.server.url, sha256);
    };
    try {
      const result = await work(async (path) => {
        const uploaded = await send(path, client, state);
        hashes.add(uploaded.sha256);
        return uploaded;
      });
      forget();
      return result;
    } catch (error) {
      const isSpent =
        error instanceof ApiError &&
        (error.code === 'upload-already-used' || error.code === 'upload-not-found');
      if (isSpent) forget();
      if (!isSpent || isSecondTry) throw error;
    }
  }
}

function uploadAndCreate(
  path: string,
  client: ApiClient,
  request: CreateSubmissionRequest,
): Promise<SubmissionView> {
  return withUploads(client, async (sendFile) => {
    const { uploadId } = await sendFile(path);
    return client.createSubmission({ ...request, uploadId });
  });
}

function uploadAndCreateSet(
  files: readonly FileOfSet[],
  client: ApiClient,
  request: CreateSubmissionSetRequest,
): Promise<SubmissionView[]> {
  return withUploads(client, async (sendFile) => {
    // Two files with the same bytes are one upload.
    const entered = new Map<string, CreateSubmissionSetRequest['files'][number]>();
    for (const [index, { path }] of files.entries()) {
      const file = request.files[index];
      if (file === undefined) continue;
      const { uploadId } = await sendFile(path);
      const earlier = entered.get(uploadId);
      entered.set(uploadId, { ...file, uploadId, tasks: [...(earlier?.tasks ?? []), ...file.tasks] });
    }
    return client.createSubmissionSet({ ...request, files: [...entered.values()] });
  });
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

function parseFamily(text: string): MethodFamily {
  const parsed = methodFamilySchema.safeParse(text.trim());
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `--family '${text}' is no kind of method; give one of ${methodFamilySchema.options.join(', ')}`,
  );
}

/** Whether the challenge has them is said by the platform, which knows. */
function parseAreas(text: string): string[] {
  return text
    .split(',')
    .map((area) => area.trim())
    .filter((area) => area !== '');
}

export function chooseTasks(
  challenge: Pick<ChallengeView, 'id' | 'tasks'>,
  options: { area?: string; scenario?: string; allTasks?: boolean; allAreas?: boolean },
  /** What the command offers beside choosing one. */
  alternative = ' or give --all-tasks',
): TaskReference[] {
  const listed = listTasks(challenge.tasks);
  if (options.allTasks === true) {
    if (options.area !== undefined || options.scenario !== undefined) {
      throw new CommandError('--all-tasks enters every board; leave out --area and --scenario');
    }
    if (options.allAreas === true) throw new CommandError('--all-tasks covers --all-areas; give one of them');
    return challenge.tasks;
  }
  if (options.allAreas === true && options.area !== undefined)
    throw new CommandError('--all-areas enters every area; leave out --area');
  const matching = challenge.tasks.filter(
    (task) =>
      (options.area === undefined || task.area === options.area) &&
      (options.scenario === undefined || task.scenario === options.scenario),
  );
  const [only, ...others] = matching;
  if (only === undefined) {
    const wanted = [
      options.area === undefined ? [] : `--area ${options.area}`,
      options.scenario === undefined ? [] : `--scenario ${options.scenario}`,
    ].flat();
    throw new CommandError(`challenge '${challenge.id}' has no task ${wanted.join(' ')}; it has ${listed}`);
  }
  if (options.allAreas === true) {
    if (new Set(matching.map(({ scenario }) => scenario)).size > 1)
      throw new CommandError(`one map is of one scenario: choose --scenario with --all-areas: ${listed}`);
    return matching;
  }
  if (others.length > 0)
    throw new CommandError(
      `challenge '${challenge.id}' has several tasks, choose one${alternative}: ${listed}`,
    );
  return [only];
}

/** `--area gf --scenario nadir1|nadir4; --area …`: fifteen tasks on three lines of a terminal. */
function listTasks(tasks: readonly TaskReference[]): string {
  return [...new Set(tasks.map(({ area }) => area))]
    .map((area) => {
      const scenarios = tasks.filter((task) => task.area === area).map(({ scenario }) => scenario);
      return `--area ${area} --scenario ${scenarios.join('|')}`;
    })
    .join('; ');
}
