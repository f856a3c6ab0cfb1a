import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { apiPaths, failureOf, uploadErrorStatus, uploadRetries } from '@sillage/client';
import type { DetailedError } from 'tus-js-client';
import { CommandError } from '../command-error.js';
import { requireFile } from '../require-file.js';
import type { ServerSettings } from '../settings/settings.js';
import { formatBytes, formatDuration } from '../terminal/quantities.js';
import { errorFor, unreachable } from './api-error.js';
import type { UploadState } from './upload-state.js';

const CHUNK_BYTES = 64 * 2 ** 20;

export type UploadedFile = { uploadId: string; fileName: string; sizeBytes: number; sha256: string };

export type UploadOptions = {
  path: string;
  server: ServerSettings;
  state: UploadState;
  onProgress: (fraction: number, text: string) => void;
  retryDelays?: readonly number[];
};

/** Sends a file by the tus protocol, going on where an earlier attempt with the same content stopped. */
export async function uploadFile(options: UploadOptions): Promise<UploadedFile> {
  const { path, server, state, onProgress, retryDelays = uploadRetries.retryDelays } = options;
  const fileName = basename(path);
  const { size: sizeBytes } = await requireFile(path);
  const sha256 = await hashOf(path, (doneBytes) =>
    onProgress(doneBytes / Math.max(1, sizeBytes), `${fileName}: reading`),
  );
  const startedMs = performance.now();
  let firstBytes: number | null = null;
  let fraction = 0;
  // A tenth of a second to load, and most commands send nothing.
  const { Upload } = await import('tus-js-client');

  const uploadUrl = await new Promise<string>((resolve, reject) => {
    const upload = new Upload(createReadStream(path), {
      endpoint: server.url + apiPaths.uploads,
      uploadUrl: state.find(server.url, sha256),
      uploadSize: sizeBytes,
      chunkSize: CHUNK_BYTES,
      ...uploadRetries,
      retryDelays: [...retryDelays],
      onShouldRetry: (error) => {
        const isWorthIt = uploadRetries.onShouldRetry(error);
        if (isWorthIt) onProgress(fraction, `${fileName}: interrupted, trying again`);
        return isWorthIt;
      },
      metadata: { filename: fileName, sha256 },
      headers: server.token === null ? {} : { Authorization: `Bearer ${server.token}` },
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => {
        if (upload.url !== null) state.remember(server.url, sha256, upload.url);
      },
      onProgress: (doneBytes) => {
        firstBytes ??= doneBytes;
        const bytesPerSecond = (doneBytes - firstBytes) / ((performance.now() - startedMs) / 1000);
        const left = formatDuration((sizeBytes - doneBytes) / bytesPerSecond);
        fraction = doneBytes / Math.max(1, sizeBytes);
        onProgress(
          fraction,
          `${fileName}: ${formatBytes(doneBytes)} of ${formatBytes(sizeBytes)}, ${left} left`,
        );
      },
      onError: (error) => reject(uploadError(error, options)),
      onSuccess: () => {
        if (upload.url === null) reject(new CommandError('the upload ended without an address'));
        else resolve(upload.url);
      },
    });
    upload.start();
  });
  const uploadId = new URL(uploadUrl, server.url).pathname.split('/').at(-1) ?? '';
  return { uploadId, fileName, sizeBytes, sha256 };
}

function uploadError(error: Error, { path, server }: UploadOptions): Error {
  if (!isDetailed(error)) return error;
  const response = error.originalResponse;
  if (response === null || response === undefined) {
    const cause = error.causingError ?? error;
    const status = uploadErrorStatus(error);
    const reason =
      status === null ? unreachable(server.url, cause).message : `${server.url} answered ${status}`;
    return new CommandError(
      `the upload of ${path} was interrupted: ${reason}. Run the same command again to go on.`,
      { cause },
    );
  }
  return errorFor(failureOf(apiPaths.uploads, response.getStatus(), response.getBody()), server);
}

const isDetailed = (error: Error): error is DetailedError => 'originalResponse' in error;

/** SHA-256 of the content, in hexadecimal digits. */
export function hashOfFile(path: string): Promise<string> {
  return hashOf(path, () => undefined);
}

async function hashOf(path: string, onProgress: (doneBytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  let doneBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const bytes = chunk as Buffer;
    hash.update(bytes);
    doneBytes += bytes.length;
    onProgress(doneBytes);
  }
  return hash.digest('hex');
}
