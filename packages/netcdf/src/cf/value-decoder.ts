import type { FieldValues } from '@sillage/science';
import type { NetcdfType, NetcdfVariable, SlabValues } from '../netcdf-file.js';
import { numberAttributes, textAttribute } from './attributes.js';

/** From here on a number is a fill value that the file does not declare: 1e10, 1e20, 9.97e36, infinity. */
const UNDECLARED_FILL = 1e10;

/** NetCDF's default fill values (netcdf.h), which mean missing when no _FillValue is declared. */
const DEFAULT_FILL: Partial<Record<NetcdfType, number>> = {
  int16: -32_767,
  uint16: 65_535,
  int32: -2_147_483_647,
  uint32: 4_294_967_295,
};

/** The same for signed types that an _Unsigned attribute turns into unsigned ones. */
const DEFAULT_UNSIGNED_FILL: Partial<Record<NetcdfType, number>> = {
  int16: 65_535,
  int32: 4_294_967_295,
};

/** Turns stored values into physical ones. */
export type ValueDecoder = {
  valueType: 'float32' | 'float64';
  /** Every stored value within ±`limit` is what it decodes to. */
  isIdentityWithin(limit: number): boolean;
  /** Decodes to NaN or value × `unitFactor`; floats without packing are decoded in place and returned. */
  decode(stored: SlabValues): FieldValues;
  /** The same, and whether all values lie within ±`limit`: one pass instead of two. */
  decodeWithin(stored: SlabValues, limit: number): { values: FieldValues; isWithin: boolean };
};

/**
 * Builds the decoder of a variable: _FillValue, missing_value, valid_min / valid_max / valid_range (in stored units, CF §2.5.1),
 * scale_factor, add_offset, _Unsigned, and a factor for the units. Values of 1e10 and beyond are missing.
 *
 * Results are float32 for float32 and 8- and 16-bit integers, float64 otherwise; sums inside are float64.
 */
export function createValueDecoder(
  variable: Pick<NetcdfVariable, 'type' | 'attributes'>,
  unitFactor: number,
): ValueDecoder {
  const { attributes, type } = variable;
  const scale = (numberAttributes(attributes, 'scale_factor')[0] ?? 1) * unitFactor;
  const offset = (numberAttributes(attributes, 'add_offset')[0] ?? 0) * unitFactor;
  const unsignedRange = isUnsignedByAttribute(variable)
    ? 2 ** (type === 'int8' ? 8 : type === 'int16' ? 16 : 32)
    : 0;
  const declaredFill = [
    ...numberAttributes(attributes, '_FillValue'),
    ...numberAttributes(attributes, 'missing_value'),
  ];
  const isFloat = type === 'float32' || type === 'float64';
  const isDeclared = numberAttributes(attributes, '_FillValue').length > 0;
  const defaultFill = unsignedRange > 0 ? DEFAULT_UNSIGNED_FILL[type] : DEFAULT_FILL[type];
  const fill = isFloat || isDeclared ? declaredFill : [...declaredFill, defaultFill ?? NaN];
  const asStored = (value: number): number => {
    if (type === 'float32') return Math.fround(value);
    return unsignedRange > 0 && value < 0 ? value + unsignedRange : value;
  };
  // _FillValue and missing_value are mostly the same number.
  const fills = [...new Set(fill.filter((value) => !Number.isNaN(value)).map(asStored))];
  const [minimum, maximum] = validRange(variable, scale / unitFactor, offset / unitFactor).map(asStored) as [
    number,
    number,
  ];
  const valueType =
    type === 'float64' || type === 'int32' || type === 'uint32' || type === 'int64' || type === 'uint64'
      ? 'float64'
      : 'float32';
  const isPlain = isFloat && scale === 1 && offset === 0;
  const firstFill = fills[0] ?? NaN;
  const hasMoreFills = fills.length > 1;

  const decodeOne = (raw: number): number => {
    const value = raw < 0 ? raw + unsignedRange : raw;
    if (value === firstFill || !(value >= minimum && value <= maximum)) return NaN;
    if (hasMoreFills && fills.includes(value)) return NaN;
    const physical = value * scale + offset;
    return Math.abs(physical) < UNDECLARED_FILL ? physical : NaN;
  };
  const isIdentityWithin = (limit: number): boolean =>
    isPlain && minimum <= -limit && maximum >= limit && fills.every((value) => Math.abs(value) > limit);

  const decodeWithin = (stored: SlabValues, limit: number): { values: FieldValues; isWithin: boolean } => {
    const isInPlace = isPlain && (stored instanceof Float32Array || stored instanceof Float64Array);
    const values: FieldValues = isInPlace
      ? stored
      : valueType === 'float32'
        ? new Float32Array(stored.length)
        : new Float64Array(stored.length);
    let isWithin = true;
    const store = (index: number, value: number): void => {
      values[index] = value;
      if (value > limit || value < -limit) isWithin = false;
    };
    if (stored instanceof BigInt64Array || stored instanceof BigUint64Array) {
      for (let i = 0; i < stored.length; i++) store(i, decodeOne(Number(stored[i])));
    } else if (isInPlace && (!hasMoreFills || isIdentityWithin(limit))) {
      const lowest = Math.max(minimum, -limit);
      const highest = Math.min(maximum, limit);
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        // Nearly all: what they decode to already, or missing.
        if ((value >= lowest && value <= highest && value !== firstFill) || Number.isNaN(value)) continue;
        store(i, decodeOne(value));
      }
    } else if (stored instanceof Int16Array && values instanceof Float32Array) {
      // How most files pack: a loop that meets these types only is many times as fast.
      for (let i = 0; i < stored.length; i++) {
        const value = decodeOne(stored[i]!);
        values[i] = value;
        if (value > limit || value < -limit) isWithin = false;
      }
    } else {
      for (let i = 0; i < stored.length; i++) store(i, decodeOne(stored[i]!));
    }
    return { values, isWithin };
  };

  return {
    valueType,
    isIdentityWithin,
    decode: (stored) => decodeWithin(stored, Infinity).values,
    decodeWithin,
  };
}

function isUnsignedByAttribute({ type, attributes }: Pick<NetcdfVariable, 'type' | 'attributes'>): boolean {
  return /^(int8|int16|int32)$/.test(type) && textAttribute(attributes, '_Unsigned').toLowerCase() === 'true';
}

/** The valid range in stored units. In packed integers a fractional bound can only be meant in physical units (NUG, A.1). */
function validRange(
  variable: Pick<NetcdfVariable, 'type' | 'attributes'>,
  scale: number,
  offset: number,
): [number, number] {
  const { attributes, type } = variable;
  const range = numberAttributes(attributes, 'valid_range');
  const minimum =
    range.length === 2 ? range[0]! : (numberAttributes(attributes, 'valid_min')[0] ?? -Infinity);
  const maximum = range.length === 2 ? range[1]! : (numberAttributes(attributes, 'valid_max')[0] ?? Infinity);
  const isPackedInteger = /int/.test(type) && (scale !== 1 || offset !== 0);
  const isFractional = [minimum, maximum].some((bound) => Number.isFinite(bound) && !Number.isInteger(bound));
  const [low, high] =
    isPackedInteger && isFractional
      ? [(minimum - offset) / scale, (maximum - offset) / scale].sort((a, b) => a - b)
      : [minimum, maximum];
  if (!/float/.test(type)) return [low!, high!];
  return [Math.max(low!, -LARGEST_VALUE), Math.min(high!, LARGEST_VALUE)];
}

const LARGEST_VALUE = UNDECLARED_FILL * (1 - 2 ** -23);
