import { existsSync } from 'node:fs';
import { RuntimeError } from './network-runtime.js';

/** Files by which drivers of Linux offer a GPU: DRM, NVIDIA, AMD, WSL, and the GPUs of systems on a chip. */
const DEVICE_FILES = [
  '/dev/dri',
  '/dev/nvidiactl',
  '/dev/nvidia0',
  '/dev/kfd',
  '/dev/dxg',
  '/dev/mali0',
  '/dev/kgsl-3d0',
  '/dev/nvmap',
];

/** What the question depends on; a test passes its own. */
export type Machine = {
  readonly platform: string;
  /** Whether this process may look: under Node's permission model a file that may not be read seems not to exist. */
  readonly canRead: (path: string) => boolean;
  readonly exists: (path: string) => boolean;
};

const THIS_MACHINE: Machine = {
  platform: process.platform,
  canRead: (path) =>
    (process.permission as typeof process.permission | undefined)?.has('fs.read', path) ?? true,
  exists: existsSync,
};

/**
 * Whether there may be a GPU. Dawn prints two warnings of its own on the terminal as soon as it looks at an adapter, Mesa's on
 * the CPU included, and has no switch for them: where Linux has no GPU it need not look.
 */
export function mayHaveGpu({ platform, canRead, exists }: Machine = THIS_MACHINE): boolean {
  if (platform !== 'linux') return true;
  return DEVICE_FILES.some((path) => !canRead(path) || exists(path));
}

/** @throws RuntimeError `unavailable` where there can be no GPU. */
export function requireGpu(): void {
  if (mayHaveGpu()) return;
  throw new RuntimeError(
    'unavailable',
    'this machine offers no GPU (neither /dev/dri nor /dev/nvidiactl nor the like); a container must be started with its GPU (docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,graphics,utility)',
  );
}
