import type { FuzzCase, Seed } from './fuzz-target.ts';

/** A whole number from 0 to `limit` − 1. */
export type Random = (limit: number) => number;

/** mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random(items.length)]!;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const INTERESTING = [
  0, 1, 2, 3, 0x7f, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
];

/** Writes a number of 1, 2 or 4 bytes, one that readers stumble over or any. */
export function setNumber(view: DataView, at: number, random: Random, isLittleEndian = true): void {
  const value = random(3) === 0 ? random(2 ** 32) : pick(INTERESTING, random);
  const byteCount = Math.min(pick([1, 2, 4], random), view.byteLength - at);
  if (byteCount >= 4) view.setUint32(at, value, isLittleEndian);
  else if (byteCount >= 2) view.setUint16(at, value & 0xffff, isLittleEndian);
  else view.setUint8(at, value & 0xff);
}

export function flipBits(seed: Seed, random: Random): FuzzCase {
  const bytes = Uint8Array.from(seed.bytes);
  for (let i = random(8); i >= 0; i--) bytes[random(bytes.length)]! ^= 1 << random(8);
  return { seed, kind: 'flip-bits', bytes };
}

export function truncate(seed: Seed, random: Random): FuzzCase {
  const { length } = seed.bytes;
  const kept = random(2) === 0 ? length - 1 - random(Math.min(200, length)) : random(length);
  return { seed, kind: 'truncate', bytes: seed.bytes.slice(0, kept) };
}

/** Puts a piece of one file into another, over what was there or between. */
export function splice(seed: Seed, others: readonly Seed[], random: Random): FuzzCase {
  const donor = pick(others, random).bytes;
  const from = random(donor.length);
  const block = donor.slice(from, from + random(random(2) === 0 ? 16 : 4096));
  const at = random(seed.bytes.length);
  const removed = random(2) === 0 ? block.length : random(64);
  return { seed, kind: 'splice', bytes: replaced(seed.bytes, at, removed, block) };
}

/** Sets numbers anywhere: lengths, counts and offsets among them. */
export function changeNumbers(seed: Seed, random: Random, isLittleEndian: boolean): FuzzCase {
  const bytes = Uint8Array.from(seed.bytes);
  for (let i = random(4); i >= 0; i--) setNumber(viewOf(bytes), random(bytes.length), random, isLittleEndian);
  return { seed, kind: 'numbers', bytes };
}

export function replaced(bytes: Uint8Array, at: number, removed: number, block: Uint8Array): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + removed));
  const changed = new Uint8Array(at + block.length + rest.length);
  changed.set(bytes.subarray(0, at));
  changed.set(block, at);
  changed.set(rest, at + block.length);
  return changed;
}

/** Changes of any binary file. */
export function changedBytes(
  seed: Seed,
  others: readonly Seed[],
  random: Random,
  isLittleEndian: boolean,
): FuzzCase {
  if (seed.bytes.length === 0) return { seed, kind: 'empty', bytes: seed.bytes };
  switch (random(5)) {
    case 0:
      return flipBits(seed, random);
    case 1:
      return truncate(seed, random);
    case 2:
      return splice(seed, others, random);
    default:
      return changeNumbers(seed, random, isLittleEndian);
  }
}

/** Changes of any text: words of another kind in the place of words, pieces repeated, cut out, and moved. */
export function changedText(seed: Seed, random: Random, scraps: readonly string[]): FuzzCase {
  let text = new TextDecoder().decode(seed.bytes);
  for (let i = random(2) * random(4); i >= 0; i--) text = changedOnce(text, random, scraps);
  return { seed, kind: 'text', bytes: new TextEncoder().encode(text) };
}

const MAX_REPEATS = 3_000;
const MAX_GROWN_CHARACTERS = 200_000;

function changedOnce(text: string, random: Random, scraps: readonly string[]): string {
  const at = random(text.length + 1);
  const span = text.slice(at, at + random(random(2) === 0 ? 12 : 200));
  const without = text.slice(0, at) + text.slice(at + span.length);
  switch (random(6)) {
    case 0:
      return without;
    case 1: {
      const repeats = random(3) === 0 ? random(MAX_REPEATS) : random(4);
      return text.slice(0, at) + span.repeat(repeats).slice(0, MAX_GROWN_CHARACTERS) + text.slice(at);
    }
    case 2: {
      const to = random(without.length + 1);
      return without.slice(0, to) + span + without.slice(to);
    }
    case 3:
      return replacedWord(text, random, pick(scraps, random));
    case 4: {
      const scrap = pick(scraps, random);
      return text.slice(0, at) + scrap.repeat(random(4) === 0 ? random(MAX_REPEATS) : 1) + text.slice(at);
    }
    default:
      return (
        text.slice(0, at) + String.fromCodePoint(random(random(2) === 0 ? 128 : 0xd800)) + text.slice(at + 1)
      );
  }
}

function replacedWord(text: string, random: Random, scrap: string): string {
  const words = [...text.matchAll(/[\w.+-]+/g)];
  if (words.length === 0) return scrap;
  const found = pick(words, random);
  return text.slice(0, found.index) + scrap + text.slice(found.index + found[0].length);
}
