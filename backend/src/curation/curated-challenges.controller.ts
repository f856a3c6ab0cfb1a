import { Controller, Get } from '@nestjs/common';
import { curatedChallengeListSchema, type CuratedChallengeList } from '@sillage/contracts';
import { DatasetVersions } from '../challenges/dataset-versions.js';
import { Access } from '../http/access.js';
import { Describe } from '../http/describe.js';

@Controller('curation/challenges')
@Access('organiser')
export class CuratedChallengesController {
  constructor(private readonly versions: DatasetVersions) {}

  @Get()
  @Describe({
    tag: 'curation',
    summary: 'List the challenges with their versions',
    description: 'For organisers: also challenges of which no version is published yet.',
    reply: curatedChallengeListSchema,
    errors: ['not-allowed'],
  })
  async list(): Promise<CuratedChallengeList> {
    return { challenges: await this.versions.listCurated() };
  }
}
