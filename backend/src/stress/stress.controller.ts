import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  cancelStressRequestSchema,
  idSchema,
  stressRequestSchema,
  stressViewSchema,
  type CancelStressRequest,
  type StressRequest,
  type StressView,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { Access, CurrentAccount, MaybeAccount, Scope } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { toStressView } from './dto/stress-view.js';
import { StressService } from './stress.service.js';

@Controller('submissions/:id/stress')
export class StressController {
  constructor(private readonly stress: StressService) {}

  @Get()
  @Access('public')
  @Describe({
    tag: 'submissions',
    summary: 'Read the stress runs of a network',
    description:
      'Scores of the network without one of the satellites, with the observations of another scenario, or in another area, beside its normal scores. No board shows them; the disclosure level of the challenge holds here too.',
    reply: stressViewSchema,
    errors: ['submission-not-found'],
  })
  async get(
    @MaybeAccount() account: Account | null,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<StressView> {
    return toStressView(await this.stress.get(account, id));
  }

  @Post()
  @Scope('submit')
  @HttpCode(202)
  @Describe({
    tag: 'submissions',
    summary: 'Ask for stress runs of a network',
    description:
      'For its author and for organisers; where the truth is withheld, for organisers alone. Runs that are there, or on their way, are not made again; the others wait behind everything that participants have submitted.',
    body: stressRequestSchema,
    reply: stressViewSchema,
    status: 202,
    errors: ['invalid-request', 'submission-not-found', 'not-allowed', 'submission-withdrawn'],
  })
  async ask(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(stressRequestSchema.prefault({}))) request: StressRequest,
  ): Promise<StressView> {
    return toStressView(await this.stress.ask(account, id, request));
  }

  @Post('cancel')
  @Scope('submit')
  @HttpCode(200)
  @Describe({
    tag: 'submissions',
    summary: 'Cancel stress runs of a network',
    description:
      'For its author and for organisers: the runs that are named, or every one that is not final. A worker that has one stops with its next heartbeat. They may be asked for again.',
    body: cancelStressRequestSchema,
    reply: stressViewSchema,
    errors: ['invalid-request', 'submission-not-found', 'not-allowed', 'evaluation-is-final'],
  })
  async cancel(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(cancelStressRequestSchema.prefault({}))) { runs }: CancelStressRequest,
  ): Promise<StressView> {
    return toStressView(await this.stress.cancel(account, id, runs));
  }
}
