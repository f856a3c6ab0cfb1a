import fc from 'fast-check';
import { expect, test } from 'vitest';
import { presentableText } from './presentable-text.js';

test('leaves an ordinary sentence as it is', () => {
  const sentence = "longitudes −65…−55.2; needed: −65…−55. Unit '°', λx ≤ 0.25 🌊";
  expect(presentableText(sentence)).toBe(sentence);
});

test('replaces what a database or a terminal cannot take', () => {
  expect(presentableText('units\0 \u001b[31mred\r\n\ud800')).toBe('units   [31mred \ufffd');
});

test('cuts what a file made endless, and says so', () => {
  expect(presentableText('m'.repeat(100_000))).toMatch(/^m+…$/);
});

test('is short, well-formed and unchanged by a second pass, whatever comes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
      const shown = presentableText(text);
      expect(shown.length).toBeLessThanOrEqual(1000);
      expect(shown.isWellFormed()).toBe(true);
      expect(presentableText(shown)).toBe(shown);
    }),
    { numRuns: 30 }, // long strings are slow to make
  );
});
