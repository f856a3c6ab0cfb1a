import type * as h5wasm from 'h5wasm/node';
import type { NetcdfAttributeValue } from '../netcdf-file.js';

/** Book-keeping of the netCDF-4 and dimension-scale conventions, which is not the author's metadata. */
const INTERNAL = new Set([
  'CLASS',
  'NAME',
  'REFERENCE_LIST',
  'DIMENSION_LIST',
  'DIMENSION_LABELS',
  '_Netcdf4Dimid',
  '_Netcdf4Coordinates',
  '_NCProperties',
  '_nc3_strict',
]);

export type RawAttributes = Record<string, NetcdfAttributeValue>;

/** Attributes of a dataset or group that are numbers or text; others (references, compounds) are left out. */
export function readHdf5Attributes(owner: { attrs: Record<string, h5wasm.Attribute> }): RawAttributes {
  const attributes: RawAttributes = {};
  for (const [name, attribute] of Object.entries(owner.attrs)) {
    if (name === 'REFERENCE_LIST' || name === 'DIMENSION_LIST') continue;
    const value = attributeValue(attribute.value);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

export function withoutInternal(attributes: RawAttributes): RawAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !INTERNAL.has(name)));
}

function attributeValue(value: unknown): NetcdfAttributeValue | undefined {
  if (typeof value === 'string') return value.replace(/\0+$/, '');
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return single(Array.from(value as Int32Array, Number));
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === 'string'))
      return single(value.map((item: string) => item.replace(/\0+$/, '')));
    if (value.every((item) => typeof item === 'number' || typeof item === 'bigint'))
      return single(value.map(Number));
  }
  return undefined;
}

function single(items: number[] | string[]): NetcdfAttributeValue {
  return items.length === 1 ? items[0]! : items;
}
