import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { isOrganiser, type Account } from '../identity/domain/account.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError } from '../errors/domain-error.js';
import { ObjectClaims } from '../object-store/object-claims.js';
import { ObjectHashError, ObjectStore, type StoredObject } from '../object-store/object-store.js';
import { Transactions } from '../transactions/transactions.js';
import { checkedUploadRequest, type UploadRequest } from './domain/upload-request.js';
import { UploadsRepository, type Upload } from './uploads.repository.js';

const SMALL_BLOCK_BYTES = 2 ** 20;
const ID_BYTES = 16;
/** Of one participant, small ones included: each is a file and a row. */
const MAX_WAITING = 200;
const FILE_NAME = /^[0-9a-f]{32}$/;

export type FinishedUpload = { id: string; fileName: string; sha256: string; sizeBytes: number };

function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function uploadNotFound(id: string): DomainError {
  return new DomainError('upload-not-found', `You have no upload ${id}.`, { fix: 'Start the upload again.' });
}

/** Files on their way in. Bytes lie in the upload folder until the last one has come; then the store takes them. */
@Injectable()
export class UploadsService {
  constructor(
    private readonly uploads: UploadsRepository,
    private readonly store: ObjectStore,
    private readonly claims: ObjectClaims,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async create(account: Account, request: UploadRequest): Promise<Upload> {
    const { fileName, sizeBytes, sha256 } = checkedUploadRequest(request, this.config.uploadMaxBytes);
    await this.#requireSpace(sizeBytes);
    const upload: Upload = {
      id: randomBytes(ID_BYTES).toString('hex'),
      accountId: account.id,
      fileName,
      sizeBytes,
      expectedSha256: sha256,
      sha256: null,
      transfer: null,
      createdAt: this.clock.now(),
      finishedAt: null,
      usedAt: null,
    };
    await this.transactions.run(async () => {
      if (!isOrganiser(account)) await this.#requireRoom(account, sizeBytes);
      await this.uploads.insert(upload);
    });
    return upload;
  }

  /** @throws DomainError `storage-full` where the platform would be left with too little. */
  async #requireSpace(sizeBytes: number): Promise<void> {
    const freeBytes = await this.#freeBytes();
    const neededBytes = sizeBytes + this.config.minFreeBytes;
    if (freeBytes >= neededBytes) return;
    throw new DomainError(
      'storage-full',
      `The platform has ${mib(freeBytes)} of disk left; this upload needs ${mib(neededBytes)}, since ${mib(this.config.minFreeBytes)} stay free for work under way. Nothing was stored.`,
      { fix: 'Try again later, or tell the organisers: they can make room.' },
    );
  }

