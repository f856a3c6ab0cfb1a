import type { RejectionReason } from '@sillage/contracts';
import {
  decodeGriddedField,
  observationLayoutIn,
  type GriddedField,
  type NetcdfFile,
} from '@sillage/netcdf/portable';
import { RejectionError } from './rejection-error.js';
import { rejectionFromError } from './rejection-from-error.js';

export type FieldOfFileOptions = {
  variable?: string | null | undefined;
  /** What messages call the file. */
  subject: string;
};

/**
 * The gridded height of an open file; whatever is wrong with it comes out as a RejectionError. The field owns the file; where
 * there is none, the file stays open.
 */
export async function fieldOfFile(file: NetcdfFile, options: FieldOfFileOptions): Promise<GriddedField> {
  try {
    return await decodeGriddedField(file, {
      ...(options.variable ? { variable: options.variable } : {}),
      spacing: 'any',
    });
  } catch (error) {
    const reason = options.variable ? null : observationsReason(file, options.subject);
    if (reason) throw new RejectionError(reason, { cause: error });
    throw rejectionFromError(error, { subject: options.subject });
  }
}

/** Observations instead of maps: a more useful answer than that none of their variables is a map. */
function observationsReason(file: NetcdfFile, subject: string): RejectionReason | null {
  const layout = layoutOf(file);
  if (layout === 'gridded') return null; // no observations, or maps of them that fail for another reason
  return {
    code: 'wrong-dimensions',
    where: subject,
    found: `observations ${layout === 'swath' ? 'in a swath' : 'along tracks'}`,
    expected: 'maps: a sea surface height with the dimensions time, latitude, longitude',
    fix: 'Give the maps that were made of the observations; `sillage oi` makes some.',
  };
}

function layoutOf(file: NetcdfFile): ReturnType<typeof observationLayoutIn> {
  try {
    return observationLayoutIn(file);
  } catch {
    return 'gridded'; // no observations at all
  }
}
