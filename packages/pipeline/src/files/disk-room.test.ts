import { describe, expect, test } from 'vitest';
import { DiskFullError, requireDiskRoom } from './disk-room.js';

const room = (neededBytes: number, freeBytes: number) => () =>
  requireDiskRoom('anywhere', 'decoding basin.nc', neededBytes, () => freeBytes);

describe('requireDiskRoom', () => {
  test('lets pass what fits, and never asks for nothing', () => {
    expect(room(10, 10)).not.toThrow();
    expect(() =>
      requireDiskRoom('nowhere', 'x', 0, () => {
        throw new Error('asked');
      }),
    ).not.toThrow();
  });

  test('says what needs how much, and how much there is', () => {
    expect(room(3_824_145_480, 1.2e9)).toThrow(DiskFullError);
    expect(room(3_824_145_480, 1.2e9)).toThrow(
      'decoding basin.nc needs 3.8 GB of disk, 1.2 GB are free there',
    );
    expect(room(20e6, 5e5)).toThrow('needs 20.0 MB of disk, 0.5 MB are free');
  });

  test('carries the code of a full disk, like the errors of the system', () => {
    expect(room(2, 1)).toThrow(expect.objectContaining({ code: 'ENOSPC', neededBytes: 2, freeBytes: 1 }));
  });
});
