const MAX_LENGTH = 1000;

/**
 * Text that may quote a participant's file, fit to be stored and shown: well-formed, without control characters, of
 * bounded length.
 */
export function presentableText(text: string): string {
  const clean = text.toWellFormed().replace(/\p{Cc}+/gu, ' ');
  if (clean.length <= MAX_LENGTH) return clean;
  return `${clean
    .slice(0, MAX_LENGTH - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`;
}
