import type { NetcdfAttributes } from '../netcdf-file.js';

/** An attribute as trimmed text; empty when absent or not text. */
export function textAttribute(attributes: NetcdfAttributes, name: string): string {
  const value = attributes[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** An attribute as numbers; empty when absent or not numeric. */
export function numberAttributes(attributes: NetcdfAttributes, name: string): number[] {
  return [attributes[name] ?? []].flat().filter((item) => typeof item === 'number');
}

/** The last part of a path: `ssh` of `group/ssh`, in lower case. */
export function baseName(path: string): string {
  return (path.split('/').at(-1) ?? path).toLowerCase();
}
