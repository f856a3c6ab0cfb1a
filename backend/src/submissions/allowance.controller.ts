import { Controller, Get, Param, Query } from '@nestjs/common';
import { allowanceSchema, idSchema, type Allowance } from '@sillage/contracts';
import { z } from 'zod';
import type { Account } from '../identity/domain/account.js';
import { CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { AllowanceService } from './allowance.service.js';

const querySchema = z.object({ team: idSchema.optional() });

@Controller('challenges/:id/allowance')
export class AllowanceController {
  constructor(private readonly allowance: AllowanceService) {}

  @Get()
  @Describe({
    tag: 'challenges',
    summary: 'Read what you may still submit',
    description:
      'The running phase, and how much of the limits of the challenge you have used: by day (UTC) and by phase; where they are used up, `nextSlotAt` says when the next submission is taken. With `team`, of you and of the team whichever has used more.',
    reply: allowanceSchema,
    errors: ['challenge-not-found', 'team-not-found'],
  })
  get(
    @CurrentAccount() account: Account,
    @Param('id') id: string,
    @Query(new ZodPipe(querySchema)) query: z.infer<typeof querySchema>,
  ): Promise<Allowance> {
    return this.allowance.get(account, id, query.team ?? null);
  }
}
