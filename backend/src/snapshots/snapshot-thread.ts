import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { snapshotZip, type SnapshotParts } from './snapshot-files.js';

/** Threads only run compiled code. */
const canStartThreads = import.meta.url.endsWith('.js');

/** A second of work for a dozen long boards: no request waits for it. */
export async function snapshotZipInThread(parts: SnapshotParts): Promise<Uint8Array> {
  if (!canStartThreads) return snapshotZip(parts);
  const thread = new Worker(new URL('./snapshot-worker.js', import.meta.url), { workerData: parts });
  const [zip] = (await once(thread, 'message')) as [Uint8Array];
  return zip;
}
