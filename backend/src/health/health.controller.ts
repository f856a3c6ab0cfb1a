import { Controller, Get, Res } from '@nestjs/common';
import { RateLimit } from '../http/rate-limit.js';
import { healthSchema, type Health } from '@sillage/contracts';
import type { Response } from 'express';
import { Access } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { HealthService } from './health.service.js';

@Controller('health')
@RateLimit('none')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @Access('anyone')
  @Describe({
    tag: 'health',
    summary: 'Is everything up',
    description: '200 when the database and the store answer, else 503 with the same body.',
    reply: healthSchema,
  })
  async read(@Res({ passthrough: true }) response: Response): Promise<Health> {
    const health = await this.health.read();
    if (health.status !== 'ok') response.status(503);
    response.setHeader('Cache-Control', 'no-store');
    return health;
  }
}
