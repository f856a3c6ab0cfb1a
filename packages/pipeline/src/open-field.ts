import type { RejectionReason } from '@sillage/contracts';
import { openGriddedField, type GriddedField } from '@sillage/netcdf';
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
    throw rejectionFromError(error, { subject: options.subject });
  }
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

/** Reads consecutive days in the blocks that the file is stored in, so that no chunk is decompressed twice. */
export class DayReader {
  readonly #field: GriddedField;
  readonly #blockLength: number;
  #blockStart = -1;
  #block: Awaited<ReturnType<GriddedField['readDays']>> | null = null;

  constructor(field: GriddedField) {
    this.#field = field;
    this.#blockLength = field.preferredAccess === 'days' ? Math.max(1, field.preferredDayCount) : 1;
  }

  /** One whole map, m, shape [Y, X]; valid until the next call. */
  async readDay(timeIndex: number): Promise<Float32Array | Float64Array> {
    const { grid } = this.#field;
    const start = timeIndex - (timeIndex % this.#blockLength);
    if (this.#blockStart !== start || !this.#block) {
      this.#block = await this.#field.readDays(
        start,
        Math.min(this.#blockLength, grid.timeDays.length - start),
      );
      this.#blockStart = start;
    }
    const pointCount = grid.latDeg.length * grid.lonDeg.length;
    const offset = (timeIndex - start) * pointCount;
    return this.#block.subarray(offset, offset + pointCount);
  }
}

/** A rectangular part of one [lat, lon] map. */
export function cutMap(
  map: Float32Array | Float64Array,
  lonCount: number,
  lat: { start: number; count: number },
  lon: { start: number; count: number },
): Float32Array | Float64Array {
  const cut =
    map instanceof Float64Array
      ? new Float64Array(lat.count * lon.count)
      : new Float32Array(lat.count * lon.count);
  for (let row = 0; row < lat.count; row++) {
    const source = (lat.start + row) * lonCount + lon.start;
    cut.set(map.subarray(source, source + lon.count), row * lon.count);
  }
  return cut;
}
