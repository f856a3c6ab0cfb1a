import type { ByteSource } from '@sillage/netcdf/portable';
import type { PreflightReply, PreflightRequest, ReferenceFile } from '../messages';
import { checkFile, practise } from './preflight';
import { netcdfSource } from './netcdf-source';
import { referenceBytes } from './reference-bytes';

/** The parts of a worker's global scope that are used here; the DOM's types know windows only. */
type WorkerScope = {
  postMessage: (reply: PreflightReply) => void;
  addEventListener: (type: 'message', listen: (event: MessageEvent<PreflightRequest>) => void) => void;
  FileReaderSync: new () => { readAsArrayBuffer: (blob: Blob) => ArrayBuffer };
};

const scope = globalThis as unknown as WorkerScope;
const TELL_EVERY_MS = 100;

scope.addEventListener('message', (event) => {
  void answer(event.data).then(
    (reply) => scope.postMessage(reply),
    (error: unknown) =>
      scope.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});

async function answer(request: PreflightRequest): Promise<PreflightReply> {
  const { file } = request;
  const sourceOf = (blob: Blob, name: string) => netcdfSource(blob, name, new scope.FileReaderSync());
  const onProgress = progressTeller();
  const common = { ...request, fileName: file.name };
  if (common.kind === 'check') {
    const report = await checkFile(sourceOf(file, file.name), common, onProgress);
    return { kind: 'checked', report };
  }
  const { judge, likeness } = common;
  const files = [...new Set([judge, likeness].filter((reference) => reference !== null))];
  const come = new Map<ReferenceFile | null, { file: ReferenceFile; bytes: ByteSource }>();
  for (const [index, reference] of files.entries()) {
    const blob = await referenceBytes(reference, (part) =>
      onProgress((0.3 * (index + part)) / files.length, `fetching ${reference.name}`),
    );
    come.set(reference, { file: reference, bytes: sourceOf(blob, reference.name) });
  }
  const report = await practise(
    {
      map: sourceOf(file, file.name),
      judge: come.get(judge) ?? null,
      likeness: come.get(likeness) ?? null,
    },
    common,
    (fraction, activity) => onProgress(0.3 + 0.7 * fraction, activity),
  );
  return { kind: 'practised', report };
}

/** Tells at most ten times a second, but always when something else begins. */
function progressTeller(): (fraction: number, activity: string) => void {
  let toldAt = -Infinity;
  let last = '';
  return (fraction, activity) => {
    const now = performance.now();
    if (activity === last && now - toldAt < TELL_EVERY_MS) return;
    toldAt = now;
    last = activity;
    scope.postMessage({ kind: 'progress', fraction, activity });
  };
}
