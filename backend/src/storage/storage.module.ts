import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { StorageCollector } from './storage-collector.js';
import { StorageController } from './storage.controller.js';
import { StorageRepository } from './storage.repository.js';
import { StorageService } from './storage.service.js';

@Module({
  imports: [AuditModule, UploadsModule],
  controllers: [StorageController],
  providers: [StorageRepository, StorageService, StorageCollector],
  exports: [StorageService],
})
export class StorageModule {}
