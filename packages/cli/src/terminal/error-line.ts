import { tmpdir } from 'node:os';

/** Any error as one line: what was wrong, then what to do. */
export function errorLine(error: unknown): string {
  return oneLine(sentence(error));
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const path = 'path' in error && typeof error.path === 'string' ? error.path : null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (path !== null && code !== null && SYSTEM_ERRORS[code] !== undefined)
    return `${path}: ${SYSTEM_ERRORS[code]}`;
  // writing into a file that is open names none
  if (code === 'ENOSPC')
    return `the disk is full: free some space beside the output, or in ${tmpdir()}, where temporary files go (TMPDIR)`;
  return error.message === '' ? error.name : error.message;
}

const SYSTEM_ERRORS: Partial<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'this is a folder, a file is needed',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EEXIST: 'exists already',
};

export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
