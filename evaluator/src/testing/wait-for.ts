import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition` holds, on a busy machine too; fails with what it was waiting for. */
export async function waitFor(what: string, condition: () => boolean, limitMs = 240_000): Promise<void> {
  const untilMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > untilMs) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    await sleep(20);
  }
}
