import { randomUUID } from 'node:crypto';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { driverEnvironment } from '@sillage/runtime/gpu-driver';
import type { ChildLimits } from '../config.js';
import type { AnyStep, Profile } from '../steps/step.js';
import { SandboxedChild } from './sandboxed-child.js';
import type { Isolation } from './isolation.js';

/** Wait that long without a check or a score before starting spare children: they must not take the cores from one. */
const REFILL_AFTER_MS = 300;

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
 * Work that yields starts a child of its own, at low priority, and leaves the spare one to the next score.
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

  take({ profile, niceness }: Pick<AnyStep, 'profile' | 'niceness'>): SandboxedChild {
    if (niceness > 0) {
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
