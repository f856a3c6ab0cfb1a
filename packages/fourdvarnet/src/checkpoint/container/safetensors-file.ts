import { type CheckpointBytes, uint64At, viewOf } from '../checkpoint-bytes.js';
import { CheckpointError, COPY_AGAIN, quoted } from '../checkpoint-error.js';
import type { CheckpointLimits } from '../checkpoint-limits.js';
import { unknownDtype } from '../storage-elements.js';
import { STORED_BYTES, type TensorDtype } from '../tensor-dtype.js';

export type SafetensorsEntry = {
  name: string;
  dtype: TensorDtype;
  shape: readonly number[];
  /** Position of the first element in the file. */
  offset: number;
  sizeBytes: number;
};

export type SafetensorsFile = { entries: readonly SafetensorsEntry[]; metadata: Record<string, string> };

const DTYPES = new Map<string, TensorDtype>([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);
const LENGTH_BYTES = 8;

/**
 * Reads the header of a safetensors file: a length, JSON, and the tensors one behind the other without gaps.
 *
 * @throws CheckpointError 'malformed-header', 'too-large', 'too-complex', 'unknown-dtype', 'storage-out-of-bounds', 'truncated'.
 * Source: the format description of huggingface/safetensors.
 */
export function openSafetensorsFile(bytes: CheckpointBytes, limits: CheckpointLimits): SafetensorsFile {
  const headerBytes = uint64At(viewOf(bytes.range(0, LENGTH_BYTES, 'the header')), 0);
  if (headerBytes > limits.maxHeaderBytes) {
    throw new CheckpointError({
      code: 'too-large',
      where: 'the header',
      found: `it declares ${headerBytes} bytes`,
      expected: `at most ${limits.maxHeaderBytes}`,
      fix: COPY_AGAIN,
    });
  }
  const header = parseHeader(bytes.range(LENGTH_BYTES, headerBytes, 'the header'));
  const { __metadata__: rawMetadata, ...tensors } = header;
  const names = Object.keys(tensors);
  if (names.length > limits.maxTensors) {
    throw new CheckpointError({
      code: 'too-complex',
      where: 'the header',
      found: `it lists ${names.length} tensors`,
      expected: `at most ${limits.maxTensors}`,
      fix: 'Save the weights of the network only.',
    });
  }
  const dataBegin = LENGTH_BYTES + headerBytes;
  const entries = names.map((name) => readEntry(name, tensors[name], dataBegin, limits));
  checkGapless(entries, dataBegin, bytes.sizeBytes);
  return { entries, metadata: readMetadata(rawMetadata) };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw malformed('the header', 'it is not JSON', { cause: error });
  }
  if (!isRecord(header)) throw malformed('the header', 'it is not an object');
  return header;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readMetadata(raw: unknown): Record<string, string> {
  if (raw === undefined) return {};
  if (!isRecord(raw) || !Object.values(raw).every((value) => typeof value === 'string'))
    throw malformed('__metadata__', 'it is not an object of texts');
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, String(value)]));
}

function readEntry(
  name: string,
  raw: unknown,
  dataBegin: number,
  limits: CheckpointLimits,
): SafetensorsEntry {
  const where = `tensor ${quoted(name)}`;
  if (!isRecord(raw)) throw malformed(where, 'its entry is not an object');
  const { dtype: typeName, shape, data_offsets: offsets } = raw;
  if (typeof typeName !== 'string') throw malformed(where, 'it has no dtype');
  const dtype = DTYPES.get(typeName);
  if (dtype === undefined) throw unknownDtype(where, typeName);
  if (!isCounts(shape) || shape.length > limits.maxTensorRank)
    throw malformed(where, `its shape is not a list of at most ${limits.maxTensorRank} sizes`);
  if (!isCounts(offsets) || offsets.length !== 2)
    throw malformed(where, 'its data_offsets are not two positions');
  const [begin, end] = offsets as [number, number];
  const neededBytes = shape.reduce((product, size) => product * size, STORED_BYTES[dtype]);
  if (end - begin !== neededBytes)
    throw malformed(where, `its data take ${end - begin} bytes where its shape needs ${neededBytes}`);
  return { name, dtype, shape, offset: dataBegin + begin, sizeBytes: neededBytes };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function checkGapless(entries: readonly SafetensorsEntry[], dataBegin: number, fileBytes: number): void {
  let end = dataBegin;
  const inOrder = entries.toSorted((a, b) => a.offset - b.offset || a.sizeBytes - b.sizeBytes);
  for (const entry of inOrder) {
    if (entry.offset !== end)
      throw malformed(
        `tensor ${quoted(entry.name)}`,
        entry.offset < end ? 'it overlaps another' : 'there is a gap before it',
      );
    end += entry.sizeBytes;
  }
  if (end === fileBytes) return;
  throw new CheckpointError({
    code: end > fileBytes ? 'truncated' : 'malformed-header',
    where: 'the file',
    found: `it has ${fileBytes} bytes`,
    expected: `${end}, which its header declares`,
    fix: COPY_AGAIN,
  });
}

function malformed(where: string, found: string, options?: { cause: unknown }): CheckpointError {
  return new CheckpointError(
    {
      code: 'malformed-header',
      where,
      found,
      expected: 'a header as safetensors writes it',
      fix: 'Write the file with safetensors.torch.save_file.',
    },
    options,
  );
}
