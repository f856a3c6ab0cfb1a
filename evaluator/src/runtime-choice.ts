/** What executes networks: one of the runtimes by name, the first that works, or nothing. */
export const RUNTIME_CHOICES = [
  'auto',
  'webgpu',
  'onnxruntime-webgpu',
  'onnxruntime-cuda',
  'onnxruntime-cpu',
  'tfjs',
] as const;
export type RuntimeChoice = (typeof RUNTIME_CHOICES)[number];
