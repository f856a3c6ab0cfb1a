import { Global, Module } from '@nestjs/common';
import { ObjectReplies } from './replies/object-replies.js';
import { RateCounts } from './rate-counts.js';
import { RateCountsRepository } from './rate-counts.repository.js';
import { RequestDrain } from './request-drain.js';

@Global()
@Module({
  providers: [ObjectReplies, RateCounts, RateCountsRepository, RequestDrain],
  exports: [ObjectReplies, RateCounts, RequestDrain],
})
export class HttpModule {}
