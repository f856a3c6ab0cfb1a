import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  idSchema,
  promoteRescoreRequestSchema,
  rescoreListSchema,
  rescoreReportSchema,
  rescoreViewSchema,
  slugSchema,
  startRescoreRequestSchema,
  type PromoteRescoreRequest,
  type RescoreList,
  type RescoreReport,
  type RescoreView,
  type StartRescoreRequest,
} from '@sillage/contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Account } from '../identity/domain/account.js';
import { Access, CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { sendTextFile } from '../http/replies/text-replies.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { reportCsv } from './domain/report-csv.js';
import { toRescoreView } from './dto/rescore-view.js';
import { RescoresService } from './rescores.service.js';

const listQuerySchema = z.object({ challenge: slugSchema.optional() });
type ListQuery = z.infer<typeof listQuerySchema>;

const ERRORS = ['not-allowed', 'rescore-not-found'] as const;

@Controller('curation/rescores')
@Access('organiser')
export class RescoresController {
  constructor(private readonly rescores: RescoresService) {}

  @Post()
  @HttpCode(201)
  @Describe({
    tag: 'curation',
    summary: 'Score everything again, out of sight',
    description:
      'Every entry on the boards of a challenge is scored on a validated dataset version, or on the current one by a newer evaluator. Nobody but organisers sees any of it before it is promoted, and its jobs wait behind everybody’s.',
    body: startRescoreRequestSchema,
    reply: rescoreViewSchema,
    status: 201,
    errors: [
      'not-allowed',
      'challenge-not-found',
      'version-not-found',
      'data-not-installed',
      'rescore-refused',
    ],
  })
  async start(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(startRescoreRequestSchema)) request: StartRescoreRequest,
  ): Promise<RescoreView> {
    return toRescoreView(await this.rescores.start(account, request));
  }

  @Get()
  @Describe({
    tag: 'curation',
    summary: 'List re-scores',
    description: 'Newest first, 200 at most. `challenge` narrows the list.',
    reply: rescoreListSchema,
    errors: ['not-allowed'],
  })
  async list(@Query(new ZodPipe(listQuerySchema)) query: ListQuery): Promise<RescoreList> {
    return { rescores: (await this.rescores.list(query.challenge ?? null)).map(toRescoreView) };
  }

  @Get(':id')
  @Describe({
    tag: 'curation',
    summary: 'Read how far a re-score is',
    description: 'Its state, and its evaluations by state.',
    reply: rescoreViewSchema,
    errors: [...ERRORS],
  })
  async get(@Param('id', new ZodPipe(idSchema)) id: string): Promise<RescoreView> {
    return toRescoreView(await this.rescores.get(id));
  }

  @Get(':id/differences')
  @Describe({
    tag: 'curation',
    summary: 'Read what a re-score changes',
    description:
      'For every entry of every task: scores and ranks before and after, differences, and whether µ differs by more than the choice of days explains; what is rejected or failed, with the reason. Of a re-score that has ended: as it was then.',
    reply: rescoreReportSchema,
    errors: [...ERRORS],
  })
  async differences(@Param('id', new ZodPipe(idSchema)) id: string): Promise<RescoreReport> {
    return this.rescores.differences(id);
  }

  @Get(':id/differences.csv')
  @Describe({
    tag: 'curation',
    summary: 'Download what a re-score changes',
    description: 'The same as a table: a line for each entry on each task, unrounded, units in the names.',
    binary: true,
    errors: [...ERRORS],
  })
  async differencesCsv(
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const report = await this.rescores.differences(id);
    sendTextFile(request, response, {
      text: reportCsv(report),
      fileName: `${report.challenge}-${report.fromVersion}-to-${report.version}.csv`,
      contentType: 'text/csv; charset=utf-8',
    });
  }

  @Post(':id/promote')
  @HttpCode(200)
  @Describe({
    tag: 'curation',
    summary: 'Show a re-score',
    description:
      'At once and whole: its dataset version becomes the current one, or its scores take the place of those on the same version. Only when everything has a result; entries that get no new score are acknowledged by their number. Authors are told what became of theirs.',
    body: promoteRescoreRequestSchema,
    reply: rescoreViewSchema,
    errors: [...ERRORS, 'rescore-refused'],
  })
  async promote(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(promoteRescoreRequestSchema)) request: PromoteRescoreRequest,
  ): Promise<RescoreView> {
    return toRescoreView(await this.rescores.promote(account, id, request));
  }

  @Post(':id/discard')
  @HttpCode(200)
  @Describe({
    tag: 'curation',
    summary: 'Discard a re-score',
    description: 'Ends it unseen. What it found stays readable here.',
    reply: rescoreViewSchema,
    errors: [...ERRORS, 'rescore-refused'],
  })
  async discard(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<RescoreView> {
    return toRescoreView(await this.rescores.discard(account, id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Describe({
    tag: 'curation',
    summary: 'Cancel a re-score that is running',
    description: 'Ends what has no result yet, and the whole of it unseen.',
    reply: rescoreViewSchema,
    errors: [...ERRORS, 'rescore-refused'],
  })
  async cancel(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<RescoreView> {
    return toRescoreView(await this.rescores.cancel(account, id));
  }

  @Post(':id/retry-failed')
  @HttpCode(200)
  @Describe({
    tag: 'curation',
    summary: 'Try again what failed',
    description:
      'Evaluations that failed on our side, and those that an older evaluator scored than the rest. A rejection stays as it is.',
    reply: rescoreViewSchema,
    errors: [...ERRORS, 'rescore-refused'],
  })
  async retry(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<RescoreView> {
    return toRescoreView(await this.rescores.retry(account, id));
  }
}
