export const TARGET_NAMES = [
  'netcdf-classic',
  'netcdf-hdf5',
  'checkpoints',
  'onnx',
  'manifests',
  'tus-metadata',
] as const;
export type TargetName = (typeof TARGET_NAMES)[number];
