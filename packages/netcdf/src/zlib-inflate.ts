import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { Inflate } from './hdf5/chunked-slab.js';

const inflateAsync = promisify(inflate) as (
  bytes: Uint8Array,
  options: { maxOutputLength: number; chunkSize: number },
) => Promise<Uint8Array>;

/** Most that is reserved at once; a stream that claims more gets more as it fills what it has. */
const MAX_PIECE_BYTES = 2 ** 20;
const SPARE_BYTES = 64; // a piece that is filled to the last byte costs another round for the end of the stream

/**
 * Decompression on Node's own threads, bounded before it allocates. Node's pieces of 16 KiB would each take a round trip to
 * such a thread.
 */
export const zlibInflate: Inflate = (bytes, maxBytes) =>
  inflateAsync(bytes, {
    maxOutputLength: Math.max(1, maxBytes),
    chunkSize: Math.min(maxBytes, MAX_PIECE_BYTES) + SPARE_BYTES,
  });
