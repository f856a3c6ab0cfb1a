import { Inject, Injectable } from '@nestjs/common';
import { FileStore } from '@tus/file-store';
import { Server, type Upload as TusUpload } from '@tus/server';
import type { Request, Response } from 'express';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError } from '../errors/domain-error.js';
import { errorReply, toDomainError } from '../errors/error-reply.js';
import { contextOf } from '../http/request-context.js';
import { UploadLocker } from './upload-locker.js';
import { UploadsService } from './uploads.service.js';

export const UPLOADS_PATH = '/api/uploads';

type TusError = Error | { status_code: number; body: string };

/** What the tus library says, in the words of the contracts. */
function fromTusError(error: TusError): DomainError {
  if (error instanceof Error) return toDomainError(error);
  switch (error.status_code) {
    case 404:
    case 410:
      return new DomainError('upload-not-found', 'There is no such upload.', {
        fix: 'Start the upload again.',
      });
    case 413:
      return new DomainError('too-large', 'More bytes came than were announced.');
    case 409:
    case 423: // clients of tus ask again after both, and after no other refusal
      return new DomainError('upload-moved-on', 'The upload does not stand at this Upload-Offset any more.', {
        fix: 'Ask with HEAD where it stands, and go on from there.',
      });
    default:
      return error.status_code < 500
        ? new DomainError('invalid-request', error.body.trim())
        : new DomainError('internal', 'The upload stopped on our side.', {
            fix: 'Resume it; nothing that arrived is lost.',
          });
  }
}

/** The library answers in plain text; every error of this API is JSON, also what the library refuses by itself. */
class JsonErrorServer extends Server {
  override write(
    ...[context, headers, status, body]: Parameters<Server['write']>
  ): ReturnType<Server['write']> {
    if (status < 400) return super.write(context, headers, status, body);
    headers.set('Content-Type', 'application/json; charset=utf-8');
    const isOurs = body?.startsWith('{') === true;
    const text = isOurs
      ? body
      : JSON.stringify(errorReply(fromTusError({ status_code: status, body: body ?? '' }), undefined).body);
    return super.write(context, headers, status, text);
  }
}

/** The tus protocol over files in the upload folder; what is known about each upload lies in PostgreSQL. */
@Injectable()
export class TusServer {
  readonly #server: Server;

  constructor(
    private readonly uploads: UploadsService,
    locker: UploadLocker,
    @Inject(CONFIG) config: Config,
  ) {
    this.#server = new JsonErrorServer({
      path: UPLOADS_PATH,
      locker,
      relativeLocation: true,
      // Not the library's '*': nobody else's page has business here.
      allowedOrigins: [config.publicUrl.origin],
      maxSize: config.uploadMaxBytes,
      datastore: new FileStore({
        directory: uploads.folder,
        expirationPeriodInMilliseconds: config.uploadExpiresMs,
        configstore: {
          get: async (id) => ((await uploads.find(id))?.transfer ?? undefined) as TusUpload | undefined,
          set: async (id, upload) => uploads.setTransfer(id, upload),
          delete: async (id) => uploads.discard(id),
        },
      }),
      namingFunction: async (request, metadata) => {
        const { account } = contextOf(request.runtime?.node?.req as Request);
        if (account === null) throw new Error('the guard lets nobody in without an account');
        const length = request.headers.get('upload-length');
        const upload = await uploads.create(account, {
          fileName: metadata?.filename ?? null,
          sizeBytes: length === null ? null : Number(length),
          sha256: metadata?.sha256 ?? null,
        });
        return upload.id;
      },
      onUploadFinish: async (_request, upload) => {
        await uploads.finish(upload.id);
        return {};
      },
      onResponseError: async (request, error) => {
        const node = request.runtime?.node?.req as Request;
        const domainError = await this.#explain(error);
        const { status, body } = errorReply(domainError, contextOf(node).requestId);
        return { status_code: status, body: JSON.stringify(body) };
      },
    });
  }

  async handle(request: Request, response: Response): Promise<void> {
    await this.#server.handle(request, response);
  }

  async #explain(error: TusError): Promise<DomainError> {
    const domainError = fromTusError(error);
    // FILE_WRITE_ERROR says nothing about the cause; a full disk is the one that the participant can wait out.
    if (domainError.code === 'internal' && (await this.uploads.isDiskFull())) {
      return toDomainError(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
    }
    return domainError;
  }
}
