import { Controller, Get, Header, Res } from '@nestjs/common';
import { RateLimit } from '../http/rate-limit.js';
import {
  healthSchema,
  livenessSchema,
  readinessSchema,
  type Health,
  type Liveness,
  type Readiness,
} from '@sillage/contracts';
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
  @Get('live')
  @Access('anyone')
  @Header('Cache-Control', 'no-store')
  @Describe({
    tag: 'health',
    summary: 'Does the process answer',
    description: 'For whoever starts a process again that hangs: asks neither the database nor the store.',
    reply: livenessSchema,
  })
  live(): Liveness {
    return { alive: true };
  }

  @Get('ready')
  @Access('anyone')
  @Describe({
    tag: 'health',
    summary: 'Can requests be sent here',
    description:
      'For a gateway: 200 when the database answers with the tables of this version and the store takes files, else 503 with the same body. A process that is about to stop is not ready either.',
    reply: readinessSchema,
  })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const readiness = await this.health.readReadiness();
    if (!readiness.ready) response.status(503);
    response.setHeader('Cache-Control', 'no-store');
    return readiness;
  }
}
