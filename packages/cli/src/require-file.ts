import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { CommandError } from './command-error.js';

const SUBMITTED_EXTENSIONS = ['.nc', '.nc4', '.ckpt', '.pt', '.pth', '.safetensors', '.onnx'];
const ZARR_FILES = ['zarr.json', '.zgroup', '.zarray', '.zmetadata'];
const SHOWN_FILES = 3;

/**
 * The size of a file that can be sent, in bytes.
 *
 * @throws CommandError for a folder, with what to give instead, and for an empty file; the system's own error for a name that is
 * mistyped. None of them is a fault of the map.
 */
export async function requireFile(path: string): Promise<{ size: number }> {
  const found = await stat(path);
  if (found.isFile() && found.size === 0) throw new CommandError(`${path}: the file is empty`);
  if (found.isFile()) return found;
  if (!found.isDirectory())
    throw new CommandError(`${path} is neither a file nor a folder; needed: a file with a map or a network`);
  const names = (await readdir(path)).sort();
  if (names.some((name) => ZARR_FILES.includes(name)))
    throw new CommandError(
      `${path} is a Zarr store; needed: one NetCDF file. Write it with xarray: ` +
        `xr.open_zarr('${path}').to_netcdf('map.nc')`,
    );
  const submitted = names.filter((name) => SUBMITTED_EXTENSIONS.includes(extname(name).toLowerCase()));
  throw new CommandError(
    `${path} is a folder with ${contentText(submitted)}; needed: one file, a map (NetCDF) or a network. ` +
      `Give the file${submitted.length === 0 ? '' : `, e.g. ${join(path, submitted[0]!)}`}, ` +
      'or several maps with one --map AREA:SCENARIO=FILE for each task',
  );
}

function contentText(submitted: readonly string[]): string {
  if (submitted.length === 0) return 'no map or network in it';
  const more = submitted.length - SHOWN_FILES;
  return `${submitted.slice(0, SHOWN_FILES).join(', ')}${more > 0 ? ` and ${more} more` : ''} in it`;
}
