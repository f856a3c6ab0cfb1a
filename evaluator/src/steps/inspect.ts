import { lstat, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  challengeDefinitionSchema,
  datasetReportSchema,
  MAX_DATASET_REPORT_BYTES,
  sha256Schema,
  type DatasetReport,
  type InspectPayload,
} from '@sillage/contracts';
import { z } from 'zod';
import { BROKE_DOWN, exceededText, failed } from './outcome.js';
import { presentableText } from './presentable-text.js';
import type { StepDefinition, UnsuccessfulEnd } from './step.js';

const REPORT_FILE_NAME = 'report.json';

/** So many files that bring the reader down are told by name; more are a fault of the machine. */
const MAX_BROKEN_FILES = 10;

const jobSchema = z.object({
  step: z.literal('inspect'),
  definition: challengeDefinitionSchema,
  files: z.array(
    z.object({
      path: z.string(),
      localPath: z.string(),
      sha256: sha256Schema,
      sizeBytes: z.number().int().nonnegative(),
    }),
  ),
  /** Files that brought a child down before, and what is told of them. */
  broken: z.array(z.object({ path: z.string(), found: z.string() })),
  evaluatorVersion: z.string(),
  outputFolder: z.string(),
});

const resultSchema = z.object({ step: z.literal('inspect'), reportFileName: z.literal(REPORT_FILE_NAME) });

/**
 * Every file of a draft, and what is off. A file that brings the child down is left out, with what happened as its finding,
 * and the others are read by a new child.
 */
export const inspect: StepDefinition<
  InspectPayload,
  z.infer<typeof jobSchema>,
  z.infer<typeof resultSchema>
> = {
  name: 'inspect',
  kind: 'inspect',
  // Organisers wait for the report of a dataset: a year of a basin takes minutes.
  slot: 'own',
  profile: 'inspect',
  niceness: 10,
  jobSchema,
  resultSchema,

  inputs: ({ files }) => files.map(({ path, object }) => ({ name: path, object })),

  job: ({ definition, files }, { inputFolder, outputFolder, broken, evaluatorVersion }) => ({
    step: 'inspect',
    definition,
    files: files.map(({ path, object }) => ({ path, localPath: join(inputFolder, path), ...object })),
    broken: [...broken],
    evaluatorVersion,
    outputFolder,
  }),

  async run({ definition, files, broken, evaluatorVersion, outputFolder }, { onProgress, onFile }) {
    const { inspectDataset } = await import('@sillage/pipeline');
    const report = await inspectDataset({
      definition,
      files,
      broken,
      evaluatorVersion,
      now: new Date(),
      onProgress,
      onFile,
    });
    await writeFile(join(outputFolder, REPORT_FILE_NAME), JSON.stringify(report));
    return { step: 'inspect', reportFileName: REPORT_FILE_NAME };
  },

  async outputs({ reportFileName }, { outputFolder, evaluatorVersion }) {
    const report = await readReport(join(outputFolder, reportFileName));
    if (report === null) return failed('The inspection left no report that can be read.');
    return { status: 'done', result: { kind: 'inspect', report: { ...report, evaluatorVersion } } };
  },

  blame(end) {
    if (end.kind !== 'rejected') return null;
    const { where, found } = end.reason;
    return { ...failed(`The inspection stopped: ${where}: ${found}`), retryable: false };
  },

  /** A file may have taken the child over: what it says that it reads must be one of the draft, told for the first time. */
  leaveOut(end, { files }, { reading, broken }) {
    const found = breakdownText(end);
    const isNew =
      reading !== null &&
      broken.length < MAX_BROKEN_FILES &&
      files.some(({ path }) => path === reading) &&
      broken.every(({ path }) => path !== reading);
    return found !== null && isNew ? { path: reading, found } : null;
  },
};

/** What is told of the file that was being read; null for ends that no file is to blame for. */
function breakdownText(end: UnsuccessfulEnd): string | null {
  if (end.kind === 'crashed') return BROKE_DOWN;
  return end.kind === 'out-of-memory' ? exceededText(end, 'reading it') : null;
}

/** Null for what is no report: it was written by a child that read files of strangers. */
async function readReport(path: string): Promise<DatasetReport | null> {
  const status = await lstat(path);
  if (!status.isFile() || status.size > MAX_DATASET_REPORT_BYTES) return null;
  try {
    const parsed = datasetReportSchema.safeParse(presentable(JSON.parse(await readFile(path, 'utf8'))));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Of pictures: long, and the schema of a report lets nothing but base64 through. */
const PACKED = ['values', 'points'];

/** Names, units and attributes of files are quoted all over a report. */
function presentable(value: unknown): unknown {
  if (typeof value === 'string') return presentableText(value);
  if (Array.isArray(value)) return value.map(presentable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, PACKED.includes(key) ? item : presentable(item)]),
  );
}