  /** One account must not fill the disk of all, with files that it never submits or with entries. */
  async #requireRoom(account: Account, sizeBytes: number): Promise<void> {
    const waiting = await this.uploads.lockWaiting(account.id);
    const { uploadWaitingMaxBytes, submittedMaxBytes } = this.config;
    if (waiting.count >= MAX_WAITING || waiting.sizeBytes + sizeBytes > uploadWaitingMaxBytes)
      throw this.#tooManyWaiting(waiting);
    const newBytes = waiting.sizeBytes + sizeBytes;
    const submittedBytes = await this.#submittedBytes(account.id, submittedMaxBytes - newBytes);
    if (submittedBytes + newBytes <= submittedMaxBytes) return;
    throw new DomainError(
      'too-large',
      `Your entries hold files of ${submittedBytes} bytes; with this one and the uploads that wait it would be ${submittedBytes + newBytes} bytes, more than the ${submittedMaxBytes} of one account.`,
      {
        fix: 'Drop uploads that wait, or withdraw entries that you need no longer: their files are removed with the next collection, within a day or so, and make room. Or ask the organisers.',
      },
    );
  }

  /** The file of a withdrawn entry counts as long as it lies in the store, which is asked only where it decides. */
  async #submittedBytes(accountId: string, maxBytes: number): Promise<number> {
    const files = await this.uploads.listSubmitted(accountId);
    let sum = files.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
    for (const { sha256, sizeBytes, stands } of files) {
      if (sum <= maxBytes) break;
      if (!stands && (await this.store.sizeOf(sha256)) === null) sum -= sizeBytes;
    }
    return sum;
  }

  #tooManyWaiting(waiting: { count: number; sizeBytes: number }): DomainError {
    return new DomainError(
      'too-large',
      `You have ${waiting.count} uploads of ${waiting.sizeBytes} bytes together that were not submitted; with this one there would be more than ${MAX_WAITING} of ${this.config.uploadWaitingMaxBytes} bytes.`,
      {
        fix: `Submit or drop those that wait. What nobody submits is dropped ${Math.round(this.config.uploadExpiresMs / 3_600_000)} hours after it was begun.`,
      },
    );
  }

  /** Somebody else's upload is as unknown as none at all. */
  async getOwned(account: Account, id: string): Promise<Upload> {
    const upload = await this.uploads.find(id);
    if (upload === null || upload.accountId !== account.id) throw uploadNotFound(id);
    return upload;
  }

  /** Called with the last byte, and again by whoever uses the upload in case that call was lost. */
  async finish(id: string): Promise<FinishedUpload> {
    const upload = await this.uploads.find(id);
    if (upload === null) throw uploadNotFound(id);
    if (upload.sha256 !== null) {
      return { id, fileName: upload.fileName, sha256: upload.sha256, sizeBytes: upload.sizeBytes };
    }
    const arrivedBytes = await stat(this.fileOf(id)).then(
      ({ size }) => size,
      () => 0,
    );
    if (arrivedBytes !== upload.sizeBytes) {
      throw new DomainError(
        'upload-not-finished',
        `Only ${arrivedBytes} of ${upload.sizeBytes} bytes have arrived.`,
        {
          fix: 'Resume the upload, then try again.',
        },
      );
    }
    const object = await this.#adopt(upload);
    await this.transactions.run(async () => {
      // The same bytes may have lain there unused for long, and have been collected since.
      if ((await this.claims.claim(object.sha256)) !== object.sizeBytes) await this.#adopt(upload);
      await this.uploads.setFinished(id, object.sha256, this.clock.now());
    });
    return { id, fileName: upload.fileName, ...object };
  }

  /** Bytes that are others than announced never get into the store. */
  async #adopt({ id, expectedSha256 }: Upload): Promise<StoredObject> {
    try {
      return await this.store.adoptFile(this.fileOf(id), expectedSha256);
    } catch (error) {
      if (!(error instanceof ObjectHashError)) throw error;
      await this.discard(id);
      throw new DomainError(
        'checksum-mismatch',
        `The file that arrived hashes to ${error.foundSha256}, not to ${error.expectedSha256}.`,
        { fix: 'Upload the file again.', cause: error },
      );
    }
  }

  /** Takes a finished upload of this account for good. */
  async use(account: Account, id: string): Promise<FinishedUpload> {
    await this.getOwned(account, id);
    const finished = await this.finish(id);
    if (!(await this.uploads.setUsed(id, this.clock.now()))) {
      throw new DomainError('upload-already-used', `Upload ${id} has been submitted before.`, {
        fix: 'Upload the file again, or look at the submission that it became.',
      });
    }
    return finished;
  }

  /**
   * Takes a finished upload, which may have been taken before: files of a dataset may have the same bytes, and a
   * registration whose reply was lost is sent again. In the transaction that refers to it.
   */
  async useAgain(account: Account, id: string): Promise<FinishedUpload> {
    await this.getOwned(account, id);
    const finished = await this.finish(id);
    await this.claims.require([finished], 'Upload the file again: it was used before and is gone since.');
    await this.uploads.setUsed(id, this.clock.now());
    return finished;
  }

  /** The bytes are in the store now. */
  async removeFile(id: string): Promise<void> {
    await rm(this.fileOf(id), { force: true });
  }

  /** What had arrived goes at once: no limit counts it any more. */
  async discard(id: string): Promise<void> {
    await this.removeFile(id);
    await this.transactions.run(async () => {
      const sha256 = await this.uploads.delete(id);
      if (sha256 === null) return;
      const usedSince = new Date(this.clock.now().getTime() - this.config.collectGraceMs);
      await this.claims.removeUnreferenced([sha256], { usedSince, writtenBefore: null });
    });
  }

  /** @returns how many uploads were given up. */
  async discardAbandoned(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - this.config.uploadExpiresMs);
    const ids = await this.uploads.listAbandoned(before, 100);
    for (const id of ids) await this.discard(id);
    return ids.length;
  }

  /** Files of uploads, unfinished ones among them. A second name of an object takes no space of its own. */
  async measureFolder(): Promise<{ count: number; sizeBytes: number }> {
    let [count, sizeBytes] = [0, 0];
    for (const id of await this.#fileNames()) {
      const found = await stat(this.fileOf(id)).catch(() => null);
      if (found === null || !found.isFile()) continue;
      count += 1;
      if (found.nlink === 1) sizeBytes += found.size;
    }
    return { count, sizeBytes };
  }

  /** What a process that was killed left: files of uploads that are unknown, or were used before that time. */
  async removeForgottenFiles(before: Date): Promise<{ count: number; sizeBytes: number }> {
    let [count, sizeBytes] = [0, 0];
    for (const id of await this.#fileNames()) {
      const found = await stat(this.fileOf(id)).catch(() => null);
      if (found === null || !found.isFile() || found.mtime >= before) continue;
      const upload = await this.uploads.find(id);
      const isForgotten = upload === null || (upload.usedAt !== null && upload.usedAt < before);
      if (!isForgotten) continue;
      await this.removeFile(id);
      count += 1;
      if (found.nlink === 1) sizeBytes += found.size;
    }
    return { count, sizeBytes };
  }

  find(id: string): Promise<Upload | null> {
    return this.uploads.find(id);
  }

  async setTransfer(id: string, transfer: unknown): Promise<void> {
    await this.uploads.setTransfer(id, transfer);
  }

  get folder(): string {
    return path.resolve(this.config.uploadFolder);
  }

  fileOf(id: string): string {
    return path.join(this.folder, id);
  }

  /** Whether not even a small block fits any more. */
  async isDiskFull(): Promise<boolean> {
    return (await this.#freeBytes()) < SMALL_BLOCK_BYTES;
  }

  /** Nothing but what {@link create} named: the folder is the operator's too. */
  async #fileNames(): Promise<string[]> {
    await mkdir(this.folder, { recursive: true });
    return (await readdir(this.folder)).filter((name) => FILE_NAME.test(name));
  }

  async #freeBytes(): Promise<number> {
    const folders = this.config.s3 === null ? [this.folder, this.config.storeFolder] : [this.folder];
    for (const folder of folders) await mkdir(folder, { recursive: true });
    const free = await Promise.all(folders.map((folder) => statfs(folder)));
    return Math.min(...free.map(({ bavail, bsize }) => bavail * bsize));
  }
}
