import { Module } from '@nestjs/common';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { SubmissionsModule } from '../submissions/submissions.module.js';
import {
  ChallengeCitationController,
  DocumentsController,
  SubmissionCitationController,
} from './documents.controller.js';
import { ProductsService } from './products.service.js';

@Module({
  imports: [ChallengesModule, SigningModule, SubmissionsModule],
  controllers: [DocumentsController, SubmissionCitationController, ChallengeCitationController],
  providers: [ProductsService],
  exports: [ProductsService],
})
export class ProductsModule {}
