import { stat } from 'node:fs/promises';
import type { CheckWarning, RejectionReason } from '@sillage/contracts';
import { openNetcdf, type GriddedField, type NetcdfAttributes, type NetcdfFile } from '@sillage/netcdf';
import { isoDay, isoInstant } from '@sillage/science';
import { dayOfTime } from './calendar-days.js';
import { medianStep } from './coverage.js';
import { anomalyReason, openField } from './open-field.js';
import { RejectionError } from './rejection-error.js';
import { rejectionFromError } from './rejection-from-error.js';

export type InspectedVariable = {
  name: string;
  type: string;
  dimensions: string[];
  shape: number[];
  units: string | null;
  standardName: string | null;
  longName: string | null;
  /** Null for contiguous storage. */
  chunkShape: number[] | null;
  isCompressed: boolean;
};

export type GridSummary = {
  latCount: number;
  lonCount: number;
  timeCount: number;
  south: number;
  north: number;
  west: number;
  east: number;
  /** Median steps; null with one node only. */
  latSpacingDeg: number | null;
  lonSpacingDeg: number | null;
  timeStepDays: number | null;
  /** ISO instants, UTC. */
  firstTime: string;
  lastTime: string;
  /** UTC days between the first and the last that have no map. */
  missingDays: string[];
};

export type FileInspection = {
  path: string;
  sizeBytes: number;
  /** For a person, e.g. "NetCDF-4 (HDF5)". */
  format: string;
  dimensions: { name: string; length: number }[];
  variables: InspectedVariable[];
  attributes: Record<string, string | number | number[] | string[]>;
  /** The variable that would be scored; null, with `problem` set, where there is none. */
  ssh: { variable: string; units: string; kind: string; type: string } | null;
  grid: GridSummary | null;
  /** Why the file could not be scored as it is; null if nothing stands against it. */
  problem: RejectionReason | null;
  /** CF findings and suspicions that do not stop the scoring. */
  warnings: CheckWarning[];
};

export type InspectOptions = { variable?: string | null };

const FORMAT_NAMES: Record<NetcdfFile['format'], string> = {
  cdf1: 'NetCDF classic (CDF-1)',
  cdf2: 'NetCDF 64-bit offset (CDF-2)',
  cdf5: 'NetCDF 64-bit data (CDF-5)',
  netcdf4: 'NetCDF-4 (HDF5)',
};

/**
 * What a NetCDF file holds and how the platform reads it; JSON-able. A file that opens but cannot be scored is not an
 * error here: `problem` says why.
 *
 * @throws RejectionError where the file does not open at all, or the structure gate refuses it.
 */
export async function inspectFile(path: string, options: InspectOptions = {}): Promise<FileInspection> {
  const { size } = await stat(path);
  const subject = path.split(/[\\/]/).at(-1) ?? path;
  const description = await describeFile(path, subject);
  const scored = await describeField(path, subject, options.variable ?? null);
  return { path, sizeBytes: size, ...description, ...scored };
}

async function describeFile(
  path: string,
  subject: string,
): Promise<Pick<FileInspection, 'format' | 'dimensions' | 'variables' | 'attributes'>> {
  try {
    const file = await openNetcdf(path);
    try {
      return {
        format: FORMAT_NAMES[file.format],
        dimensions: file.dimensions.map(({ name, size }) => ({ name, length: size })),
        variables: file.variables.map((variable) => ({
          name: variable.name,
          type: variable.type,
          dimensions: [...variable.dimensions],
          shape: [...variable.shape],
          units: text(variable.attributes, 'units'),
          standardName: text(variable.attributes, 'standard_name'),
          longName: text(variable.attributes, 'long_name'),
          chunkShape: variable.chunkShape ? [...variable.chunkShape] : null,
          isCompressed: variable.isCompressed,
        })),
        attributes: plainAttributes(file.attributes),
      };
    } finally {
      file.close();
    }
  } catch (error) {
    throw rejectionFromError(error, { subject });
  }
}

async function describeField(
  path: string,
  subject: string,
  variable: string | null,
): Promise<Pick<FileInspection, 'ssh' | 'grid' | 'problem' | 'warnings'>> {
  let field: GriddedField;
  try {
    field = await openField({ path, variable, subject });
  } catch (error) {
    if (error instanceof RejectionError)
      return { ssh: null, grid: null, problem: error.reason, warnings: [] };
    throw error;
  }
  try {
    return {
      ssh: {
        variable: field.variableName,
        units: field.sourceUnits,
        kind: field.sourceKind,
        type: field.sourceType,
      },
      grid: gridSummary(field),
      problem: anomalyReason(field, subject),
      warnings: [...field.warnings],
    };
  } finally {
    field.close();
  }
}

function gridSummary({ grid }: GriddedField): GridSummary {
  const { timeDays, latDeg, lonDeg } = grid;
  return {
    latCount: latDeg.length,
    lonCount: lonDeg.length,
    timeCount: timeDays.length,
    south: latDeg[0] ?? Number.NaN,
    north: latDeg.at(-1) ?? Number.NaN,
    west: lonDeg[0] ?? Number.NaN,
    east: lonDeg.at(-1) ?? Number.NaN,
    latSpacingDeg: medianStep(latDeg),
    lonSpacingDeg: medianStep(lonDeg),
    timeStepDays: medianStep(timeDays),
    firstTime: isoInstant(timeDays[0] ?? Number.NaN),
    lastTime: isoInstant(timeDays.at(-1) ?? Number.NaN),
    missingDays: daysInside(timeDays),
  };
}

/** Days inside the span of an axis without a time; a span of decades is not listed day by day. */
function daysInside(timeDays: Float64Array): string[] {
  const first = timeDays[0];
  const last = timeDays.at(-1);
  if (first === undefined || last === undefined || last - first > 20_000) return [];
  const present = new Set(Array.from(timeDays, dayOfTime));
  const days: string[] = [];
  for (let day = dayOfTime(first); day <= dayOfTime(last); day++) {
    if (!present.has(day)) days.push(isoDay(day));
  }
  return days;
}

function text(attributes: NetcdfAttributes, name: string): string | null {
  const value = attributes[name];
  return typeof value === 'string' ? value : null;
}

function plainAttributes(attributes: NetcdfAttributes): FileInspection['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      if (typeof value === 'string' || typeof value === 'number') return [name, value];
      return [name, [...value] as number[] | string[]];
    }),
  );
}
