import { Module } from '@nestjs/common';
import { TusServer } from './tus-server.js';
import { UploadLocker } from './upload-locker.js';
import { UploadCleaner } from './upload-cleaner.js';
import { UploadsController } from './uploads.controller.js';
import { UploadsRepository } from './uploads.repository.js';
import { UploadsService } from './uploads.service.js';

@Module({
  controllers: [UploadsController],
  providers: [UploadsRepository, UploadsService, TusServer, UploadLocker, UploadCleaner],
  exports: [UploadsService],
})
export class UploadsModule {}
