import { Controller, Delete, Head, Options, Patch, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Account } from '../identity/domain/account.js';
import { DomainError } from '../errors/domain-error.js';
import { Access, CurrentAccount, Scope } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { TusServer } from './tus-server.js';
import { UploadsService } from './uploads.service.js';

/** The tus protocol, one handler per method so that each is described and guarded by itself. */
@Controller('uploads')
@Scope('submit')
export class UploadsController {
  constructor(
    private readonly uploads: UploadsService,
    private readonly tus: TusServer,
  ) {}

  @Post()
  @Describe({
    tag: 'uploads',
    summary: 'Start an upload (tus 1.0.0)',
    description:
      'Send `Upload-Length` and `Upload-Metadata` (`filename`, optionally `sha256` of the whole file). The last segment of `Location` is the uploadId of a submission. Chunks of 8 MB pass every proxy.',
    status: 201,
    errors: ['invalid-request', 'too-large', 'storage-full'],
  })
  async create(@Req() request: Request, @Res() response: Response): Promise<void> {
    refuseExtension(request, 'Upload-Concat', 'Send the file as one upload; it can be resumed.');
    await this.tus.handle(request, response);
  }

  @Options()
  @Access('anyone')
  @Describe({
    tag: 'uploads',
    summary: 'What the server can do',
    description: 'Versions, extensions and the largest size, as tus headers.',
    status: 204,
  })
  async options(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.tus.handle(request, response);
  }

  @Head(':id')
  @Describe({
    tag: 'uploads',
    summary: 'Where an upload stands',
    description: '`Upload-Offset` says where to go on. An upload is its owner’s alone.',
    errors: ['upload-not-found'],
  })
  async head(
    @CurrentAccount() account: Account,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.#handleOwn(account, request, response);
  }

  @Patch(':id')
  @Describe({
    tag: 'uploads',
    summary: 'Send the next bytes',
    description:
      'The reply to the last chunk comes when the whole file is stored and, if announced, its SHA-256 is right.',
    status: 204,
    errors: ['upload-not-found', 'invalid-request', 'checksum-mismatch', 'storage-full'],
  })
  async patch(
    @CurrentAccount() account: Account,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    refuseExtension(
      request,
      'Upload-Checksum',
      'Announce the SHA-256 of the whole file as sha256 in Upload-Metadata; it is verified at the end.',
    );
    await this.#handleOwn(account, request, response);
  }

  @Delete(':id')
  @Describe({
    tag: 'uploads',
    summary: 'Drop an upload',
    description: 'Its bytes are removed.',
    status: 204,
    errors: ['upload-not-found'],
  })
  async drop(
    @CurrentAccount() account: Account,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.#handleOwn(account, request, response);
  }

  async #handleOwn(account: Account, request: Request, response: Response): Promise<void> {
    await this.uploads.getOwned(account, String(request.params.id));
    await this.tus.handle(request, response);
  }
}

/** The tus library ignores what it does not know; a checksum that nobody compares would be a false promise. */
function refuseExtension(request: Request, header: string, fix: string): void {
  if (request.get(header) === undefined) return;
  throw new DomainError('invalid-request', `The tus extension behind ${header} is not supported.`, { fix });
}
