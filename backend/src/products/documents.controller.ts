import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import {
  citationNameSchema,
  documentListSchema,
  documentNameSchema,
  idSchema,
  type CitationName,
  type DocumentList,
  type DocumentName,
} from '@sillage/contracts';
import type { Request, Response } from 'express';
import type { Account } from '../identity/domain/account.js';
import { Access, MaybeAccount } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { sendTextFile } from '../http/replies/text-replies.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { contentTypeOf } from './domain/content-type.js';
import { ProductsService } from './products.service.js';

@Controller('evaluations/:id/documents')
@Access('public')
export class DocumentsController {
  constructor(private readonly products: ProductsService) {}

  @Get()
  @Describe({
    tag: 'submissions',
    summary: 'List the documents of an evaluation',
    description:
      'What the platform writes about a score when it is asked: notebook, signed receipt, citations; within the disclosure level. Files that evaluators made are `artefacts` of the submission.',
    reply: documentListSchema,
    errors: ['evaluation-not-found', 'file-not-found', 'not-disclosed'],
  })
  async list(
    @MaybeAccount() account: Account | null,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<DocumentList> {
    const { submissionId, documents } = await this.products.listDocuments(account, id);
    return {
      documents: documents.map(({ name, text }) => ({
        name,
        sizeBytes: Buffer.byteLength(text),
        url: citationNameSchema.safeParse(name).success
          ? `/api/submissions/${submissionId}/citation/${name}`
          : `/api/evaluations/${id}/documents/${name}`,
      })),
    };
  }

  @Get(':name')
  @Describe({
    tag: 'submissions',
    summary: 'Download a document of an evaluation',
    description:
      'notebook.ipynb: computes the published score again from public files and asserts that it is the same; where the truth is public. receipt.json: hashes of the submission and of the data, protocol, version of the scorer and every metric, signed; `sillage verify` checks it.',
    binary: true,
    errors: ['evaluation-not-found', 'file-not-found', 'not-disclosed'],
  })
  async document(
    @MaybeAccount() account: Account | null,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Param('name', new ZodPipe(documentNameSchema)) name: DocumentName,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { text, fileName } = await this.products.document(account, id, name);
    sendTextFile(request, response, { text, fileName, contentType: contentTypeOf(name) });
  }
}

@Controller('submissions/:id/citation')
@Access('public')
export class SubmissionCitationController {
  constructor(private readonly products: ProductsService) {}

  @Get(':name')
  @Describe({
    tag: 'submissions',
    summary: 'How a submission is cited',
    description:
      'CITATION.cff (Citation File Format 1.2), datacite.json (DataCite 4.5), citation.bib (BibTeX).',
    binary: true,
    errors: ['submission-not-found', 'file-not-found'],
  })
  async citation(
    @MaybeAccount() account: Account | null,
    @Param('id', new ZodPipe(idSchema)) id: string,
    @Param('name', new ZodPipe(citationNameSchema)) name: CitationName,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const text = await this.products.submissionCitation(account, id, name);
    sendTextFile(request, response, { text, fileName: name, contentType: contentTypeOf(name) });
  }
}

@Controller('challenges/:id/citation')
@Access('public')
export class ChallengeCitationController {
  constructor(private readonly products: ProductsService) {}

  @Get(':name')
  @Describe({
    tag: 'challenges',
    summary: 'How a challenge is cited',
    description:
      'CITATION.cff (Citation File Format 1.2), datacite.json (DataCite 4.5), citation.bib (BibTeX).',
    binary: true,
    errors: ['challenge-not-found'],
  })
  async citation(
    @Param('id') id: string,
    @Param('name', new ZodPipe(citationNameSchema)) name: CitationName,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const text = await this.products.challengeCitation(id, name);
    sendTextFile(request, response, { text, fileName: name, contentType: contentTypeOf(name) });
  }
}
