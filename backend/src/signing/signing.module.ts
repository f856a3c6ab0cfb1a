import { Module } from '@nestjs/common';
import { SigningKeyController } from './signing-key.controller.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { SigningService } from './signing.service.js';

@Module({
  controllers: [SigningKeyController],
  providers: [SigningKeysRepository, SigningService],
  exports: [SigningService],
})
export class SigningModule {}
