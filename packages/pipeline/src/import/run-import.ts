import {
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ChallengeDefinition, DatasetFile } from '@sillage/contracts';
import { openNetcdf } from '@sillage/netcdf';
import type { ProgressListener } from '../files/progress.js';
import type { VariableStatistics } from '../files/value-statistics.js';
import { ORGANISER_LIMITS } from './steps/daily-maps.js';
import { sha256OfFile } from '../files/file-hash.js';
import { ImportError, importErrorFrom } from './import-error.js';
import { hasJournal, openJournal, type ImportJournal } from './import-journal.js';
import {
  reportMarkdown,
  type ImportReport,
  type InputReport,
  type OutputReport,
  type Quirk,
  type StepRecord,
  type TruthMatch,
} from './import-report.js';
import { refuseLeaks } from './refuse-leaks.js';

/** What a step tells while it writes its file. */
export type StepContext = {
  quirk: (quirk: Quirk) => void;
  warn: (text: string) => void;
  onProgress: ProgressListener;
  /** A finished file of an earlier step. */
  finishedPath: (name: string) => string;
};

export type StepResult = { statistics: VariableStatistics[]; truthMatch?: TruthMatch | null };

/** One file of the challenge: what it is made of and how. */
export type ImportStep = {
  /** Name in the output folder. */
  path: string;
  /** How the challenge lists it; the same file may serve several scenarios. */
  files: Omit<DatasetFile, 'path' | 'sha256'>[];
  inputPaths: string[];
  /** For the progress and for the question whether the disk has room. */
  estimatedBytes: number;
  write: (targetPath: string, context: StepContext) => Promise<StepResult>;
};

export type ImportPlan = {
  /** Everything but `files`. */
  definition: Omit<ChallengeDefinition, 'files'>;
  steps: ImportStep[];
  /** Choices that a reader of the scores must know. */
  conventions: string[];
  /** What was odd about the files before any of them was read for good. */
  quirks: Quirk[];
  warnings: string[];
};

export type RunImportOptions = {
  outputFolder: string;
  /** Go on with an import that was interrupted in this folder. */
  resume: boolean;
  hashesInputs: boolean;
  /** Whatever else decides about the result, as text. */
  options: unknown;
  now: Date;
  onProgress?: ProgressListener;
  /** Free bytes of the disk that holds a folder. */
  freeBytes?: (folder: string) => Promise<number>;
};

export type RunImportResult = {
  definition: ChallengeDefinition;
  report: ImportReport;
  folder: string;
  files: string[];
};

const PART_SUFFIX = '.importing';
const DEFINITION_NAME = 'challenge.yaml';
/** Bytes that must stay free beside the files themselves. */
const SPARE_BYTES = 16 * 2 ** 20;
/** Share of the progress that hashing the inputs takes. */
const HASHING_SHARE = 0.2;

/**
 * Makes the files of a challenge, each under another name until it is complete and hashed, and challenge.yaml last of all: a
 * folder with a challenge.yaml is a finished import. A journal lets a second run go on where the first one was killed.
 *
 * @throws ImportError for whatever the organiser can mend.
 */
export async function runImport(plan: ImportPlan, options: RunImportOptions): Promise<RunImportResult> {
  const { outputFolder } = options;
  requireOutputFolder(outputFolder, options.resume);
  const inputPaths = [...new Set(plan.steps.flatMap((step) => step.inputPaths))];
  const journal = openJournal(outputFolder, fingerprintOf(inputPaths, options.options));
  try {
    removeLeftovers(outputFolder);
    const finished = await verifiedSteps(plan, journal, outputFolder);
    await requireRoom(plan, finished, options);
    const inputs = await inspectInputs(inputPaths, journal, options);
    const outputs = await writeSteps(plan, journal, finished, options);
    const definition = await definitionOf(plan, outputs);
    const made = { folder: outputFolder, files: outputs, now: options.now };
    const doubts = await refuseLeaks(definition, made, options.onProgress);
    return await finish({ ...plan, warnings: [...plan.warnings, ...doubts] }, definition, {
      inputs,
      outputs,
      options,
    });
  } catch (error) {
    throw importErrorFrom(error, outputFolder);
  } finally {
    journal.close();
  }
}

