export const TENSOR_DTYPES = [
  'float64',
  'float32',
  'float16',
  'bfloat16',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint8',
  'bool',
] as const;

/** Element types that are read. */
export type TensorDtype = (typeof TENSOR_DTYPES)[number];

/** Bytes of one element in the file. */
export const STORED_BYTES: Readonly<Record<TensorDtype, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** Bytes of one element once read: half precision is widened to float32. */
export const READ_BYTES: Readonly<Record<TensorDtype, number>> = { ...STORED_BYTES, float16: 4, bfloat16: 4 };

export function isFloating(dtype: TensorDtype): boolean {
  return dtype === 'float64' || dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16';
}

export function isTensorDtype(name: string): name is TensorDtype {
  return (TENSOR_DTYPES as readonly string[]).includes(name);
}
