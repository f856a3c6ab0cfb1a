import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DraftDefinition, DraftSummary, DraftView, FindingCode } from '@sillage/contracts';
import { findingCodeSchema } from '@sillage/contracts';
import { isMap, parseDocument, stringify } from 'yaml';
import { createApiClient, type ApiClient } from '../../api/api-client.js';
import { draftId } from '../../api/ids.js';
import { Patience } from '../../api/patience.js';
import { hashOfFile, uploadFile } from '../../api/upload-file.js';
import { UploadState } from '../../api/upload-state.js';
import { CommandError } from '../../command-error.js';
import { serverSettings } from '../../settings/settings.js';
import { datasetReportText, findingCounts } from '../../terminal/dataset-report.js';
import { print, printJson, say } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatBytes } from '../../terminal/quantities.js';
import { formatTable } from '../../terminal/table.js';
import { requireFolderOf } from '../local/output-folder.js';

type Options = { url?: string; json?: boolean };

const POLL_MS = 700;
/** What `draft get` writes above the definition, so that `draft set` can tell whether somebody has changed it since. */
const HEADER = /^# draft (\S+), revision (\d+)$/m;

export async function listDrafts(options: Options): Promise<void> {
  const drafts = await clientOf(options).drafts();
  if (options.json === true) return printJson(drafts);
  if (drafts.length === 0) return say("there are no drafts; 'sillage draft create' starts one");
  print(
    formatTable<DraftSummary>(
      [
        { title: 'draft', value: ({ id }) => id },
        { title: 'challenge', value: ({ challengeId }) => challengeId || '-' },
        { title: 'version', value: ({ version }) => version || '-' },
        { title: 'problems', align: 'right', value: ({ problemCount }) => String(problemCount) },
        { title: 'files', align: 'right', value: ({ fileCount }) => String(fileCount) },
        { title: 'inspection', value: ({ inspectionState }) => inspectionState },
        {
          title: 'changed',
          value: ({ changedAt, changedBy }) => `${changedAt.slice(0, 16).replace('T', ' ')} by ${changedBy}`,
        },
      ],
      drafts,
    ),
  );
}

/** Blank, from a version, of a folder with challenge.yaml and its files, or of a folder as the next one of a version. */
export async function createDraft(options: Options & { from?: string; folder?: string }): Promise<void> {
  const { from, folder } = options;
  const definition = folder === undefined ? undefined : readDefinition(join(folder, 'challenge.yaml'));
  const client = clientOf(options);
  let draft = await client.createDraft({
    ...(from === undefined ? {} : { from: parseVersionName(from) }),
    ...(definition === undefined ? {} : { definition: definition.content }),
  });
  if (folder !== undefined && definition !== undefined) {
    say(`draft ${draft.id}`);
    for (const path of filesOf(definition.content)) {
      const file = join(folder, path);
      if (!existsSync(file)) {
        say(`${path}: not in ${folder}`);
        continue;
      }
      draft = await addOrKeep(client, draft, { file, path, isQuiet: options.json === true });
    }
  }
  show(draft, options, client.server.url);
}

export async function showDraft(id: string, options: Options): Promise<void> {
  const client = clientOf(options);
  show(await client.draft(draftId(id)), options, client.server.url);
}

/** The definition as YAML, to be edited and given back with `draft set`. */
export async function getDefinition(
  id: string,
  options: { url?: string; out?: string; force?: boolean },
): Promise<void> {
  if (options.out !== undefined) {
    requireFolderOf(options.out);
    if (existsSync(options.out) && options.force !== true)
      throw new CommandError(`${options.out} exists; give another --out, or --force to replace it`);
  }
  const draft = await clientOf(options).draft(draftId(id));
  const text = `# draft ${draft.id}, revision ${draft.revision}\n${stringify(draft.definition, { lineWidth: 0 })}`;
  if (options.out === undefined) return print(text.trimEnd());
  writeFileSync(options.out, text);
  say(`${options.out}: give it back with 'sillage draft set ${draft.id} ${options.out}'`);
}

