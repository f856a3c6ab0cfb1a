/** Preloaded into a measured process: reports its peak resident memory, MiB, on file descriptor 3 when it ends. */
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS / 1024)));
}
