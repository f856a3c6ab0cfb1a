import { createHash } from 'node:crypto';
import { canonicalJson, type AuditAction, type AuditSubjectKind } from '@sillage/contracts';

export type AuditLine = {
  id: string;
  /** 1, 2, 3… */
  sequence: number;
  at: Date;
  actor: string;
  actorId: string | null;
  action: AuditAction;
  subjectKind: AuditSubjectKind;
  subjectId: string;
  summary: string;
  details: Record<string, unknown>;
};

/** What the first line is chained to. */
export const CHAIN_START = '0'.repeat(64);

/** SHA-256 over the hash of the line before and the line itself, as canonical JSON (RFC 8785). */
export function auditHash(previousHash: string, line: AuditLine): string {
  const { id, sequence, at, actor, actorId, action, subjectKind, subjectId, summary, details } = line;
  const text = canonicalJson({
    previousHash,
    line: {
      id,
      sequence,
      at: at.toISOString(),
      actor,
      actorId,
      action,
      subjectKind,
      subjectId,
      summary,
      details,
    },
  });
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/**
 * Follows the chain from a line whose hash is known.
 * @returns the sequence number of the first line that does not fit; null where all do.
 */
export function firstBrokenLine(
  previousHash: string,
  lines: readonly (AuditLine & { hash: string })[],
): number | null {
  let [hash, sequence] = [previousHash, (lines[0]?.sequence ?? 1) - 1];
  for (const line of lines) {
    if (line.sequence !== sequence + 1 || auditHash(hash, line) !== line.hash) return line.sequence;
    [hash, sequence] = [line.hash, line.sequence];
  }
  return null;
}