/** Refused where somebody has changed the draft since the file was got. */
export async function setDefinition(id: string, path: string, options: Options): Promise<void> {
  const { content, header } = readDefinition(path);
  const client = clientOf(options);
  const draft = await client.draft(draftId(id));
  if (header !== null && header.id !== draft.id)
    throw new CommandError(
      `${path} is of draft ${header.id}, not of ${draft.id}; take its first line out if that is meant`,
    );
  const revision = header?.revision ?? draft.revision;
  const saved = await client.saveDraft(id, { revision, definition: content });
  // The file may be edited and given back again.
  if (header !== null)
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(HEADER, `# draft ${saved.id}, revision ${saved.revision}`),
    );
  show(saved, options, client.server.url);
}

export async function addFiles(
  id: string,
  files: string[],
  options: Options & { as?: string; server?: string },
): Promise<void> {
  const { as: name, server } = options;
  if (server === undefined && files.length === 0)
    throw new CommandError('name the files to add, or one on the server with --server');
  if (server !== undefined && files.length > 0)
    throw new CommandError('--server names a file on the server: give no other files with it');
  if (name !== undefined && files.length > 1) throw new CommandError('--as gives a name to one file');
  const client = clientOf(options);
  let draft = await client.draft(draftId(id));
  if (server !== undefined) {
    const path = name ?? server;
    draft = await client.addDraftFile(id, { revision: draft.revision, path, serverFile: server });
  }
  for (const file of files)
    draft = await addOrKeep(client, draft, {
      file,
      path: name ?? basename(file),
      isQuiet: options.json === true,
    });
  show(draft, options, client.server.url);
}

export async function listServerFiles(options: Options): Promise<void> {
  const list = await clientOf(options).serverFiles();
  if (options.json === true) return printJson(list);
  if (list.reason !== null) say(list.reason);
  for (const { name, sizeBytes } of list.files) print(`${name}: ${formatBytes(sizeBytes)}`);
}

export async function removeFile(id: string, path: string, options: Options): Promise<void> {
  const client = clientOf(options);
  const { revision } = await client.draft(draftId(id));
  show(await client.removeDraftFile(id, path, revision), options, client.server.url);
}

/** With `--wait` until the report is there; exit status 1 where it has errors. */
export async function inspectDraft(id: string, options: Options & { wait?: boolean }): Promise<void> {
  const client = clientOf(options);
  const before = await client.draft(draftId(id));
  let draft = await client.inspectDraft(id, before.revision);
  if (options.wait === true) {
    const progress = createProgressLine();
    const patience = new Patience();
    try {
      while (draft.inspection.state === 'queued' || draft.inspection.state === 'running') {
        const { progress: share, activity, state } = draft.inspection;
        progress.update(share ?? 0, activity === '' ? state : activity);
        await sleep(POLL_MS);
        draft = (await patience.ask(() => client.watchDraft(id))) ?? draft;
      }
      draft = await client.draft(id);
    } finally {
      progress.clear();
    }
  }
  show(draft, options, client.server.url);
  const { state, failureMessage, report } = draft.inspection;
  if (options.wait !== true) return;
  if (state === 'failed')
    throw new CommandError(`the inspection failed: ${failureMessage ?? 'no reason given'}`);
  if (report?.findings.some(({ severity }) => severity === 'error') === true)
    throw new CommandError('the report has errors: mend the draft and inspect it again');
}

export async function validateDraft(
  id: string,
  options: Options & { changes: string; accept?: string },
): Promise<void> {
  const acceptedWarnings = codesOf(options.accept ?? '');
  const client = clientOf(options);
  const { revision } = await client.draft(draftId(id));
  const version = await client.validateDraft(id, { revision, changes: options.changes, acceptedWarnings });
  if (options.json === true) return printJson(version);
  const name = `${version.challengeId}@${version.version}`;
  print(`${name} is validated: organisers alone see it`);
  say(`'sillage dataset publish ${name}' makes it the version that is scored on`);
}

export async function deleteDraft(id: string, options: Options): Promise<void> {
  const client = clientOf(options);
  const { revision } = await client.draft(draftId(id));
  await client.deleteDraft(id, revision);
  if (options.json === true) printJson({ deleted: id });
  else print(`draft ${id} is deleted`);
}

/** `demo-osse@1.0.0` */
export function parseVersionName(text: string): { challengeId: string; version: string } {
  const match = /^([a-z0-9][a-z0-9-]*)@(\d+\.\d+\.\d+)$/.exec(text);
  const [, challengeId = '', version = ''] = match ?? [];
  if (match === null)
    throw new CommandError(`'${text}' is no dataset version; write CHALLENGE@VERSION, like demo-osse@1.0.0`);
  return { challengeId, version };
}

