import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition` holds; fails with what it was waiting for. */
export async function waitFor(what: string, condition: () => boolean, limitMs = 20_000): Promise<void> {
  const untilMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > untilMs) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    await sleep(20);
  }
}
