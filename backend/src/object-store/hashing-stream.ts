import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { ObjectTooLargeError } from './object-store.js';

/** Passes bytes on, counts and hashes them, and stops at `maxBytes`. */
export class HashingStream extends Transform {
  readonly #hash = createHash('sha256');
  sizeBytes = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(block: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.sizeBytes += block.length;
    if (this.sizeBytes > this.maxBytes) {
      done(new ObjectTooLargeError(this.maxBytes));
      return;
    }
    this.#hash.update(block);
    done(null, block);
  }

  /** Of everything that passed; call it once, at the end. */
  sha256(): string {
    return this.#hash.digest('hex');
  }
}
