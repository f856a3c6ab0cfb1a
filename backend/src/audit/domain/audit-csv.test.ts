import { expect, it } from 'vitest';
import { AUDIT_CSV_HEADER, auditCsvLine } from './audit-csv.js';

const LINE = {
  id: '00000000-0000-4000-8000-000000000001',
  sequence: 7,
  at: new Date('2026-02-03T04:05:06.789Z'),
  actor: 'Ekman, V. W.',
  actorId: null,
  action: 'submission.hide' as const,
  subjectKind: 'submission' as const,
  subjectId: 'a',
  summary: 'Hid "A method".',
  details: { to: 1, from: null },
  hash: 'f'.repeat(64),
};

it('quotes what holds a comma or a quote, and has as many cells as its header', () => {
  expect(auditCsvLine(LINE)).toBe(
    `7,2026-02-03T04:05:06.789Z,"Ekman, V. W.",,submission.hide,submission,a,"Hid ""A method"".","{""from"":null,""to"":1}",${'f'.repeat(64)},${LINE.id}\r\n`,
  );
  expect(AUDIT_CSV_HEADER.split(',')).toHaveLength(11);
});

it('keeps a name that looks like a formula a text', () => {
  expect(auditCsvLine({ ...LINE, actor: '=1+1' })).toContain(",'=1+1,");
});
