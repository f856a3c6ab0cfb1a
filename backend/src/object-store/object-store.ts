import type { Readable } from 'node:stream';

/** A stored file by its content. */
export type StoredObject = { sha256: string; sizeBytes: number };

/** First and last byte, both included. */
export type ByteSpan = { start: number; end: number };

/** An object as a listing finds it. `writtenAt` is by the clock of the place where it lies. */
export type ListedObject = StoredObject & { writtenAt: Date };

export class ObjectMissingError extends Error {
  readonly tag = 'object-missing';
  constructor(readonly sha256: string) {
    super(`the object store has no object ${sha256}`);
  }
}

export class ObjectHashError extends Error {
  readonly tag = 'object-hash';
  constructor(
    readonly expectedSha256: string,
    readonly foundSha256: string,
  ) {
    super(`the bytes hash to ${foundSha256}, not to ${expectedSha256}`);
  }
}

export class ObjectTooLargeError extends Error {
  readonly tag = 'object-too-large';
  constructor(readonly maxBytes: number) {
    super(`the object has more than ${maxBytes} bytes`);
  }
}

/** @throws ObjectHashError when the bytes are others than announced. */
export function requireHash(object: StoredObject, expectedSha256: string | null): StoredObject {
  if (expectedSha256 === null || object.sha256 === expectedSha256) return object;
  throw new ObjectHashError(expectedSha256, object.sha256);
}

/** Port to the place where files lie, each under the SHA-256 of its bytes. Objects never change and are never replaced. */
export abstract class ObjectStore {
  /** @throws ObjectHashError when the bytes are others than announced; nothing is kept then. */
  abstract putStream(
    source: Readable,
    expected: { sha256: string | null; maxBytes: number },
  ): Promise<StoredObject>;

  /**
   * Hashes a file and keeps a copy of its content; the file stays its owner's, who may edit it later. What is there already
   * counts as written now: collection leaves young objects alone.
   */
  abstract putFile(path: string): Promise<StoredObject>;

  /**
   * Like `putFile`, for a file that nobody writes again: its bytes may be shared instead of copied.
   * @throws ObjectHashError when the bytes are others than announced; nothing is kept then.
   */
  abstract adoptFile(path: string, expectedSha256: string | null): Promise<StoredObject>;

  /** @returns the size in bytes, or null when there is no such object. */
  abstract sizeOf(sha256: string): Promise<number | null>;

  /** Counts as written now. @returns the size in bytes, or null when there is no such object. */
  abstract refresh(sha256: string): Promise<number | null>;

  /** Every object, some at a time, in no order. What is put or removed meanwhile may be in it or not. */
  abstract list(): AsyncIterable<ListedObject[]>;

  /** @returns null when there is no such object. */
  abstract find(sha256: string): Promise<ListedObject | null>;

  /** For collection only, which knows that nothing refers to it. One that is not there is left so. */
  abstract remove(sha256: string): Promise<void>;

  /** Removes what was on its way in before that time and never arrived. */
  abstract removeLeftovers(before: Date): Promise<{ count: number; sizeBytes: number }>;

  /** @throws ObjectMissingError */
  abstract open(sha256: string, span?: ByteSpan): Promise<Readable>;

  /** Makes the place if it is not there yet. @throws when it cannot be used. */
  abstract prepare(): Promise<void>;

  abstract isUp(): Promise<boolean>;
}
