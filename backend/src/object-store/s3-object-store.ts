import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCopyCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Settings } from '../config/config.js';
import { hashFile } from './hash-file.js';
import { HashingStream } from './hashing-stream.js';
import {
  ObjectMissingError,
  ObjectStore,
  requireHash,
  type ByteSpan,
  type ListedObject,
  type StoredObject,
} from './object-store.js';

const PART_BYTES = 16 << 20;
/** S3 copies no more in one request, be it an object or a part of one. */
const MOST_COPIED_BYTES = 5 * 2 ** 30;
const OBJECT_PREFIX = 'objects/';
const INCOMING_PREFIX = 'incoming/';
const OBJECT_NAME = /^[0-9a-f]{64}$/;

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey');
}

/** Objects as `objects/<sha256>`; what is still arriving lies under `incoming/` and is copied once its hash is known. */
export class S3ObjectStore extends ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(
    settings: S3Settings,
    private readonly mostCopiedBytes = MOST_COPIED_BYTES,
  ) {
    super();
    this.#bucket = settings.bucket;
    this.#client = new S3Client({
      region: settings.region,
      forcePathStyle: settings.forcePathStyle,
      ...(settings.endpoint === null ? {} : { endpoint: settings.endpoint }),
    });
  }

  async putStream(
    source: Readable,
    expected: { sha256: string | null; maxBytes: number },
  ): Promise<StoredObject> {
    const hashing = new HashingStream(expected.maxBytes);
    const temporary = `${INCOMING_PREFIX}${randomUUID()}`;
    // A sender who leaves early ends the upload with an error; without it the bucket would wait for ever.
    pipeline(source, hashing, () => undefined);
    try {
      await this.#upload(temporary, hashing);
      const object = requireHash({ sha256: hashing.sha256(), sizeBytes: hashing.sizeBytes }, expected.sha256);
      await this.#copy(temporary, object);
      return object;
    } finally {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: temporary }));
    }
  }

  async adoptFile(file: string, expectedSha256: string | null): Promise<StoredObject> {
    return this.#put(file, requireHash(await hashFile(file), expectedSha256));
  }

  async putFile(file: string): Promise<StoredObject> {
    return this.#put(file, await hashFile(file));
  }

  async #put(file: string, object: StoredObject): Promise<StoredObject> {
    const isThere =
      object.sizeBytes <= this.mostCopiedBytes && (await this.refresh(object.sha256)) === object.sizeBytes;
    if (!isThere) {
      await this.#upload(this.#keyOf(object.sha256), createReadStream(file));
    }
    return object;
  }

  async sizeOf(sha256: string): Promise<number | null> {
    try {
      const head = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: this.#keyOf(sha256) }),
      );
      return head.ContentLength ?? null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async open(sha256: string, span?: ByteSpan): Promise<Readable> {
    try {
      const object = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: this.#keyOf(sha256),
          ...(span === undefined ? {} : { Range: `bytes=${span.start}-${span.end}` }),
        }),
      );
      if (!(object.Body instanceof Readable)) throw new ObjectMissingError(sha256);
      return object.Body;
    } catch (error) {
      if (isMissing(error)) throw new ObjectMissingError(sha256);
      throw error;
    }
  }

  async refresh(sha256: string): Promise<number | null> {
    const sizeBytes = await this.sizeOf(sha256);
    // A larger one keeps its time: who refers to it finds out whether it is still there.
    if (sizeBytes === null || sizeBytes > this.mostCopiedBytes) return sizeBytes;
    try {
      await this.#client.send(
        new CopyObjectCommand({
          Bucket: this.#bucket,
          Key: this.#keyOf(sha256),
          CopySource: `${this.#bucket}/${this.#keyOf(sha256)}`,
          MetadataDirective: 'REPLACE', // else an object may not be copied onto itself
        }),
      );
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    return sizeBytes;
  }

  async *list(): AsyncIterable<ListedObject[]> {
    for await (const objects of this.#listKeys(OBJECT_PREFIX))
      yield objects
        .map(({ key, ...object }) => ({ sha256: key.slice(OBJECT_PREFIX.length), ...object }))
        .filter(({ sha256 }) => OBJECT_NAME.test(sha256));
  }

  async find(sha256: string): Promise<ListedObject | null> {
    try {
      const head = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: this.#keyOf(sha256) }),
      );
      if (head.ContentLength === undefined || head.LastModified === undefined) return null;
      return { sha256, sizeBytes: head.ContentLength, writtenAt: head.LastModified };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async remove(sha256: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#keyOf(sha256) }));
  }

  async removeLeftovers(before: Date): Promise<{ count: number; sizeBytes: number }> {
    const halves = await this.#abortUploads(before);
    let [count, sizeBytes] = [halves.count, halves.sizeBytes];
    for await (const objects of this.#listKeys(INCOMING_PREFIX))
      for (const { key, sizeBytes: leftBytes, writtenAt } of objects) {
        if (writtenAt >= before) continue;
        await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
        count += 1;
        sizeBytes += leftBytes;
      }
    return { count, sizeBytes };
  }

  /** Parts of an upload that was cut off lie in no listing of objects, and are paid for. */
  async #abortUploads(before: Date): Promise<{ count: number; sizeBytes: number }> {
    let [count, sizeBytes] = [0, 0];
    const { Uploads = [] } = await this.#client.send(
      new ListMultipartUploadsCommand({ Bucket: this.#bucket }),
    );
    for (const { Key, UploadId, Initiated } of Uploads) {
      if (Key === undefined || UploadId === undefined || Initiated === undefined) continue;
      // Others may use the bucket too.
      const isOurs = Key.startsWith(OBJECT_PREFIX) || Key.startsWith(INCOMING_PREFIX);
      if (!isOurs || Initiated >= before) continue;
      const upload = { Bucket: this.#bucket, Key, UploadId };
      const { Parts = [] } = await this.#client.send(new ListPartsCommand(upload));
      await this.#client.send(new AbortMultipartUploadCommand(upload));
      count += 1;
      sizeBytes += Parts.reduce((sum, { Size }) => sum + (Size ?? 0), 0);
    }
    return { count, sizeBytes };
  }

  async *#listKeys(prefix: string): AsyncIterable<{ key: string; sizeBytes: number; writtenAt: Date }[]> {
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket, Prefix: prefix });
    for await (const { Contents = [] } of pages)
      yield Contents.flatMap(({ Key, Size, LastModified }) =>
        Key === undefined || Size === undefined || LastModified === undefined
          ? []
          : [{ key: Key, sizeBytes: Size, writtenAt: LastModified }],
      );
  }

  async prepare(): Promise<void> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      await this.#client.send(new CreateBucketCommand({ Bucket: this.#bucket }));
    }
  }

  async isUp(): Promise<boolean> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
      return true;
    } catch {
      return false;
    }
  }

  /** Whoever reads the object sees all of it or none, also of one that is copied in parts. */
  async #copy(from: string, { sha256, sizeBytes }: StoredObject): Promise<void> {
    const target = { Bucket: this.#bucket, Key: this.#keyOf(sha256) };
    const CopySource = `${this.#bucket}/${from}`;
    if (sizeBytes <= this.mostCopiedBytes) {
      await this.#client.send(new CopyObjectCommand({ ...target, CopySource }));
      return;
    }
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(target));
    const upload = { ...target, UploadId };
    try {
      const Parts: CompletedPart[] = [];
      for (let start = 0; start < sizeBytes; start += this.mostCopiedBytes) {
        const PartNumber = Parts.length + 1;
        const CopySourceRange = `bytes=${start}-${Math.min(start + this.mostCopiedBytes, sizeBytes) - 1}`;
        const { CopyPartResult } = await this.#client.send(
          new UploadPartCopyCommand({ ...upload, CopySource, CopySourceRange, PartNumber }),
        );
        Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
      }
      await this.#client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    } catch (error) {
      await this.#client.send(new AbortMultipartUploadCommand(upload));
      throw error;
    }
  }

  #keyOf(sha256: string): string {
    return `${OBJECT_PREFIX}${sha256}`;
  }

  async #upload(key: string, body: Readable): Promise<void> {
    await new Upload({
      client: this.#client,
      params: { Bucket: this.#bucket, Key: key, Body: body },
      partSize: PART_BYTES,
    }).done();
  }
}
