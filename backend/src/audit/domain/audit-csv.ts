import { canonicalJson, csvLine } from '@sillage/contracts';
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

export const AUDIT_CSV_HEADER = csvLine(COLUMNS);

/** `details` as canonical JSON: with the other columns it is everything that the hash covers. */
export function auditCsvLine(line: AuditLine & { hash: string }): string {
  return csvLine([
    line.sequence,
    line.at.toISOString(),
    line.actor,
    line.actorId,
    line.action,
    line.subjectKind,
    line.subjectId,
    line.summary,
    canonicalJson(line.details),
    line.hash,
    line.id,
  ]);
}
