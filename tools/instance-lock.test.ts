import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AlreadyRunningError, lockFolder, lockState } from './instance-lock.mjs';

const temporaryFolder = () => fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-lock-'));

test('lets one in, and tells the second who holds it and where', async () => {
  const folder = temporaryFolder();
  const first = await lockState(folder);
  first.tell({ url: 'http://localhost:3000' });
  const second = lockState(folder);
  await expect(second).rejects.toThrow(AlreadyRunningError);
  await expect(second).rejects.toThrow(`at http://localhost:3000 (process ${process.pid})`);
  first.release();
  fs.rmSync(folder, { recursive: true });
});

test('lets the next one in after a release', async () => {
  const folder = temporaryFolder();
  (await lockState(folder)).release();
  const again = await lockState(folder);
  again.release();
  fs.rmSync(folder, { recursive: true });
});

test('keeps purposes and folders apart', async () => {
  const [one, two] = [temporaryFolder(), temporaryFolder()];
  const locks = await Promise.all([lockFolder(one, 'a'), lockFolder(one, 'b'), lockFolder(two, 'a')]);
  expect(locks.map((lock) => lock.acquired)).toEqual([true, true, true]);
  for (const lock of locks) if (lock.acquired) lock.release();
  [one, two].forEach((folder) => fs.rmSync(folder, { recursive: true }));
});

test('gives the lock to exactly one of many at once', async () => {
  const folder = temporaryFolder();
  const locks = await Promise.all(Array.from({ length: 8 }, () => lockFolder(folder, 'race')));
  expect(locks.filter((lock) => lock.acquired)).toHaveLength(1);
  for (const lock of locks) if (lock.acquired) lock.release();
  fs.rmSync(folder, { recursive: true });
});
