import { expect, it } from 'vitest';
import { auditHash, CHAIN_START, firstBrokenLine, type AuditLine } from './audit-chain.js';

function chain(count: number): (AuditLine & { hash: string })[] {
  const lines: (AuditLine & { hash: string })[] = [];
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const line: AuditLine = {
      id: `00000000-0000-4000-8000-00000000000${sequence}`,
      sequence,
      at: new Date(Date.UTC(2026, 0, sequence)),
      actor: 'Vagn Walfrid Ekman',
      actorId: null,
      action: 'version.publish',
      subjectKind: 'challenge',
      subjectId: 'demo-osse',
      summary: `Published 1.0.${sequence}.`,
      details: { to: `1.0.${sequence}`, from: null },
    };
    lines.push({ ...line, hash: auditHash(lines.at(-1)?.hash ?? CHAIN_START, line) });
  }
  return lines;
}

it('holds as written, from its start and from any line', () => {
  const lines = chain(4);
  expect(firstBrokenLine(CHAIN_START, lines)).toBeNull();
  expect(firstBrokenLine(lines[1]!.hash, lines.slice(2))).toBeNull();
  expect(firstBrokenLine(CHAIN_START, [])).toBeNull();
});

it('does not depend on the order of keys', () => {
  const [line] = chain(1);
  const turned = { ...line!, details: { from: null, to: '1.0.1' } };
  expect(auditHash(CHAIN_START, turned)).toBe(line!.hash);
});

it('breaks where a line was changed, taken out, or put in', () => {
  const lines = chain(4);
  const changed = lines.map((line) => (line.sequence === 2 ? { ...line, actor: 'Nobody' } : line));
  expect(firstBrokenLine(CHAIN_START, changed)).toBe(2);
  expect(firstBrokenLine(CHAIN_START, lines.toSpliced(1, 1))).toBe(3);
  expect(firstBrokenLine(CHAIN_START, lines.toSpliced(1, 0, lines[0]!))).toBe(1);
});
