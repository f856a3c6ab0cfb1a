import { describe, expect, it } from 'vitest';
import { printedNumber, printedText } from './printed-number';

describe('a number as a paper prints it', () => {
  it.each([
    { text: '0.92', value: 0.92, decimals: 2 },
    { text: ' 0.90 ', value: 0.9, decimals: 2 },
    { text: '12', value: 12, decimals: 0 },
    { text: '1,4', value: 1.4, decimals: 1 },
    { text: '−0.1', value: -0.1, decimals: 1 },
    { text: '.5', value: 0.5, decimals: 1 },
    { text: '3.', value: 3, decimals: 0 },
  ])('"$text" is $value with $decimals decimals', ({ text, value, decimals }) => {
    expect(printedNumber(text)).toEqual({ value, decimals });
  });

  it.each(['', '.', '0.9.2', '92 %', '1e3', 'n/a', '0,9,2'])('"%s" is none', (text) => {
    expect(printedNumber(text)).toBeNull();
  });

  it('is written back with the zeros that it came with, and with none that it did not', () => {
    for (const text of ['0.90', '12', '1.4', '164.83']) {
      const read = printedNumber(text);
      expect(printedText(read?.value ?? null, read?.decimals ?? null)).toBe(text);
    }
    expect(printedText(0.9, null)).toBe('0.9');
    expect(printedText(null, 2)).toBe('');
  });
});
