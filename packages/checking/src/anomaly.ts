import type { RejectionReason } from '@sillage/contracts';
import type { GriddedField } from '@sillage/netcdf/portable';
import { RejectionError } from './rejection-error.js';

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
