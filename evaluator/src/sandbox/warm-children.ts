import { randomUUID } from 'node:crypto';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { Step } from '@sillage/contracts';
import { driverEnvironment } from '@sillage/runtime/gpu-driver';
import type { ChildLimits } from '../config.js';
import { SandboxedChild } from './sandboxed-child.js';
import type { Isolation } from './isolation.js';

/** Wait that long without a check or a score before starting spare children: they must not take the cores from one. */
const REFILL_AFTER_MS = 300;

/**
 * `check` sees one upload and has no threads; `score` also serves the products; `map` sees observations only, `predict` those
 * and a network, and may load the native libraries that execute it; `inspect` sees every file of one draft and has no threads.
 */
type Profile = 'check' | 'score' | 'map' | 'predict' | 'inspect';
const PROFILE_OF_STEP: Record<Step, Profile> = {
  map: 'map',
  check: 'check',
  predict: 'predict',
  score: 'score',
  products: 'score',
  inspect: 'inspect',
};
/**
 * Steps that yield: what follows a score waits for the next participant's score, a network that runs for minutes for both,
 * an inspection too, and the platform's own maps for all of them.
 */
const NICENESS_OF_STEP: Partial<Record<Step, number>> = { products: 10, predict: 5, inspect: 10, map: 15 };

export type WarmChildrenOptions = {
  folder: string;
  preloadUrl?: string;
  entryFile: string;
  codeFolders: string[];
  limits: Record<Profile, ChildLimits>;
  isolation: Isolation;
};

/**
 * Keeps one started, unused child of each profile ready while nothing urgent runs. No child is ever used twice.
 * Products and maps are not urgent: they start a child of their own, at low priority, and leave the spare one to the next score.
 */
export class WarmChildren {
  private readonly spare = new Map<Profile, SandboxedChild>();
  private readonly urgent = new Set<SandboxedChild>();
  private readonly patient = new Set<SandboxedChild>();
  private refillTimer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly options: WarmChildrenOptions) {
    this.refill();
  }

  take(step: Step): SandboxedChild {
    const profile = PROFILE_OF_STEP[step];
    const niceness = NICENESS_OF_STEP[step];
    if (niceness !== undefined) {
      const child = this.start(profile);
      lowerPriority(child, niceness);
      this.patient.add(child);
      return child;
    }
    clearTimeout(this.refillTimer);
    const waiting = this.spare.get(profile);
    this.spare.delete(profile);
    const child = waiting?.isAlive === true ? waiting : this.start(profile);
    this.urgent.add(child);
    return child;
  }

  async giveBack(child: SandboxedChild): Promise<void> {
    await child.dispose();
    this.patient.delete(child);
    if (!this.urgent.delete(child) || this.urgent.size > 0 || this.isClosed) return;
    clearTimeout(this.refillTimer);
    this.refillTimer = setTimeout(() => this.refill(), REFILL_AFTER_MS);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.refillTimer);
    const all = [...this.spare.values(), ...this.urgent, ...this.patient];
    await Promise.all(all.map((child) => child.dispose()));
  }

  private refill(): void {
    for (const profile of ['check', 'score'] as const) {
      if (this.isClosed || this.spare.get(profile)?.isAlive === true) continue;
      this.spare.set(profile, this.start(profile));
    }
  }

  private start(profile: Profile): SandboxedChild {
    return new SandboxedChild({
      folder: join(this.options.folder, randomUUID()),
      ...(this.options.preloadUrl === undefined ? {} : { preloadUrl: this.options.preloadUrl }),
      entryFile: this.options.entryFile,
      codeFolders: this.options.codeFolders,
      mayStartThreads: profile !== 'check' && profile !== 'inspect',
      mayLoadAddons: profile === 'predict',
      // The child may not look where drivers are.
      ...(profile === 'predict' ? { environment: driverEnvironment() } : {}),
      limits: this.options.limits[profile],
      isolation: this.options.isolation,
    });
  }
}

function lowerPriority(child: SandboxedChild, niceness: number): void {
  if (child.processId === undefined) return;
  try {
    setPriority(child.processId, niceness);
  } catch {
    // ESRCH: it died first, and its end will say so.
  }
}
