import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Settings } from '../config/config.js';
import { hashFile } from './hash-file.js';
import { HashingStream } from './hashing-stream.js';
import {
  ObjectHashError,
  ObjectMissingError,
  ObjectStore,
  type ByteSpan,
  type StoredObject,
} from './object-store.js';

const PART_BYTES = 16 << 20;

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey');
}

/** Objects as `objects/<sha256>`; what is still arriving lies under `incoming/` and is copied once its hash is known. */
export class S3ObjectStore extends ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(settings: S3Settings) {
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
    const temporary = `incoming/${randomUUID()}`;
    // A sender who leaves early ends the upload with an error; without it the bucket would wait for ever.
    pipeline(source, hashing, () => undefined);
    try {
      await this.#upload(temporary, hashing);
      const sha256 = hashing.sha256();
      if (expected.sha256 !== null && sha256 !== expected.sha256)
        throw new ObjectHashError(expected.sha256, sha256);
      await this.#client.send(
        new CopyObjectCommand({
          Bucket: this.#bucket,
          Key: this.#keyOf(sha256),
          CopySource: `${this.#bucket}/${temporary}`,
        }),
      );
      return { sha256, sizeBytes: hashing.sizeBytes };
    } finally {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: temporary }));
    }
  }

  adoptFile(file: string): Promise<StoredObject> {
    return this.putFile(file);
  }

  async putFile(file: string): Promise<StoredObject> {
    const object = await hashFile(file);
    if ((await this.sizeOf(object.sha256)) !== object.sizeBytes) {
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

  #keyOf(sha256: string): string {
    return `objects/${sha256}`;
  }

  async #upload(key: string, body: Readable): Promise<void> {
    await new Upload({
      client: this.#client,
      params: { Bucket: this.#bucket, Key: key, Body: body },
      partSize: PART_BYTES,
    }).done();
  }
}
