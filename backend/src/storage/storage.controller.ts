import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import {
  collectionSchema,
  storageReportSchema,
  type Collection,
  type StorageReport,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { CONFIG, type Config } from '../config/config.js';
import { Access, CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { toCollectionView, toStorageReport } from './dto/storage-view.js';
import { StorageService } from './storage.service.js';

@Controller('admin/storage')
@Access('organiser')
export class StorageController {
  constructor(
    private readonly storage: StorageService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Describe({
    tag: 'admin',
    summary: 'Measure the object store',
    description:
      'Counts what lies in the store, by what it is: dataset files, drafts, submitted files, networks, checked maps, products, uploads that wait, inputs of jobs under way. `collectable` is what a collection would remove now, `young` what it would leave because it is younger than the grace period, `missing` what something refers to and is not there.',
    reply: storageReportSchema,
    errors: ['not-allowed'],
  })
  async measure(): Promise<StorageReport> {
    return toStorageReport(await this.storage.measure(), this.config);
  }

  @Post('collect')
  @HttpCode(200)
  @Describe({
    tag: 'admin',
    summary: 'Remove objects that nothing refers to',
    description:
      'None that is younger than the grace period, and at most 2000 objects at once: ask again while `remainingCount` is not 0. Writes a line into the audit log.',
    reply: collectionSchema,
    errors: ['not-allowed'],
  })
  async collect(@CurrentAccount() account: Account): Promise<Collection> {
    return toCollectionView(await this.storage.collect(account));
  }
}
