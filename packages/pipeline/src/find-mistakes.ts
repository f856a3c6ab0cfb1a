import type { Box, Period } from '@sillage/contracts';
import { openNetcdf, type NetcdfFile } from '@sillage/netcdf';
import { decodeGriddedField } from '@sillage/netcdf/portable';
import type { Mistake } from '@sillage/science';
import { lookForMistakes, rejectionFromError } from '@sillage/validation';
import { openField } from './open-field.js';

export type FindMistakesOptions = {
  reconstructionPath: string;
  reconstructionVariable?: string | null;
  referencePath: string;
  referenceVariable?: string | null;
  /** Degrees, closed; null compares the whole reference. */
  scoredBox: Box | null;
  /** UTC days, both included; null compares every day of the reference. */
  period: Period | null;
};

/** Heights far beyond any sea: centimetres and millimetres must be readable in order to be recognised. */
const READABLE_HEIGHT_M = 1e6;

/**
 * The usual mistakes that a map shows against a reference, the most telling first; none for a good map.
 *
 * @throws RejectionError where one of the files cannot be read as maps.
 */
export async function findMistakes(options: FindMistakesOptions): Promise<Mistake[]> {
  const { reconstructionPath, reconstructionVariable, referencePath, referenceVariable } = options;
  const subject = fileNameOf(reconstructionPath);
  const reference = await openField({
    path: referencePath,
    variable: referenceVariable,
    subject: fileNameOf(referencePath),
  });
  let file: NetcdfFile | null = null;
  try {
    file = await openNetcdf(reconstructionPath);
    const field = await decodeGriddedField(file, {
      ...(reconstructionVariable ? { variable: reconstructionVariable } : {}),
      spacing: 'any',
      missingAboveM: READABLE_HEIGHT_M,
    });
    return await lookForMistakes(field, reference, options);
  } catch (error) {
    throw rejectionFromError(error, { subject });
  } finally {
    file?.close();
    reference.close();
  }
}

function fileNameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
