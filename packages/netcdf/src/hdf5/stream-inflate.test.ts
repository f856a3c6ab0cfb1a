import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { streamInflate } from './stream-inflate.js';

const plain = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 37) % 251);

it('expands a zlib stream', async () => {
  const expanded = await streamInflate(deflateSync(plain), plain.length);
  expect(expanded).toHaveLength(plain.length);
  expect(plain.every((byte, index) => byte === expanded[index])).toBe(true);
});

it('expands nothing to nothing', async () => {
  expect(await streamInflate(deflateSync(new Uint8Array(0)), 10)).toHaveLength(0);
});

it('stops where the stream expands beyond what was declared', async () => {
  await expect(streamInflate(deflateSync(new Uint8Array(5_000_000)), 4_000)).rejects.toThrow(/beyond 4000/);
});

it('fails on a damaged and on a truncated stream', async () => {
  const packed = deflateSync(plain);
  await expect(streamInflate(packed.subarray(0, packed.length - 9), plain.length)).rejects.toThrow();
  const damaged = Uint8Array.from(packed);
  damaged[0] = 0xff;
  await expect(streamInflate(damaged, plain.length)).rejects.toThrow();
});
