import { Controller, Get, Query, Res } from '@nestjs/common';
import {
  auditPageSchema,
  auditQuerySchema,
  auditVerificationSchema,
  type AuditEntry,
  type AuditPage,
  type AuditQuery,
  type AuditVerification,
} from '@sillage/contracts';
import type { Response } from 'express';
import { Access } from '../http/access.js';
import { attachment } from '../http/replies/content-disposition.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { AuditService, type StoredLine } from './audit.service.js';
import { AUDIT_CSV_HEADER, auditCsvLine } from './domain/audit-csv.js';

const toEntry = (line: StoredLine): AuditEntry => ({ ...line, at: line.at.toISOString() });

@Controller('admin/audit')
@Access('organiser')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Describe({
    tag: 'admin',
    summary: 'Read the audit log',
    description:
      'What organisers, and the platform on its own, did; newest first. `older` of a reply is the `before` of the next page.',
    reply: auditPageSchema,
    errors: ['not-allowed'],
  })
  async list(@Query(new ZodPipe(auditQuerySchema)) query: AuditQuery): Promise<AuditPage> {
    const { entries, ...page } = await this.audit.list(
      {
        action: query.action ?? null,
        actor: query.actor || null,
        subjectKind: query.subjectKind ?? null,
        subject: query.subject || null,
        before: query.before ?? null,
        after: query.after ?? null,
      },
      query.limit,
    );
    return { entries: entries.map(toEntry), ...page };
  }

  @Get('verify')
  @Describe({
    tag: 'admin',
    summary: 'Verify the audit log',
    description:
      'Computes the hash of every line again. `firstBroken` is the first line that was changed, or that follows one that was taken out.',
    reply: auditVerificationSchema,
    errors: ['not-allowed'],
  })
  verify(): Promise<AuditVerification> {
    return this.audit.verify();
  }

  @Get('export.csv')
  @Describe({
    tag: 'admin',
    summary: 'Download the audit log',
    description: 'Every line, oldest first, as CSV.',
    binary: true,
    errors: ['not-allowed'],
  })
  async export(@Res() response: Response): Promise<void> {
    response
      .status(200)
      .setHeader('Content-Type', 'text/csv; charset=utf-8')
      .setHeader('Content-Disposition', attachment('sillage-audit.csv'))
      .setHeader('Cache-Control', 'no-store')
      .setHeader('X-Content-Type-Options', 'nosniff');
    response.write(AUDIT_CSV_HEADER);
    for await (const lines of this.audit.readAll()) response.write(lines.map(auditCsvLine).join(''));
    response.end();
  }
}
