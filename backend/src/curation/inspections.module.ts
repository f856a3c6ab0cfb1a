import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { DraftsRepository } from './drafts.repository.js';
import { InspectionsService } from './inspections.service.js';

/** The life of inspections, for those who give out their jobs; drafts are the business of `CurationModule`. */
@Module({
  imports: [QueueModule],
  providers: [DraftsRepository, InspectionsService],
  exports: [DraftsRepository, InspectionsService],
})
export class InspectionsModule {}
