import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireFile } from './require-file.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-require-file-'));
  for (const name of ['maps', 'empty', 'store.zarr']) mkdirSync(join(folder, name));
  for (const name of ['d.nc', 'a.nc', 'c.nc', 'b.nc', 'notes.txt'])
    writeFileSync(join(folder, 'maps', name), 'x');
  writeFileSync(join(folder, 'nothing.nc'), '');
  writeFileSync(join(folder, 'store.zarr', 'zarr.json'), '{}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('takes a file, and leaves a mistyped name to the system', async () => {
  await expect(requireFile(join(folder, 'maps/a.nc'))).resolves.toMatchObject({ size: 1 });
  await expect(requireFile(join(folder, 'nowhere.nc'))).rejects.toThrow(/ENOENT/);
});

test.each([
  {
    name: 'maps',
    found:
      /maps is a folder with a\.nc, b\.nc, c\.nc and 1 more in it; needed: one file.*e\.g\. .*maps\/a\.nc/,
  },
  { name: 'empty', found: /empty is a folder with no map or network in it; needed: one file/ },
  { name: 'store.zarr', found: /is a Zarr store; needed: one NetCDF file.*to_netcdf/ },
  { name: 'nothing.nc', found: /nothing\.nc: the file is empty/ },
  { name: '/dev/null', found: /null is neither a file nor a folder/ },
])('says of $name what is needed instead', async ({ name, found }) => {
  await expect(requireFile(name.startsWith('/') ? name : join(folder, name))).rejects.toThrow(found);
});
