import type { PreflightReply, PreflightRequest } from '../messages';
import { blobByteSource } from './blob-byte-source';
import { checkFile, practise } from './preflight';
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
  const sourceOf = (blob: Blob, name: string) => blobByteSource(blob, name, new scope.FileReaderSync());
  const onProgress = progressTeller();
  const common = { ...request, fileName: file.name };
  if (common.kind === 'check') {
    const report = await checkFile(sourceOf(file, file.name), common, onProgress);
    return { kind: 'checked', report };
  }
  const { reference } = common;
  const blob = await referenceBytes(reference, (part) =>
    onProgress(0.3 * part, `fetching ${reference.name}`),
  );
  const report = await practise(
    { map: sourceOf(file, file.name), reference: sourceOf(blob, reference.name) },
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
