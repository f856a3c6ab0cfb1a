import { basename } from 'node:path';
import type { LatticeOrigin } from '@sillage/fourdvarnet';
import { openGriddedField, openGriddedObservations, type GriddedField } from '@sillage/netcdf';
import type { RegularGrid } from '@sillage/science';
import { COORDINATE_TOLERANCE, type DaySource, RejectionError, rejectionFromError } from '@sillage/checking';
import { alignedDays } from '@sillage/scoring';
import type { KnownInput } from '../../observations/index.js';
import type { FieldInput } from '../network-types.js';

/** A field on the network's grid and days, and what of them its file covers. */
export type FieldDays = DaySource & {
  /** Axes of the file. */
  readonly source: RegularGrid;
  close(): void;
};

/** Heights beyond ±this are missing: 4DVarNet's maps by OI have 1e10 or so on land. */
const MISSING_ABOVE_M = 10;
/** Share by which the step of a file may differ from that of the manifest and be the same. */
const SAME_STEP = 1e-3;

/** Opens maps by OI, m, on the grid of a network; NaN where the file has none. */
export function openOiDays(input: FieldInput, grid: RegularGrid): Promise<FieldDays> {
  return openFieldDays(input, grid, (variable) => ({
    ...(variable === null ? {} : { variable }),
    spacing: 'any',
    missingAboveM: MISSING_ABOVE_M,
  }));
}

/** The days of maps by OI, days since 1950. */
export async function oiDaysOf({ path, variable }: FieldInput): Promise<Float64Array> {
  try {
    const { grid, close } = await openGriddedField(path, {
      ...(variable === null ? {} : { variable }),
      spacing: 'any',
    });
    close();
    return grid.timeDays;
  } catch (error) {
    throw rejectionFromError(error, { subject: basename(path) });
  }
}

/** As {@link openOiDays}; nodes beyond the file have the value of its nearest one: patches may reach a little further than a box. */
export async function openOiMaps(input: FieldInput, grid: RegularGrid): Promise<FieldDays> {
  const { source, close } = await openOiDays(input, grid);
  close();
  const [rows, columns] = [innerRange(grid.latDeg, source.latDeg), innerRange(grid.lonDeg, source.lonDeg)];
  if (rows === null || columns === null)
    throw new RejectionError({
      code: 'area-not-covered',
      where: basename(input.path),
      found: 'maps by OI that lie beside the area',
      expected: 'the maps by OI of the task',
      fix: 'Give the file that belongs to the observations.',
    });
  const inner = {
    timeDays: grid.timeDays,
    latDeg: grid.latDeg.slice(rows.first, rows.last + 1),
    lonDeg: grid.lonDeg.slice(columns.first, columns.last + 1),
  };
  const days = await openOiDays(input, inner);
  const within = (index: number, { first, last }: { first: number; last: number }) =>
    Math.min(Math.max(index, first), last) - first;
  return {
    ...days,
    grid,
    readDay: async (index) => {
      const map = await days.readDay(index);
      return Float64Array.from({ length: grid.latDeg.length * grid.lonDeg.length }, (_, node) => {
        const row = within(Math.floor(node / grid.lonDeg.length), rows);
        return map[row * inner.lonDeg.length + within(node % grid.lonDeg.length, columns)]!;
      });
    },
  };
}

/** The first and the last node of an axis that lie within another; null for none. */
function innerRange(axis: Float64Array, other: Float64Array): { first: number; last: number } | null {
  const isInside = (place: number) =>
    place >= other[0]! - COORDINATE_TOLERANCE && place <= other.at(-1)! + COORDINATE_TOLERANCE;
  const first = axis.findIndex(isInside);
  return first < 0 ? null : { first, last: axis.findLastIndex(isInside) };
}

/** Opens sea surface temperature, in the unit of the file, on the grid of a network; NaN where the file has none. */
export function openSstDays(input: FieldInput, grid: RegularGrid): Promise<FieldDays> {
  return openFieldDays(input, grid, sstOptions);
}

function sstOptions(variable: string | null) {
  return { variable: variable ?? 'sst', quantity: 'other', spacing: 'any' } as const;
}

async function openFieldDays(
  { path, variable }: FieldInput,
  grid: RegularGrid,
  optionsOf: (variable: string | null) => Parameters<typeof openGriddedField>[1],
): Promise<FieldDays> {
  const subject = basename(path);
  let field: GriddedField;
  try {
    field = await openGriddedField(path, optionsOf(variable));
  } catch (error) {
    throw rejectionFromError(error, { subject });
  }
  const days = alignedDays(field, grid);
  return {
    grid,
    source: field.grid,
    readDay: async (index) => {
      try {
        return await days.readDay(index);
      } catch (error) {
        throw rejectionFromError(error, { subject });
      }
    },
    close: () => field.close(),
  };
}

/**
 * Where the network's nodes lie when a file of the dataset has its step, or a whole fraction of it. With its own step they
 * are the dataset's nodes, and nothing is interpolated before the score. With a fraction each lies in the middle of a block of
 * the dataset's nodes, counted from the first: a mean over the block then belongs to its node, as in training on averaged
 * files. Elsewhere a block would lie half a step beside its node. Null where no file has such a step.
 */
export async function latticeOriginOf(
  inputs: { observations: readonly KnownInput[]; sst: FieldInput | null },
  spacingDeg: number,
): Promise<LatticeOrigin | null> {
  for (const { path, role, variable } of inputs.observations) {
    if (role !== 'gridded-observations') continue;
    const origin = await originOf(path, spacingDeg, () =>
      openGriddedObservations(path, variable ? { variable } : {}),
    );
    if (origin !== null) return origin;
  }
  const { sst } = inputs;
  if (sst === null) return null;
  return originOf(sst.path, spacingDeg, () => openGriddedField(sst.path, sstOptions(sst.variable)));
}

async function originOf(
  path: string,
  spacingDeg: number,
  open: () => Promise<{ grid: RegularGrid; close(): void }>,
): Promise<LatticeOrigin | null> {
  try {
    const { grid, close } = await open();
    close();
    const [lat, lon] = [grid.latDeg, grid.lonDeg].map(stepOf);
    const datasetNodes = Math.round(spacingDeg / lat!);
    const isWhole = [lat!, lon!].every(
      (step) => Math.abs(datasetNodes * step - spacingDeg) <= SAME_STEP * spacingDeg,
    );
    if (datasetNodes < 1 || !isWhole) return null;
    const middle = (axis: Float64Array, step: number) => axis[0]! + ((datasetNodes - 1) / 2) * step;
    return { latDeg: middle(grid.latDeg, lat!), lonDeg: middle(grid.lonDeg, lon!), datasetNodes };
  } catch (error) {
    throw rejectionFromError(error, { subject: basename(path) });
  }
}

function stepOf(axis: Float64Array): number {
  return axis.length < 2 ? Number.NaN : (axis.at(-1)! - axis[0]!) / (axis.length - 1);
}
