import { canonicalJson } from '@sillage/contracts';
import type { AuditLine } from './audit-chain.js';

const COLUMNS = [
  'sequence',
  'at',
  'actor',
  'actor_id',
  'action',
  'subject_kind',
  'subject_id',
  'summary',
  'details',
  'hash',
  'id',
] as const;

export const AUDIT_CSV_HEADER = `${COLUMNS.join(',')}\r\n`;

/** RFC 4180. A text that a spreadsheet would take for a formula is kept a text by an apostrophe. */
function cell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `details` as canonical JSON: with the other columns it is everything that the hash covers. */
export function auditCsvLine(line: AuditLine & { hash: string }): string {
  return `${[
    String(line.sequence),
    line.at.toISOString(),
    cell(line.actor),
    line.actorId ?? '',
    line.action,
    line.subjectKind,
    cell(line.subjectId),
    cell(line.summary),
    cell(canonicalJson(line.details)),
    line.hash,
    line.id,
  ].join(',')}\r\n`;
}
