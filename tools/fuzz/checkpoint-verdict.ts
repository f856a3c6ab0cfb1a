/** What must be true of every mutated checkpoint. */
import type { Checkpoint, CheckpointTensor, RecognisedNetwork } from '@sillage/fourdvarnet';
import type { Mutation } from './checkpoint-mutations.ts';

export type Reader = {
  read(bytes: Uint8Array): Checkpoint;
  recognise(checkpoint: Checkpoint): RecognisedNetwork;
};

/** `read, tensors as before`, `read, other tensors`, or the code of the refusal. */
export type Verdict = string;

/**
 * Reads a mutated file and checks what came of it.
 *
 * @param original - What the seed holds.
 * @returns what happened. @throws Error when anything but a CheckpointError or a right answer came of it.
 */
export function verdictOf(mutation: Mutation, original: Checkpoint, reader: Reader): Verdict {
  let checkpoint: Checkpoint;
  try {
    checkpoint = reader.read(mutation.bytes);
  } catch (error) {
    if (!isRefusal(error))
      throw new Error(`an exception that is no refusal: ${String(error)}`, { cause: error });
    if (mutation.mustRead)
      throw new Error(`refused, although nothing that counts was touched`, { cause: error });
    return `refused: ${error.code}`;
  }
  for (const tensor of checkpoint.tensors.values()) assertWellFormed(tensor);
  JSON.stringify(checkpoint.hyperParameters);
  assertRecognisable(checkpoint, reader);
  const isSame = areSame(checkpoint, original);
  if (!isSame && mutation.expectation === 'same')
    throw new Error('other tensors, although the checksums are right');
  return isSame ? 'read, tensors as before' : 'read, other tensors';
}

function isRefusal(error: unknown): error is { tag: 'CheckpointError'; code: string } {
  return error instanceof Error && 'tag' in error && error.tag === 'CheckpointError' && 'code' in error;
}

function assertRecognisable(checkpoint: Checkpoint, reader: Reader): void {
  try {
    reader.recognise(checkpoint);
  } catch (error) {
    if (!isRefusal(error)) throw new Error(`recognition failed: ${String(error)}`, { cause: error });
  }
}

const ARRAYS: Readonly<Record<CheckpointTensor['dtype'], string>> = {
  float64: 'Float64Array',
  float32: 'Float32Array',
  float16: 'Float32Array',
  bfloat16: 'Float32Array',
  int64: 'BigInt64Array',
  int32: 'Int32Array',
  int16: 'Int16Array',
  int8: 'Int8Array',
  uint8: 'Uint8Array',
  bool: 'Uint8Array',
};

function assertWellFormed({ name, dtype, shape, data }: CheckpointTensor): void {
  const count = shape.reduce((product, size) => product * size, 1);
  if (data.length !== count)
    throw new Error(`${name}: ${data.length} elements in the shape [${shape.join()}]`);
  if (data.constructor.name !== ARRAYS[dtype])
    throw new Error(`${name}: ${dtype} in a ${data.constructor.name}`);
  if (data.byteOffset !== 0 || data.buffer.byteLength !== data.byteLength)
    throw new Error(`${name}: its elements are a part of something else`);
  if (data instanceof Float32Array || data instanceof Float64Array) {
    for (const value of data) if (!Number.isFinite(value)) throw new Error(`${name}: ${value}`);
  }
}

export function areSame(a: Checkpoint, b: Checkpoint): boolean {
  if (a.tensors.size !== b.tensors.size) return false;
  for (const [name, tensor] of a.tensors) {
    const other = b.tensors.get(name);
    if (other === undefined || other.dtype !== tensor.dtype || other.shape.join() !== tensor.shape.join())
      return false;
    if (Buffer.compare(bytesOf(tensor.data), bytesOf(other.data)) !== 0) return false;
  }
  return true;
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
