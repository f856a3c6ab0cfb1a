import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  datasetReportSchema,
  MAX_DATASET_REPORT_BYTES,
  type DatasetReport,
  type InspectPayload,
  type JobOutcome,
} from '@sillage/contracts';
import type { ChildEnd, SandboxedChild } from '../sandbox/sandboxed-child.js';
import { linkOrCopy } from './link-or-copy.js';
import { failed, outcomeOfEnd } from './outcome.js';
import { presentableText } from './presentable-text.js';
import type { JobContext } from './job-context.js';

type BrokenFile = { path: string; found: string };

/** So many files that bring the reader down are told by name; more are a fault of the machine. */
const MAX_BROKEN_FILES = 10;

/**
 * Inspects the files of a draft in the sandbox. A file that brings the child down is left out, with what happened as its
 * finding, and the others are read by a new child.
 *
 * @returns null if it was aborted.
 */
export async function runInspection(
  payload: InspectPayload,
  context: JobContext,
): Promise<JobOutcome | null> {
  const broken: BrokenFile[] = [];
  for (;;) {
    const child = context.children.take('inspect');
    try {
      context.onProgress(0, 'fetching the files');
      const files = await placeFiles(payload, child, context);
      if (context.signal.aborted) return null;
      let current: string | null = null;
      const end = await child.run(
        {
          step: 'inspect',
          definition: payload.definition,
          files,
          broken,
          evaluatorVersion: context.evaluatorVersion,
          outputFolder: child.outputFolder,
        },
        {
          onProgress: context.onProgress,
          signal: context.signal,
          onFile: (path) => {
            current = path;
          },
        },
      );
      if (end.kind === 'aborted' || context.signal.aborted) return null;
      const found = breakdownText(end);
      if (found !== null && isNew(current, payload, broken)) {
        broken.push({ path: current, found });
        continue;
      }
      return await outcomeOf(end, child, context);
    } finally {
      void context.children.giveBack(child);
    }
  }
}

async function placeFiles(payload: InspectPayload, child: SandboxedChild, context: JobContext) {
  return Promise.all(
    payload.files.map(async ({ path, object }) => {
      const held = await context.persist(() => context.cache.hold(object));
      try {
        const localPath = join(child.inputFolder, path);
        await linkOrCopy(held.path, localPath);
        return { path, localPath, ...object };
      } finally {
        held.release();
      }
    }),
  );
}

/** What is told of the file that was being read; null for ends that no file is to blame for. */
function breakdownText(end: ChildEnd): string | null {
  switch (end.kind) {
    case 'crashed':
      return 'the reader broke down on it';
    case 'out-of-memory':
      return `reading it needed more than ${Math.round(end.limitBytes / 2 ** 20)} MiB of memory`;
    default:
      return null;
  }
}

/** The child says which file it reads, and a file may have taken it over: it must be one of the draft, told for the first time. */
function isNew(path: string | null, payload: InspectPayload, broken: readonly BrokenFile[]): path is string {
  return (
    path !== null &&
    broken.length < MAX_BROKEN_FILES &&
    payload.files.some((file) => file.path === path) &&
    broken.every((file) => file.path !== path)
  );
}

async function outcomeOf(
  end: Exclude<ChildEnd, { kind: 'aborted' }>,
  child: SandboxedChild,
  context: JobContext,
): Promise<JobOutcome> {
  if (end.kind === 'rejected')
    return {
      ...failed(`The inspection stopped: ${end.reason.where}: ${end.reason.found}`),
      retryable: false,
    };
  if (end.kind !== 'result') return outcomeOfEnd(end, 'inspect', null);
  if (end.result.step !== 'inspect')
    return failed(`An inspection ended with the result of ${end.result.step}.`);
  const report = await readReport(join(child.outputFolder, end.result.reportFileName));
  if (report === null) return failed('The inspection left no report that can be read.');
  const { evaluatorVersion } = context;
  return { status: 'done', result: { kind: 'inspect', report: { ...report, evaluatorVersion } } };
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
