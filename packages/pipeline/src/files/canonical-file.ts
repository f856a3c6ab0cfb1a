import { openNetcdf, type NetcdfAttributes } from '@sillage/netcdf';

/** Name of the height in every canonical file. */
export const CANONICAL_VARIABLE = 'ssh';

/** Where the heights of a canonical file came from, so that a later step can name what the participant sent. */
export function canonicalOrigin(fileName: string, variableName: string): NetcdfAttributes {
  return {
    source: `variable '${variableName}' of ${fileName}`,
    origin_file: fileName,
    origin_variable: variableName,
  };
}

/** What messages about a canonical file call it: the participant's own file and variable. */
export async function originOfCanonical(path: string): Promise<string> {
  const file = await openNetcdf(path);
  try {
    const { origin_file: fileName, origin_variable: variable } = file.attributes;
    return typeof fileName === 'string' && typeof variable === 'string'
      ? `${fileName}, variable '${variable}'`
      : 'the reconstruction';
  } finally {
    file.close();
  }
}
