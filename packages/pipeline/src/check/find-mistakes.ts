import type { Box, CheckWarning, Period, USUAL_MISTAKE } from '@sillage/contracts';
import { openNetcdf, type NetcdfFile } from '@sillage/netcdf';
import { decodeGriddedField } from '@sillage/netcdf/portable';
import type { Mistake } from '@sillage/science';
import { findMistakesInField, mistakeText, rejectionFromError, RejectionError } from '@sillage/checking';
import { openField } from '../files/open-field.js';

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

const MISTAKE_CODE: typeof USUAL_MISTAKE = 'usual-mistake';
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
    return await findMistakesInField(field, reference, options);
  } catch (error) {
    throw rejectionFromError(error, { subject });
  } finally {
    file?.close();
    reference.close();
  }
}

/**
 * The same as warnings, against the public map by OI of a task. They follow from public files alone, so that they may be told
 * where the truth is withheld. An OI that cannot be read as maps is compared with nothing: its organisers' fault, not the author's.
 */
export async function mistakeWarnings(
  options: Omit<FindMistakesOptions, 'referencePath' | 'referenceVariable'> & {
    oi: { path: string; variable: string | null };
  },
): Promise<CheckWarning[]> {
  const { oi, ...map } = options;
  try {
    const mistakes = await findMistakes({ ...map, referencePath: oi.path, referenceVariable: oi.variable });
    return mistakes.map((mistake) => {
      const { title, evidence, fix } = mistakeText(mistake, 'the map by OI');
      return { code: MISTAKE_CODE, message: `${title}. ${evidence} ${fix}` };
    });
  } catch (error) {
    if (error instanceof RejectionError) return [];
    throw error;
  }
}

function fileNameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
