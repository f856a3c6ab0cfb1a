import { type CheckpointBytes, textOf } from '../checkpoint-bytes.js';
import { CheckpointError, COPY_AGAIN, listed, quoted, SAVE_STATE_DICT } from '../checkpoint-error.js';
import type { CheckpointLimits } from '../checkpoint-limits.js';
import { PickleReader } from '../pickle/pickle-reader.js';
import { storedElementBytes } from '../storage-elements.js';
import type { TorchFile } from './torch-file.js';
import { openZipArchive, refuseUnstored, type ZipArchive, type ZipEntry } from './zip-archive.js';

/**
 * Opens what torch.save writes since 1.6: a zip archive with `<prefix>/data.pkl` and one entry `<prefix>/data/<key>` per storage.
 *
 * @throws CheckpointError; see {@link readCheckpoint}.
 */
export function openTorchZipFile(bytes: CheckpointBytes, limits: CheckpointLimits): TorchFile {
  const archive = openZipArchive(bytes, limits);
  refuseScripts(archive);
  for (const entry of archive.entries.values()) refuseUnstored(entry);
  const pickleEntry = findPickle(archive);
  const prefix = pickleEntry.name.slice(0, -'data.pkl'.length);
  refuseBigEndian(archive, prefix);
  if (pickleEntry.sizeBytes > limits.maxPickleBytes) {
    throw new CheckpointError({
      code: 'too-large',
      where: `entry ${quoted(pickleEntry.name)}`,
      found: `it has ${pickleEntry.sizeBytes} bytes`,
      expected: `at most ${limits.maxPickleBytes}`,
      fix: SAVE_STATE_DICT,
    });
  }
  const reader = new PickleReader(archive.read(pickleEntry), limits, pickleEntry.name.slice(prefix.length));
  const root = reader.read(0).value;
  const read = new Map<string, Uint8Array>();
  return {
    format: 'zip',
    root,
    foreignGlobals: reader.foreignGlobals,
    storageBytes(storage) {
      const entry = archive.entries.get(`${prefix}data/${storage.key}`);
      if (entry === undefined) {
        throw new CheckpointError({
          code: 'missing-storage',
          where: `storage ${quoted(storage.key)}`,
          found: 'the archive has no entry for it',
          expected: `an entry ${quoted(`${prefix}data/${storage.key}`)}`,
          fix: COPY_AGAIN,
        });
      }
      const declaredBytes = storage.elementCount * storedElementBytes(storage);
      if (entry.sizeBytes !== declaredBytes) {
        throw new CheckpointError({
          code: 'storage-out-of-bounds',
          where: `storage ${quoted(storage.key)}`,
          found: `its entry has ${entry.sizeBytes} bytes`,
          expected: `${declaredBytes}, as the pickle declares (${storage.elementCount} elements of ${storage.typeName})`,
          fix: COPY_AGAIN,
        });
      }
      const data = read.get(entry.name) ?? archive.read(entry);
      read.set(entry.name, data);
      return data;
    },
  };
}

function findPickle(archive: ZipArchive): ZipEntry {
  const pickles = [...archive.entries.values()].filter((entry) => /^[^/]+\/data\.pkl$/.test(entry.name));
  if (pickles.length === 1) return pickles[0]!;
  throw new CheckpointError({
    code: 'not-a-checkpoint',
    where: 'the zip archive',
    found:
      pickles.length === 0
        ? `it has no entry <name>/data.pkl, but ${listed([...archive.entries.keys()].map(quoted), 4)}`
        : `it has ${pickles.length} entries <name>/data.pkl`,
    expected: 'one checkpoint as torch.save writes it',
    fix: 'Upload the .pt or .ckpt file itself, not an archive around it.',
  });
}

function refuseScripts(archive: ZipArchive): void {
  const isScript = [...archive.entries.keys()].some((name) => /^[^/]+\/(constants\.pkl$|code\/)/.test(name));
  if (!isScript) return;
  throw new CheckpointError({
    code: 'whole-module',
    where: 'the zip archive',
    found: 'it is a TorchScript program, made by torch.jit.save',
    expected: 'weights without code',
    fix: SAVE_STATE_DICT,
  });
}

function refuseBigEndian(archive: ZipArchive, prefix: string): void {
  const entry = archive.entries.get(`${prefix}byteorder`);
  if (entry === undefined) return; // torch before 2.1 notes none; all of its machines were little-endian
  const order = entry.sizeBytes <= 16 ? textOf(archive.read(entry)).trim() : 'a long text';
  if (order === 'little') return;
  throw new CheckpointError({
    code: 'big-endian',
    where: `entry ${quoted(entry.name)}`,
    found: `the byte order is ${quoted(order)}`,
    expected: "'little'",
    fix: 'Load the file on the machine that wrote it and save it as safetensors.',
  });
}
