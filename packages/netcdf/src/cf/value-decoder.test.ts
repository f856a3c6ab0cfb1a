import { describe, expect, it } from 'vitest';
import type { NetcdfAttributes, NetcdfType, SlabValues } from '../netcdf-file.js';
import { createValueDecoder } from './value-decoder.js';

function decode(
  type: NetcdfType,
  stored: SlabValues,
  attributes: NetcdfAttributes = {},
  unitFactor = 1,
): number[] {
  return Array.from(createValueDecoder({ type, attributes }, unitFactor).decode(stored));
}

describe('createValueDecoder', () => {
  it('unpacks integers and turns their fill value into NaN', () => {
    expect(
      decode('int16', Int16Array.of(12_345, -32_767, 0), { scale_factor: 0.0001, _FillValue: -32_767 }),
    ).toEqual([Math.fround(1.2345), NaN, 0]);
  });

  it('uses the default fill value of the type when none is declared', () => {
    expect(decode('int32', Int32Array.of(10_000, -2_147_483_647), { scale_factor: 0.0001 })).toEqual([
      1,
      NaN,
    ]);
  });

  it('keeps a declared fill value apart from the default one', () => {
    expect(decode('int16', Int16Array.of(-32_767, -1), { _FillValue: -1 })).toEqual([-32_767, NaN]);
  });

  it('compares float32 fill values in float32', () => {
    expect(decode('float32', Float32Array.of(-999.9, 0.5), { _FillValue: -999.9 })).toEqual([NaN, 0.5]);
  });

  it('knows missing_value, also several', () => {
    expect(
      decode('float64', Float64Array.of(-1, -2, 0.25), { _FillValue: -1, missing_value: [-1, -2] }),
    ).toEqual([NaN, NaN, 0.25]);
  });

  it.each([9.969209968386869e36, 1e20, 1e10, Infinity, -Infinity])(
    'takes the undeclared sentinel %d as missing',
    (value) => {
      expect(decode('float64', Float64Array.of(value, 1))).toEqual([NaN, 1]);
      expect(decode('float32', Float32Array.of(value, 1))).toEqual([NaN, 1]);
    },
  );

  it('masks what lies outside valid_range, in stored units', () => {
    const attributes = { scale_factor: 0.01, valid_range: [-100, 100] };
    expect(decode('int16', Int16Array.of(-101, -100, 100, 101), attributes)).toEqual([NaN, -1, 1, NaN]);
  });

  it('reads a fractional valid range of packed integers as physical', () => {
    expect(
      decode('int16', Int16Array.of(100, 200), { scale_factor: 0.01, valid_min: -1.5, valid_max: 1.5 }),
    ).toEqual([1, NaN]);
  });

  it('converts centimetres, offset included', () => {
    expect(decode('float64', Float64Array.of(100, NaN), { add_offset: 50 }, 0.01)).toEqual([1.5, NaN]);
  });

  it('reads signed bytes as unsigned when the file says so', () => {
    expect(decode('int8', Int8Array.of(-1, 5), { _Unsigned: 'true' })).toEqual([255, 5]);
  });

  it('takes the default fill value of the unsigned type for signed integers that are unsigned', () => {
    expect(decode('int16', Int16Array.of(-1, -32_767), { _Unsigned: 'true' })).toEqual([NaN, 32_769]);
  });

  it('decodes 64-bit integers', () => {
    expect(decode('int64', BigInt64Array.of(3n, -4n), { scale_factor: 0.5 })).toEqual([1.5, -2]);
  });

  it('leaves plain floats as they are, without a copy', () => {
    const stored = Float32Array.of(0.1, NaN, -3);
    expect(createValueDecoder({ type: 'float32', attributes: {} }, 1).decode(stored)).toBe(stored);
    expect(Array.from(stored)).toEqual([Math.fround(0.1), NaN, -3]);
  });
});
