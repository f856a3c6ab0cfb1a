import type { RejectionReason } from '@sillage/contracts';
import { observationLayoutOf, openGriddedField, type GriddedField } from '@sillage/netcdf';
import { RejectionError } from './rejection-error.js';
import { rejectionFromError } from './rejection-from-error.js';

export type OpenFieldOptions = {
  path: string;
  variable?: string | null | undefined;
  /** What messages call the file. */
  subject: string;
};

/** Opens a gridded height; whatever is wrong with the file comes out as a RejectionError. */
export async function openField(options: OpenFieldOptions): Promise<GriddedField> {
  try {
    return await openGriddedField(options.path, {
      ...(options.variable ? { variable: options.variable } : {}),
      spacing: 'any',
    });
  } catch (error) {
    const reason = options.variable ? null : await observationsReason(options);
    if (reason) throw new RejectionError(reason, { cause: error });
    throw rejectionFromError(error, { subject: options.subject });
  }
}

/** Observations instead of maps: a more useful answer than that none of their variables is a map. */
async function observationsReason({ path, subject }: OpenFieldOptions): Promise<RejectionReason | null> {
  const layout = await observationLayoutOf(path).catch(() => 'gridded' as const);
  if (layout === 'gridded') return null; // no observations, or maps of them that fail for another reason
  return {
    code: 'wrong-dimensions',
    where: subject,
    found: `observations ${layout === 'swath' ? 'in a swath' : 'along tracks'}`,
    expected: 'maps: a sea surface height with the dimensions time, latitude, longitude',
    fix: 'Give the maps that were made of the observations; `sillage oi` makes some.',
  };
}

/** Refuses a variable that declares itself a sea level anomaly by its name or standard name. */
export function refuseAnomaly(field: GriddedField, subject: string): void {
  const reason = anomalyReason(field, subject);
  if (reason) throw new RejectionError(reason);
}

export function anomalyReason(
  field: Pick<GriddedField, 'sourceKind' | 'variableName' | 'variableAttributes'>,
  subject: string,
): RejectionReason | null {
  if (field.sourceKind !== 'sla') return null;
  const standardName = field.variableAttributes['standard_name'];
  const declared = typeof standardName === 'string' ? ` (standard_name '${standardName}')` : '';
  return {
    code: 'sla-instead-of-ssh',
    where: `${subject}, variable '${field.variableName}'`,
    found: `sea level anomaly${declared}`,
    expected: 'absolute sea surface height in metres: the mean dynamic topography included',
    fix: 'Add the mean dynamic topography to the anomaly (adt = sla + mdt), or name the variable that holds the absolute height.',
  };
}
