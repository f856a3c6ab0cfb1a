import type { CheckWarning, RejectionReason } from '@sillage/contracts';
import type { GriddedField, NetcdfAttributes, NetcdfFile } from '@sillage/netcdf/portable';
import { isoDay, isoInstant } from '@sillage/science';
import { anomalyReason } from './anomaly.js';
import { dayOfTime } from './calendar-days.js';
import { medianStep } from './coverage.js';
import { fieldOfFile } from './field-of-file.js';
import { RejectionError } from './rejection-error.js';

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

/** What a NetCDF file holds, and how the platform reads it; JSON-able. */
export type NetcdfInspection = {
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

const FORMAT_NAMES: Record<NetcdfFile['format'], string> = {
  cdf1: 'NetCDF classic (CDF-1)',
  cdf2: 'NetCDF 64-bit offset (CDF-2)',
  cdf5: 'NetCDF 64-bit data (CDF-5)',
  netcdf4: 'NetCDF-4 (HDF5)',
};

/** What an open file holds. A file that cannot be scored is not an error here: `problem` says why. */
export async function inspectNetcdf(
  file: NetcdfFile,
  subject: string,
  variable: string | null,
): Promise<NetcdfInspection> {
  return { ...describeFile(file), ...(await describeField(file, subject, variable)) };
}

/** Format, dimensions, variables and attributes, without a look at any value. */
export function describeFile(
  file: NetcdfFile,
): Pick<NetcdfInspection, 'format' | 'dimensions' | 'variables' | 'attributes'> {
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
}

async function describeField(
  file: NetcdfFile,
  subject: string,
  variable: string | null,
): Promise<Pick<NetcdfInspection, 'ssh' | 'grid' | 'problem' | 'warnings'>> {
  try {
    const field = await fieldOfFile(file, { variable, subject });
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
  } catch (error) {
    if (error instanceof RejectionError)
      return { ssh: null, grid: null, problem: error.reason, warnings: [] };
    throw error;
  }
}

/** Extent, spacing and times of a field. */
export function gridSummary({ grid }: Pick<GriddedField, 'grid'>): GridSummary {
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

function plainAttributes(attributes: NetcdfAttributes): NetcdfInspection['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      if (typeof value === 'string' || typeof value === 'number') return [name, value];
      return [name, [...value] as number[] | string[]];
    }),
  );
}
