import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { apiPaths } from '@sillage/client';
import type { ChallengeSummary } from '@sillage/contracts';
import { createApiClient } from '../../api/api-client.js';
import { ApiError } from '../../api/api-error.js';
import { uploadFile } from '../../api/upload-file.js';
import { UploadState } from '../../api/upload-state.js';
import { CommandError } from '../../command-error.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson, say } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatBytes } from '../../terminal/quantities.js';
import { formatTable } from '../../terminal/table.js';
import { placeFor } from './download.js';
import { taskName } from './follow-submission.js';
import { readChallengeFolder } from '../local/local-challenge.js';

export async function registerFolder(
  folder: string,
  options: { url?: string; json?: boolean },
): Promise<void> {
  const definition = readChallengeFolder(folder);
  const server = serverSettings(options, process.env);
  const client = createApiClient(server);
  const account = await client.me();
  if (account.role !== 'organiser') {
    throw new CommandError(
      `${account.displayName} is no organiser; registering a challenge needs the token of one`,
    );
  }
  const state = new UploadState(process.env);
  const paths = [...new Set(definition.files.map((file) => file.path))];
  const uploads: { path: string; uploadId: string }[] = [];
  const hashes: string[] = [];
  for (const path of paths) {
    const progress = createProgressLine();
    const uploaded = await uploadFile({
      path: join(folder, path),
      server,
      state,
      onProgress: progress.update,
    }).finally(progress.clear);
    const declared = definition.files.find((file) => file.path === path)?.sha256;
    if (declared !== undefined && declared !== uploaded.sha256) {
      throw new CommandError(
        `${join(folder, path)} has SHA-256 ${uploaded.sha256}, challenge.yaml says ${declared}`,
      );
    }
    uploads.push({ path, uploadId: uploaded.uploadId });
    hashes.push(uploaded.sha256);
    if (options.json !== true) say(`${path}: ${formatBytes(uploaded.sizeBytes)} uploaded`);
  }
  const forgetUploads = (): void => {
    for (const sha256 of hashes) state.forget(server.url, sha256);
  };
  try {
    const challenge = await client.registerChallenge({ definition, uploads });
    forgetUploads();
    if (options.json === true) printJson(challenge);
    else
      print(
        `${server.url}/challenges/${challenge.id}: registered, ${challenge.tasks.length === 1 ? '1 task' : `${challenge.tasks.length} tasks`}`,
      );
  } catch (error) {
    if (
      error instanceof ApiError &&
      (error.code === 'upload-already-used' || error.code === 'upload-not-found')
    )
      forgetUploads();
    throw error;
  }
}

export async function enterReferences(id: string, options: { url?: string; json?: boolean }): Promise<void> {
  const submissions = await createApiClient(serverSettings(options, process.env)).enterReferences(id);
  if (options.json === true) return printJson(submissions);
  for (const { card, evaluations } of submissions)
    print(`${card.name}: ${evaluations.map(taskName).join(', ')}`);
  if (submissions.length === 0) say('every reference has its scores or is on its way to them');
}

export async function listChallenges(options: { url?: string; json?: boolean }): Promise<void> {
  const challenges = await createApiClient(serverSettings(options, process.env)).challenges();
  if (options.json === true) return printJson(challenges);
  print(
    formatTable<ChallengeSummary>(
      [
        { title: 'challenge', value: (challenge) => challenge.id },
        { title: 'name', value: (challenge) => challenge.name },
        {
          title: 'tasks',
          value: (challenge) => challenge.tasks.map((task) => `${task.area} × ${task.scenario}`).join(', '),
        },
        { title: 'data', value: (challenge) => (challenge.isInstalled ? 'installed' : 'not installed') },
        { title: 'entries', align: 'right', value: (challenge) => String(challenge.entryCount) },
      ],
      challenges,
    ),
  );
}

/** Fetches every data file that the challenge gives out. */
export async function downloadFiles(
  id: string,
  options: { url?: string; out?: string; force?: boolean },
): Promise<void> {
  const server = serverSettings(options, process.env);
  const client = createApiClient(server);
  const challenge = await client.challenge(id);
  const folder = options.out ?? challenge.id;
  await mkdir(folder, { recursive: true });
  if (!challenge.isInstalled) {
    throw new CommandError(
      `the data of '${challenge.id}' are not installed on this platform; its page says who gives them`,
    );
  }
  // A file may be listed for several scenarios.
  for (const file of new Map(challenge.files.map((listed) => [listed.path, listed])).values()) {
    const { sizeBytes } = file;
    if (sizeBytes === undefined) {
      say(`${file.path} (${file.role}) is withheld at the level '${challenge.disclosure}'`);
      continue;
    }
    const outputPath = placeFor(join(folder, file.path), file.path, options.force === true);
    const progress = createProgressLine();
    const path = apiPaths.challengeFile(challenge.id, file.path);
    await client
      .download(path, outputPath, (doneBytes) => {
        progress.update(doneBytes / Math.max(1, sizeBytes), `${file.path}: ${formatBytes(doneBytes)}`);
      })
      .finally(progress.clear);
    print(`${outputPath}: ${file.role}, ${formatBytes(sizeBytes)}`);
  }
}
