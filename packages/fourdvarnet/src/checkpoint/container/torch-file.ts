import type { PickleStorage, PickleValue } from '../pickle/pickle-value.js';

/** A file that torch.save wrote, opened: what its pickle describes, and its storages. */
export type TorchFile = {
  format: 'zip' | 'legacy';
  root: PickleValue;
  foreignGlobals: ReadonlySet<string>;
  /**
   * The bytes of a whole storage, not to be written to.
   *
   * @throws CheckpointError 'missing-storage', 'storage-out-of-bounds' when it has not the size that was declared, and what
   *   reading throws.
   */
  storageBytes(storage: PickleStorage): Uint8Array;
};