function requireOutputFolder(folder: string, isResumed: boolean): void {
  mkdirSync(folder, { recursive: true });
  const content = readdirSync(folder);
  if (content.length === 0) return;
  if (hasJournal(folder)) {
    if (isResumed) return;
    throw new ImportError({
      code: 'not-resumable',
      where: folder,
      found: 'an import was begun in this folder',
      expected: 'an empty folder, or --resume',
      fix: 'Run the same command with --resume to go on, or name a new folder.',
    });
  }
  throw new ImportError({
    code: 'not-resumable',
    where: folder,
    found: `it is not empty (${content.slice(0, 3).join(', ')})`,
    expected: 'an empty or new folder',
    fix: 'Name a new folder.',
  });
}

function fingerprintOf(inputPaths: readonly string[], options: unknown): string {
  const inputs = inputPaths.toSorted().map((path) => {
    const { size, mtimeMs } = statSync(path);
    return [path, size, mtimeMs];
  });
  return JSON.stringify({ inputs, options });
}

/** What a killed run left half-written. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.endsWith(PART_SUFFIX) || name.endsWith('.partial')) rmSync(join(folder, name), { force: true });
  }
}

/** The files that an earlier run finished and that still have the bytes it wrote. */
async function verifiedSteps(plan: ImportPlan, journal: ImportJournal, folder: string): Promise<Set<string>> {
  const verified = new Set<string>();
  for (const { path } of plan.steps) {
    const known = journal.finished.get(path);
    const fullPath = join(folder, path);
    if (!known || !existsSync(fullPath) || statSync(fullPath).size !== known.sizeBytes) continue;
    if ((await sha256OfFile(fullPath)) === known.sha256) verified.add(path);
  }
  return verified;
}

