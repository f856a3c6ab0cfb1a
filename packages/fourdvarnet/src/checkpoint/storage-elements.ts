import { CheckpointError, quoted, SAVE_STATE_DICT } from './checkpoint-error.js';
import type { PickleStorage } from './pickle/pickle-value.js';
import { STORED_BYTES, TENSOR_DTYPES } from './tensor-dtype.js';

/** Bytes of one element of a storage. @throws CheckpointError 'unknown-dtype'. */
export function storedElementBytes(storage: PickleStorage): number {
  if (storage.dtype === null) throw unknownDtype(`storage ${quoted(storage.key)}`, storage.typeName);
  return storage.dtype === 'bytes' ? 1 : STORED_BYTES[storage.dtype];
}

export function unknownDtype(where: string, typeName: string): CheckpointError {
  return new CheckpointError({
    code: 'unknown-dtype',
    where,
    found: `its elements are of the type ${quoted(typeName)}`,
    expected: `one of ${TENSOR_DTYPES.join(', ')}`,
    fix: `Convert the weights with network.float(). ${SAVE_STATE_DICT}`,
  });
}
