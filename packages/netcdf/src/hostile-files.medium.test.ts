import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadH5wasm } from './hdf5/h5wasm-module.js';
import { NetcdfError } from './netcdf-error.js';
import { assertSafeStructure, openNetcdf } from './opening/open-netcdf.js';
import { SANDBOX_SHIM_URL } from './sandbox-shim-url.js';
import { fixturePath } from './testing/fixtures.js';
import { writeGriddedField } from './writing/write-gridded-field.js';

let folder = '';
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'sillage-hostile-')));
});
afterAll(() => rmSync(folder, { recursive: true }));

const saved = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

describe('a hostile file with a secret beside it', () => {
  const HOSTILE = [
    ['external-storage.h5', 'external-storage'],
    ['virtual-dataset.h5', 'virtual-dataset'],
    ['external-link.h5', 'external-link'],
  ] as const;
  const secret = 7.5;

  const together = (): string => join(folder, 'together');

  /** The hostile file with the secret in the same folder, which is where its names point to. */
  function plant(name: string): string {
    mkdirSync(together(), { recursive: true });
    copyFileSync(fixturePath('secret.h5'), join(together(), 'secret.h5'));
    writeFileSync(join(together(), 'secret.bin'), new Uint8Array(new Float32Array(60).fill(secret).buffer));
    const path = join(together(), name);
    copyFileSync(fixturePath(name), path);
    return path;
  }

  it.each(HOSTILE)('%s would reveal the secret to the HDF5 library, so this test can fail', async (name) => {
    const path = plant(name);
    const library = await loadH5wasm();
    const before = process.cwd();
    process.chdir(together()); // external storage is looked for there
    try {
      const file = new library.File(path, 'r');
      const found = file.get('ssh');
      const value =
        found instanceof library.ExternalLink
          ? new library.File(join(together(), found.filename), 'r').get(found.obj_path)
          : found;
      expect(value instanceof library.Dataset && (value.value as Float32Array)[0]).toBe(secret);
    } finally {
      process.chdir(before);
    }
  });

  it.each(HOSTILE)('%s is refused before a value is read', async (name, code) => {
    const path = plant(name);
    await expect(assertSafeStructure(path)).rejects.toMatchObject({ code });
    await expect(openNetcdf(path)).rejects.toMatchObject({ code });
  });

  it.each(HOSTILE)('%s cannot read the secret in a sandbox even when the gate is left out', (name) => {
    const stdout = readSandboxed(plant(name));
    expect(stdout).toContain('the folder is closed');
    expect(stdout).toContain('opened'); // the library works in there
    // Where the raw file of external storage cannot be opened, the library answers zeros: the gate has to refuse it all the same.
    expect(stdout).toMatch(/refused|value 0\n/);
    expect(stdout).not.toContain(`value ${secret}`);
  });

  it('the sandbox reads the one file it may read, so that a refusal means something', () => {
    expect(readSandboxed(plant('secret.h5'))).toContain(`value ${secret}`);
  });

  /** Reads `ssh` with bare h5wasm under the permission model, with only that one file readable. */
  function readSandboxed(path: string): string {
    const script = `
      import fs from 'node:fs';
      const h5wasm = await import(${JSON.stringify(import.meta.resolve('h5wasm/node'))});
      const module = await h5wasm.ready;
      module.activate_throwing_error_handler();
      try { fs.readFileSync('secret.bin'); console.log('the folder is open'); } catch { console.log('the folder is closed'); }
      try {
        const file = new h5wasm.File(${JSON.stringify(path)}, 'r');
        console.log('opened');
        let found = file.get('ssh');
        if (found instanceof h5wasm.ExternalLink) found = new h5wasm.File(found.filename, 'r').get(found.obj_path);
        console.log('value', found.value[0]);
      } catch (error) { console.log('refused'); }`;
    const flag =
      Number(process.versions.node.split('.')[0]) >= 24 ? '--permission' : '--experimental-permission';
    const readable = [
      fileURLToPath(new URL('../../../node_modules/', import.meta.url)),
      fileURLToPath(SANDBOX_SHIM_URL),
      path,
    ];
    const parameters = [
      flag,
      ...readable.map((name) => `--allow-fs-read=${name}`),
      '--import',
      SANDBOX_SHIM_URL,
    ];
    return spawnSync(process.execPath, [...parameters, '--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd: together(),
    }).stdout;
  }
});

describe('a file that expands without bound', () => {
  it('a few hundred bytes that declare 195 GiB are refused', async () => {
    const path = fixturePath('declares-200-gib.h5');
    expect(readFileSync(path).length).toBeLessThan(1000);
    await expect(openNetcdf(path)).rejects.toMatchObject({ code: 'declared-size-too-large' });
  });

  it('a deflate bomb, 300 MiB of zeros, is refused', async () => {
    const path = join(folder, 'bomb.nc');
    const grid = {
      timeDays: Float64Array.from({ length: 75 }, (_, i) => i),
      latDeg: Float64Array.from({ length: 1024 }, (_, i) => i / 100),
      lonDeg: Float64Array.from({ length: 1024 }, (_, i) => i / 100),
    };
    const zeros = new Float32Array(1024 * 1024);
    await writeGriddedField(path, {
      grid,
      variables: [{ name: 'ssh', type: 'float32', readDay: () => zeros }],
      storage: { kind: 'deflate', level: 9 },
    });
    const fileBytes = readFileSync(path).length;
    expect((75 * 4 * 2 ** 20) / fileBytes).toBeGreaterThan(500);
    await expect(openNetcdf(path)).rejects.toMatchObject({ code: 'compression-ratio-too-large' });
  });
});

