import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeGriddedField } from '@sillage/netcdf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeBackend } from './testing/fake-backend.js';
import { waitFor } from './testing/wait-for.js';

const DISK_BYTES = 3 * 2 ** 19;
const mainFile = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sillage-full-disk-'));
const isMounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder]).status === 0;
const backend = new FakeBackend();
beforeAll(() => backend.start());
afterAll(async () => {
  await backend.stop();
  // Lazily: a child that is being killed may still stand in it.
  if (isMounted) spawnSync('umount', ['--lazy', folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** 24 days of 100 × 100 nodes: 0.96 MB, of which the disk holds one copy and not two. */
async function makeMap(): Promise<Buffer> {
  const elsewhere = mkdtempSync(join(tmpdir(), 'sillage-map-'));
  const axis = (first: number, step: number, length: number): Float64Array =>
    Float64Array.from({ length }, (_, index) => first + index * step);
  const path = join(elsewhere, 'map.nc');
  await writeGriddedField(path, {
    grid: { timeDays: axis(22940, 1, 24), latDeg: axis(33, 0.05, 100), lonDeg: axis(-65, 0.05, 100) },
    variables: [{ name: 'ssh', type: 'float32', readDay: () => new Float32Array(10_000).fill(0.1) }],
  });
  const bytes = readFileSync(path);
  rmSync(elsewhere, { recursive: true });
  return bytes;
}

test('a full disk fails a check as ours, with the room that it needs, and leaves nothing of it', async ({
  skip,
}) => {
  if (!isMounted) skip('this user may not mount a small disk');
  const job = backend.addJob({
    kind: 'check',
    submissionId: randomUUID(),
    upload: backend.put(await makeMap()),
    fileName: 'map.nc',
    variable: null,
    tasks: [
      {
        area: 'gf',
        scenario: 'nadir4',
        scoredBox: { west: -65, east: -60.05, south: 33, north: 37.95 },
        period: { start: '2012-10-22', end: '2012-11-14' },
      },
    ],
    onlyCovered: false,
    evaluationId: null,
    network: null,
  });
  const evaluator = spawn(process.execPath, [mainFile], {
    env: {
      SILLAGE_API_URL: backend.url,
      SILLAGE_WORKER_TOKEN: backend.token,
      SILLAGE_CACHE_DIR: folder,
      SILLAGE_MIN_FREE_MIB: '0',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await waitFor('the outcome', () => job.outcome !== null);
    expect(job.outcome).toMatchObject({
      status: 'failed',
      retryable: true,
      message: expect.stringMatching(
        /^The disk of the evaluator is full: .*decoding map\.nc needs 1\.0 MB of disk, 0\.\d MB are free there/,
      ),
    });
    const [work] = readdirSync(join(folder, 'work'));
    const childrenFolder = join(folder, 'work', work ?? '', 'children');
    const holdsFiles = (): boolean =>
      readdirSync(childrenFolder, { recursive: true }).some((name) => String(name).endsWith('.nc'));
    await waitFor('the clean-up', () => !holdsFiles());
  } finally {
    evaluator.kill('SIGKILL');
  }
});
