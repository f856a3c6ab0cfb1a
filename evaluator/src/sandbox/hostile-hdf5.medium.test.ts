import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from '../steps/check.js';
import type { ChildEnd } from '../steps/step.js';
import { codeFolders, probeIsolation } from './isolation.js';
import { SandboxedChild } from './sandboxed-child.js';

const installationFolder = fileURLToPath(new URL('../../../', import.meta.url));
const childrenFolder = fileURLToPath(new URL('../../test/children/', import.meta.url));
const fixtures = join(installationFolder, 'packages/netcdf/test/fixtures');
const entryFile = join(childrenFolder, 'raw-hdf5.mjs');

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-hostile-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** 60 heights of 42 m: what an external-storage file that names `secret.bin` shows to whoever may read that. */
const secretBytes = Buffer.from(new Float32Array(60).fill(42).buffer);

/** The same reader on the same file, with the secret readable: proves that the trick works at all. */
function readUnprotected(fixture: string): string {
  const folder = join(root, 'unprotected');
  const child = new URL(pathToFileURL(entryFile));
  plant(folder, fixture, folder);
  const job = JSON.stringify({ inputPath: join(folder, 'upload.nc') });
  const run = spawnSync(process.execPath, [fileURLToPath(child)], {
    cwd: folder,
    input: job,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  return String(run.output[3]);
}

function plant(uploadFolder: string, fixture: string, secretFolder: string): void {
  spawnSync('mkdir', ['-p', uploadFolder, secretFolder]);
  copyFileSync(join(fixtures, fixture), join(uploadFolder, 'upload.nc'));
  writeFileSync(join(secretFolder, 'secret.bin'), secretBytes);
  copyFileSync(join(fixtures, 'secret.h5'), join(secretFolder, 'secret.h5'));
}

async function readSandboxed(fixture: string): Promise<ChildEnd<unknown>> {
  const folder = join(root, 'child');
  const child = new SandboxedChild({
    folder,
    preloadUrl: pathToFileURL(join(installationFolder, 'packages/netcdf/sandbox-shim.mjs')).href,
    entryFile,
    codeFolders: [...codeFolders(installationFolder), childrenFolder],
    mayStartThreads: false,
    limits: { memoryBytes: 512 * 2 ** 20, outputBytes: 2 ** 20, wallClockMs: 200_000 },
    isolation: probeIsolation(),
  });
  try {
    plant(child.inputFolder, fixture, folder); // the working directory of the child, where a relative name leads
    const inputPath = join(child.inputFolder, 'upload.nc');
    const { outputFolder } = child;
    return await child.run(
      check,
      {
        step: 'check',
        inputPath,
        fileName: fixture,
        variable: null,
        tasks: [],
        onlyCovered: false,
        outputFolder,
      },
      { signal: new AbortController().signal },
    );
  } finally {
    await child.dispose();
  }
}

test('an external-storage file shows a secret to an unprotected reader, and nothing in the sandbox', async () => {
  expect(readUnprotected('external-storage.h5')).toContain('42 42 42');
  const end = await readSandboxed('external-storage.h5');
  // A file that may not be opened counts for HDF5 as one that is not there: fill values.
  expect(end).toMatchObject({ kind: 'result', result: { warnings: [{ message: '0 0 0' }] } });
});

test.each(['virtual-dataset.h5', 'external-link.h5'])(
  '%s leads to nothing in the sandbox',
  async (fixture) => {
    const unprotected = readUnprotected(fixture);
    const end = await readSandboxed(fixture);
    expect(unprotected).toContain('"type":"result"');
    const secret = /"message":"([^"]*)"/.exec(unprotected)?.[1] ?? '';
    expect(secret).not.toBe('');
    expect(JSON.stringify(end)).not.toContain(secret);
  },
);
