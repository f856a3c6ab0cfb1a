import { Controller, Get, Header } from '@nestjs/common';
import { statusSchema, type Status } from '@sillage/contracts';
import { Access } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { HealthService } from './health.service.js';

@Controller('status')
export class StatusController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @Access('anyone')
  @Header('Cache-Control', 'no-store')
  @Describe({
    tag: 'health',
    summary: 'How the service is',
    description:
      'Evaluators online by runtime, the queue by step, and the waits and run times of the last 24 h; versions. Drafts and re-scores are left out. 200 also when something is down: `/api/health` is for monitors.',
    reply: statusSchema,
  })
  read(): Promise<Status> {
    return this.health.readStatus();
  }
}
