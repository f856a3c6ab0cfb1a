import type { RuntimeName } from '@sillage/runtime';

/** Runtimes as the command line calls them. */
export const RUNTIME_CHOICES = ['auto', 'cpu', 'webgpu', 'tfjs'] as const;
export type RuntimeChoice = (typeof RUNTIME_CHOICES)[number];

export function runtimeNamed(choice: RuntimeChoice): RuntimeName | 'auto' {
  return choice === 'cpu' ? 'onnxruntime-cpu' : choice;
}
