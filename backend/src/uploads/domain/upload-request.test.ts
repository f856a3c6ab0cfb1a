import { describe, expect, it } from 'vitest';
import { checkedUploadRequest } from './upload-request.js';

const nameOf = (fileName: string | null) =>
  checkedUploadRequest({ fileName, sizeBytes: 1, sha256: null }, 10).fileName;

describe('checkedUploadRequest', () => {
  it.each([
    { given: '../../etc/passwd', name: 'passwd' },
    { given: 'a\u202enc.exe', name: 'anc.exe' },
    { given: null, name: 'upload.nc' },
    { given: `${'x'.repeat(254)}\u{1f600}.nc`, name: 'x'.repeat(254) },
  ])('calls $given $name', ({ given, name }) => expect(nameOf(given)).toBe(name));

  it.each([null, 0, 11, 1.5])('refuses %s bytes', (sizeBytes) => {
    expect(() => checkedUploadRequest({ fileName: 'a.nc', sizeBytes, sha256: null }, 10)).toThrow(/bytes/);
  });
});
