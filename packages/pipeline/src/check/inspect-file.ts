import { stat } from 'node:fs/promises';
import { openNetcdf, type NetcdfFile } from '@sillage/netcdf';
import { inspectNetcdf, rejectionFromError, type NetcdfInspection } from '@sillage/checking';

export type { GridSummary, InspectedVariable } from '@sillage/checking';

export type FileInspection = { path: string; sizeBytes: number } & NetcdfInspection;

export type InspectOptions = { variable?: string | null };

/**
 * What a NetCDF file holds and how the platform reads it; JSON-able. A file that opens but cannot be scored is not an
 * error here: `problem` says why.
 *
 * @throws RejectionError where the file does not open at all, or the structure gate refuses it.
 */
export async function inspectFile(path: string, options: InspectOptions = {}): Promise<FileInspection> {
  const { size } = await stat(path);
  const subject = path.split(/[\\/]/).at(-1) ?? path;
  let file: NetcdfFile;
  try {
    file = await openNetcdf(path);
  } catch (error) {
    throw rejectionFromError(error, { subject });
  }
  try {
    return { path, sizeBytes: size, ...(await inspectNetcdf(file, subject, options.variable ?? null)) };
  } finally {
    file.close();
  }
}
