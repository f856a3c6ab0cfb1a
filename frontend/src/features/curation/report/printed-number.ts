/** A number with the decimals that it was printed with: `0.90` says more than 0.9. */
export type PrintedNumber = { value: number; decimals: number };

/** `0,90` and `−0.1` are read too; null where the text is no number, or one with an exponent. */
export function printedNumber(text: string): PrintedNumber | null {
  const plain = text.trim().replace(',', '.').replace('\u2212', '-');
  const match = /^[+-]?(?:\d+(?:\.(\d*))?|\.(\d+))$/.exec(plain);
  if (match === null) return null;
  return { value: Number(plain), decimals: (match[1] ?? match[2] ?? '').length };
}

/** As it was printed, where the decimals are known; else with no digit more than the number has. */
export function printedText(value: number | null, decimals: number | null): string {
  if (value === null) return '';
  return decimals === null ? String(value) : value.toFixed(decimals);
}
