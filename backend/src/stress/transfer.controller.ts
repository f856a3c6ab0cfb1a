import { Controller, Get, Param, Query } from '@nestjs/common';
import { slugSchema, transferSchema, type Transfer } from '@sillage/contracts';
import { z } from 'zod';
import { Access } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { TransferService } from './transfer.service.js';

const querySchema = z.object({ scenario: slugSchema });

@Controller('challenges/:challenge/transfer')
@Access('public')
export class TransferController {
  constructor(private readonly transfer: TransferService) {}

  @Get()
  @Describe({
    tag: 'challenges',
    summary: 'Read how networks do in areas that they were not trained in',
    description:
      'Every network on the boards of a scenario, by the areas that it says it learnt from, with its scores in each area: entered there, or run there by a stress run. `baselines` are the best reference maps. `scenario` is required.',
    reply: transferSchema,
    errors: ['challenge-not-found', 'task-not-found', 'invalid-request'],
  })
  async get(
    @Param('challenge') challenge: string,
    @Query(new ZodPipe(querySchema)) { scenario }: z.infer<typeof querySchema>,
  ): Promise<Transfer> {
    return this.transfer.get(challenge, scenario);
  }
}
