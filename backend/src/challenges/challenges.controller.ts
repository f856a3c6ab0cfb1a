import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import {
  challengeListSchema,
  challengeViewSchema,
  publicVersionListSchema,
  versionQuerySchema,
  type ChallengeList,
  type ChallengeView,
  type PublicVersionList,
  type VersionQuery,
} from '@sillage/contracts';
import type { Request, Response } from 'express';
import { Access } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ObjectReplies } from '../http/replies/object-replies.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { ChallengesService } from './challenges.service.js';
import { toChallengeSummary, toChallengeView } from './dto/challenge-view.js';

function contentTypeOf(path: string): string {
  if (/\.ya?ml$/.test(path)) return 'text/plain; charset=utf-8';
  return path.endsWith('.nc') ? 'application/x-netcdf' : 'application/octet-stream';
}

@Controller('challenges')
@Access('public')
export class ChallengesController {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly replies: ObjectReplies,
  ) {}

  @Get()
  @Describe({
    tag: 'challenges',
    summary: 'List the challenges',
    description: 'Every challenge, in its current dataset version.',
    reply: challengeListSchema,
  })
  async list(): Promise<ChallengeList> {
    return { challenges: (await this.challenges.list()).map(toChallengeSummary) };
  }

  @Get(':id')
  @Describe({
    tag: 'challenges',
    summary: 'Read a challenge',
    description:
      'Areas, periods, scenarios, tasks, protocol and data files. A file without `url` is withheld. With `version`: as it was in an earlier dataset version, whose files are not served any more.',
    reply: challengeViewSchema,
    errors: ['challenge-not-found', 'version-not-found'],
  })
  async get(
    @Param('id') id: string,
    @Query(new ZodPipe(versionQuerySchema)) { version }: VersionQuery,
  ): Promise<ChallengeView> {
    const current = await this.challenges.get(id);
    const rules = this.challenges.rulesOf(current);
    if (version === null || version === current.definition.datasetVersion)
      return toChallengeView(current, await this.challenges.listFiles(current), rules);
    const challenge = await this.challenges.getPublicVersion(id, version);
    const view = toChallengeView(challenge, await this.challenges.listFiles(challenge), rules);
    // The address of a file is that of the current version's.
    return { ...view, files: view.files.map(({ url: _url, ...file }) => file) };
  }

  @Get(':id/versions')
  @Describe({
    tag: 'challenges',
    summary: 'List the dataset versions of a challenge',
    description:
      'Newest first, with what is new in each and when its scores were done again. The boards of each can be read: give its `version` to the board routes.',
    reply: publicVersionListSchema,
    errors: ['challenge-not-found'],
  })
  async versions(@Param('id') id: string): Promise<PublicVersionList> {
    return { versions: await this.challenges.listPublicVersions(id) };
  }

  @Get(':id/files/:path')
  @Describe({
    tag: 'challenges',
    summary: 'Download a data file',
    description: 'Serves ranges. The truth is served only where it is public (disclosure level practice).',
    binary: true,
    errors: ['challenge-not-found', 'file-not-found', 'not-disclosed'],
  })
  async file(
    @Param('id') id: string,
    @Param('path') path: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const file = await this.challenges.getDisclosedFile(id, path);
    await this.replies.send(request, response, {
      sha256: file.sha256,
      sizeBytes: file.sizeBytes,
      contentType: contentTypeOf(path),
      // The name stays while a new dataset version may bring other bytes: browsers ask again, by ETag.
      cache: 'private',
      fileName: file.path,
    });
  }
}
