import { spawnSync } from 'node:child_process';
import type { WorkerRuntime } from '@sillage/contracts';
import type { RuntimeChoice } from '../runtime-choice.js';
import type { SandboxedChild } from '../sandbox/sandboxed-child.js';
import { probeRuntime } from '../steps/probe-runtime.js';
import type { ChildEnd } from '../steps/step.js';

const MEBIBYTE = 2 ** 20;

export type RuntimeSearch = {
  choice: RuntimeChoice;
  /** A child that may load native libraries; a driver that breaks down takes it along, and not the evaluator. */
  child: SandboxedChild;
  /** What a child may use, which on a CPU is what networks have. */
  memoryBytes: number;
  /** Of the device, as the operator says; null: ask its driver. */
  deviceMemoryBytes: number | null;
};

/** Tries the runtime in a child. @returns what the backend is told, or why no network can be run here. */
export async function findRuntime({
  choice,
  child,
  memoryBytes,
  deviceMemoryBytes,
}: RuntimeSearch): Promise<{ runtime: WorkerRuntime; version: string } | { unavailable: string }> {
  const { signal } = new AbortController();
  const end = await child.run(probeRuntime, { step: 'probe-runtime', runtime: choice }, { signal });
  if (end.kind !== 'result') return { unavailable: reasonOf(end) };
  const { name, version, device } = end.result;
  const isCpu = name === 'onnxruntime-cpu' || name === 'tfjs';
  const deviceBytes = isCpu ? memoryBytes : (deviceMemoryBytes ?? driverMemoryBytes() ?? memoryBytes);
  return { runtime: { name, device, memoryBytes: deviceBytes }, version };
}

function reasonOf(end: Exclude<ChildEnd<never>, { kind: 'result' }>): string {
  switch (end.kind) {
    case 'error':
      return end.message;
    case 'crashed':
    case 'killed':
    case 'never-started':
    case 'disk-full':
      return end.detail;
    case 'rejected':
      return end.reason.found;
    case 'out-of-memory':
    case 'timed-out':
    case 'aborted':
      return end.kind;
  }
}

/** Of the first NVIDIA card; null where no such driver answers. */
function driverMemoryBytes(): number | null {
  const { status, stdout } = spawnSync(
    'nvidia-smi',
    ['--query-gpu=memory.total', '--format=csv,noheader,nounits'],
    { encoding: 'utf8', timeout: 10_000 },
  );
  const mebibytes = status === 0 ? Number.parseInt(stdout, 10) : Number.NaN;
  return Number.isFinite(mebibytes) ? mebibytes * MEBIBYTE : null;
}
