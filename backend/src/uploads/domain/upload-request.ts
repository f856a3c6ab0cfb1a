import { sha256Schema } from '@sillage/contracts';
import { DomainError } from '../../errors/domain-error.js';

const FILE_NAME_MAX_LENGTH = 255;

/** What a client announces with `Upload-Metadata` and `Upload-Length`. */
export type UploadRequest = { fileName: string | null; sizeBytes: number | null; sha256: string | null };

/** @throws DomainError for what cannot become an upload. */
export function checkedUploadRequest(
  { fileName, sizeBytes, sha256 }: UploadRequest,
  maxBytes: number,
): { fileName: string; sizeBytes: number; sha256: string | null } {
  if (sizeBytes === null || !Number.isSafeInteger(sizeBytes) || sizeBytes < 1)
    throw new DomainError(
      'invalid-request',
      'Upload-Length must say how many bytes will come; an empty file is not accepted.',
    );
  if (sizeBytes > maxBytes)
    throw new DomainError('too-large', `The file has ${sizeBytes} bytes; at most ${maxBytes} are accepted.`, {
      fix: 'Store the map as float32 with compression, or cut it to the area and the days that are scored.',
    });
  if (sha256 !== null && !sha256Schema.safeParse(sha256).success)
    throw new DomainError('invalid-request', 'The metadata sha256 must be 64 lower-case hexadecimal digits.');
  return { fileName: plainFileName(fileName), sizeBytes, sha256 };
}

/** The last part of the name, without what steers a terminal or turns the direction of text: a client may send a whole path. */
function plainFileName(name: string | null): string {
  const last =
    (name ?? '')
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '')
      .trim() ?? '';
  // half a character at the end would be none in UTF-8
  const short = last.slice(0, FILE_NAME_MAX_LENGTH).replace(/[\ud800-\udbff]$/, '');
  return short === '' ? 'upload.nc' : short;
}
