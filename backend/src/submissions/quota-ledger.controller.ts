import { Controller, Get, Param, Query } from '@nestjs/common';
import { quotaLedgerSchema, type QuotaLedger } from '@sillage/contracts';
import { z } from 'zod';
import { Access } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { AllowanceService } from './allowance.service.js';

const querySchema = z.union([
  z.strictObject({ account: z.string().min(1).max(320) }),
  z.strictObject({ team: z.string().min(1).max(100) }),
]);

@Controller('admin/challenges/:id/allowance')
@Access('organiser')
export class QuotaLedgerController {
  constructor(private readonly allowance: AllowanceService) {}

  @Get()
  @Describe({
    tag: 'admin',
    summary: 'Read what somebody may still submit, and how it came to that',
    description:
      'Of one account (`account`, its address) or one team (`team`, its name): its limits, when the next submission is taken, and the ledger of grants, uses and refunds with their reasons, newest first.',
    reply: quotaLedgerSchema,
    errors: ['invalid-request', 'not-allowed', 'challenge-not-found', 'team-not-found'],
  })
  get(
    @Param('id') id: string,
    @Query(new ZodPipe(querySchema)) query: z.infer<typeof querySchema>,
  ): Promise<QuotaLedger> {
    return this.allowance.getLedger(id, query);
  }
}
