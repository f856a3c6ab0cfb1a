import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ImportError } from './import-error.js';
import type { StepRecord } from './import-report.js';

const JOURNAL_NAME = '.import-journal.jsonl';

export type FinishedStep = { path: string; sha256: string; sizeBytes: number; record: StepRecord };
export type InputHash = { path: string; sha256: string };

type Entry =
  | { kind: 'import'; fingerprint: string }
  | ({ kind: 'input' } & InputHash)
  | ({ kind: 'finished' } & FinishedStep);

/**
 * What an import has done so far, one JSON line per event, each on the disk before the import goes on. A line that was cut off
 * by a crash is dropped: its work is done again.
 */
export type ImportJournal = {
  readonly finished: ReadonlyMap<string, FinishedStep>;
  readonly inputHashes: ReadonlyMap<string, string>;
  addInput(hash: InputHash): void;
  addFinished(step: FinishedStep): void;
  close(): void;
};

export function hasJournal(folder: string): boolean {
  return existsSync(join(folder, JOURNAL_NAME));
}

/**
 * Opens the journal of an output folder, or starts one.
 *
 * @param fingerprint - of the options and of the inputs' names, sizes and dates: another one cannot be continued.
 * @throws ImportError 'not-resumable'.
 */
export function openJournal(folder: string, fingerprint: string): ImportJournal {
  const path = join(folder, JOURNAL_NAME);
  const finished = new Map<string, FinishedStep>();
  const inputHashes = new Map<string, string>();
  const { entries, validBytes } = readEntries(path);
  const [first] = entries;
  if (first && (first.kind !== 'import' || first.fingerprint !== fingerprint)) {
    throw new ImportError({
      code: 'not-resumable',
      where: folder,
      found: 'the import in this folder began with other options or other input files',
      expected: 'the same command, and inputs that have not changed since',
      fix: 'Import into a new folder.',
    });
  }
  for (const entry of entries) {
    if (entry.kind === 'finished') finished.set(entry.path, entry);
    if (entry.kind === 'input') inputHashes.set(entry.path, entry.sha256);
  }
  if (entries.length > 0) truncateSync(path, validBytes);
  const descriptor = openSync(path, entries.length > 0 ? 'a' : 'w');
  const add = (entry: Entry): void => {
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
  };
  if (entries.length === 0) add({ kind: 'import', fingerprint });
  return {
    finished,
    inputHashes,
    addInput(hash) {
      inputHashes.set(hash.path, hash.sha256);
      add({ kind: 'input', ...hash });
    },
    addFinished(step) {
      finished.set(step.path, step);
      add({ kind: 'finished', ...step });
    },
    close: () => closeSync(descriptor),
  };
}

function readEntries(path: string): { entries: Entry[]; validBytes: number } {
  if (!existsSync(path)) return { entries: [], validBytes: 0 };
  const entries: Entry[] = [];
  let validBytes = 0;
  const lines = readFileSync(path, 'utf8').split('\n');
  for (const line of lines.slice(0, -1)) {
    try {
      entries.push(JSON.parse(line) as Entry); // our own lines, from the folder that we write to
    } catch {
      break;
    }
    validBytes += Buffer.byteLength(line) + 1;
  }
  return { entries, validBytes };
}
