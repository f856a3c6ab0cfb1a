import { writeSync } from 'node:fs';
import { workNamed } from '../steps/index.js';
import { childJobSchema, REPLY_DESCRIPTOR } from './child-protocol.js';
import type { ChildReply } from './child-protocol.js';

/** Entry of the sandboxed process: says `ready`, takes one job from stdin, answers on descriptor 3, ends. */
const PROGRESS_INTERVAL_MS = 100;

/** Synchronous, so that progress gets out in the middle of a long computation and the result before the exit. */
function reply(message: ChildReply): void {
  writeSync(REPLY_DESCRIPTOR, `${JSON.stringify(message)}\n`);
}

function isOutOfMemory(error: unknown): boolean {
  // V8 and WebAssembly say so in a RangeError; under a limit on data segments the rest say ENOMEM.
  if (!(error instanceof Error)) return false;
  if ('code' in error && (error.code === 'ENOMEM' || error.code === 'ERR_WORKER_OUT_OF_MEMORY')) return true;
  return /allocation failed|unable to grow instance memory|out of memory|memory access out of bounds/i.test(
    error.message,
  );
}

/** Only where the file system says so itself: a message may quote anything. */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

async function readJob(): Promise<unknown> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
  return text === '' ? null : JSON.parse(text);
}

// Before the job comes, so that nobody waits for it. Steps that need more load that when they run.
const { RejectionError, UnusableReferenceError } = await import('@sillage/pipeline');
reply({ type: 'ready' });
const received = await readJob();
if (received !== null) {
  try {
    let lastReportMs = 0;
    const work = workNamed(childJobSchema.parse(received).step);
    const result = await work.run(work.jobSchema.parse(received), {
      onProgress: (progress, activity) => {
        const nowMs = performance.now();
        if (nowMs - lastReportMs < PROGRESS_INTERVAL_MS && progress < 1) return;
        lastReportMs = nowMs;
        reply({ type: 'progress', progress: Math.min(1, Math.max(0, progress)), activity });
      },
      onFrame: (frame) => reply({ type: 'frame', frame }),
      onFile: (path) => reply({ type: 'file', path }),
    });
    reply({ type: 'result', result });
  } catch (error) {
    if (error instanceof RejectionError && !(error instanceof UnusableReferenceError)) {
      reply({ type: 'rejected', reason: error.reason });
    } else {
      console.error(error);
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      reply({
        type: 'error',
        message,
        lacks: isOutOfMemory(error) ? 'memory' : isDiskFull(error) ? 'disk' : null,
      });
    }
  }
}
process.exit(0);
