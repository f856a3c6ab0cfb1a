import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { collectionSchema, storageReportSchema } from '@sillage/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRealPlatform, type RealPlatform } from './testing/real-platform.js';
import { runSillage } from './testing/run-sillage.js';

/** The commands as processes of their own, against the real backend. */
let platform: RealPlatform;
const sillage = (...words: string[]) =>
  runSillage([...words, '--url', platform.url], { env: { SILLAGE_TOKEN: platform.organiserToken } });

beforeAll(async () => {
  platform = await startRealPlatform();
});
afterAll(async () => {
  await platform?.stop();
});

/** An object that a worker sent long ago, and that nothing came of. */
async function putForgotten(sizeBytes: number): Promise<string> {
  const { sha256 } = await platform.putObject(randomBytes(sizeBytes));
  const longAgo = new Date(Date.now() - 100 * 3_600_000);
  utimesSync(join(platform.storeFolder, sha256.slice(0, 2), sha256.slice(2, 4), sha256), longAgo, longAgo);
  return sha256;
}
const isStored = (sha256: string): boolean =>
  readdirSync(platform.storeFolder, { recursive: true }).some((name) => String(name).endsWith(sha256));

describe('sillage admin', () => {
  test('storage and collect say what nothing refers to, and remove it', async () => {
    const forgotten = await putForgotten(5_000);
    const fresh = createHash('sha256').update('fresh').digest('hex');
    expect(await platform.putObject(Buffer.from('fresh'))).toEqual({ sha256: fresh, sizeBytes: 5 });
    const report = await sillage('admin', 'storage');
    expect(report).toMatchObject({ status: 0, stderr: '' });
    expect(report.stdout).toMatch(/unused, can be collected +1 +5\.0 kB/);
    expect(report.stdout).toMatch(/unused, younger than 24 h +1 +5 B/);
    expect(report.stdout).toContain('nothing was collected so far');
    const asJson = await sillage('admin', 'storage', '--json');
    expect(storageReportSchema.parse(JSON.parse(asJson.stdout)).total).toEqual({
      count: 2,
      sizeBytes: 5_005,
    });

    const dry = await sillage('admin', 'collect', '--dry-run');
    expect(dry.stdout).toContain('1 object of 5.0 kB would be collected');
    expect(dry.stdout).toContain(forgotten);
    expect(isStored(forgotten)).toBe(true);

    const done = await sillage('admin', 'collect');
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(done.stdout).toContain('collected 1 object of 5.0 kB and 0 leftovers of 0 B');
    expect([isStored(forgotten), isStored(fresh)]).toEqual([false, true]);
    const after = storageReportSchema.parse(JSON.parse((await sillage('admin', 'storage', '--json')).stdout));
    expect(collectionSchema.parse(after.lastCollection).removed).toEqual({ count: 1, sizeBytes: 5_000 });
  });

  test('collect needs an organiser', async () => {
    const run = await runSillage(['admin', 'collect', '--url', platform.url], {
      env: { SILLAGE_TOKEN: 'sil_nobody' },
    });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/^sillage: [^\n]+\n$/);
  });

  test('stress cancel says what it was given when that is no submission', async () => {
    const run = await sillage('stress', 'cancel', 'nothing');
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/'nothing'/);
  });
});
