import type { DatasetFinding, FindingCode, FindingSeverity } from '@sillage/contracts';
import type { RejectionError } from '@sillage/checking';

type About = { path?: string | null; area?: string | null; scenario?: string | null };
type Texts = { found: string; needed: string; fix: string };

export function finding(
  severity: FindingSeverity,
  code: FindingCode,
  about: About,
  texts: Texts,
): DatasetFinding {
  return {
    severity,
    code,
    path: about.path ?? null,
    area: about.area ?? null,
    scenario: about.scenario ?? null,
    ...texts,
  };
}

/** Codes of rejections that say which variable, rather than whether the file, cannot be read. */
const UNCLEAR = new Set([
  'variable-not-found',
  'ambiguous-variable',
  'coordinate-not-found',
  'wrong-dimensions',
]);

/** A file that the structure gate or the decoder refuses. */
export function unreadableFinding({ reason }: RejectionError, path: string): DatasetFinding {
  const code: FindingCode =
    reason.code === 'unknown-units'
      ? 'units-missing'
      : UNCLEAR.has(reason.code)
        ? 'variable-unclear'
        : 'unreadable';
  const found = reason.where === path ? reason.found : `${reason.where}: ${reason.found}`;
  return finding('error', code, { path }, { found, needed: reason.expected, fix: reason.fix });
}

/** `1 of 42 days` */
export function ofDays(count: number, total: number): string {
  return `${count} of ${total} ${total === 1 ? 'day' : 'days'}`;
}

/** Heights as people read them: centimetres with one decimal below a metre. */
export function metresText(metres: number): string {
  const size = Math.abs(metres);
  const sign = metres < 0 ? '−' : '';
  if (size < 0.01) return `${sign}${(1000 * size).toFixed(1)} mm`;
  if (size < 1) return `${sign}${(100 * size).toFixed(1)} cm`;
  return `${sign}${size.toFixed(2)} m`;
}
