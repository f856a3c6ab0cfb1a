import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  datasetVersionDetailsSchema,
  datasetVersionListSchema,
  publishVersionRequestSchema,
  type DatasetVersionDetails,
  type DatasetVersionList,
  type PublishVersionRequest,
} from '@sillage/contracts';
import type { Account } from '../identity/domain/account.js';
import { Access, CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { toVersionDetails, toVersionView } from './dto/version-view.js';
import { VersionsService } from './versions.service.js';

@Controller('curation/challenges/:id/versions')
@Access('organiser')
export class VersionsController {
  constructor(private readonly versions: VersionsService) {}

  @Get()
  @Describe({
    tag: 'curation',
    summary: 'List the dataset versions of a challenge',
    description:
      'Newest first, with those that are validated and not public yet, and those that are retired.',
    reply: datasetVersionListSchema,
    errors: ['not-allowed', 'challenge-not-found'],
  })
  async list(@Param('id') id: string): Promise<DatasetVersionList> {
    return { versions: (await this.versions.list(id)).map(toVersionView) };
  }

  @Get(':version')
  @Describe({
    tag: 'curation',
    summary: 'Read a dataset version',
    description: 'With its definition and the report that it was validated with.',
    reply: datasetVersionDetailsSchema,
    errors: ['not-allowed', 'version-not-found'],
  })
  async get(@Param('id') id: string, @Param('version') version: string): Promise<DatasetVersionDetails> {
    return toVersionDetails(await this.versions.get(id, version));
  }

  @Post(':version/publish')
  @HttpCode(200)
  @Describe({
    tag: 'curation',
    summary: 'Publish a dataset version',
    description:
      'It becomes the one that the challenge is scored on: a validated one, or again an older published one. Its references are entered where they are on no board yet, and participants are told.',
    body: publishVersionRequestSchema,
    reply: datasetVersionDetailsSchema,
    errors: ['not-allowed', 'version-not-found', 'version-retired', 'rescore-refused'],
  })
  async publish(
    @CurrentAccount() account: Account,
    @Param('id') id: string,
    @Param('version') version: string,
    @Body(new ZodPipe(publishVersionRequestSchema)) request: PublishVersionRequest,
  ): Promise<DatasetVersionDetails> {
    const changes = request.changes ?? null;
    return toVersionDetails(await this.versions.publish(account, id, { version, changes }));
  }

  @Post(':version/retire')
  @HttpCode(200)
  @Describe({
    tag: 'curation',
    summary: 'Retire a dataset version',
    description:
      'It cannot be published any more; its scores stay. The version that the challenge is scored on cannot be retired, nor can one that a re-score is open on.',
    reply: datasetVersionDetailsSchema,
    errors: ['not-allowed', 'version-not-found', 'version-is-current', 'rescore-refused'],
  })
  async retire(
    @CurrentAccount() account: Account,
    @Param('id') id: string,
    @Param('version') version: string,
  ): Promise<DatasetVersionDetails> {
    return toVersionDetails(await this.versions.retire(account, id, version));
  }
}
