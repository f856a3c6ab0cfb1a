import { type CheckpointBytes, uint64At, viewOf } from '../checkpoint-bytes.js';
import { CheckpointError, COPY_AGAIN, quoted, SAVE_STATE_DICT } from '../checkpoint-error.js';
import type { CheckpointLimits } from '../checkpoint-limits.js';
import { PickleReader } from '../pickle/pickle-reader.js';
import { isKind, type PickleStorage, type PickleValue } from '../pickle/pickle-value.js';
import { storedElementBytes } from '../storage-elements.js';
import type { TorchFile } from './torch-file.js';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/**
 * Opens what torch.save wrote before 1.6, and still writes with `_use_new_zipfile_serialization=False`: five pickles (magic
 * number, protocol, machine, object, keys of the storages), then for each key the number of elements and the elements.
 *
 * @throws CheckpointError; see {@link readCheckpoint}.
 */
export function openTorchLegacyFile(bytes: CheckpointBytes, limits: CheckpointLimits): TorchFile {
  const structureBytes = Math.min(bytes.sizeBytes, limits.maxStructureBytes);
  const structure = bytes.range(0, structureBytes, 'the pickles of the file');
  const reader = new PickleReader(structure, limits, 'the file');
  let end = 0;
  const next = (): PickleValue => {
    const reading = readNext(reader, end, structureBytes < bytes.sizeBytes);
    end = reading.end;
    return reading.value;
  };
  if (next() !== MAGIC) throw malformed('it does not start with the magic number of torch');
  const protocol = next();
  if (protocol !== PROTOCOL) throw malformed('its protocol is not 1001');
  const machine = next();
  if (!isKind(machine, 'dict')) throw malformed('it does not describe the machine that wrote it');
  if (machine.items.get('little_endian') !== true) {
    throw new CheckpointError({
      code: 'big-endian',
      where: 'the file',
      found: 'it was not written on a little-endian machine',
      expected: 'a file of a little-endian machine',
      fix: 'Load the file on the machine that wrote it and save it as safetensors.',
    });
  }
  const root = next();
  const keys = next();
  if (!isKind(keys, 'list')) throw malformed('it does not list its storages');
  const places = placeStorages(bytes, keys.items, reader.storages, end);
  const read = new Map<string, Uint8Array>();
  return {
    format: 'legacy',
    root,
    foreignGlobals: reader.foreignGlobals,
    storageBytes(storage) {
      const offset = places.get(storage.key);
      if (offset === undefined) {
        throw new CheckpointError({
          code: 'missing-storage',
          where: `storage ${quoted(storage.key)}`,
          found: 'it is not in the list of storages',
          expected: 'every storage that a tensor refers to',
          fix: COPY_AGAIN,
        });
      }
      const data =
        read.get(storage.key) ??
        bytes.range(
          offset,
          storage.elementCount * storedElementBytes(storage),
          `storage ${quoted(storage.key)}`,
        );
      read.set(storage.key, data);
      return data;
    },
  };
}

function readNext(reader: PickleReader, offset: number, isCut: boolean): { value: PickleValue; end: number } {
  try {
    return reader.read(offset);
  } catch (error) {
    if (!isCut || !(error instanceof CheckpointError) || error.code !== 'truncated') throw error;
    throw new CheckpointError(
      {
        code: 'too-large',
        where: 'the pickles of the file',
        found: 'they are longer than the limit',
        expected: 'pickles of weights, which are short',
        fix: SAVE_STATE_DICT,
      },
      { cause: error },
    );
  }
}

/** Walks over the storages behind the pickles; the position of each key's elements. */
function placeStorages(
  bytes: CheckpointBytes,
  keys: readonly PickleValue[],
  storages: ReadonlyMap<string, PickleStorage>,
  begin: number,
): Map<string, number> {
  const places = new Map<string, number>();
  let at = begin;
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined || places.has(storage.key))
      throw malformed('it lists a storage that no tensor refers to, or one twice');
    const where = `storage ${quoted(storage.key)}`;
    const count = uint64At(viewOf(bytes.range(at, 8, where)), 0);
    if (count !== storage.elementCount) {
      throw new CheckpointError({
        code: 'storage-out-of-bounds',
        where,
        found: `it has ${count} elements`,
        expected: `${storage.elementCount}, as the pickle declares`,
        fix: COPY_AGAIN,
      });
    }
    places.set(storage.key, at + 8);
    at += 8 + count * storedElementBytes(storage);
    if (at > bytes.sizeBytes) bytes.range(at, 0, where);
  }
  return places;
}

function malformed(found: string): CheckpointError {
  return new CheckpointError({
    code: 'malformed-pickle',
    where: 'the file',
    found,
    expected: 'a file as torch.save wrote it before torch 1.6',
    fix: `${COPY_AGAIN} ${SAVE_STATE_DICT}`,
  });
}
