import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import {
  boardBandsSchema,
  boardHistorySchema,
  boardPairsQuerySchema,
  boardPairsSchema,
  boardTaskQuerySchema,
  leaderboardSchema,
  scorecardSchema,
  versionQuerySchema,
  type BoardPairs,
  type BoardPairsQuery,
  type BoardTaskQuery,
  type VersionQuery,
} from '@sillage/contracts';
import type { Request, Response } from 'express';
import { Access } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { RateLimit } from '../http/rate-limit.js';
import { sendSerialised } from '../http/replies/serialised-replies.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { LeaderboardService } from './leaderboard.service.js';

const TASK_ERRORS = [
  'challenge-not-found',
  'version-not-found',
  'task-not-found',
  'invalid-request',
] as const;

@Controller('challenges/:challenge')
@Access('anyone')
@RateLimit('none')
export class LeaderboardController {
  constructor(private readonly leaderboard: LeaderboardService) {}

  @Get('leaderboard')
  @Describe({
    tag: 'challenges',
    summary: 'Read a leaderboard',
    description:
      'Every scored submission of a task, by µ. Rows that cannot be told apart by a paired block bootstrap over days share a rank (see `uncertainty`); without one, values equal to six decimals do. A new score is there at once, its intervals and ties after a moment: `areIntervalsComing`. `published` are scores from the literature, never ranked. `area` and `scenario` are required; `version` opens the board of an earlier dataset version. Has an ETag: ask with If-None-Match.',
    reply: leaderboardSchema,
    errors: [...TASK_ERRORS],
  })
  async board(
    @Param('challenge') challenge: string,
    @Query(new ZodPipe(boardTaskQuerySchema)) { area, scenario, version }: BoardTaskQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    sendSerialised(request, response, await this.leaderboard.board(challenge, area, scenario, version));
  }

  @Get('scorecard')
  @Describe({
    tag: 'challenges',
    summary: 'Read every board of a challenge',
    description:
      'Scores and ranks of all areas and scenarios in one reply, one entry for each method. Has an ETag: ask with If-None-Match.',
    reply: scorecardSchema,
    errors: ['challenge-not-found', 'version-not-found'],
  })
  async scorecard(
    @Param('challenge') challenge: string,
    @Query(new ZodPipe(versionQuerySchema)) { version }: VersionQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    sendSerialised(request, response, await this.leaderboard.scorecard(challenge, version));
  }

  @Get('leaderboard/bands')
  @Describe({
    tag: 'challenges',
    summary: 'Read a leaderboard by wavelength and period',
    description:
      'PSD scores of every entry in bands, and who is best in each. The score over any set of bands is 1 − Σ truthPower·errorRatio ÷ Σ truthPower. Withheld where the truth is: 403.',
    reply: boardBandsSchema,
    errors: [...TASK_ERRORS, 'not-disclosed'],
  })
  async bands(
    @Param('challenge') challenge: string,
    @Query(new ZodPipe(boardTaskQuerySchema)) { area, scenario, version }: BoardTaskQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    sendSerialised(request, response, await this.leaderboard.bands(challenge, area, scenario, version));
  }

  @Get('leaderboard/pairs')
  @Describe({
    tag: 'challenges',
    summary: 'Compare entries of a board in pairs',
    description:
      'For every two of the named evaluations: the probability that the one beats the other by µ, the difference and its 95 % interval, by a paired block bootstrap over days. Withheld where the truth is: 403.',
    reply: boardPairsSchema,
    errors: [...TASK_ERRORS, 'not-disclosed'],
  })
  async pairs(
    @Param('challenge') challenge: string,
    @Query(new ZodPipe(boardPairsQuerySchema)) { area, scenario, entries, version }: BoardPairsQuery,
  ): Promise<BoardPairs> {
    return this.leaderboard.pairs(challenge, { area, scenario }, entries, version);
  }

  @Get('leaderboard/history')
  @Describe({
    tag: 'challenges',
    summary: 'Read the records of a board',
    description: 'The best µ and λx so far, by date of submission, from the scores as the board shows them.',
    reply: boardHistorySchema,
    errors: [...TASK_ERRORS],
  })
  async history(
    @Param('challenge') challenge: string,
    @Query(new ZodPipe(boardTaskQuerySchema)) { area, scenario, version }: BoardTaskQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    sendSerialised(request, response, await this.leaderboard.history(challenge, area, scenario, version));
  }
}