function show(draft: DraftView, options: Options, serverUrl: string): void {
  if (options.json === true) return printJson(draft);
  const { definition, inspection, problems, files } = draft;
  const text = (key: string) => (typeof definition[key] === 'string' ? definition[key] : '-');
  const from = draft.basedOn === null ? '' : `, from ${draft.basedOn.challengeId}@${draft.basedOn.version}`;
  print(`draft ${draft.id}, revision ${draft.revision}: ${text('id')} ${text('datasetVersion')}${from}`);
  print(`${serverUrl}/admin/drafts/${draft.id}`);
  for (const { path, sizeBytes, source } of files) print(`  ${path}: ${formatBytes(sizeBytes)}, ${source}`);
  for (const { path, message, found, needed, fix } of problems) {
    print(`problem ${path === '' ? 'in the definition' : path}: ${message}`);
    print(`  found:  ${found}\n  needed: ${needed}\n  fix:    ${fix}`);
  }
  const details = [
    ...(inspection.activity === '' ? [] : [inspection.activity]),
    ...(inspection.failureMessage === null ? [] : [inspection.failureMessage]),
    ...(inspection.state === 'outdated' ? ['the draft was changed since'] : []),
  ];
  print(`inspection: ${[inspection.state, ...details].join(', ')}`);
  const { report, reportRevision } = inspection;
  if (report === null) return;
  print(`\nreport of revision ${reportRevision}: ${findingCounts(report.findings)}\n`);
  print(datasetReportText(report));
}

/** A file that the draft has under this name with this content is not sent again. */
async function addOrKeep(
  client: ApiClient,
  draft: DraftView,
  { file, path, isQuiet }: { file: string; path: string; isQuiet: boolean },
): Promise<DraftView> {
  const known = draft.files.find((candidate) => candidate.path === path);
  if (known !== undefined && known.sha256 === (await hashOfFile(file))) {
    if (!isQuiet) say(`${path}: the draft has it`);
    return draft;
  }
  const state = new UploadState(process.env);
  const progress = createProgressLine();
  const { server } = client;
  const uploaded = await uploadFile({ path: file, server, state, onProgress: progress.update }).finally(
    progress.clear,
  );
  try {
    const { uploadId, sizeBytes } = uploaded;
    const added = await client.addDraftFile(draft.id, { revision: draft.revision, path, uploadId });
    if (!isQuiet) say(`${path}: ${formatBytes(sizeBytes)} uploaded`);
    return added;
  } finally {
    state.forget(server.url, uploaded.sha256);
  }
}

/** A definition as far as it goes: what is missing or wrong is for the platform to say. */
function readDefinition(path: string): {
  content: DraftDefinition;
  header: { id: string; revision: number } | null;
} {
  if (!existsSync(path)) throw new CommandError(`${path} does not exist`);
  const text = readFileSync(path, 'utf8');
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined) throw new CommandError(`${path} is not YAML: ${fault.message}`, { cause: fault });
  if (!isMap(document.contents))
    throw new CommandError(`${path} holds no definition: needed are keys with values, as in challenge.yaml`);
  const header = HEADER.exec(text);
  return {
    content: document.toJS() as DraftDefinition,
    header: header === null ? null : { id: header[1] ?? '', revision: Number(header[2]) },
  };
}

function filesOf({ files }: DraftDefinition): string[] {
  const listed: unknown[] = Array.isArray(files) ? files : [];
  const paths = listed.flatMap((file) =>
    typeof file === 'object' && file !== null && 'path' in file && typeof file.path === 'string'
      ? [file.path]
      : [],
  );
  return [...new Set(paths)];
}

function codesOf(list: string): FindingCode[] {
  return list
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '')
    .map((code) => {
      const parsed = findingCodeSchema.safeParse(code);
      if (!parsed.success)
        throw new CommandError(`'${code}' is no code of a warning; the report names them, e.g. convention`);
      return parsed.data;
    });
}

function clientOf(options: { url?: string }): ApiClient {
  return createApiClient(serverSettings(options, process.env));
}
