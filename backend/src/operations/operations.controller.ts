import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import {
  adminHealthSchema,
  idSchema,
  retriedSchema,
  type AdminHealth,
  type Retried,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { Access, CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { toStorageReport } from '../storage/dto/storage-view.js';
import { OperationsService } from './operations.service.js';

@Controller('admin')
@Access('organiser')
export class OperationsController {
  constructor(
    private readonly operations: OperationsService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('health')
  @Describe({
    tag: 'admin',
    summary: 'Look after the platform',
    description:
      'Workers and what they do; the queue by step, with waits and run times of the last 24 h; failures of 30 days; what needs attention.',
    reply: adminHealthSchema,
    errors: ['not-allowed'],
  })
  async health(): Promise<AdminHealth> {
    const { workers, failures, store, ...rest } = await this.operations.look();
    return {
      at: this.clock.now().toISOString(),
      workers: workers.map(({ lastSeenAt, runtime, ...worker }) => ({
        ...worker,
        lastSeenAt: lastSeenAt.toISOString(),
        runtime:
          runtime === null
            ? null
            : { name: runtime.name, device: runtime.device, memoryBytes: runtime.memoryBytes },
      })),
      failures: failures.map((failure) => ({ ...failure, at: failure.at.toISOString() })),
      store: toStorageReport(store, this.config),
      ...rest,
    };
  }

  @Post('evaluations/:id/retry')
  @HttpCode(200)
  @Describe({
    tag: 'admin',
    summary: 'Try again what failed on our side',
    description:
      'A final evaluation stays as it is; another one takes its place, from the step that failed. Also for files and maps that could not be made of a score.',
    reply: retriedSchema,
    errors: ['not-allowed', 'evaluation-not-found', 'evaluation-is-final'],
  })
  retry(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<Retried> {
    return this.operations.retry(account, id);
  }
}