describe('a broken file', () => {
  it.each([
    ['empty', new Uint8Array(0), 'unreadable-file'],
    ['three bytes', Uint8Array.of(67, 68, 70), 'unsupported-format'],
    ['text', new TextEncoder().encode('time,lat,lon,ssh\n1,2,3,4\n'), 'unsupported-format'],
    ['zip', new TextEncoder().encode('PK\x03\x04 and so on, a Zarr store'), 'unsupported-format'],
    ['only the signature', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a), 'unreadable-file'],
    ['classic signature only', new TextEncoder().encode('CDF\x01\0\0\0\0'), 'unreadable-file'],
  ])('%s is refused', async (name, bytes, code) => {
    await expect(openNetcdf(saved(name, bytes))).rejects.toMatchObject({ tag: 'NetcdfError', code });
  });

  it('that is a checkpoint of PyTorch is told that networks go another way', async () => {
    const name = 'archive/data.pkl';
    const header = new Uint8Array(30);
    header.set([0x50, 0x4b, 0x03, 0x04]);
    header[26] = name.length;
    const bytes = Uint8Array.of(...header, ...new TextEncoder().encode(`${name} and so on`));
    await expect(openNetcdf(saved('renamed.nc', bytes))).rejects.toMatchObject({
      code: 'unsupported-format',
      found: 'it is a checkpoint of PyTorch',
      fix: expect.stringContaining('A network is submitted as one'),
    });
  });

  it('that is missing or a folder is refused', async () => {
    await expect(openNetcdf(join(folder, 'nowhere.nc'))).rejects.toMatchObject({ code: 'unreadable-file' });
    await expect(openNetcdf(folder)).rejects.toMatchObject({ code: 'unreadable-file' });
  });

  it('with a damaged chunk is refused, not read as something else', async () => {
    const bytes = readFileSync(fixturePath('netcdf4-zoo.nc'));
    const file = await openNetcdf(fixturePath('netcdf4-zoo.nc'));
    const honest = await file.readSlab('products/ssh', [0, 0, 0], [3, 4, 5]);
    file.close();
    expect(honest).toHaveLength(60);
    const streams: number[] = []; // zlib streams start with 0x78 and a check byte
    for (let i = 0; i + 1 < bytes.length; i++)
      if (bytes[i] === 0x78 && (bytes[i]! * 256 + bytes[i + 1]!) % 31 === 0) streams.push(i);
    expect(streams.length).toBeGreaterThan(0);
    const damaged = Uint8Array.from(bytes);
    for (const at of streams) damaged[at + 12]! ^= 0x55;
    const broken = await openNetcdf(saved('damaged-chunk.nc', damaged));
    await expect(broken.readSlab('products/ssh', [0, 0, 0], [3, 4, 5])).rejects.toMatchObject({
      code: 'unreadable-file',
    });
  });

  it('truncated anywhere is refused', async () => {
    const bytes = readFileSync(fixturePath('netcdf4-zoo.nc'));
    for (let length = 9; length < bytes.length; length += 1499) {
      await expect(openNetcdf(saved('truncated.nc', bytes.subarray(0, length)))).rejects.toMatchObject({
        code: 'unreadable-file',
      });
    }
  });

  it('with random bytes changed gives values or a NetcdfError, 200 times', async () => {
    let state = 20_121_022;
    const random = (limit: number): number => (state = (state * 48_271) % 2_147_483_647) % limit;
    for (const name of ['netcdf4-zoo.nc', 'chunk-indexes.h5']) {
      const bytes = readFileSync(fixturePath(name));
      for (let run = 0; run < 100; run++) {
        const damaged = Uint8Array.from(bytes);
        for (let i = 0; i <= run % 8; i++) damaged[random(bytes.length)] = random(256);
        await readEverything(saved(`flipped-${run}-${name}`, damaged));
      }
    }
    const file = await openNetcdf(fixturePath('netcdf4-zoo.nc')); // the library survived
    expect(await file.readSlab('count', [0], [1])).toHaveLength(1);
    file.close();
  });

  async function readEverything(path: string): Promise<void> {
    try {
      const file = await openNetcdf(path, { maxDeclaredBytes: 2 ** 22 });
      for (const variable of file.variables) {
        if (variable.shape.includes(0)) continue;
        try {
          await file.readSlab(
            variable.name,
            variable.shape.map(() => 0),
            variable.shape,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(NetcdfError);
        }
      }
      file.close();
    } catch (error) {
      expect(error).toBeInstanceOf(NetcdfError);
    }
  }
});
