import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uploadRetries } from '@sillage/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakePlatform } from '../testing/fake-platform.js';
import { uploadFile } from './upload-file.js';
import { UploadState } from './upload-state.js';

const CONTENT = Buffer.alloc(100_000, 'a map');

let home = '';
let platform: FakePlatform;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'sillage-upload-'));
  writeFileSync(join(home, 'map.nc'), CONTENT);
  platform = new FakePlatform();
  await platform.start();
});
afterEach(async () => {
  await platform.stop();
  rmSync(home, { recursive: true, force: true });
});

const send = () =>
  uploadFile({
    path: join(home, 'map.nc'),
    server: { url: platform.url, token: platform.participantToken },
    state: new UploadState({ HOME: home }),
    onProgress: () => undefined,
    retryDelays: uploadRetries.retryDelays.map(() => 0),
  });

test('a file that arrived whole is not sent again, however long the answer stays away', async () => {
  platform.breakUploadsAtBytes = CONTENT.length;
  platform.badGateways = 150;
  const { uploadId } = await send();
  expect([...platform.uploads.keys()]).toEqual([uploadId]);
  expect(platform.uploads.get(uploadId)?.bytes.equals(CONTENT)).toBe(true);
  expect(platform.patchCount).toBe(1);
});

test('after half an hour without an answer the shell says what came, and goes on the next time', async () => {
  platform.breakUploadsAtBytes = CONTENT.length / 2;
  platform.badGateways = uploadRetries.retryDelays.length + 1;
  await expect(send()).rejects.toThrow(/answered 502\. Run the same command again to go on/);
  platform.breakUploadsAtBytes = null;
  platform.badGateways = 0;
  const { uploadId } = await send();
  expect([...platform.uploads.keys()]).toEqual([uploadId]);
  expect(platform.uploads.get(uploadId)?.bytes.equals(CONTENT)).toBe(true);
});
