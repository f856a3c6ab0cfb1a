import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUnstorableText } from './storable-text.js';

describe('findUnstorableText', () => {
  it.each([
    { name: 'a NUL', value: { card: { name: 'a\0b' } }, place: 'card.name' },
    { name: 'half of a surrogate pair', value: { tasks: [{ area: '\ud800' }] }, place: 'tasks.0.area' },
    { name: 'a key with a NUL', value: { card: { 'a\0': 'b' } }, place: 'card' },
  ])('names the place of $name', ({ value, place }) => {
    expect(findUnstorableText(value)).toBe(place);
  });

  it('looks into what is nested deeper than the stack', () => {
    const nested = (text: string): unknown =>
      JSON.parse(`${'['.repeat(200_000)}${JSON.stringify(text)}${']'.repeat(200_000)}`);
    expect(findUnstorableText(nested('a map'))).toBeNull();
    expect(findUnstorableText(nested('a\0b'))).toMatch(/^0\.0\.0\./);
  });

  it('lets every other text pass, emoji and accents included', () => {
    expect(findUnstorableText({ name: 'λx à la mer 🌊', count: 3, none: null, list: [true] })).toBeNull();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(findUnstorableText({ text })).toBe(text.includes('\0') ? 'text' : null);
      }),
    );
  });
});
