import { Module } from '@nestjs/common';
import { QueueRepository } from './queue.repository.js';
import { QueueService } from './queue.service.js';

@Module({ providers: [QueueRepository, QueueService], exports: [QueueService] })
export class QueueModule {}
