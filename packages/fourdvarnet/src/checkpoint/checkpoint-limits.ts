/**
 * Bounds on what a checkpoint may ask of its reader. Each is checked before memory is reserved or a loop is entered, so the
 * work is bounded by these numbers and not by what the file declares.
 */
export type CheckpointLimits = {
  /** Bytes of the file. */
  maxFileBytes: number;
  /** Entries of the zip container. */
  maxEntries: number;
  /** Bytes of the zip directory, of the pickles of an older file, and of texts that a pickle decodes anew. */
  maxStructureBytes: number;
  /** Bytes of the pickle of a zip archive, which holds the NumPy arrays of hyper_parameters. */
  maxPickleBytes: number;
  /** Bytes of the header of a safetensors file. */
  maxHeaderBytes: number;
  /** Bytes of one text inside a pickle; a longer one is passed over, since no weight depends on it. */
  maxTextBytes: number;
  /** Opcodes executed. */
  maxOpcodes: number;
  /** Containers, stubs and tensors created by a pickle. */
  maxObjects: number;
  /** Values on the stack of the interpreter. */
  maxStackDepth: number;
  /** Open marks: how deep literals nest. */
  maxMarks: number;
  /** Values in the memo of the interpreter. */
  maxMemoEntries: number;
  /** Tensors in the state dict. */
  maxTensors: number;
  maxTensorRank: number;
  /** Bytes of all weights together once expanded: views that share a storage count in full. */
  maxTensorBytes: number;
  /** Values copied out of hyper_parameters; what exceeds this is left out, with a warning. */
  maxPlainValues: number;
  /** How deep hyper_parameters are followed. */
  maxPlainDepth: number;
};

const MIB = 2 ** 20;

/**
 * A core network has 1.4 million parameters: 6 MB, three times that with the state of Adam. The largest thing known in a checkpoint
 * is the reconstruction weights of a global patch, 15 × 680 × 1440 in float64: 118 MB. Where Lightning was told to save its
 * hyper-parameters, they stand once more in the pickle, as text of about 1.5 bytes a byte.
 */
export const DEFAULT_CHECKPOINT_LIMITS: CheckpointLimits = {
  maxFileBytes: 2048 * MIB,
  maxEntries: 20_000,
  maxStructureBytes: 16 * MIB,
  maxPickleBytes: 256 * MIB,
  maxHeaderBytes: 4 * MIB,
  maxTextBytes: 8 * MIB,
  maxOpcodes: 4_000_000,
  maxObjects: 400_000,
  maxStackDepth: 200_000,
  maxMarks: 1000,
  maxMemoEntries: 400_000,
  maxTensors: 10_000,
  maxTensorRank: 8,
  maxTensorBytes: 256 * MIB,
  maxPlainValues: 50_000,
  maxPlainDepth: 40,
};