async function requireRoom(
  plan: ImportPlan,
  finished: ReadonlySet<string>,
  options: RunImportOptions,
): Promise<void> {
  const needed = plan.steps
    .filter((step) => !finished.has(step.path))
    .reduce((sum, step) => sum + step.estimatedBytes, 0);
  if (needed === 0) return;
  const free = await (options.freeBytes ?? freeBytesOf)(options.outputFolder);
  if (free >= needed + SPARE_BYTES) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new ImportError({
    code: 'disk-full',
    where: options.outputFolder,
    found: `${megabytes(free)} are free`,
    expected: `about ${megabytes(needed + SPARE_BYTES)} for the files that are still to be written`,
    fix: 'Make room, or import into a folder on another disk.',
  });
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function inspectInputs(
  paths: readonly string[],
  journal: ImportJournal,
  { hashesInputs, onProgress }: Pick<RunImportOptions, 'hashesInputs' | 'onProgress'>,
): Promise<InputReport[]> {
  const totalBytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
  let doneBytes = 0;
  const reports: InputReport[] = [];
  for (const path of paths) {
    const name = basename(path);
    const sizeBytes = statSync(path).size;
    const contents = await contentsOf(path, name);
    let sha256 = journal.inputHashes.get(path) ?? null;
    if (sha256 === null && hashesInputs) {
      sha256 = await sha256OfFile(path, (bytes) =>
        onProgress?.(
          (HASHING_SHARE * (doneBytes + bytes)) / Math.max(1, totalBytes),
          `computing the SHA-256 of ${name}`,
        ),
      );
      journal.addInput({ path, sha256 });
    }
    doneBytes += sizeBytes;
    reports.push({ path, sizeBytes, sha256, ...contents });
  }
  return reports;
}

async function contentsOf(
  path: string,
  name: string,
): Promise<Pick<InputReport, 'format' | 'dimensions' | 'variables'>> {
  try {
    const file = await openNetcdf(path, ORGANISER_LIMITS);
    try {
      return {
        format: file.format,
        dimensions: file.dimensions.map(({ name: dimension, size }) => ({ name: dimension, size })),
        variables: file.variables.map((variable) => ({
          name: variable.name,
          type: variable.type,
          dimensions: [...variable.dimensions],
          units: String(variable.attributes['units'] ?? ''),
        })),
      };
    } finally {
      file.close();
    }
  } catch (error) {
    throw importErrorFrom(error, name);
  }
}

async function writeSteps(
  plan: ImportPlan,
  journal: ImportJournal,
  finished: ReadonlySet<string>,
  options: RunImportOptions,
): Promise<OutputReport[]> {
  const { outputFolder } = options;
  const totalBytes = plan.steps.reduce((sum, step) => sum + step.estimatedBytes, 0);
  let doneBytes = 0;
  const outputs: OutputReport[] = [];
  for (const step of plan.steps) {
    const target = join(outputFolder, step.path);
    const isWritten = !finished.has(step.path);
    if (isWritten) {
      const partial = target + PART_SUFFIX;
      const record: StepRecord = { statistics: [], quirks: [], warnings: [], truthMatch: null };
      try {
        const result = await step.write(partial, {
          quirk: (quirk) => record.quirks.push(quirk),
          warn: (text) => record.warnings.push(text),
          finishedPath: (name) => join(outputFolder, name),
          onProgress: (fraction, activity) =>
            options.onProgress?.(
              HASHING_SHARE +
                ((1 - HASHING_SHARE) * (doneBytes + fraction * step.estimatedBytes)) /
                  Math.max(1, totalBytes),
              `${step.path}: ${activity}`,
            ),
        });
        record.statistics = result.statistics;
        record.truthMatch = result.truthMatch ?? null;
        const sha256 = await sha256OfFile(partial);
        const sizeBytes = statSync(partial).size;
        syncFile(partial);
        renameSync(partial, target);
        journal.addFinished({ path: step.path, sha256, sizeBytes, record });
      } catch (error) {
        rmSync(partial, { force: true });
        throw importErrorFrom(error, target);
      }
    }
    const known = journal.finished.get(step.path);
    if (!known) throw new Error(`step ${step.path} is not in the journal`);
    outputs.push({
      path: step.path,
      sizeBytes: known.sizeBytes,
      sha256: known.sha256,
      isWritten,
      ...known.record,
    });
    doneBytes += step.estimatedBytes;
  }
  return outputs;
}

async function definitionOf(
  plan: ImportPlan,
  outputs: readonly OutputReport[],
): Promise<ChallengeDefinition> {
  const { challengeDefinitionSchema } = await import('@sillage/contracts');
  return challengeDefinitionSchema.parse({
    ...plan.definition,
    files: plan.steps.flatMap((step) =>
      step.files.map((file) => ({
        ...file,
        path: step.path,
        sha256: outputs.find((output) => output.path === step.path)?.sha256,
      })),
    ),
  });
}

async function finish(
  plan: ImportPlan,
  definition: ChallengeDefinition,
  { inputs, outputs, options }: { inputs: InputReport[]; outputs: OutputReport[]; options: RunImportOptions },
): Promise<RunImportResult> {
  const { outputFolder } = options;
  const report: ImportReport = {
    challenge: definition.id,
    datasetVersion: definition.datasetVersion,
    madeAt: options.now.toISOString(),
    conventions: plan.conventions,
    inputs,
    outputs,
    quirks: [...plan.quirks, ...outputs.flatMap((output) => output.quirks)],
    warnings: [...plan.warnings, ...outputs.flatMap((output) => output.warnings)],
  };
  writeFileSync(join(outputFolder, 'import-report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(outputFolder, 'import-report.md'), reportMarkdown(report, definition));
  const { stringify } = await import('yaml');
  const heading =
    '# Made by `sillage challenge import-natl60`; import-report.md says from what and how.\n' +
    '# Dataset files are named by their SHA-256: a change of content needs another datasetVersion.\n';
  const partial = join(outputFolder, `${DEFINITION_NAME}.partial`);
  writeFileSync(partial, heading + stringify(definition, { lineWidth: 0, blockQuote: 'literal' }));
  syncFile(partial);
  renameSync(partial, join(outputFolder, DEFINITION_NAME));
  options.onProgress?.(1, `wrote ${outputFolder}`);
  return {
    definition,
    report,
    folder: outputFolder,
    files: [
      DEFINITION_NAME,
      ...plan.steps.map((step) => step.path),
      'import-report.md',
      'import-report.json',
    ],
  };
}

/** Brings a file to the disk, so that what is named by its hash survives a power cut. */
function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
