import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { apiPaths } from '@sillage/client';
import { artefactNameSchema, citationNameSchema, documentNameSchema } from '@sillage/contracts';
import type { EvaluationView } from '@sillage/contracts';
import { createApiClient } from '../../api/api-client.js';
import { submissionId } from '../../api/ids.js';
import { CommandError } from '../../command-error.js';
import { serverSettings } from '../../settings/settings.js';
import { print } from '../../terminal/output.js';
import { createProgressLine } from '../../terminal/progress-line.js';
import { formatBytes } from '../../terminal/quantities.js';

export type DownloadOptions = {
  url?: string;
  artefact: string;
  area?: string;
  scenario?: string;
  out?: string;
  force?: boolean;
};

/** `--artefact upload` fetches the file as it was sent; everything else is made by the platform. */
const UPLOAD = 'upload';

export async function download(id: string, options: DownloadOptions): Promise<void> {
  const server = serverSettings(options, process.env);
  const client = createApiClient(server);
  const submission = await client.submission(submissionId(id));
  let source: { path: string; name: string };
  if (options.artefact === UPLOAD) {
    if (submission.file === null) {
      throw new CommandError("the platform has not computed this map yet; try 'sillage status --wait' first");
    }
    source = { path: apiPaths.submissionFile(submission.id), name: submission.file.name };
  } else if (citationNameSchema.safeParse(options.artefact).success) {
    source = { path: apiPaths.citation(id, options.artefact), name: options.artefact };
  } else if (documentNameSchema.safeParse(options.artefact).success) {
    const evaluation = chooseEvaluation(submission.evaluations, options);
    source = {
      path: apiPaths.document(evaluation.id, options.artefact),
      name: options.artefact,
    };
  } else {
    const name = artefactNameSchema.safeParse(options.artefact);
    if (!name.success) {
      throw new CommandError(
        `no artefact '${options.artefact}'; there are ${[
          ...artefactNameSchema.options,
          ...documentNameSchema.options,
          ...citationNameSchema.options,
          UPLOAD,
        ].join(', ')}`,
      );
    }
    const evaluation = chooseEvaluation(submission.evaluations, options);
    const artefact = evaluation.artefacts.find((candidate) => candidate.name === name.data);
    if (artefact === undefined) throw new CommandError(missingArtefact(evaluation, name.data));
    source = { path: apiPaths.artefact(evaluation.id, name.data), name: name.data };
  }
  const outputPath = placeFor(options.out, source.name, options.force === true);
  const progress = createProgressLine();
  const sizeBytes = await client
    .download(source.path, outputPath, (doneBytes, totalBytes) => {
      progress.update(
        totalBytes === null ? 0 : doneBytes / totalBytes,
        `${source.name}: ${formatBytes(doneBytes)}`,
      );
    })
    .finally(progress.clear);
  print(`${outputPath}: ${formatBytes(sizeBytes)}`);
}

function chooseEvaluation(
  evaluations: EvaluationView[],
  options: { area?: string; scenario?: string },
): EvaluationView {
  const matching = evaluations.filter(
    (evaluation) =>
      (options.area === undefined || evaluation.area === options.area) &&
      (options.scenario === undefined || evaluation.scenario === options.scenario),
  );
  const [only, ...others] = matching;
  const listed = evaluations
    .map((evaluation) => `--area ${evaluation.area} --scenario ${evaluation.scenario}`)
    .join(' · ');
  if (only === undefined) throw new CommandError(`this submission has no such task; it has ${listed}`);
  if (others.length > 0)
    throw new CommandError(`this submission entered several tasks, choose one: ${listed}`);
  return only;
}

function missingArtefact(evaluation: EvaluationView, name: string): string {
  if (evaluation.state === 'queued' || evaluation.state === 'running') {
    return `${name} is not made yet, the evaluation is ${evaluation.state}; try 'sillage status --wait' first`;
  }
  if (evaluation.state !== 'scored') return `there is no ${name}: the evaluation was ${evaluation.state}`;
  const others = evaluation.artefacts.map((artefact) => artefact.name).join(', ');
  return `${name} is not there yet or not published for this challenge${others === '' ? '' : `; there are ${others}`}`;
}

/** A file, or a folder that takes it under its own name; never over an existing file unasked. */
export function placeFor(
  out: string | undefined,
  name: string,
  mayReplace: boolean,
  option = '--out',
): string {
  const plainName = name.replaceAll(/[\\/]/g, '_');
  const isFolder = out !== undefined && existsSync(out) && statSync(out).isDirectory();
  const path = out === undefined ? plainName : isFolder ? join(out, plainName) : out;
  if (!mayReplace && existsSync(path))
    throw new CommandError(`${path} exists already; give another ${option}, or --force`);
  return path;
}
