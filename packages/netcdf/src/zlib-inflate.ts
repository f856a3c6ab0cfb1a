import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { Inflate } from './hdf5/chunked-slab.js';

const inflateAsync = promisify(inflate) as (
  bytes: Uint8Array,
  options: { maxOutputLength: number },
) => Promise<Uint8Array>;

/** Decompression on Node's own threads, bounded before it allocates. */
export const zlibInflate: Inflate = (bytes, maxBytes) =>
  inflateAsync(bytes, { maxOutputLength: Math.max(1, maxBytes) });
