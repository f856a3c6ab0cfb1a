import type { Inflate } from './chunked-slab.js';

/** Decompression by the Compression Streams of browsers (Node has them too), bounded while it expands. */
export const streamInflate: Inflate = async (bytes, maxBytes) => {
  const stream = new DecompressionStream('deflate');
  const writer = stream.writable.getWriter();
  // The fault of a damaged stream comes out of the reading side; here it only must not go unheard.
  const written = writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => writer.close());
  written.catch(() => undefined);
  const reader = (stream.readable as ReadableStream<Uint8Array>).getReader();
  const result = new Uint8Array(maxBytes);
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    if (length + value.length > maxBytes) {
      await reader.cancel();
      throw new RangeError(`the stream expands beyond ${maxBytes} bytes`);
    }
    result.set(value, length);
    length += value.length;
  }
  await written;
  return result.subarray(0, length);
};
