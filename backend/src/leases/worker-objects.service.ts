import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { ObjectReference } from '@sillage/contracts';
import { DomainError } from '../errors/domain-error.js';
import { ObjectHashError, ObjectStore, ObjectTooLargeError } from '../object-store/object-store.js';

/** The canonical form of a 2 GB compressed upload may be larger than the upload. */
const MAX_OBJECT_BYTES = 16 * 2 ** 30;

@Injectable()
export class WorkerObjectsService {
  constructor(private readonly objects: ObjectStore) {}

  async find(sha256: string): Promise<ObjectReference> {
    const sizeBytes = await this.objects.sizeOf(sha256);
    if (sizeBytes === null) throw new DomainError('file-not-found', `There is no object ${sha256}.`);
    return { sha256, sizeBytes };
  }

  async store(sha256: string, source: Readable): Promise<ObjectReference> {
    try {
      return await this.objects.putStream(source, { sha256, maxBytes: MAX_OBJECT_BYTES });
    } catch (error) {
      if (error instanceof ObjectHashError) {
        throw new DomainError(
          'checksum-mismatch',
          `The body hashes to ${error.foundSha256}, not to ${sha256}.`,
          {
            fix: 'Send the file again.',
            cause: error,
          },
        );
      }
      if (error instanceof ObjectTooLargeError) {
        throw new DomainError('too-large', `An object has at most ${error.maxBytes} bytes.`, {
          cause: error,
        });
      }
      throw error;
    }
  }
}
