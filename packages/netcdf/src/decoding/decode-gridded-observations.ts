import type { FieldValues, RegularGrid } from '@sillage/science';
import { baseName } from '../cf/attributes.js';
import type { CanonicalAxis } from '../cf/spatial-axis.js';
import { decodeWithAxes } from './decode-gridded-field.js';
import type { GriddedField } from '../gridded-field.js';
import type {
  GriddedObservationDay,
  GriddedObservations,
  GriddedObservationsOptions,
} from '../gridded-observations.js';
import { NetcdfError } from '../netcdf-error.js';
import type { NetcdfFile, NetcdfVariable } from '../netcdf-file.js';
import { readNumbers } from './observation-values.js';

/** Presents the gridded observations of an open file; closing them closes the file. */
export async function decodeGriddedObservations(
  file: NetcdfFile,
  options: GriddedObservationsOptions = {},
): Promise<GriddedObservations> {
  const times = options.assumedTimeUnits === undefined ? {} : { assumedTimeUnits: options.assumedTimeUnits };
  const limit = options.missingAboveM === undefined ? {} : { missingAboveM: options.missingAboveM };
  const model = requireNamed(file, options.variable ?? 'ssh_mod');
  const { field, latitude, longitude } = await decodeWithAxes(file, {
    variable: model.name,
    ...times,
    ...limit,
  });
  const beside = async (name: string, quantity: 'height' | 'other'): Promise<GriddedField | null> => {
    const variable = findNamed(file, name, 3);
    if (!variable || variable === model) return null;
    const other = (await decodeWithAxes(file, { variable: variable.name, quantity, ...times, ...limit }))
      .field;
    requireSameGrid(other, field);
    return other;
  };
  const observed = await beside('ssh_obs', 'height');
  const lag = await beside('lag', 'other');
  const flag = await beside('flag', 'other');
  const mask = findNamed(file, 'mask', 2);
  const dayOf = async (other: GriddedField | null, index: number): Promise<FieldValues | null> =>
    other ? other.readDays(index, 1) : null;
  return {
    grid: field.grid,
    mask: mask ? await readMask(file, mask, model, latitude, longitude) : null,
    variableName: model.name,
    attributes: file.attributes,
    warnings: field.warnings,
    async readDay(timeIndex): Promise<GriddedObservationDay> {
      return {
        timeDays: field.grid.timeDays[timeIndex] ?? NaN,
        sshM: await field.readDays(timeIndex, 1),
        sshObservedM: await dayOf(observed, timeIndex),
        lagDays: await dayOf(lag, timeIndex),
        flag: await dayOf(flag, timeIndex),
      };
    },
    readHeights: blockReader(field),
    readLags: lag === null ? null : blockReader(lag),
    close: () => file.close(),
  };
}

/** Reads single days through the block of days that the file stores together. */
function blockReader(field: GriddedField): (timeIndex: number) => Promise<FieldValues> {
  const mapLength = field.grid.latDeg.length * field.grid.lonDeg.length;
  let block: { start: number; values: FieldValues } | null = null;
  return async (timeIndex) => {
    const start = timeIndex - (timeIndex % field.preferredDayCount);
    if (block?.start !== start) {
      const count = Math.min(field.preferredDayCount, field.grid.timeDays.length - start);
      block = { start, values: await field.readDays(start, count) };
    }
    return block.values.slice((timeIndex - start) * mapLength, (timeIndex - start + 1) * mapLength);
  };
}

/** The heights of gridded observations, the error-free ones first, told from any other map by the lag or the flag beside them. */
export function findGriddedObservationHeight(file: NetcdfFile): NetcdfVariable | undefined {
  const height = findNamed(file, 'ssh_mod', 3) ?? findNamed(file, 'ssh_obs', 3);
  return height && (findNamed(file, 'lag', 3) ?? findNamed(file, 'flag', 3)) ? height : undefined;
}

function findNamed(file: NetcdfFile, name: string, rank: number): NetcdfVariable | undefined {
  return file.variables.find(
    (variable) => variable.dimensions.length === rank && baseName(variable.name) === name,
  );
}

function requireNamed(file: NetcdfFile, name: string): NetcdfVariable {
  const variable = findNamed(file, name.toLowerCase(), 3);
  if (variable) return variable;
  throw new NetcdfError({
    code: 'variable-not-found',
    where: 'the variables of the file',
    found: `there is no '${name}' with three dimensions`,
    expected: `gridded pseudo-observations '${name}' along time, lat and lon`,
    fix: 'Give a file in the layout of dataset_nadir_0d_swot.nc: mask, lag, flag, ssh_obs, ssh_mod.',
  });
}

function requireSameGrid(other: GriddedField, field: GriddedField): void {
  const axes: (keyof RegularGrid)[] = ['timeDays', 'latDeg', 'lonDeg'];
  const isSame = axes.every(
    (axis) =>
      other.grid[axis].length === field.grid[axis].length &&
      other.grid[axis].every((value, index) => value === field.grid[axis][index]),
  );
  if (isSame) return;
  throw new NetcdfError({
    code: 'wrong-dimensions',
    where: `variable '${other.variableName}'`,
    found: `it lies on another grid than '${field.variableName}'`,
    expected: 'all variables along the same time, lat and lon',
    fix: 'Write all variables with the same dimensions.',
  });
}

async function readMask(
  file: NetcdfFile,
  mask: NetcdfVariable,
  model: NetcdfVariable,
  latitude: CanonicalAxis,
  longitude: CanonicalAxis,
): Promise<Uint8Array> {
  const [first, second] = mask.dimensions as [string, string];
  const isTransposed = model.dimensions.indexOf(first) > model.dimensions.indexOf(second);
  const [rows, columns] = isTransposed ? [mask.shape[1]!, mask.shape[0]!] : [mask.shape[0]!, mask.shape[1]!];
  const [latMost, lonMost] = [Math.max(...latitude.sourceIndex), Math.max(...longitude.sourceIndex)];
  if (rows <= latMost || columns <= lonMost || rows * columns > 64 * 2 ** 20) {
    throw new NetcdfError({
      code: 'wrong-dimensions',
      where: `variable '${mask.name}'`,
      found: `it has ${rows} × ${columns} values`,
      expected: `${latMost + 1} × ${lonMost + 1}, as '${model.name}'`,
      fix: 'Write the mask along the same lat and lon as the heights.',
    });
  }
  const stored = await readNumbers(file, mask);
  const values = new Uint8Array(latitude.sourceIndex.length * longitude.sourceIndex.length);
  let at = 0;
  for (const row of latitude.sourceIndex) {
    for (const column of longitude.sourceIndex)
      values[at++] = stored[isTransposed ? column * rows + row : row * columns + column]! > 0.5 ? 1 : 0;
  }
  return values;
}
