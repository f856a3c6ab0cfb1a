import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import {
  addDraftFileRequestSchema,
  createDraftRequestSchema,
  datasetVersionDetailsSchema,
  deleteDraftQuerySchema,
  draftListSchema,
  draftRevisionQuerySchema,
  draftViewSchema,
  idSchema,
  inspectDraftRequestSchema,
  readDraftQuerySchema,
  saveDraftRequestSchema,
  serverFileListSchema,
  validateDraftRequestSchema,
  type AddDraftFileRequest,
  type CreateDraftRequest,
  type DatasetVersionDetails,
  type DraftList,
  type DraftView,
  type InspectDraftRequest,
  type SaveDraftRequest,
  type ServerFileList,
  type ValidateDraftRequest,
} from '@sillage/contracts';
import type { Request, Response } from 'express';
import type { Account } from '../identity/domain/account.js';
import { Access, CurrentAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { ObjectReplies } from '../http/replies/object-replies.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { DraftsService } from './drafts.service.js';
import { toDraftSummary, toDraftView } from './dto/draft-view.js';
import { toVersionDetails } from './dto/version-view.js';
import { ServerFiles } from './server-files.js';
import { VersionsService } from './versions.service.js';

@Controller('curation')
@Access('organiser')
export class DraftsController {
  constructor(
    private readonly drafts: DraftsService,
    private readonly versions: VersionsService,
    private readonly serverFiles: ServerFiles,
    private readonly replies: ObjectReplies,
  ) {}

  @Get('drafts')
  @Describe({
    tag: 'curation',
    summary: 'List the drafts of dataset versions',
    description: 'For organisers. The one that was changed last comes first.',
    reply: draftListSchema,
    errors: ['not-allowed'],
  })
  async list(): Promise<DraftList> {
    return { drafts: (await this.drafts.list()).map(toDraftSummary) };
  }

  @Post('drafts')
  @HttpCode(201)
  @Describe({
    tag: 'curation',
    summary: 'Start a draft',
    description:
      'From a dataset version, with its files and the next version number; of a definition; or blank. A definition beside `from` replaces the one of the version.',
    body: createDraftRequestSchema,
    reply: draftViewSchema,
    status: 201,
    errors: ['not-allowed', 'version-not-found'],
  })
  async create(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(createDraftRequestSchema)) request: CreateDraftRequest,
  ): Promise<DraftView> {
    return toDraftView(await this.drafts.create(account, request));
  }

  @Get('drafts/:id')
  @Describe({
    tag: 'curation',
    summary: 'Read a draft',
    description:
      'Its definition, what is wrong with that, its files, and the state and report of its inspection. With `report=none` in the query, without the report: to watch the state.',
    reply: draftViewSchema,
    errors: ['not-allowed', 'draft-not-found'],
  })
  async get(
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Query(new ZodPipe(readDraftQuerySchema)) query: { report: 'whole' | 'none' },
  ): Promise<DraftView> {
    const draft = query.report === 'none' ? this.drafts.watch(id) : this.drafts.get(id);
    return toDraftView(await draft);
  }

  @Put('drafts/:id')
  @Describe({
    tag: 'curation',
    summary: 'Save the definition of a draft',
    description:
      'The whole definition; it may be incomplete. `revision` is the one that was read: if somebody has changed the draft since, nothing is written.',
    body: saveDraftRequestSchema,
    reply: draftViewSchema,
    errors: ['not-allowed', 'draft-not-found', 'draft-changed'],
  })
  async save(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(saveDraftRequestSchema)) request: SaveDraftRequest,
  ): Promise<DraftView> {
    return toDraftView(await this.drafts.save(account, id, request));
  }

  @Delete('drafts/:id')
  @HttpCode(204)
  @Describe({
    tag: 'curation',
    summary: 'Delete a draft',
    description:
      'Its inspection is stopped. With `revision` in the query, only if nobody has changed it since; without, as it is.',
    status: 204,
    errors: ['not-allowed', 'draft-not-found', 'draft-changed'],
  })
  async delete(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Query(new ZodPipe(deleteDraftQuerySchema)) query: { revision?: number | undefined },
  ): Promise<void> {
    await this.drafts.delete(account, id, query.revision ?? null);
  }

  @Post('drafts/:id/files')
  @HttpCode(200)
  @Describe({
    tag: 'curation',
    summary: 'Add a file to a draft',
    description:
      "A finished upload of the caller, or a file of the server's folder of incoming dataset files. One of the same name is replaced.",
    body: addDraftFileRequestSchema,
    reply: draftViewSchema,
    errors: [
      'not-allowed',
      'draft-not-found',
      'draft-changed',
      'upload-not-found',
      'upload-not-finished',
      'file-not-found',
      'checksum-mismatch',
    ],
  })
  async addFile(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(addDraftFileRequestSchema)) request: AddDraftFileRequest,
  ): Promise<DraftView> {
    return toDraftView(await this.drafts.addFile(account, id, request));
  }

  @Get('drafts/:id/files/:path')
  @Describe({
    tag: 'curation',
    summary: 'Download a file of a draft',
    description: 'Serves ranges.',
    binary: true,
    errors: ['not-allowed', 'draft-not-found', 'file-not-found'],
  })
  async file(
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Param('path') path: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const file = await this.drafts.getFile(id, path);
    await this.replies.send(request, response, {
      sha256: file.sha256,
      sizeBytes: file.sizeBytes,
      contentType: 'application/octet-stream',
      // The name stays while another file may take its place.
      cache: 'private',
      fileName: file.path,
    });
  }

  @Delete('drafts/:id/files/:path')
  @HttpCode(200)
  @Describe({
    tag: 'curation',
    summary: 'Take a file out of a draft',
    description: '`revision` in the query is the one that was read.',
    reply: draftViewSchema,
    errors: ['not-allowed', 'draft-not-found', 'draft-changed', 'file-not-found'],
  })
  async removeFile(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Param('path') path: string,
    @Query(new ZodPipe(draftRevisionQuerySchema)) query: { revision: number },
  ): Promise<DraftView> {
    return toDraftView(await this.drafts.removeFile(account, id, { path, revision: query.revision }));
  }

  @Post('drafts/:id/inspect')
  @HttpCode(202)
  @Describe({
    tag: 'curation',
    summary: 'Inspect a draft',
    description:
      'An evaluator reads every file that the definition uses and reports what it finds. The draft shows its progress; a draft that is changed meanwhile gets the report marked as outdated.',
    body: inspectDraftRequestSchema,
    reply: draftViewSchema,
    status: 202,
    errors: ['not-allowed', 'draft-not-found', 'draft-changed', 'draft-not-ready', 'inspection-under-way'],
  })
  async inspect(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(inspectDraftRequestSchema)) { revision }: InspectDraftRequest,
  ): Promise<DraftView> {
    return toDraftView(await this.drafts.inspect(account, id, revision));
  }

  @Post('drafts/:id/validate')
  @HttpCode(201)
  @Describe({
    tag: 'curation',
    summary: 'Validate a draft',
    description:
      'Freezes it as a dataset version that organisers alone see until it is published. Needs a report of exactly this revision, without errors, and every warning accepted by its code; the draft is gone afterwards.',
    body: validateDraftRequestSchema,
    reply: datasetVersionDetailsSchema,
    status: 201,
    errors: ['not-allowed', 'draft-not-found', 'draft-changed', 'draft-not-ready', 'challenge-exists'],
  })
  async validate(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Body(new ZodPipe(validateDraftRequestSchema)) request: ValidateDraftRequest,
  ): Promise<DatasetVersionDetails> {
    const { challengeId, version } = await this.drafts.validate(account, id, request);
    return toVersionDetails(await this.versions.get(challengeId, version));
  }

  @Get('server-files')
  @Describe({
    tag: 'curation',
    summary: 'List the dataset files on the server',
    description:
      "Files in the server's folder of incoming dataset files, for those beyond the limit of an upload. Where there are none, `reason` says why.",
    reply: serverFileListSchema,
    errors: ['not-allowed'],
  })
  listServerFiles(): Promise<ServerFileList> {
    return this.serverFiles.list();
  }
}
