import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

/** Integrates the power of a GPU while work goes on. */
export type EnergyMeter = {
  /** J since the meter was started; null where no driver tells. */
  stop(): Promise<number | null>;
};

const SAMPLE_INTERVAL_MS = 500;

/**
 * Starts to measure the energy of NVIDIA's first GPU by the power that its driver reports twice a second. On a CPU, and
 * where there is no `nvidia-smi`, nothing is measured.
 */
export function startEnergyMeter(device: string, nowMs: () => number = () => performance.now()): EnergyMeter {
  if (/^CPU\b/i.test(device) || !/nvidia|geforce|rtx|tesla|quadro|[ahlv]\d{2,3}\b/i.test(device))
    return { stop: async () => null };
  const child = spawnReader();
  if (child === null) return { stop: async () => null };
  const meter = new PowerIntegral(nowMs);
  let pending = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    pending += text;
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) meter.add(Number.parseFloat(line));
  });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve()); // there is no nvidia-smi
    child.once('close', () => resolve());
  });
  return {
    stop: async () => {
      // Never started, it has no number yet: Node would signal whatever lies where the number should be, and 0 is our own group.
      if (child.pid !== undefined) child.kill();
      await ended;
      return meter.joules();
    },
  };
}

/** Null where this process may not start others. */
function spawnReader(): ChildProcessByStdio<null, Readable, null> | null {
  try {
    return spawn(
      'nvidia-smi',
      [
        '--query-gpu=power.draw',
        '--format=csv,noheader,nounits',
        '--id=0',
        `--loop-ms=${SAMPLE_INTERVAL_MS}`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
  } catch {
    return null;
  }
}

/** Samples of a power, W, held until the next one. */
export class PowerIntegral {
  readonly #nowMs: () => number;
  #joules = 0;
  #last: { watts: number; atMs: number } | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  add(watts: number): void {
    if (!Number.isFinite(watts)) return; // "[N/A]"
    this.#hold();
    this.#last = { watts, atMs: this.#nowMs() };
  }

  /** J so far; null without any sample. */
  joules(): number | null {
    if (this.#last === null) return null;
    this.#hold();
    return this.#joules;
  }

  #hold(): void {
    if (this.#last === null) return;
    const atMs = this.#nowMs();
    this.#joules += (this.#last.watts * (atMs - this.#last.atMs)) / 1000;
    this.#last = { ...this.#last, atMs };
  }
}
