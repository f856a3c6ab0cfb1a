/** Bounds on what a file may declare. Everything is checked before a value is read or memory for one is reserved. */
export type StructureLimits = {
  /** Bytes of the file itself. */
  maxFileBytes: number;
  /** Bytes of all variables together, uncompressed. */
  maxDeclaredBytes: number;
  /** Declared ÷ stored bytes, checked once the declaration exceeds `ratioFreeBytes`. */
  maxExpansionRatio: number;
  /** Declared bytes below which any ratio is harmless. */
  ratioFreeBytes: number;
  /** Bytes of one chunk, which has to fit in memory as a whole. */
  maxChunkBytes: number;
  /** Groups, variables and named types together. */
  maxObjects: number;
  maxGroupDepth: number;
};

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/**
 * The largest known file of the field, the gridded NATL observations, declares 14.3 GiB in 2 GB uploads; deflate reaches 1030:1
 * on zeros, daily maps that are mostly land or unobserved stay below 150:1.
 */
export const DEFAULT_STRUCTURE_LIMITS: StructureLimits = {
  maxFileBytes: 16 * GIB,
  maxDeclaredBytes: 64 * GIB,
  maxExpansionRatio: 200,
  ratioFreeBytes: 256 * MIB,
  maxChunkBytes: 512 * MIB,
  maxObjects: 2000,
  maxGroupDepth: 8,
};
