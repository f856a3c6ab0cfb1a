import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { RateLimit } from '../http/rate-limit.js';
import { leaderboardSchema, taskReferenceSchema, type TaskReference } from '@sillage/contracts';
import type { Request, Response } from 'express';
import { Access } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { LeaderboardService } from './leaderboard.service.js';

@Controller('challenges/:challenge/leaderboard')
@Access('anyone')
@RateLimit('none')
export class LeaderboardController {
  constructor(private readonly leaderboard: LeaderboardService) {}

  @Get()
  @Describe({
    tag: 'challenges',
    summary: 'Read a leaderboard',
    description:
      'Every scored submission of a task, by µ; values equal to six decimals share a rank. `published` are scores from the literature, never ranked. `area` and `scenario` are required. Has an ETag: ask with If-None-Match.',
    reply: leaderboardSchema,
    errors: ['challenge-not-found', 'task-not-found', 'invalid-request'],
  })
  async board(
    @Param('challenge') challenge: string,
    @Query(new ZodPipe(taskReferenceSchema)) { area, scenario }: TaskReference,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const board = await this.leaderboard.board(challenge, area, scenario);
    // Written as it lies in memory: 500 rows are serialised once per change, not once per reader.
    const isGzipped = board.gzipped !== null && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    const etag = isGzipped ? board.etag.replace(/"$/, '-gz"') : board.etag;
    const headers = { ETag: etag, 'Cache-Control': 'public, no-cache', Vary: 'Accept-Encoding' };
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end();
      return;
    }
    const body = isGzipped && board.gzipped !== null ? board.gzipped : board.json;
    response
      .writeHead(200, {
        ...headers,
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': body.length,
        ...(isGzipped ? { 'Content-Encoding': 'gzip' } : {}),
      })
      .end(body);
  }
}
