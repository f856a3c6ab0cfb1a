import { NetcdfError } from '../netcdf-error.js';
import { findVariable, type NetcdfFile, type NetcdfVariable } from '../netcdf-file.js';
import { baseName, textAttribute } from './attributes.js';
import { axisKindOf, type AxisKind } from './axis-kind.js';

/** Where a coordinate is stored: a variable along the dimension, or one side of a 2-D latitude or longitude. */
export type AxisSource = {
  dimension: number;
  variable: NetcdfVariable;
  /** For 2-D coordinates: which of its two dimensions varies. */
  axisOfVariable: number | null;
};
export type FieldAxes = Record<AxisKind, AxisSource>;

/** The axes of a variable; undefined for those that cannot be found. Dimensions of length 1 that are no axis are ignored. */
export function findFieldAxes(file: NetcdfFile, variable: NetcdfVariable): Partial<FieldAxes> {
  const axes: Partial<FieldAxes> = {};
  variable.dimensions.forEach((name, dimension) => {
    const coordinate = coordinateAlong(file, variable, name);
    if (coordinate && axes[coordinate.kind] === undefined) {
      axes[coordinate.kind] = { dimension, variable: coordinate.variable, axisOfVariable: null };
    }
  });
  if (!axes.latitude && !axes.longitude) Object.assign(axes, twoDimensionalAxes(file, variable));
  return axes;
}

function coordinateAlong(
  file: NetcdfFile,
  variable: NetcdfVariable,
  dimension: string,
): { kind: AxisKind; variable: NetcdfVariable } | undefined {
  const named = findVariable(file, dimension);
  const mentioned = textAttribute(variable.attributes, 'coordinates').split(/\s+/);
  const along = file.variables.filter(
    (other) => other.dimensions.length === 1 && other.dimensions[0] === dimension && other !== variable,
  );
  along.sort((a, b) => Number(mentioned.includes(b.name)) - Number(mentioned.includes(a.name)));
  const ordered =
    named && along.includes(named) ? [named, ...along.filter((other) => other !== named)] : along;
  for (const candidate of ordered) {
    const kind = axisKindOf(candidate);
    if (kind) return { kind, variable: candidate };
  }
  return undefined;
}

/** Latitude(y, x) and longitude(y, x): accepted when they are a regular grid written out, which the reader checks. */
function twoDimensionalAxes(file: NetcdfFile, variable: NetcdfVariable): Partial<FieldAxes> {
  const flat = file.variables.filter(
    (other) =>
      other.dimensions.length === 2 && other.dimensions.every((name) => variable.dimensions.includes(name)),
  );
  const latitude = flat.find((other) => axisKindOf(other) === 'latitude');
  const longitude = flat.find((other) => axisKindOf(other) === 'longitude');
  if (!latitude || !longitude || latitude.dimensions.join() !== longitude.dimensions.join()) return {};
  // In (row, column) order; a grid stored the other way round is recognised by its dimension names.
  const isTransposed = /^(lon|longitude|x|nav_lon)$/.test(baseName(latitude.dimensions[0]!));
  const source = (coordinate: NetcdfVariable, axis: number): AxisSource => ({
    dimension: variable.dimensions.indexOf(coordinate.dimensions[axis]!),
    variable: coordinate,
    axisOfVariable: axis,
  });
  return {
    latitude: source(latitude, isTransposed ? 1 : 0),
    longitude: source(longitude, isTransposed ? 0 : 1),
  };
}

/**
 * @param known - axes that the caller has found, which count before others.
 * @throws NetcdfError 'coordinate-not-found' or 'wrong-dimensions'.
 */
export function requireFieldAxes(
  file: NetcdfFile,
  variable: NetcdfVariable,
  known: Partial<FieldAxes> = {},
): FieldAxes {
  const axes = { ...findFieldAxes(file, variable), ...known };
  const shapeText = `${variable.dimensions.map((name, i) => `${name}=${variable.shape[i]}`).join(', ')}`;
  if (variable.shape.filter((size) => size > 1).length > 3 || variable.shape.length < 3) {
    throw wrongDimensions(variable, `its dimensions are (${shapeText})`);
  }
  for (const kind of ['time', 'latitude', 'longitude'] as const) {
    if (axes[kind] === undefined) {
      throw new NetcdfError({
        code: 'coordinate-not-found',
        where: `variable '${variable.name}'`,
        found: `none of its dimensions (${shapeText}) has a coordinate that can be read as ${kind}`,
        expected: `a variable along one of them with standard_name '${kind}'${kind === 'time' ? '' : ` and units degrees_${kind === 'latitude' ? 'north' : 'east'}`}`,
        fix: `Write the coordinate variable ${kind} to the file.`,
      });
    }
  }
  const { time, latitude, longitude } = axes as FieldAxes;
  const used = [time.dimension, latitude.dimension, longitude.dimension];
  if (new Set(used).size !== 3) throw wrongDimensions(variable, 'two of its axes lie along one dimension');
  const extra = variable.shape.findIndex((size, dimension) => size > 1 && !used.includes(dimension));
  if (extra >= 0)
    throw wrongDimensions(
      variable,
      `it also has the dimension ${variable.dimensions[extra]} of length ${variable.shape[extra]}`,
    );
  for (const source of [time, latitude, longitude]) requireOneLength(variable, source);
  return { time, latitude, longitude };
}

/** HDF5 does not make dimensions of one name equally long. */
function requireOneLength(
  variable: NetcdfVariable,
  { dimension, variable: axis, axisOfVariable }: AxisSource,
): void {
  const [length, axisLength] = [variable.shape[dimension], axis.shape[axisOfVariable ?? 0]];
  if (length !== axisLength)
    throw wrongDimensions(
      variable,
      `its dimension ${variable.dimensions[dimension]} has length ${length}, and the coordinate '${axis.name}' along it ${axisLength}`,
    );
}

function wrongDimensions(variable: NetcdfVariable, found: string): NetcdfError {
  return new NetcdfError({
    code: 'wrong-dimensions',
    where: `variable '${variable.name}'`,
    found,
    expected: 'time, latitude and longitude, in any order, and others of length 1 only',
    fix:
      variable.shape.length < 3
        ? 'Write all maps to one variable with the dimensions time, latitude and longitude.'
        : 'Select one level or member and write the variable with these three dimensions.',
  });
}
