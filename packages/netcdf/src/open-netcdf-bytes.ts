import type { ByteSource } from './byte-source.js';
import { openClassicFile } from './classic/classic-file.js';
import { readClassicHeader } from './classic/classic-header.js';
import { openHdf5File, type Hdf5Platform } from './hdf5/hdf5-file.js';
import { scanHdf5Structure } from './hdf5/structure-scan.js';
import { NetcdfError } from './netcdf-error.js';
import type { NetcdfFile } from './netcdf-file.js';
import { readableBytes } from './readable-bytes.js';
import { DEFAULT_STRUCTURE_LIMITS, type StructureLimits } from './structure-limits.js';

/** The structure gate over the bytes of a file: only headers are read, never a value, and no library is involved. */
export function assertSafeBytes(source: ByteSource, limits?: Partial<StructureLimits>): void {
  requireSize(source, limits);
  if (formatOf(source) === 'hdf5') scanHdf5Structure(source, limits);
  else readClassicHeader(source, limits);
}

/**
 * Opens a NetCDF file of any format (CDF-1, CDF-2, CDF-5, NetCDF-4) over its bytes, after the structure gate. The file owns the
 * source from here on and closes it, also when it is refused.
 *
 * @throws NetcdfError for everything that is wrong with the file.
 */
export async function openNetcdfBytes(
  source: ByteSource,
  platform: Hdf5Platform,
  limits?: Partial<StructureLimits>,
): Promise<NetcdfFile> {
  try {
    requireSize(source, limits);
    if (formatOf(source) === 'classic') return openClassicFile(source, limits);
    return await openHdf5File(source, scanHdf5Structure(source, limits), platform);
  } catch (error) {
    source.close();
    throw error;
  }
}

function requireSize(source: ByteSource, limits: Partial<StructureLimits> = {}): void {
  const maxFileBytes = limits.maxFileBytes ?? DEFAULT_STRUCTURE_LIMITS.maxFileBytes;
  if (source.sizeBytes <= maxFileBytes) return;
  throw new NetcdfError({
    code: 'file-too-large',
    where: 'the file',
    found: `it has ${readableBytes(source.sizeBytes)}`,
    expected: `at most ${readableBytes(maxFileBytes)}`,
    fix: 'Compress it (nccopy -d 4 -s in.nc out.nc) or cut it to the area and the days that are asked for.',
  });
}

function formatOf(source: ByteSource): 'classic' | 'hdf5' {
  if (source.sizeBytes === 0) throw notNetcdf('unreadable-file', 'it is empty');
  if (source.sizeBytes < 8) throw notNetcdf('unsupported-format', `it has only ${source.sizeBytes} bytes`);
  const start = new Uint8Array(8);
  source.readInto(start, 0);
  const text = String.fromCharCode(...start);
  if (text.startsWith('CDF')) return 'classic';
  if (text.slice(1, 4) === 'HDF' || hasUserBlock(source)) return 'hdf5';
  if (isTorchArchive(source))
    throw notNetcdf(
      'unsupported-format',
      'it is a checkpoint of PyTorch',
      'A network is submitted as one, with its manifest, and run here; a map is what it computes, written as NetCDF.',
    );
  throw notNetcdf('unsupported-format', `its first bytes are ${describe(text)}`);
}

function hasUserBlock(source: ByteSource): boolean {
  if (source.sizeBytes < 520) return false;
  const bytes = new Uint8Array(4);
  source.readInto(bytes, 512);
  return String.fromCharCode(...bytes).slice(1) === 'HDF';
}

const ZIP_HEADER_BYTES = 30;
const LONGEST_NAME_BYTES = 512;

/** Whether a file is what torch.save writes: a zip archive that begins with its pickle. */
function isTorchArchive(source: ByteSource): boolean {
  if (source.sizeBytes < ZIP_HEADER_BYTES) return false;
  const header = new Uint8Array(ZIP_HEADER_BYTES);
  source.readInto(header, 0);
  if (String.fromCharCode(...header.subarray(0, 4)) !== 'PK\x03\x04') return false;
  const nameBytes = header[26]! + 256 * header[27]!;
  if (nameBytes > LONGEST_NAME_BYTES || source.sizeBytes < ZIP_HEADER_BYTES + nameBytes) return false;
  const name = new Uint8Array(nameBytes);
  source.readInto(name, ZIP_HEADER_BYTES);
  return String.fromCharCode(...name).endsWith('/data.pkl');
}

function describe(text: string): string {
  if (text.startsWith('PK')) return 'those of a ZIP archive';
  if (text.startsWith('\x1f\x8b')) return 'those of a gzip archive';
  if (text.startsWith('\x93NUMPY')) return 'those of a NumPy array';
  if (text.startsWith('GRIB')) return 'those of a GRIB file';
  if (text.startsWith('\x0e\x03\x13\x01')) return 'those of an HDF4 file';
  return Array.from(text, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join(' ');
}

function notNetcdf(
  code: 'unreadable-file' | 'unsupported-format',
  found: string,
  fix = 'Write it with xarray (ds.to_netcdf) or the netCDF library; unpack archives first.',
): NetcdfError {
  return new NetcdfError({
    code,
    where: 'the file',
    found,
    expected: 'a NetCDF file (classic or NetCDF-4)',
    fix,
  });
}
