import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.js';

describe('crc32', () => {
  it('is the check value of the standard for 123456789', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('agrees with zlib for every length around a multiple of eight, at any position', () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 7919 + (i >> 3)) & 0xff);
    for (let length = 0; length < 70; length++) {
      for (const from of [0, 1, 5]) {
        const part = bytes.subarray(from, from + length);
        expect(crc32(part)).toBe(zlibCrc32(part));
      }
    }
  });
});
