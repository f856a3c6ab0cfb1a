import { Controller, Get, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Access } from '../http/access.js';
import { attachment } from '../http/replies/content-disposition.js';
import { Describe } from '../http/describe.js';
import { SnapshotsService } from './snapshots.service.js';

@Controller('challenges/:id/snapshot')
@Access('public')
export class SnapshotsController {
  constructor(private readonly snapshots: SnapshotsService) {}

  @Get()
  @Describe({
    tag: 'challenges',
    summary: 'Take every public score of a challenge',
    description:
      'A zip that outlives the site: the boards as a page without scripts, as CSV, Parquet and JSON, the citations, and SHA-256 sums.',
    binary: true,
    errors: ['challenge-not-found'],
  })
  async take(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const { zip, fileName } = await this.snapshots.take(id);
    response
      .status(200)
      .setHeader('Content-Type', 'application/zip')
      .setHeader('Content-Disposition', attachment(fileName))
      .setHeader('Cache-Control', 'no-store')
      .setHeader('X-Content-Type-Options', 'nosniff')
      .end(zip);
  }
}
