import { Module } from '@nestjs/common';
import { WorkersRepository } from './workers.repository.js';
import { WorkersService } from './workers.service.js';

/** Which evaluators are connected; giving them jobs is the business of `LeasesModule`. */
@Module({
  providers: [WorkersRepository, WorkersService],
  exports: [WorkersService],
})
export class WorkersModule {}
