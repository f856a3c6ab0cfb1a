import { readdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { cropOf } from '@sillage/checking';
import { checkReconstruction } from './check-reconstruction.js';
import { openField } from '../files/open-field.js';
import { spillField } from '../files/stage-field.js';
import { evenly, sampleGrid, TASK, temporaryFolder, writeSample } from '../testing/sample-files.js';
import { mountSmallDisk } from '../testing/small-disk.js';

const DISK_BYTES = 2 ** 20;
const files = temporaryFolder();
const disk = mountSmallDisk(DISK_BYTES);
afterAll(() => {
  disk?.remove();
  files.remove();
});
beforeEach(({ skip }) => {
  if (!disk) skip('this user may not mount a small disk');
});
const folder = disk?.folder ?? '';

/** 18 days of 200 × 200 values: 2.9 MB once decoded. */
const grid = sampleGrid({ latDeg: evenly(33, 200, 0.025), lonDeg: evenly(-61, 200, 0.03) });
const path = await writeSample(files.path('map.nc'), { grid, storage: { kind: 'deflate', level: 1 } });

describe('on a disk that is too small', () => {
  test('a check says before it starts how much it needs, and leaves nothing', async () => {
    const check = checkReconstruction({
      inputPath: path,
      fileName: 'map.nc',
      tasks: [TASK],
      canonicalPath: join(folder, 'canonical.nc'),
    });
    await expect(check).rejects.toMatchObject({
      code: 'ENOSPC',
      message: expect.stringMatching(/^decoding map\.nc needs \d\.\d MB of disk, 1\.0 MB are free there$/),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a decoding that fills it on the way ends with what the system says, and leaves nothing', async () => {
    const field = await openField({ path, subject: 'map.nc' });
    const crop = cropOf(field.grid, null, null);
    await expect(spillField(field, { crop, temporaryFolder: folder })).rejects.toMatchObject({
      code: 'ENOSPC',
    });
    field.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a file that another one takes the room from is not left half written', async () => {
    const taken = join(folder, 'other');
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(taken, new Uint8Array(bavail * bsize - 100_000));
    for (const storage of [{ kind: 'contiguous' }, { kind: 'deflate', level: 1 }] as const) {
      await expect(writeSample(join(folder, 'map.nc'), { grid, storage })).rejects.toMatchObject({
        code: 'ENOSPC',
      });
      expect(readdirSync(folder)).toEqual(['other']);
    }
  });
});
