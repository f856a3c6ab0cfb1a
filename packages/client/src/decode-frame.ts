import { ServiceUnreachable } from './failures.js';

/** Frames are little-endian whatever the machine is. */
export function decodeFrame(bytes: ArrayBuffer): Int16Array {
  if (bytes.byteLength % 2 !== 0) {
    throw new ServiceUnreachable(
      'broken-reply',
      `a map frame has ${bytes.byteLength} bytes, need an even number`,
    );
  }
  const view = new DataView(bytes);
  const frame = new Int16Array(bytes.byteLength / 2);
  for (let index = 0; index < frame.length; index += 1) frame[index] = view.getInt16(index * 2, true);
  return frame;
}
