import { openNetcdf, type GriddedField, type NetcdfFile } from '@sillage/netcdf';
import { fieldOfFile, rejectionFromError } from '@sillage/checking';

export type OpenFieldOptions = {
  path: string;
  variable?: string | null | undefined;
  /** What messages call the file. */
  subject: string;
};

/** Opens a gridded height; whatever is wrong with the file comes out as a RejectionError. */
export async function openField(options: OpenFieldOptions): Promise<GriddedField> {
  let file: NetcdfFile;
  try {
    file = await openNetcdf(options.path);
  } catch (error) {
    throw rejectionFromError(error, { subject: options.subject });
  }
  try {
    return await fieldOfFile(file, options);
  } catch (error) {
    file.close();
    throw error;
  }
}
