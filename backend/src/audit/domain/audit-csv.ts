import { canonicalJson } from '@sillage/contracts';
import { csvCell } from '../../snapshots/domain/snapshot-table.js';
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

/** `details` as canonical JSON: with the other columns it is everything that the hash covers. */
export function auditCsvLine(line: AuditLine & { hash: string }): string {
  return `${[
    String(line.sequence),
    line.at.toISOString(),
    csvCell(line.actor),
    line.actorId ?? '',
    line.action,
    line.subjectKind,
    csvCell(line.subjectId),
    csvCell(line.summary),
    csvCell(canonicalJson(line.details)),
    line.hash,
    line.id,
  ].join(',')}\r\n`;
}
