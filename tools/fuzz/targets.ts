import type { FuzzTarget } from './fuzz-target.ts';
import { TARGET_NAMES, type TargetName } from './target-names.ts';

/** Each loads its reader alone: what the others need would count in its memory. */
const TARGETS: Record<TargetName, () => Promise<FuzzTarget>> = {
  'netcdf-classic': async () => (await import('./netcdf-target.ts')).netcdfTarget('classic'),
  'netcdf-hdf5': async () => (await import('./netcdf-target.ts')).netcdfTarget('hdf5'),
  checkpoints: async () => (await import('./checkpoints-target.ts')).checkpointsTarget(),
  onnx: async () => (await import('./onnx-target.ts')).onnxTarget(),
  manifests: async () => (await import('./manifests-target.ts')).manifestsTarget(),
  'tus-metadata': async () => (await import('./tus-metadata-target.ts')).tusMetadataTarget(),
};

export async function loadTarget(name: string): Promise<FuzzTarget> {
  const known = TARGET_NAMES.find((candidate) => candidate === name);
  if (known === undefined) throw new Error(`no target '${name}'`);
  return TARGETS[known]();
}
