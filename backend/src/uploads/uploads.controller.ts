import { All, Controller, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Account } from '../accounts/domain/account.js';
import { CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { TusServer } from './tus-server.js';
import { UploadsService } from './uploads.service.js';

@Controller('uploads')
export class UploadsController {
  constructor(
    private readonly uploads: UploadsService,
    private readonly tus: TusServer,
  ) {}

  @All()
  @Describe({
    tag: 'uploads',
    summary: 'Start an upload (tus 1.0.0)',
    description:
      'POST with `Upload-Length` and `Upload-Metadata` (`filename`, optionally `sha256` of the whole file). The last segment of `Location` is the uploadId of a submission. Chunks of 8 MB pass every proxy.',
    status: 201,
    errors: ['invalid-request', 'too-large', 'storage-full'],
  })
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @All(':id')
  @Describe({
    tag: 'uploads',
    summary: 'Resume (HEAD, PATCH) or drop (DELETE) an upload',
    description: 'HEAD says at which offset to go on. An upload is its owner’s alone.',
    status: 204,
    errors: ['upload-not-found', 'checksum-mismatch', 'storage-full'],
  })
  async resume(
    @Param('id') id: string,
    @CurrentAccount() account: Account,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (request.method !== 'OPTIONS') await this.uploads.getOwned(account, id);
    await this.tus.handle(request, response);
  }
}
