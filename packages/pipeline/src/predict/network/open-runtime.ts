import type { NetworkRuntime, RuntimeName } from '@sillage/runtime';

/**
 * The runtime that was asked for, or with `auto` the fastest that works here. The native libraries are loaded now and not before.
 *
 * @throws RuntimeError `unavailable`.
 */
export async function openRuntime(wanted: RuntimeName | 'auto'): Promise<NetworkRuntime> {
  const { chooseRuntime } = await import('@sillage/runtime');
  return chooseRuntime({ preferred: wanted });
}

/** A runtime for as long as it is needed. */
export type HeldRuntime = { runtime: NetworkRuntime; release(): Promise<void> };

/** A runtime that is handed in stays open, one that is opened here is closed. */
export async function heldRuntime(wanted: NetworkRuntime | RuntimeName | 'auto'): Promise<HeldRuntime> {
  if (typeof wanted === 'object') return { runtime: wanted, release: async () => undefined };
  const runtime = await openRuntime(wanted);
  return { runtime, release: () => runtime.close() };
}
